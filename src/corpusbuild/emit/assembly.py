"""Put a Parquet file together from encoded row groups, by copying their bytes and writing a footer for them."""

from __future__ import annotations

import hashlib
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from corpusbuild.emit.row_groups import (
    CHUNK_COLUMN_INDEX,
    CHUNK_METADATA,
    CHUNK_OFFSET_INDEX,
    FILE_GROUPS,
    FILE_ROWS,
    GROUP_COLUMNS,
    MAGIC,
    RowGroup,
    footer,
    parquet_writer,
)
from corpusbuild.emit.thrift import I32, I64, LIST, STRUCT, Field, Items, Struct, serialise


class _Placed(NamedTuple):
    """A column chunk in the file: what of it must be written behind the last row group, as bytes."""

    metadata: bytes
    column_index: bytes
    offset_index: bytes


class _Group(NamedTuple):
    """A row group in the file: its size before and after compression, its rows, where it starts, and its chunks."""

    num_bytes: int
    compressed: int
    rows: int
    start: int
    chunks: list[_Placed]


class Assembly:
    """A Parquet file that is being put together.

    It has the bytes that :func:`parquet_writer` gives for the same row groups one after the other, but that these are cut
    into pages each by itself. Data are written as they come; only what the footer says of them is kept.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path = path
        self.schema = schema
        self.size = 0
        self._hash = hashlib.sha256()
        self._groups: list[_Group] = []
        self._file = pa.OSFile(str(path), "wb")
        try:
            self._write(MAGIC)
        except OSError:
            self.discard()
            raise

    def append(self, group: RowGroup) -> None:
        """Write the data of one row group. Raises :class:`ValueError` if it has another schema."""
        if not group.schema.equals(self.schema, check_metadata=True):
            raise ValueError("a row group has another schema than its file")
        start = self.size
        chunks: list[_Placed] = []
        for chunk in group.chunks:
            chunks.append(_Placed(chunk.metadata.at(self.size), chunk.column_index, chunk.offset_index.at(self.size)))
            self._write(chunk.data)
        self._groups.append(_Group(group.num_bytes, self.size - start, group.rows, start, chunks))

    def end(self) -> None:
        """No more row groups come: write the page indexes and the footer, and close the file."""
        # First the column indexes of all row groups, then all offset indexes.
        chunks = [chunk for group in self._groups for chunk in group.chunks]
        end = bytearray()
        column_indexes = [self._place(chunk.column_index, end) for chunk in chunks]
        offset_indexes = [self._place(chunk.offset_index, end) for chunk in chunks]
        columns = map(_column, chunks, column_indexes, offset_indexes)
        groups = [_row_group(group, list(islice(columns, len(group.chunks)))) for group in self._groups]
        said = serialise(_file_metadata(self.schema, sum(group.rows for group in self._groups), groups))
        self._write(end + said + len(said).to_bytes(4, "little") + MAGIC)
        self._file.close()
        self._groups = []

    def close(self) -> str:
        """End the file, and return its SHA-256."""
        if not self._file.closed:
            self.end()
        return self._hash.hexdigest()

    def discard(self) -> None:
        """Let go of the file, which stays as it is."""
        self._file.close()

    def _place(self, index: bytes, end: bytearray) -> tuple[int, int] | None:
        """Add an index to what will be written at the end; where it will lie and how long it is, None for none."""
        at = self.size + len(end)
        end += index
        return (at, len(index)) if index else None

    def _write(self, data: Any) -> None:
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)


def _file_metadata(schema: pa.Schema, rows: int, groups: list[bytes]) -> Struct:
    """What the footer of a file without rows says, but with these."""
    sink = pa.BufferOutputStream()
    parquet_writer(sink, schema).close()
    new = {FILE_ROWS: Field(FILE_ROWS, I64, rows), FILE_GROUPS: Field(FILE_GROUPS, LIST, Items(STRUCT, groups))}
    return tuple(new.get(field.id, field) for field in footer(sink.getvalue()))


def _row_group(group: _Group, columns: list[bytes]) -> bytes:
    facts = (group.num_bytes, group.rows, group.start, group.compressed)
    numbered = (Field(number, I64, fact) for number, fact in zip((2, 3, 5, 6), facts, strict=True))
    return serialise((Field(GROUP_COLUMNS, LIST, Items(STRUCT, columns)), *numbered))


def _column(chunk: _Placed, column_index: tuple[int, int] | None, offset_index: tuple[int, int] | None) -> bytes:
    # The second field says where the metadata is written once more: nowhere.
    fields = [Field(2, I64, 0), Field(CHUNK_METADATA, STRUCT, chunk.metadata)]
    for number, place in ((CHUNK_OFFSET_INDEX, offset_index), (CHUNK_COLUMN_INDEX, column_index)):
        if place is not None:
            fields += [Field(number, I64, place[0]), Field(number + 1, I32, place[1])]
    return serialise(tuple(fields))
