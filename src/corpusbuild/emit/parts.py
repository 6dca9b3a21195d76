"""A part: the encoded row groups of one block in one file, each column chunk once, whichever tables have it.

A file is a mark, the pages of the chunks, small things, an index in JSON that says where all of them lie, the length of the
index and where the small things begin (8 bytes each, little-endian), and the SHA-256 of all that is behind the pages, in
which the SHA-256 of the pages is. So what is said of the row groups can be proved without reading them. A part that is not
as it was written is refused, never mended.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO, NamedTuple

import orjson
import pyarrow as pa

from corpusbuild.corpus.storage import Root
from corpusbuild.emit.row_groups import ColumnChunk, RowGroup
from corpusbuild.emit.sealed import SEAL, mapped, write_to
from corpusbuild.emit.thrift import Relative

_MARK = b"CBPART03"
_LENGTH = 8  # bytes of a length, and of a place


class PartDamaged(ValueError):
    """A file is not a part, or no longer as it was written."""


class Extent(NamedTuple):
    """How much a row group is: rows, bytes of its pages before and after compression; and the digest of its content."""

    rows: int
    num_bytes: int
    size: int
    digest: bytes


@dataclass
class Part:
    """The row groups of a block by table, and what else is said of them, as its writer wrote it.

    Their pages lie in the file, which stays mapped as long as they are used; whether they are as they were written
    is not known before :meth:`prove`.
    """

    path: Root
    facts: bytes
    extents: Mapping[str, Extent]
    _data: pa.Buffer
    _small: _Small
    _pages: tuple[int, bytes]
    """Where they end, and their hash."""
    _index: tuple[Sequence[Any], Mapping[str, Sequence[Any]]]
    """The chunks, and the tables."""

    def prove(self) -> None:
        """Compute the hash of the pages anew, and read all of the index. Raises :class:`PartDamaged` where either is wrong."""
        end, sha256 = self._pages
        with _saying_something(self.path):
            pages = _cut(self._data, len(_MARK), end - len(_MARK))
        if hashlib.sha256(pages).digest() != sha256:
            raise PartDamaged(f"{self.path} is not as it was written")
        _ = self.groups

    @property
    def groups(self) -> dict[str, RowGroup]:
        """All row groups."""
        return {name: self.group(name) for name in self.extents}

    def group(self, table: str) -> RowGroup:
        """The row group of one table. Raises :class:`PartDamaged` where the index says nothing."""
        with _saying_something(self.path):
            return _read_table(self._chunks, self._small, *self._index[1][table])

    @cached_property
    def _chunks(self) -> list[ColumnChunk]:
        return [_read_chunk(self._data, self._small, *chunk) for chunk in self._index[0]]


def write_part(to: Root | BinaryIO, groups: Mapping[str, RowGroup], facts: bytes = b"") -> None:
    """Write row groups by table, and ``facts`` of them. A path has the old file or the whole new one, whenever this is interrupted."""
    write_to(to, _pieces(groups, facts))


def read_part(path: Root) -> Part:
    """What is in a part, but for the pages of its row groups, which are neither read nor proved.

    Raises :class:`PartDamaged`, and :class:`OSError` if the file cannot be read.
    """
    data = mapped(path)
    end = data.size - SEAL
    with _saying_something(path):
        start = int.from_bytes(_cut(data, end - _LENGTH, _LENGTH).to_pybytes(), "little")
        said = _cut(data, start, end - start)
        if hashlib.sha256(said).digest() != _cut(data, end, SEAL).to_pybytes() or data.slice(0, len(_MARK)).to_pybytes() != _MARK:
            raise PartDamaged(f"{path} is not as it was written")
        at = said.size - 2 * _LENGTH
        length = int.from_bytes(_cut(said, at, _LENGTH).to_pybytes(), "little")
        chunks, tables, facts, pages = orjson.loads(memoryview(_cut(said, at - length, length)))
        small = _Small(_cut(said, 0, at - length))
        extents = {table[0]: _extent(chunks, small, *table) for table in tables}
        index = chunks, {table[0]: table for table in tables}
        return Part(path, small.get(facts), extents, data, small, (start, small.get(pages)), index)


@contextmanager
def _saying_something(path: Root) -> Iterator[None]:
    """Whoever made a hash that is right may still have written an index that says nothing."""
    try:
        yield
    except PartDamaged:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, OSError, OverflowError, pa.ArrowException) as error:
        raise PartDamaged(f"{path} has an index that says nothing: {error}") from error


def _pieces(groups: Mapping[str, RowGroup], facts: bytes) -> Iterator[Any]:
    yield _MARK
    at = len(_MARK)
    pages = hashlib.sha256()
    small = _Small()
    numbers: dict[ColumnChunk, int] = {}
    chunks: list[Any] = []
    for chunk in (chunk for group in groups.values() for chunk in group.chunks):
        if chunk not in numbers:
            numbers[chunk] = len(chunks)
            chunks.append(_chunk(chunk, at, small))
            pages.update(chunk.data)
            yield chunk.data
            at += chunk.data.size
    tables = [_table(name, group, numbers, small) for name, group in groups.items()]
    index = orjson.dumps([chunks, tables, small.add(facts), small.add(pages.digest())])
    said = b"".join((*small.parts, index, len(index).to_bytes(_LENGTH, "little"), at.to_bytes(_LENGTH, "little")))
    yield said
    yield hashlib.sha256(said).digest()


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


def _extent(
    chunks: Sequence[Any], small: _Small, _name: str, _schema: Place, rows: int, digest: Place, columns: Mapping[str, Sequence[int]]
) -> Extent:
    leaves = [chunks[_number(number)] for numbers in columns.values() for number in numbers]
    return Extent(_number(rows), sum(_number(leaf[1]) for leaf in leaves), sum(_number(leaf[0][1]) for leaf in leaves), small.get(digest))


def _read_table(
    chunks: Sequence[ColumnChunk], small: _Small, _name: str, schema: Place, rows: int, digest: Place, columns: Mapping[str, Sequence[int]]
) -> RowGroup:
    read = pa.ipc.read_schema(pa.py_buffer(small.get(schema)))
    if columns.keys() != set(read.names):
        raise ValueError("the columns are not those of the schema")
    leaves = {column: [chunks[_number(number)] for number in numbers] for column, numbers in columns.items()}
    return RowGroup(read, _number(rows), small.get(digest), leaves)


def _number(value: int) -> int:
    if value.__class__ is not int or value < 0:
        raise ValueError("what should be a number is none")
    return value


def _cut(data: pa.Buffer, start: int, length: int) -> pa.Buffer:
    if start < 0 or length < 0 or start + length > data.size:
        raise ValueError("a piece lies outside the file")
    return data.slice(start, length)
