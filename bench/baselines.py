"""What others take for the same files: pyarrow and ``datasets``, which check nothing, and what a careful user would use.

Each prints how long its work took, without imports. What would take too long does a sample, and says of how many.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from generate import plain_folder

WHICH = ("floor", "floor-anchors", "datasets", "datasets-plain", "plain-script", "check-jsonschema", "files")
ANCHORS = ("extent", "source", "cue", "content")
REGISTRIES = ("speakers", "targets")


def floor(corpus: Path, annotations: Path, out: Path, *, anchors: bool) -> None:
    """``read_json`` and ``write_table`` (zstd), file by file.

    An anchor may be a string or an object, which no Arrow column can be: with explicit schemas they are
    left out, or, from the plain copy of the annotations, read as the strings that they are there.
    """
    import pyarrow as pa  # noqa: PLC0415  imports are timed apart
    import pyarrow.json as pj  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    clock = Clock()
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
    clock.stop()


def unchecked(corpus: Path, annotations: Path, out: Path) -> None:
    """``datasets.load_dataset("json")`` and ``to_parquet``. Mixed anchors become its type Json, which is slow."""
    import datasets  # noqa: PLC0415  imports are timed apart

    clock = Clock()
    datasets.disable_progress_bars()
    for name, files in (("articles", sorted((corpus / "raw").glob("*.jsonl"))), ("annotations", sorted(annotations.glob("*.jsonl")))):
        rows = datasets.load_dataset("json", data_files=[str(path) for path in files], split="train", cache_dir=str(out / "cache"))
        rows.to_parquet(str(out / f"{name}.parquet"))
    clock.stop()


def plain_script(corpus: Path, out: Path, sample: int) -> None:
    """What a careful user would write: ``json``, ``jsonschema``, ``str.find``, sets, ``Dataset.from_list``.

    Of what corpusbuild checks it does the most needed: schemas, that each quotation stands at one place, references.
    """
    import datasets  # noqa: PLC0415  imports are timed apart
    from jsonschema import Draft202012Validator  # noqa: PLC0415
    from referencing import Registry, Resource  # noqa: PLC0415

    clock = Clock()
    datasets.disable_progress_bars()
    schemas = {path.stem: json.loads(path.read_text("utf-8")) for path in (corpus / "schema").glob("*.json")}
    registry: Registry[Any] = Registry().with_resources((each["$id"], Resource.from_contents(each)) for each in schemas.values())
    article_validator = Draft202012Validator(schemas["article"], registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER)
    document_validator = Draft202012Validator(schemas["annotation"], registry=registry)
    known = {name: {row["id"] for row in json.loads((corpus / "annotations" / f"{name}.json").read_text("utf-8"))} for name in REGISTRIES}
    texts: dict[str, str] = {}
    articles, claims, stances = [], [], []
    for row in lines(corpus, "raw", sample):
        name, text = row["id"], row["text"]
        article_validator.validate({key: value for key, value in row.items() if key not in {"id", "text"}})
        texts[name] = text
        articles.append(row)
    for document in lines(corpus, "annotations", sample):
        document_validator.validate(document)
        name = document["article"]
        text = texts[name]
        keys = {claim["id"] for claim in document["claims"]}
        require(len(keys) == len(document["claims"]), name, "keys of claims")
        for claim in document["claims"]:
            require(known["speakers"].issuperset(claim["speakers"]), name, "speakers")
            claims.append({"article": name, **claim, **spans(claim, text)})
        for stance in document["stances"]:
            require(stance["speaker"] in known["speakers"] and stance["target"] in known["targets"], name, "speaker or target")
            require(keys.issuperset(stance["evidence"]), name, "evidence")
            stances.append({"article": name, **stance})
    for table, rows in (("articles", articles), ("claims", claims), ("stances", stances)):
        datasets.Dataset.from_list(rows).to_parquet(str(out / f"{table}.parquet"))
    clock.stop(sample=len(articles))


def spans(claim: dict[str, Any], text: str) -> dict[str, Any]:
    """The anchors of a claim as spans."""
    extent = place(claim["extent"], text, 0, len(text))
    within = (extent["start"], extent["end"])
    return {
        "extent": extent,
        "source": place(claim["source"], text, *within),
        "cue": place(claim["cue"], text, *within),
        "content": [place(each, text, *within) for each in claim["content"]],
    }


def place(anchor: str | dict[str, str], text: str, low: int, high: int) -> dict[str, Any]:
    """Where the words of ``anchor`` are in ``text[low:high]``; they must be there once."""
    if isinstance(anchor, str):
        start = find_once(anchor, text, low, high)
        end = start + len(anchor)
    elif "exact" in anchor:
        before = len(anchor.get("prefix", ""))
        context = anchor.get("prefix", "") + anchor["exact"] + anchor.get("suffix", "")
        # What stands around the words may lie outside.
        start = find_once(context, text, max(low - before, 0), high + len(anchor.get("suffix", ""))) + before
        end = start + len(anchor["exact"])
    else:
        start = find_once(anchor["first"], text, low, high)
        end = find_once(anchor["last"], text, start, high) + len(anchor["last"])
    return {"start": start, "end": end, "text": text[start:end]}


def find_once(words: str, text: str, low: int, high: int) -> int:
    """The only place of ``words`` in ``text[low:high]``."""
    start = text.find(words, low, high)
    require(start >= 0, words, "not found")
    require(text.find(words, start + 1, high) < 0, words, "found twice")
    return start


def require(fine: bool, place: str, what: str) -> None:  # noqa: FBT001  an assertion of its own
    """Stop unless it is fine."""
    if not fine:
        raise ValueError(f"{place}: {what}")


def lines(corpus: Path, part: str, sample: int) -> Iterator[dict[str, Any]]:
    """The first so many lines of ``raw/`` or ``annotations/``."""
    every = (json.loads(line) for path in sorted((corpus / part).glob("*.jsonl")) for line in path.open(encoding="utf-8"))
    return islice(every, sample)


def schema_command(corpus: Path, files: Path) -> None:
    """``check-jsonschema`` over annotation documents, a file each (it takes no JSON lines). It looks at nothing but the schema."""
    from check_jsonschema import main  # noqa: PLC0415  imports are timed apart

    paths = [str(path) for path in sorted(files.glob("*.json"))]
    schema = corpus / "schema" / "annotation.json"
    clock = Clock()
    # The base address: a relative $id would be looked for in the working folder.
    code = main(["--quiet", "--schemafile", str(schema), "--base-uri", schema.as_uri(), *paths], standalone_mode=False)
    if code:
        raise SystemExit(code)
    clock.stop(sample=len(paths))


def write_files(corpus: Path, files: Path, sample: int) -> None:
    """The first documents of ``corpus``, a file each."""
    files.mkdir(parents=True)
    for number, document in enumerate(lines(corpus, "annotations", sample)):
        (files / f"{number:07d}.json").write_text(json.dumps(document, ensure_ascii=False), "utf-8")


class Clock:
    """Started after the imports."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def stop(self, sample: int | None = None) -> None:
        """Print the seconds that the work took, by the clock and of the processor, and of how many articles a sample is."""
        took = Took(round(time.perf_counter() - self._wall, 3), round(time.process_time() - self._cpu, 3), sample)
        print(json.dumps(vars(took)))


@dataclass
class Took:
    """What a command says of itself, on its last line."""

    work: float
    cpu: float
    sample: int | None


def main() -> None:
    """Run one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "which", choices=["floor", "floor-anchors", "datasets", "datasets-plain", "plain-script", "check-jsonschema", "files"]
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--sample", type=int, default=1000)
    given = parser.parse_args()
    mixed, as_text = given.corpus / "annotations", plain_folder(given.corpus) / "annotations"
    if given.which == "files":
        write_files(given.corpus, given.out, given.sample)
        return
    if given.which == "check-jsonschema":
        schema_command(given.corpus, given.out)
        return
    given.out.mkdir(parents=True)
    if given.which.startswith("datasets"):
        unchecked(given.corpus, mixed if given.which == "datasets" else as_text, given.out)
    elif given.which == "plain-script":
        plain_script(given.corpus, given.out, given.sample)
    else:
        floor(given.corpus, mixed if given.which == "floor" else as_text, given.out, anchors=given.which == "floor-anchors")


if __name__ == "__main__":
    main()
