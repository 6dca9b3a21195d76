"""The content digest is what ``docs/digest.md`` says: computed here again, in plain Python, from what a reader sees."""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusbuild.emit.digest import row_group_digest, table_digest
from corpusbuild.workflow.corpus import Corpus
from written import CORPORA, HERE, copy_of

# ---- another implementation ----


def again(tables: list[pa.Table]) -> str:
    """The digest of a table from its row groups."""
    return hashlib.sha256(b"".join(_row_group(table) for table in tables)).hexdigest()


def _row_group(table: pa.Table) -> bytes:
    columns = {field.name: table.column(i).to_pylist() for i, field in enumerate(table.schema)}
    nodes = (_node(field.name, field.type, columns[field.name]) for field in table.schema)
    return hashlib.sha256(struct.pack("<Q", table.num_rows) + b"".join(nodes)).digest()


def _node(name: str, kind: pa.DataType, slots: list[Any]) -> bytes:
    type_name = "list" if pa.types.is_list(kind) else "struct" if pa.types.is_struct(kind) else str(kind)
    values = [slot for slot in slots if slot is not None]
    validity = bytes(slot is not None for slot in slots)
    return _word(name) + _word(type_name) + validity + b"".join(_content(kind, type_name, slots, values))


def _content(kind: pa.DataType, type_name: str, slots: list[Any], values: list[Any]) -> Iterator[bytes]:
    if type_name == "struct":
        for field in kind:
            yield _node(field.name, field.type, [None if slot is None else slot[field.name] for slot in slots])
    elif type_name == "list":
        yield from (struct.pack("<q", len(value)) for value in values)
        yield _node("item", kind.value_type, [item for value in values for item in value])
    elif type_name == "string":
        yield from (struct.pack("<q", len(value.encode())) for value in values)
        yield from (value.encode() for value in values)
    else:
        yield from (_LEAVES[type_name](value) for value in values)


def _word(word: str) -> bytes:
    return struct.pack("<Q", len(word.encode())) + word.encode()


