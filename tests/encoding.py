"""Tables of random schemas, and the file that pyarrow writes for them: what a file that is put together must equal."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import strategies as st

from corpusbuild.emit import row_groups
from corpusbuild.emit.assembly import Assembly
from corpusbuild.emit.row_groups import RowGroup

OPTIONS: dict[str, Any] = {"compression": "zstd", "compression_level": 1, "write_page_index": True}


def directly(tables: Sequence[pa.Table], *, chunking: bool = True) -> bytes:
    """The file that pyarrow writes for these row groups, one after the other."""
    sink = io.BytesIO()
    with pq.ParquetWriter(sink, tables[0].schema, **OPTIONS, use_content_defined_chunking=chunking) as writer:
        for table in tables:
            writer.write_table(table.combine_chunks(), row_group_size=table.num_rows)
    return sink.getvalue()


@contextmanager
def chunking_off() -> Iterator[None]:
    """Row groups are encoded with pages of a fixed size.

    Where pyarrow's content-defined chunking ends the first page of a row group depends on the row groups before it, so
    that its file of several is another one than theirs.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(row_groups.OPTIONS, "use_content_defined_chunking", False)
        yield


def assembled(groups: Sequence[RowGroup], path: Path) -> bytes:
    """The file that is put together from row groups."""
    assembly = Assembly(path, groups[0].schema)
    for group in groups:
        assembly.append(group)
    assembly.close()
    return path.read_bytes()


# ---- random tables ----

LEAVES: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.string(): st.text(st.characters(exclude_categories=["Cs"]), max_size=5) | st.sampled_from(["a", "b", "x" * 5000]),
    pa.int64(): st.integers(-(2**63), 2**63 - 1) | st.integers(0, 3),
    pa.int32(): st.integers(-(2**31), 2**31 - 1),
    pa.float64(): st.floats(allow_nan=False),
    pa.bool_(): st.booleans(),
    pa.date32(): st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    pa.timestamp("us", "UTC"): st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  bounds have none
}

NAMES = st.text(st.sampled_from("abcé .ß"), min_size=1, max_size=3)


def types(depth: int) -> st.SearchStrategy[pa.DataType]:
    """Types of columns."""
    leaves = st.sampled_from(list(LEAVES))
    if not depth:
        return leaves
    return leaves | st.builds(pa.list_, fields(depth - 1, st.just("item"))) | records(depth)


def records(depth: int) -> st.SearchStrategy[pa.DataType]:
    """Types of objects."""
    return st.lists(fields(depth - 1), min_size=1, max_size=3, unique_by=lambda field: field.name).map(pa.struct)


def fields(depth: int, names: st.SearchStrategy[str] = NAMES) -> st.SearchStrategy[pa.Field]:
    """Columns, of which some are required."""
    return st.builds(pa.field, names, types(depth), st.booleans())


def slots(kind: pa.DataType, *, nullable: bool) -> st.SearchStrategy[Any]:
    """What may stand in a column."""
    if pa.types.is_struct(kind):
        found = st.fixed_dictionaries({each.name: slots(each.type, nullable=each.nullable) for each in kind})
    elif pa.types.is_list(kind):
        found = st.lists(slots(kind.value_type, nullable=kind.value_field.nullable), max_size=3)
    else:
        found = LEAVES[kind]
    return st.none() | found if nullable else found


@st.composite
def tables(draw: st.DrawFn, most: int = 3) -> list[pa.Table]:
    """Tables of one schema, none without rows."""
    row = draw(records(3))
    drawn = draw(st.lists(st.lists(slots(row, nullable=False), min_size=1, max_size=5), min_size=1, max_size=most))
    repeated = draw(st.integers(1, 20))
    return [table(row, rows * repeated) for rows in drawn]


def table(row: pa.DataType, rows: list[Any]) -> pa.Table:
    """A table of these rows."""
    return pa.Table.from_struct_array(pa.array(rows, row))
