"""A part: the encoded row groups of one block in one file, each column chunk once, whichever tables have it.

A file is a mark, the pages of the chunks, an index in Thrift's compact protocol, the length of the index (8 bytes,
little-endian), and the SHA-256 of all that. A part that is not as it was written is refused, never mended.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import pyarrow as pa

from corpusbuild.corpus.storage import Remote, Root
from corpusbuild.emit.row_groups import ColumnChunk, RowGroup
from corpusbuild.emit.thrift import BINARY, I64, LIST, STRUCT, Field, Items, Relative, Struct, parse, serialise, values

_MARK = b"CBPART01"
_LENGTH, _HASH = 8, 32


class PartDamaged(ValueError):
    """A file is not a part, or no longer as it was written."""


class Part(NamedTuple):
    """Row groups by table, and what else is said of them, as its writer wrote it."""

    groups: dict[str, RowGroup]
    facts: bytes


def write_part(to: Root | BinaryIO, groups: Mapping[str, RowGroup], facts: bytes = b"") -> None:
    """Write row groups by table, and ``facts`` of them. A path has the old file or the whole new one, whenever this is interrupted."""
    if isinstance(to, Remote):
        data = io.BytesIO()
        _write(data, groups, facts)
        to.write_bytes(data.getvalue())
        return
    if not isinstance(to, Path):
        _write(to, groups, facts)
        return
    part = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            _write(file, groups, facts)
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)


def read_part(path: Root, *, proved: bool = False) -> Part:
    """What is in a part; the data of row groups lie in the file, which stays mapped as long as they are used.

    The hash is computed anew, unless it is ``proved`` already. Raises :class:`PartDamaged`, and :class:`OSError` if the
    file cannot be read.
    """
    data = _data(path)
    if data.size < len(_MARK) + _LENGTH + _HASH:
        raise PartDamaged(f"{path} is too short for a part")
    said = data.size - _HASH
    whole = proved or hashlib.sha256(data.slice(0, said)).digest() == data.slice(said).to_pybytes()
    if not whole or data.slice(0, len(_MARK)).to_pybytes() != _MARK:
        raise PartDamaged(f"{path} is not a part, or no longer as it was written")
    end = said - _LENGTH
    length = int.from_bytes(data.slice(end, _LENGTH).to_pybytes(), "little")
    try:
        index = values(parse(_cut(data, end - length, length).to_pybytes()))
        chunks = [_read_chunk(data, values(chunk)) for chunk in index[1].values]
        return Part(dict(_read_table(values(table), chunks) for table in index[2].values), index[3])
    except (ValueError, LookupError, TypeError, AttributeError, OSError, pa.ArrowException) as error:
        raise PartDamaged(f"{path} has an index that says nothing: {error}") from error


def _data(path: Root) -> pa.Buffer:
    if isinstance(path, Remote):
        return pa.py_buffer(path.read_bytes())
    if not path.stat().st_size:
        return pa.py_buffer(b"")  # nothing cannot be mapped
    with pa.memory_map(str(path)) as file:
        return file.read_buffer()


def _write(file: BinaryIO, groups: Mapping[str, RowGroup], facts: bytes) -> None:
    hashed = hashlib.sha256()

    def write(data: Any) -> None:
        file.write(data)
        hashed.update(data)

    write(_MARK)
    at = len(_MARK)
    numbers: dict[ColumnChunk, int] = {}
    chunks: list[Struct] = []
    for chunk in (chunk for group in groups.values() for chunk in group.chunks):
        if chunk not in numbers:
            numbers[chunk] = len(chunks)
            chunks.append(_chunk(chunk, at))
            write(chunk.data)
            at += chunk.data.size
    tables = [_table(name, group, numbers) for name, group in groups.items()]
    index = serialise((Field(1, LIST, Items(STRUCT, chunks)), Field(2, LIST, Items(STRUCT, tables)), Field(3, BINARY, facts)))
    write(index + len(index).to_bytes(_LENGTH, "little"))
    file.write(hashed.digest())


# ---- the index ----


def _chunk(chunk: ColumnChunk, at: int) -> Struct:
    facts = (at, chunk.data.size, chunk.size)
    return (
        *(Field(number, I64, fact) for number, fact in enumerate(facts, start=1)),
        Field(4, BINARY, chunk.column_index),
        *_relative(5, chunk.metadata),
        *_relative(7, chunk.offset_index),
    )


def _read_chunk(data: pa.Buffer, said: dict[int, Any]) -> ColumnChunk:
    pages = _cut(data, said[1], said[2])
    metadata, offset_index = (Relative(tuple(said[number].values), tuple(said[number + 1].values)) for number in (5, 7))
    return ColumnChunk(pages, said[3], metadata, said[4], offset_index)


def _relative(number: int, relative: Relative) -> Sequence[Field]:
    around, offsets = Items(BINARY, relative.around), Items(I64, relative.offsets)
    return Field(number, LIST, around), Field(number + 1, LIST, offsets)


def _table(name: str, group: RowGroup, numbers: Mapping[ColumnChunk, int]) -> Struct:
    columns = [_column(column, (numbers[chunk] for chunk in leaves)) for column, leaves in group.columns.items()]
    return (
        Field(1, BINARY, name.encode()),
        Field(2, BINARY, group.schema.serialize().to_pybytes()),
        Field(3, I64, group.rows),
        Field(4, BINARY, group.digest),
        Field(5, LIST, Items(STRUCT, columns)),
    )


def _read_table(said: dict[int, Any], chunks: Sequence[ColumnChunk]) -> tuple[str, RowGroup]:
    schema = pa.ipc.read_schema(pa.py_buffer(said[2]))
    columns = {column[1].decode(): [chunks[i] for i in column[2].values] for column in map(values, said[5].values)}
    if columns.keys() != set(schema.names):
        raise ValueError("the columns are not those of the schema")
    return said[1].decode(), RowGroup(schema, said[3], said[4], columns)


def _column(name: str, numbers: Iterable[int]) -> Struct:
    return Field(1, BINARY, name.encode()), Field(2, LIST, Items(I64, tuple(numbers)))


def _cut(data: pa.Buffer, start: int, length: int) -> pa.Buffer:
    if start < 0 or length < 0 or start + length > data.size:
        raise ValueError("a piece lies outside the file")
    return data.slice(start, length)
