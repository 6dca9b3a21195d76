"""A part: the encoded row groups of one block in one file, each column chunk once, whichever tables have it.

A file is a mark, the pages of the chunks, small things, an index in JSON that says where all of them lie, the length of the
index (8 bytes, little-endian), and the SHA-256 of all that. A part that is not as it was written is refused, never mended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple

import orjson
import pyarrow as pa

from corpusbuild.corpus.storage import Root
from corpusbuild.emit.row_groups import ColumnChunk, RowGroup
from corpusbuild.emit.sealed import BrokenSeal, read_sealed, write_sealed
from corpusbuild.emit.thrift import Relative

_MARK = b"CBPART02"
_LENGTH = 8  # bytes of a length


class PartDamaged(ValueError):
    """A file is not a part, or no longer as it was written."""


class Part(NamedTuple):
    """Row groups by table, and what else is said of them, as its writer wrote it."""

    groups: dict[str, RowGroup]
    facts: bytes


def write_part(to: Root | BinaryIO, groups: Mapping[str, RowGroup], facts: bytes = b"") -> None:
    """Write row groups by table, and ``facts`` of them. A path has the old file or the whole new one, whenever this is interrupted."""
    write_sealed(to, _pieces(groups, facts))


def read_part(path: Root, *, proved: bool = False) -> Part:
    """What is in a part; the data of row groups lie in the file, which stays mapped as long as they are used.

    The hash is computed anew, unless it is ``proved`` already. Raises :class:`PartDamaged`, and :class:`OSError` if the
    file cannot be read.
    """
    try:
        data = read_sealed(path, proved=proved)
    except BrokenSeal as error:
        raise PartDamaged(str(error)) from error
    if data.slice(0, len(_MARK)).to_pybytes() != _MARK:
        raise PartDamaged(f"{path} is not a part")
    try:
        end = data.size - _LENGTH
        length = int.from_bytes(_cut(data, end, _LENGTH).to_pybytes(), "little")
        start, chunks, tables, facts = orjson.loads(memoryview(_cut(data, end - length, length)))
        small = _Small(_cut(data, _number(start), end - length - start))
        read = [_read_chunk(data, small, *chunk) for chunk in chunks]
        return Part(dict(_read_table(read, small, *table) for table in tables), small.get(facts))
    except (ValueError, LookupError, TypeError, AttributeError, OSError, pa.ArrowException) as error:
        raise PartDamaged(f"{path} has an index that says nothing: {error}") from error


def _pieces(groups: Mapping[str, RowGroup], facts: bytes) -> Iterator[Any]:
    yield _MARK
    at = len(_MARK)
    small = _Small()
    numbers: dict[ColumnChunk, int] = {}
    chunks: list[Any] = []
    for chunk in (chunk for group in groups.values() for chunk in group.chunks):
        if chunk not in numbers:
            numbers[chunk] = len(chunks)
            chunks.append(_chunk(chunk, at, small))
            yield chunk.data
            at += chunk.data.size
    tables = [_table(name, group, numbers, small) for name, group in groups.items()]
    index = orjson.dumps([at, chunks, tables, small.add(facts)])
    yield from (*small.parts, index, len(index).to_bytes(_LENGTH, "little"))


# ---- the index ----

Place = tuple[int, int]
"""Where something small lies, counted from the first that is small, and its length."""


class _Small:
    """What JSON cannot hold: bytes, one thing after the other."""

    def __init__(self, data: pa.Buffer | None = None) -> None:
        self.parts: list[bytes] = []
        self._size = 0
        self._data = data

    def add(self, thing: bytes) -> Place:
        """Put something behind what is there, and say where that is."""
        place = (self._size, len(thing))
        self.parts.append(thing)
        self._size += len(thing)
        return place

    def get(self, place: Place) -> bytes:
        """What lies at a place."""
        found: bytes = _cut(self._data, *map(_number, place)).to_pybytes()
        return found


def _chunk(chunk: ColumnChunk, at: int, small: _Small) -> Any:
    relative = (_relative(chunk.metadata, small), _relative(chunk.offset_index, small))
    return (at, chunk.data.size), chunk.size, small.add(chunk.column_index), *relative


def _read_chunk(data: pa.Buffer, small: _Small, pages: Place, size: int, column_index: Place, *relative: Any) -> ColumnChunk:
    metadata, offset_index = (_read_relative(small, *each) for each in relative)
    return ColumnChunk(_cut(data, *map(_number, pages)), _number(size), metadata, small.get(column_index), offset_index)


def _relative(relative: Relative, small: _Small) -> Any:
    return [small.add(each) for each in relative.around], relative.offsets


def _read_relative(small: _Small, around: Sequence[Place], offsets: Sequence[int]) -> Relative:
    return Relative(tuple(map(small.get, around)), tuple(map(_number, offsets)))


def _table(name: str, group: RowGroup, numbers: Mapping[ColumnChunk, int], small: _Small) -> Any:
    columns = {column: [numbers[chunk] for chunk in leaves] for column, leaves in group.columns.items()}
    return name, small.add(group.schema.serialize().to_pybytes()), group.rows, small.add(group.digest), columns


def _read_table(  # noqa: PLR0913, PLR0917  as they stand in the index
    chunks: Sequence[ColumnChunk], small: _Small, name: str, schema: Place, rows: int, digest: Place, columns: Mapping[str, Sequence[int]]
) -> tuple[str, RowGroup]:
    read = pa.ipc.read_schema(pa.py_buffer(small.get(schema)))
    if columns.keys() != set(read.names):
        raise ValueError("the columns are not those of the schema")
    leaves = {column: [chunks[_number(number)] for number in numbers] for column, numbers in columns.items()}
    return name, RowGroup(read, _number(rows), small.get(digest), leaves)


def _number(value: int) -> int:
    if value.__class__ is not int or value < 0:
        raise ValueError("what should be a number is none")
    return value


def _cut(data: pa.Buffer, start: int, length: int) -> pa.Buffer:
    if start < 0 or length < 0 or start + length > data.size:
        raise ValueError("a piece lies outside the file")
    return data.slice(start, length)
