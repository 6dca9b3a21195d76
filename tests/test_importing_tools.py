"""What doccano, Label Studio, columns and tables hold becomes a corpus that compiles, every span with its words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bundled import PEERS
from corpusbuild import Corpus, import_corpus
from corpusbuild.text.canonical import canonical
from importing import source

TEXT = "\ufeff😀 Ibu Sari\r\nberkata: «شكرا» cafe\u0301.\r\n"
SPOKEN = ("Ibu Sari", "«شكرا»", "cafe\u0301")


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def placed(size: Callable[[str], int]) -> list[tuple[int, int, str]]:
    return [(size(TEXT[: (at := TEXT.index(words))]), size(TEXT[: at + len(words)]), words) for words in SPOKEN]


def compiled(folder: Path) -> list[dict[str, Any]]:
    """The spans of gold, in the data set that is made."""
    report = Corpus.open(folder, search=False).make(jobs=1).report
    assert report.ok, [each.finding.message for each in report]
    return pq.read_table(next((folder / "dist").rglob("data/spans/*.parquet"))).to_pylist()


def in_doccano() -> tuple[str, dict[str, str]]:
    # A byte order mark in front of a text whose words are not stored: nothing proves whether it counts.
    example = {"id": 1, "text": TEXT[1:], "label": [[start - 1, end - 1, "A"] for start, end, _ in placed(len)]}
    return "doccano", {"sari.jsonl": json.dumps(example) + "\n", "budi.jsonl": json.dumps({**example, "label": []}) + "\n"}


def in_label_studio() -> tuple[str, dict[str, str]]:
    results = [
        {
            "id": f"x{start}",
            "type": "labels",
            "from_name": "l",
            "to_name": "t",
            "value": {"start": start, "end": end, "text": words, "labels": ["A"]},
        }
        for start, end, words in placed(utf16)
    ]
    return "label-studio", {
        "export.json": json.dumps([{"id": 1, "data": {"text": TEXT}, "annotations": [{"completed_by": 5, "result": results}]}])
    }


def in_tables() -> tuple[str, dict[str, str]]:
    rows = [
        {"article": "1", "from": start, "to": end, "words": words, "kind": "A"}
        for start, end, words in placed(lambda text: len(text.encode()))
    ]
    lines = "\n".join(json.dumps(row) for row in rows)
    return "tables", {"texts.jsonl": json.dumps({"id": "1", "text": TEXT}), "spans.jsonl": lines}


MAPPING = """
texts = { file = "texts.jsonl", id = "id", text = "text" }
[[rows]]
file = "spans.jsonl"
table = "spans"
article = "article"
columns.kind = "label"
spans.span = { start = "from", end = "to", words = "words" }
"""


@pytest.mark.parametrize("made", [in_doccano, in_label_studio, in_tables])
def test_words_survive_whatever_the_unit(tmp_path: Path, made: Callable[[], tuple[str, dict[str, str]]]) -> None:
    name, files = made()
    (tmp_path / "mapping.toml").write_text(MAPPING)
    options = {"mapping": str(tmp_path / "mapping.toml")} if name == "tables" else {}
    done = import_corpus(name, source(tmp_path / "in", files).path, tmp_path / "out", options=options)
    assert done.ok, list(done.report)
    assert (tmp_path / "out" / "raw" / "1.txt").read_bytes().decode() == canonical(TEXT)
    assert [row["span"]["text"] for row in compiled(tmp_path / "out")] == [canonical(words) for words in SPOKEN]


def test_columns_become_a_corpus(tmp_path: Path) -> None:
    made = source(tmp_path / "in", {"pagi.conll": "😀 NN O\nIbu NN B-PER\nSari NN I-PER\n\n日本 X B-MISC\n"})
    assert import_corpus("conll", made.path, tmp_path / "out", options={"annotator": "sari"}).ok
    assert [(row["label"], row["span"]["text"]) for row in compiled(tmp_path / "out")] == [("PER", "Ibu Sari"), ("MISC", "日本")]


@pytest.mark.skipif(not (PEERS / "doccano").is_dir(), reason="the files of other projects are not here (../shared/peers)")
@pytest.mark.parametrize("folder", ["data_export/pipeline/examples", "data_import/tests/data"])
def test_the_examples_of_doccano_become_a_corpus(tmp_path: Path, folder: str) -> None:
    done = import_corpus("doccano", PEERS / "doccano" / folder, tmp_path / "out", keep_going=True)
    assert done.folder is not None
    assert done.articles
    assert done.ok == (folder == "data_export/pipeline/examples")
    assert compiled(tmp_path / "out")


def test_a_finding_in_parquet_shows_its_row_and_no_bytes(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    pq.write_table(pa.table({"id": ["1", "2"], "t": ["satu", ""]}), tmp_path / "in" / "a.parquet")
    (tmp_path / "m.toml").write_text('texts = { file = "a.parquet", id = "id", text = "t" }')
    done = import_corpus("tables", tmp_path / "in", tmp_path / "out", options={"mapping": str(tmp_path / "m.toml")}, keep_going=True)
    [each] = done.report
    assert (each.finding.code, each.place.line, each.place.column, each.place.end_column) == ("CB706", 2, 1, 1)
    assert json.loads((tmp_path / "out" / "rejects.jsonl").read_text())["record"] == ""
