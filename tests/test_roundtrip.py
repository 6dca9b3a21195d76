"""What authors wrote in JSON is what comes back: law 3, on three corpora that have no layer in common."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd  # before any test runs a command in this process: commands leave pandas out
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpusbuild.workflow.corpus import Corpus
from written import CORPORA, Written, assert_row, copy_of, read_written


@dataclass(frozen=True)
class Compiled:
    """A corpus as it was written, and the data set that was compiled from it."""

    written: Written
    path: Path
    cache: Path
    _loaded: dict[tuple[str, bool], Any] = field(default_factory=dict)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return json.loads((self.path / "manifest.json").read_bytes())

    def load(self, config: str, *, streaming: bool = False) -> Any:
        """Every split of a config; loaded once, for most of the time goes into reading the card."""
        import datasets

        if (config, streaming) not in self._loaded:
            datasets.disable_progress_bars()
            found = datasets.load_dataset(str(self.path), config, streaming=streaming, cache_dir=str(self.cache))
            self._loaded[config, streaming] = found
        return self._loaded[config, streaming]

    def files(self) -> list[tuple[str, str, list[str]]]:
        return [
            (table, split, [str(self.path / file) for file in part["files"]])
            for table, each in self.manifest["tables"].items()
            for split, part in each["splits"].items()
        ]


@pytest.fixture(scope="module", params=sorted(CORPORA))
def compiled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    folder = tmp_path_factory.mktemp(request.param)
    root = copy_of(request.param, folder / "corpus")
    made = Corpus.open(root, search=False).make(folder / "out", jobs=1)
    assert made.ok, list(made.report)
    assert made.summary is not None
    return Compiled(read_written(root), folder / "out", folder / "cache")


def test_every_config_and_split_that_has_rows_can_be_loaded_and_no_other(compiled: Compiled) -> None:
    import datasets

    wanted: dict[str, set[str]] = {}
    for config, split in compiled.written.rows():
        wanted.setdefault(config, set()).add(split)
    found = datasets.get_dataset_config_names(str(compiled.path))
    assert set(found) == set(wanted)
    for config, splits in wanted.items():
        assert set(compiled.load(config)) == splits


def test_documents_are_the_default(compiled: Compiled) -> None:
    import datasets

    assert datasets.get_dataset_default_config_name(str(compiled.path)) == "documents"


@pytest.mark.parametrize("streaming", [False, True], ids=["loaded", "streamed"])
def test_what_authors_wrote_comes_back_field_by_field(compiled: Compiled, *, streaming: bool) -> None:
    for (config, split), rows in compiled.written.rows().items():
        loaded = compiled.load(config, streaming=streaming)[split]
        back = list(loaded)
        assert len(back) == len(rows), (config, split)
        for wrote, row in zip(rows, back, strict=True):
            assert_row(wrote, row, loaded.features, compiled.written.texts.get(wrote.get("article_id", "")))


def test_counts_of_the_card_and_the_manifest_are_those_of_the_sources(compiled: Compiled) -> None:
    for (config, split), rows in compiled.written.rows().items():
        assert compiled.manifest["tables"][config]["splits"][split]["rows"] == len(rows)
        assert compiled.load(config)[split].info.splits[split].num_examples == len(rows)


def test_labels_are_words_in_parquet_and_class_labels_in_datasets(compiled: Compiled) -> None:
    import datasets

    labelled = 0
    for table, split, files in compiled.files():
        features = compiled.load(table)[split].features
        schema = pq.read_schema(files[0])
        for column in compiled.manifest["tables"][table]["fields"]:
            if "labels" in column:
                labelled += 1
                assert schema.field(column["name"]).type == pa.string()
                assert features[column["name"]] == datasets.ClassLabel(names=column["labels"])
    assert labelled


def test_no_column_of_a_file_is_dictionary_encoded_for_its_reader(compiled: Compiled) -> None:
    for _, _, files in compiled.files():
        for file in files:
            for leaf in _leaves(pq.read_schema(file)):
                assert leaf.type in {pa.string(), pa.int32(), pa.int64(), pa.float64(), pa.bool_(), pa.date32(), pa.timestamp("us", "UTC")}


def _leaves(fields: Any) -> list[pa.Field]:
    found: list[pa.Field] = []
    for each in fields:
        inner = [each.type.value_field] if pa.types.is_list(each.type) else list(each.type) if pa.types.is_struct(each.type) else None
        found += [each] if inner is None else _leaves(inner)
    return found


# ---- a table without rows ----


def test_a_table_without_rows_has_no_config_and_no_file_but_stands_in_the_manifest(tmp_path: Path) -> None:
    root = copy_of("legal", tmp_path / "corpus")
    assert Corpus.open(root, search=False).make(tmp_path / "out", jobs=1).ok
    table = json.loads((tmp_path / "out" / "manifest.json").read_bytes())["tables"]["penalties"]
    assert (table["rows"], table["splits"]) == (0, {})
    assert [column["name"] for column in table["fields"]] == ["article_id", "clause", "words", "kind", "steps"]
    assert table["fields"][3]["labels"] == ["fine", "forfeit"]
    assert not (tmp_path / "out" / "data" / "penalties").exists()
    assert "config_name: penalties" not in (tmp_path / "out" / "README.md").read_text("utf-8")
    assert "`penalties`" in (tmp_path / "out" / "README.md").read_text("utf-8")


# ---- other readers ----


def test_pandas_reads_the_same_rows(compiled: Compiled) -> None:
    for table, split, files in compiled.files():
        frame = pd.concat([pd.read_parquet(file, dtype_backend="pyarrow") for file in files])
        rows = [{name: _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]
        assert rows == _rows(files), (table, split)


def test_polars_reads_the_same_rows(compiled: Compiled) -> None:
    import polars as pl

    for table, split, files in compiled.files():
        rows = [{name: _plain(value) for name, value in row.items()} for row in pl.read_parquet(files).to_dicts()]
        assert rows == _rows(files), (table, split)


def test_duckdb_reads_the_same_rows(compiled: Compiled) -> None:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for table, split, files in compiled.files():
            found = connection.sql("SELECT * FROM read_parquet($files)", params={"files": files}).to_arrow_table()
            assert [{name: _plain(value) for name, value in row.items()} for row in found.to_pylist()] == _rows(files), (table, split)


def _rows(files: list[str]) -> list[dict[str, Any]]:
    rows = [row for file in files for row in pq.read_table(file).to_pylist()]
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    """A value without the types of the library that it came from."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, pd.Timestamp):
        value = value.to_pydatetime()
    return value.astimezone(UTC) if isinstance(value, datetime) else value
