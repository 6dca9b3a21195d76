"""What a conversion costs that checks nothing: pyarrow alone, and ``datasets``. Each prints how long its imports and its work took."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

ANCHORS = ("extent", "source", "cue", "content")


def floor(corpus: Path, annotations: Path, out: Path, *, anchors: bool) -> None:
    """``read_json`` and ``write_table`` (zstd), file by file.

    An anchor may be a string or an object, which no Arrow column can be: with explicit schemas they are
    left out, or, from the plain copy of the annotations, read as the strings that they are there.
    """
    import pyarrow as pa  # noqa: PLC0415  imports are timed apart
    import pyarrow.json as pj  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    started = time.perf_counter()
    text = pa.string()
    names = ("id", "headline", "publisher", "date", "language", "event", "text_origin", "license", "text")
    article = pa.schema([(name, text) for name in names])
    claim: dict[str, Any] = dict.fromkeys(("id", "extent", "source", "cue"), text)
    claim |= {"content": pa.list_(text), "speakers": pa.list_(text)}
    claim |= dict.fromkeys(("attribution", "act", "type", "polarity", "certainty"), text)
    kept = [(name, kind) for name, kind in claim.items() if anchors or name not in ANCHORS]
    stance: dict[str, Any] = dict.fromkeys(("id", "speaker", "target", "label", "basis"), text)
    stance["evidence"] = pa.list_(text)
    document = pa.schema(
        [
            ("article", text),
            ("annotator", text),
            ("claims", pa.list_(pa.struct(kept))),
            ("stances", pa.list_(pa.struct(list(stance.items())))),
        ]
    )
    for schema, files in ((article, sorted((corpus / "raw").glob("*.jsonl"))), (document, sorted(annotations.glob("*.jsonl")))):
        options = pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
        for path in files:
            table = pj.read_json(path, pj.ReadOptions(block_size=16 << 20), options)
            pq.write_table(table, out / f"{path.stem}.parquet", compression="zstd")
    done(started)


def unchecked(corpus: Path, annotations: Path, out: Path) -> None:
    """``datasets.load_dataset("json")`` and ``to_parquet``. Mixed anchors become its type Json, which is slow."""
    import datasets  # noqa: PLC0415  imports are timed apart

    started = time.perf_counter()
    datasets.disable_progress_bars()
    for name, files in (("articles", sorted((corpus / "raw").glob("*.jsonl"))), ("annotations", sorted(annotations.glob("*.jsonl")))):
        rows = datasets.load_dataset("json", data_files=[str(path) for path in files], split="train", cache_dir=str(out / "cache"))
        rows.to_parquet(str(out / f"{name}.parquet"))
    done(started)


def done(started: float) -> None:
    """Print the time of the work, in seconds, without imports."""
    print(json.dumps({"work": round(time.perf_counter() - started, 3)}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", choices=["floor", "floor-anchors", "datasets", "datasets-plain"])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    mixed, as_text = given.corpus / "annotations", given.corpus.with_name(given.corpus.name + "-plain") / "annotations"
    given.out.mkdir(parents=True)
    if given.which.startswith("datasets"):
        unchecked(given.corpus, mixed if given.which == "datasets" else as_text, given.out)
    else:
        floor(given.corpus, mixed if given.which == "floor" else as_text, given.out, anchors=given.which == "floor-anchors")
