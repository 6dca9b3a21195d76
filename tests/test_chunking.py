"""One edited claim among thousands: nearly every page of the data set keeps its bytes, and need not be sent again."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from corpusbuild import Corpus
from generated import Record, make_sharded, many
from parquet_pages import changed, pages

ARTICLES, DOCUMENTS = many(2500)
EDITED = next(i for i in range(1200, 2500) if len(DOCUMENTS[i]["spans"]) > 3)


def build(folder: Path, documents: list[Record]) -> Path:
    root = make_sharded(folder / "corpus", [ARTICLES], [documents])
    made = Corpus.open(root, search=False).make(folder / "out", jobs=1)
    assert made.ok
    return made.path


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = build(tmp_path_factory.mktemp("before"), DOCUMENTS)
    assert pq.read_metadata(out / "data/spans/train-00000-of-00001.parquet").num_rows > 5000
    return out


def shares(before: Path, after: Path) -> tuple[dict[str, float], float]:
    """The share of changed page bytes of each table, and of all together."""
    tables: dict[str, float] = {}
    new = size = 0.0
    for path in sorted((before / "data").rglob("*.parquet")):
        old, there = pages(path), pages(after / path.relative_to(before))
        tables[path.parent.name] = changed(old, there)
        size += sum(map(len, there))
        new += tables[path.parent.name] * sum(map(len, there))
    return tables, new / size


EDITS: dict[str, tuple[dict[str, Any], float]] = {
    "a label": ({"label": None}, 0.01),
    "words": ({"words": f"kata{EDITED}x1 kata{EDITED}x2"}, 0.15),
}


@pytest.mark.parametrize("what", EDITS)
def test_an_edited_claim_changes_few_pages(before: Path, tmp_path: Path, what: str) -> None:
    documents = copy.deepcopy(DOCUMENTS)
    span = documents[EDITED]["spans"][1]
    change, most = EDITS[what]
    label = {"PER": "ORG", "ORG": "LOC", "LOC": "PER"}[span["label"]]
    span.update({name: label if value is None else value for name, value in change.items()})
    tables, share = shares(before, build(tmp_path, documents))
    assert tables["articles"] == 0
    assert tables["spans"] > 0
    assert 0 < share < most, tables


def test_pages_are_read_whole(before: Path) -> None:
    for path in (before / "data").rglob("*.parquet"):
        metadata = pq.read_metadata(path)
        groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
        columns = [group.column(i) for group in groups for i in range(metadata.num_columns)]
        assert sum(map(len, pages(path))) == sum(column.total_compressed_size for column in columns)
        assert changed(pages(path), pages(path)) == 0
