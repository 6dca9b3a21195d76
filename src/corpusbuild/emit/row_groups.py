"""Encode a block's table as a Parquet row group, in memory: bytes that a file is put together from, and never encoded again.

``docs/decisions/0016-row-groups-from-parts.md`` says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpusbuild.emit.digest import row_group_digest
from corpusbuild.emit.thrift import Field, Items, Offset, Relative, Struct, parse, values

MAGIC = b"PAR1"

OPTIONS: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 1,
    "use_content_defined_chunking": True,
    "write_page_index": True,
}

# Numbers of fields in Parquet's metadata (parquet.thrift).
FILE_ROWS, FILE_GROUPS = 3, 4
GROUP_COLUMNS = 1
CHUNK_METADATA, CHUNK_OFFSET_INDEX, CHUNK_COLUMN_INDEX = 3, 4, 6  # the length of an index is the field after its offset
_PATH, _UNCOMPRESSED, _COMPRESSED, _DATA_PAGE, _DICTIONARY = 3, 6, 7, 9, 11
_PAGES, _PAGE_OFFSET = 1, 1


@dataclass(frozen=True, slots=True, eq=False)
class ColumnChunk:
    """The values of one leaf in one row group: the pages, and what a footer says of them, counted from the first page.

    ``size`` is that of the pages before compression, in bytes. ``column_index`` is empty where Parquet has none: of
    texts that are too long for statistics.
    """

    data: pa.Buffer
    size: int
    metadata: Relative
    column_index: bytes
    offset_index: Relative


@dataclass(frozen=True, slots=True, eq=False)
class RowGroup:
    """An encoded row group: its schema, its number of rows, its content's digest, and the leaves of each column.

    A group without rows has no leaves.
    """

    schema: pa.Schema
    rows: int
    digest: bytes
    columns: Mapping[str, Sequence[ColumnChunk]]

    @property
    def chunks(self) -> Iterator[ColumnChunk]:
        """All leaves, in the order of the schema."""
        return (chunk for leaves in self.columns.values() for chunk in leaves)

    @property
    def num_bytes(self) -> int:
        """The size of all pages before compression."""
        return sum(chunk.size for chunk in self.chunks)

    @property
    def size(self) -> int:
        """The size of all pages as they lie in a file."""
        return sum(chunk.data.size for chunk in self.chunks)

    def select(self, names: Sequence[str], digest: bytes) -> RowGroup:
        """The row group of some columns, with the same bytes; ``digest`` is that of the table that has these columns only."""
        schema = pa.schema([self.schema.field(name) for name in names], self.schema.metadata)
        return RowGroup(schema, self.rows, digest, {name: self.columns[name] for name in names})


def encode(table: pa.Table) -> RowGroup:
    """The rows of ``table`` as one row group. Raises :class:`ValueError` if two columns have one name.

    It is written from one contiguous chunk, with a writer of its own: the same rows in another chunk layout, or behind
    another row group, would give other bytes.
    """
    names = table.column_names
    if len(set(names)) < len(names):
        raise ValueError("a table has two columns of one name")
    digest = row_group_digest(table)
    if not table.num_rows:
        return RowGroup(table.schema, 0, digest, dict.fromkeys(names, ()))
    sink = pa.BufferOutputStream()
    with parquet_writer(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks(), row_group_size=table.num_rows)
    file = sink.getvalue()
    (group,) = values(footer(file))[FILE_GROUPS].values
    columns: dict[str, list[ColumnChunk]] = {name: [] for name in names}
    for column in values(group)[GROUP_COLUMNS].values:
        path, chunk = _column_chunk(file, values(column))
        columns[path[0]].append(chunk)
    return RowGroup(table.schema, table.num_rows, digest, columns)


def parquet_writer(sink: Any, schema: pa.Schema) -> pq.ParquetWriter:
    """A writer with the options that every file is written with."""
    return pq.ParquetWriter(sink, schema, **OPTIONS)


def footer(file: pa.Buffer) -> Struct:
    """The metadata at the end of a Parquet file."""
    end = file.size - len(MAGIC) - 4
    length = int.from_bytes(file.slice(end, 4).to_pybytes(), "little")
    return parse(file.slice(end - length, length).to_pybytes())


def _column_chunk(file: pa.Buffer, column: dict[int, Any]) -> tuple[list[str], ColumnChunk]:
    """The path of a leaf in the schema, and its chunk, cut out of ``file``."""
    metadata: Struct = column[CHUNK_METADATA]
    known = values(metadata)
    start: int = known[_DICTIONARY] if _DICTIONARY in known else known[_DATA_PAGE]
    moving = {_DATA_PAGE, _DICTIONARY}
    pages = parse(_index(file, column, CHUNK_OFFSET_INDEX))
    chunk = ColumnChunk(
        file.slice(start, known[_COMPRESSED]),
        known[_UNCOMPRESSED],
        Relative.of(_moved(metadata, moving, start)),
        _index(file, column, CHUNK_COLUMN_INDEX),
        Relative.of(tuple(_moved_pages(field, start) if field.id == _PAGES else field for field in pages)),
    )
    return [name.decode() for name in known[_PATH].values], chunk


def _index(file: pa.Buffer, column: dict[int, Any], number: int) -> bytes:
    """A page index of a column; no bytes if it has none."""
    found: bytes = file.slice(column[number], column[number + 1]).to_pybytes() if number in column else b""
    return found


def _moved(struct: Struct, numbers: set[int], start: int) -> Struct:
    """The struct with the fields of these numbers counted from ``start``."""
    return tuple(Field(each.id, each.kind, Offset(each.value - start)) if each.id in numbers else each for each in struct)


def _moved_pages(field: Field, start: int) -> Field:
    pages: Items = field.value
    return field._replace(value=Items(pages.kind, [_moved(page, {_PAGE_OFFSET}, start) for page in pages.values]))
