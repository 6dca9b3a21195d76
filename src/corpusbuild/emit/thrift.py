"""Thrift's compact protocol, in which Parquet writes its footer: bytes to values and back, without a schema.

A struct is its fields in the order in which they stand, so that nothing is lost of fields that are not known here. Only
what Parquet's metadata needs is there: no doubles, sets and maps. What is read is written again with the same bytes;
anything else, such as a number that is written with more bytes than it takes, is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

TRUE, FALSE, BYTE, I16, I32, I64, BINARY, LIST, STRUCT = 1, 2, 3, 4, 5, 6, 8, 9, 12
"""Kinds of values, as they are written. A field of ``TRUE`` or ``FALSE`` has its value in its kind."""

_BITS = {I16: 16, I32: 32, I64: 64}
_DEPTH = 16
"""How deep structs and lists may lie in each other; Parquet's footer takes eight."""

Value: TypeAlias = Any
"""``bool``, ``int``, ``bytes``, :class:`Items` or a :data:`Struct`, as the kind says."""


class Field(NamedTuple):
    """A field of a struct: its number, its kind and its value. A struct may also be given as its bytes, to be written."""

    id: int
    kind: int
    value: Value


Struct: TypeAlias = tuple[Field, ...]


class Items(NamedTuple):
    """A list: the kind of its items, and these."""

    kind: int
    values: Sequence[Value]


class Offset(int):
    """A number of kind ``I64`` that counts from a place which is not known yet."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Relative:
    """A struct that says where things lie, counted from some start: its bytes around each offset, and the offsets."""

    around: tuple[bytes, ...]
    offsets: tuple[int, ...]

    @classmethod
    def of(cls, struct: Struct) -> Relative:
        """The struct whose offsets are those of class :class:`Offset`."""
        writer = _Writer()
        writer.struct(struct)
        ends = [0, *(at for at, _ in writer.offsets), len(writer.out)]
        around = (bytes(writer.out[start:end]) for start, end in pairwise(ends))
        return cls(tuple(around), tuple(offset for _, offset in writer.offsets))

    def at(self, start: int) -> bytes:
        """The struct's bytes when that start is at ``start``."""
        out = bytearray(self.around[0])
        for offset, after in zip(self.offsets, self.around[1:], strict=True):
            _number(out, start + offset)
            out += after
        return bytes(out)


def parse(data: bytes) -> Struct:
    """The struct that ``data`` holds. Raises :class:`ValueError` if it is not one, or if anything follows it."""
    reader = _Reader(data)
    struct = reader.struct(_DEPTH)
    if reader.at != len(data):
        raise ValueError("bytes follow the struct")
    return struct


def serialise(struct: Struct) -> bytes:
    """The bytes of a struct."""
    writer = _Writer(keep_offsets=True)
    writer.struct(struct)
    return bytes(writer.out)


def values(struct: Struct) -> dict[int, Value]:
    """The value of each field, by number."""
    return {field.id: field.value for field in struct}


class _Reader:
    """Reads values, one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def struct(self, depth: int) -> Struct:
        fields: list[Field] = []
        last = 0
        while head := self._byte():
            step, kind = head >> 4, head & 0x0F
            number = last + step if step else self._number(16)
            if not -0x8000 <= number < 0x8000 or (not step and 0 < number - last < 16):
                raise ValueError("a field's number is not written as it should be")
            fields.append(Field(number, kind, kind == TRUE if kind in {TRUE, FALSE} else self._value(kind, depth)))
            last = number
        return tuple(fields)

    def _value(self, kind: int, depth: int) -> Value:
        if bits := _BITS.get(kind):
            return self._number(bits)
        if kind == BINARY:
            return self._bytes(self._varint(32))
        if kind == BYTE:
            return self._byte()
        if kind not in {LIST, STRUCT}:
            raise ValueError(f"there are no values of kind {kind} here")
        if not depth:
            raise ValueError("structs and lists lie too deep in each other")
        return self.struct(depth - 1) if kind == STRUCT else self._items(depth - 1)

    def _items(self, depth: int) -> Items:
        head = self._byte()
        size, kind = head >> 4, head & 0x0F
        if size == 0x0F:
            size = self._varint(32)
            if size < 0x0F:
                raise ValueError("a list's length takes more bytes than it needs")
        if size > len(self.data) - self.at:
            raise ValueError("a list is longer than the bytes that are left")
        if kind in {TRUE, FALSE}:
            return Items(kind, tuple(self._flag() for _ in range(size)))
        return Items(kind, tuple(self._value(kind, depth) for _ in range(size)))

    def _flag(self) -> bool:
        byte = self._byte()
        if byte not in {TRUE, FALSE}:
            raise ValueError(f"{byte} is neither true nor false")
        return byte == TRUE

    def _number(self, bits: int) -> int:
        value = self._varint(bits)
        return (value >> 1) ^ -(value & 1)

    def _varint(self, bits: int) -> int:
        value = shift = 0
        while (byte := self._byte()) & 0x80:
            value |= (byte & 0x7F) << shift
            shift += 7
            if shift >= bits:
                raise ValueError("a number is too long")
        value |= byte << shift
        if value >> bits or (shift and not byte):
            raise ValueError("a number is too great, or takes more bytes than it needs")
        return value

    def _byte(self) -> int:
        if self.at >= len(self.data):
            raise ValueError("the bytes end before the struct does")
        self.at += 1
        return self.data[self.at - 1]

    def _bytes(self, length: int) -> bytes:
        self.at += length
        if self.at > len(self.data):
            raise ValueError("the bytes end before the struct does")
        return self.data[self.at - length : self.at]


class _Writer:
    """Writes values, one after the other; offsets are left out and kept with their places unless ``keep_offsets``."""

    def __init__(self, *, keep_offsets: bool = False) -> None:
        self.out = bytearray()
        self.offsets: list[tuple[int, int]] = []
        self.keep_offsets = keep_offsets

    def struct(self, struct: Struct | bytes) -> None:
        if isinstance(struct, bytes):
            self.out += struct
            return
        last = 0
        for number, kind, value in struct:
            step = number - last
            if 0 < step < 16:
                self.out.append(step << 4 | kind)
            else:
                self.out.append(kind)
                _number(self.out, number)
            last = number
            if kind not in {TRUE, FALSE}:
                self._value(kind, value)
        self.out.append(0)

    def _value(self, kind: int, value: Value) -> None:
        if kind in _BITS:
            if isinstance(value, Offset) and not self.keep_offsets:
                self.offsets.append((len(self.out), int(value)))
            else:
                _number(self.out, value)
        elif kind == BINARY:
            _varint(self.out, len(value))
            self.out += value
        elif kind == STRUCT:
            self.struct(value)
        elif kind == LIST:
            self._items(value)
        else:
            self.out.append(value)

    def _items(self, items: Items) -> None:
        size = len(items.values)
        self.out.append(min(size, 0x0F) << 4 | items.kind)
        if size >= 0x0F:
            _varint(self.out, size)
        if items.kind in {TRUE, FALSE}:
            self.out += bytes(TRUE if value else FALSE for value in items.values)
            return
        for value in items.values:
            self._value(items.kind, value)


def _number(out: bytearray, value: int) -> None:
    _varint(out, value << 1 if value >= 0 else (-value << 1) - 1)


def _varint(out: bytearray, value: int) -> None:
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