def _microseconds(value: datetime) -> bytes:
    since = value - datetime(1970, 1, 1, tzinfo=UTC)
    return struct.pack("<q", (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


_LEAVES: dict[str, Any] = {
    "int64": lambda value: struct.pack("<q", value),
    "int32": lambda value: struct.pack("<i", value),
    "double": lambda value: struct.pack("<d", value),
    "bool": lambda value: bytes([value]),
    "date32[day]": lambda value: struct.pack("<i", (value - date(1970, 1, 1)).days),
    "timestamp[us, tz=UTC]": _microseconds,
}


# ---- whole data sets ----


@pytest.mark.parametrize("name", sorted(CORPORA))
def test_every_digest_of_the_manifest_can_be_computed_again(name: str, tmp_path: Path) -> None:
    assert Corpus.open(copy_of(name, tmp_path / "corpus"), search=False).make(tmp_path / "out", jobs=1).ok
    tables = json.loads((tmp_path / "out" / "manifest.json").read_bytes())["tables"]
    compared = 0
    for table in tables.values():
        for split in table["splits"].values():
            files = [pq.ParquetFile(tmp_path / "out" / path) for path in split["files"]]
            assert again([file.read_row_group(i) for file in files for i in range(file.num_row_groups)]) == split["digest"]
            compared += 1
    assert compared > len(tables) / 2


def test_the_example_in_the_documentation_is_so() -> None:
    found = re.findall(r"^    ([0-9a-f]{64})$", (HERE.parent / "docs" / "digest.md").read_text("utf-8"), re.MULTILINE)
    table = pa.table({"n": pa.array([7, None], pa.int64())})
    assert found == [row_group_digest(table).hex(), again([table])]
    assert found[1] == table_digest([row_group_digest(table)])


def test_every_type_of_a_column_is_documented() -> None:
    documented = set(re.findall(r"\| `([^`]+)` \|", (HERE.parent / "docs" / "digest.md").read_text("utf-8")))
    assert documented == {*_LEAVES, "string", "list", "struct"}


# ---- what changes it, and what does not ----

ROW = pa.struct(
    [
        pa.field("s", pa.string()),
        pa.field("i", pa.int64()),
        pa.field("o", pa.int32()),
        pa.field("f", pa.float64()),
        pa.field("b", pa.bool_()),
        pa.field("d", pa.date32()),
        pa.field("t", pa.timestamp("us", "UTC")),
        pa.field("l", pa.list_(pa.string())),
        pa.field("n", pa.list_(pa.list_(pa.int64()))),
        pa.field("r", pa.struct([pa.field("s", pa.string()), pa.field("l", pa.list_(pa.field("item", pa.struct([("x", pa.bool_())]))))])),
    ]
)
ROWS: list[dict[str, Any]] = [
    {
        "s": "é",
        "i": -1,
        "o": 2,
        "f": 0.5,
        "b": True,
        "d": date(1, 1, 1),
        "t": datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        "l": ["a", None, ""],
        "n": [[1, 2], [], None, [3]],
        "r": {"s": "x", "l": [{"x": True}, None]},
    },
    {
        "s": "",
        "i": 0,
        "o": 0,
        "f": 0.0,
        "b": False,
        "d": date(1970, 1, 1),
        "t": datetime(1970, 1, 1, tzinfo=UTC),
        "l": [],
        "n": [],
        "r": {},
    },
    dict.fromkeys(field.name for field in ROW),
]


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_struct_array(pa.array(rows, ROW))


def _digest(rows: list[dict[str, Any]]) -> str:
    table = _table(rows)
    assert row_group_digest(table) == _row_group(table)
    return table_digest([row_group_digest(table)])


CHANGES: list[tuple[str, int, dict[str, Any]]] = [
    ("a value", 0, {"i": -2}),
    ("a letter", 0, {"s": "è"}),
    ("a flag", 0, {"b": False}),
    ("a day", 0, {"d": date(1, 1, 2)}),
    ("a microsecond", 0, {"t": datetime(9999, 12, 31, 23, 59, 59, 999998, tzinfo=UTC)}),
    ("the sign of zero", 1, {"f": -0.0}),
    ("a null for an empty string", 1, {"s": None}),
    ("a null for zero", 1, {"i": None}),
    ("a null for no", 1, {"b": None}),
    ("a null for an empty list", 1, {"l": None}),
    ("a null for an object of nulls", 1, {"r": None}),
    ("a null in a list", 0, {"l": ["a", "", None]}),
    ("the boundary of a list", 0, {"n": [[1], [2], None, [3]]}),
    ("an empty list more", 0, {"n": [[1, 2], [], [], None, [3]]}),
    ("a null list for an empty one", 0, {"n": [[1, 2], None, None, [3]]}),
    ("a boundary between strings", 0, {"l": ["a", None, "", ""]}),
    ("a value deep inside", 0, {"r": {"s": "x", "l": [{"x": False}, None]}}),
    ("a null deep inside", 0, {"r": {"s": "x", "l": [{"x": True}, {"x": None}]}}),
]


@pytest.mark.parametrize(("row", "change"), [(row, change) for _, row, change in CHANGES], ids=[what for what, _, _ in CHANGES])
def test_one_change_gives_another_digest(row: int, change: dict[str, Any]) -> None:
    changed = [{**each, **change} if i == row else each for i, each in enumerate(ROWS)]
    assert changed != ROWS or "f" in change
    assert _digest(changed) != _digest(ROWS)


def test_order_names_and_types_count() -> None:
    table = _table(ROWS)
    renamed = table.rename_columns(["S", *table.column_names[1:]])
    swapped = table.select([*table.column_names[1:], "s"])
    wider = table.set_column(2, "o", table.column("o").cast(pa.int64()))
    found = {row_group_digest(each) for each in (table, renamed, swapped, wider, table.take([1, 0, 2]), table.slice(0, 2))}
    assert len(found) == 6


def test_words_do_not_run_together() -> None:
    assert row_group_digest(pa.table({"l": [["ab", "c"]]})) != row_group_digest(pa.table({"l": [["a", "bc"]]}))
    assert row_group_digest(pa.table({"l": [["a"], ["b"]]})) != row_group_digest(pa.table({"l": [["a", "b"], []]}))


def test_where_a_row_group_ends_counts() -> None:
    table = _table(ROWS)
    whole = table_digest([row_group_digest(table)])
    assert table_digest([row_group_digest(table.slice(0, 1)), row_group_digest(table.slice(1))]) != whole


SETTINGS: list[dict[str, Any]] = [
    {"compression": "none"},
    {"compression": "zstd", "compression_level": 9},
    {"compression": "snappy", "use_dictionary": False},
    {"use_dictionary": False, "column_encoding": "PLAIN", "data_page_version": "2.0"},
    {"use_dictionary": True, "dictionary_pagesize_limit": 1, "data_page_size": 1},
    {"write_statistics": False, "store_schema": False},
    {"use_compliant_nested_type": False},
    {"use_content_defined_chunking": True, "write_page_index": True},
]


@pytest.mark.parametrize("how", SETTINGS, ids=",".join)
def test_how_parquet_is_written_does_not_count(how: dict[str, Any], tmp_path: Path) -> None:
    table = _table(ROWS * 50)
    pq.write_table(table, tmp_path / "t.parquet", **how)
    back = pq.read_table(tmp_path / "t.parquet")
    assert row_group_digest(back) == row_group_digest(table) == _row_group(back)


def test_how_arrow_holds_the_rows_does_not_count() -> None:
    table = _table(ROWS * 3)
    chunked = pa.concat_tables([table.slice(0, 4), table.slice(4)])
    inside = pa.concat_tables([_table(ROWS), table, _table(ROWS)]).combine_chunks().slice(3, 9)
    large = table.set_column(0, "s", table.column("s").cast(pa.large_string()))
    filled = pa.StructArray.from_arrays([pa.array([1, 2])], names=["x"], mask=pa.array([False, True]))
    assert row_group_digest(chunked) == row_group_digest(inside) == row_group_digest(large) == row_group_digest(table)
    assert row_group_digest(pa.table({"x": filled})) == row_group_digest(pa.table({"x": pa.array([{"x": 1}, None])}))


_VALUES = st.fixed_dictionaries(
    {
        "s": st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
        "i": st.none() | st.integers(-(2**63), 2**63 - 1),
        "o": st.none() | st.integers(-(2**31), 2**31 - 1),
        "f": st.none() | st.floats(allow_nan=False),
        "b": st.none() | st.booleans(),
        "d": st.none() | st.dates(),
        "t": st.none() | st.datetimes(timezones=st.just(UTC)),
        "l": st.none() | st.lists(st.none() | st.text("ab", max_size=2), max_size=3),
        "n": st.none() | st.lists(st.none() | st.lists(st.none() | st.integers(0, 3), max_size=2), max_size=3),
        "r": st.none()
        | st.fixed_dictionaries(
            {
                "s": st.none() | st.text("ab", max_size=2),
                "l": st.none() | st.lists(st.none() | st.fixed_dictionaries({"x": st.none() | st.booleans()}), max_size=2),
            }
        ),
    }
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_VALUES, max_size=4), st.lists(_VALUES, max_size=4))
def test_both_implementations_agree_and_only_equal_rows_have_equal_digests(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> None:
    # In whatever order a row names its fields.
    texts = [json.dumps(rows, sort_keys=True, default=repr) for rows in (one, other)]
    assert (_digest(one) == _digest(other)) == (texts[0] == texts[1])
