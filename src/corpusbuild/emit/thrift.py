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
            _add_number(out, start + offset)
            out += after
        return bytes(out)


def parse(data: bytes) -> Struct:
    """The struct that ``data`` holds. Raises :class:`ValueError` if it is not one, or if anything follows it."""
    try:
        struct, end = _struct(data, 0, _DEPTH)
    except IndexError:
        end = len(data) + 1
    if end > len(data):
        raise ValueError("the bytes end before the struct does")
    if end < len(data):
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


# ---- reading: each function takes where a value begins, and also returns where it ends ----

# Most numbers are of one byte, and are read and written without a call: a row group has thousands of them.


def _struct(data: bytes, at: int, depth: int) -> tuple[Struct, int]:
    fields: list[Field] = []
    number = 0
    while head := data[at]:
        at += 1
        kind = head & 0x0F
        if head > 0x0F:
            number += head >> 4
        else:
            last = number
            number, at = _number(data, at, 16)
            if 0 < number - last < 16:
                raise ValueError("a field's number takes more bytes than it needs")
        if number > 0x7FFF:
            raise ValueError("a field's number is too great")
        value: Value
        if kind in _BITS and data[at] < 0x80:
            value, at = (data[at] >> 1) ^ -(data[at] & 1), at + 1
        elif kind in {TRUE, FALSE}:
            value = kind == TRUE
        else:
            value, at = _value(data, at, kind, depth)
        fields.append(Field(number, kind, value))
    return tuple(fields), at + 1


def _value(data: bytes, at: int, kind: int, depth: int) -> tuple[Value, int]:
    if kind == BINARY:
        length, at = _varint(data, at, 32)
        return data[at : at + length], at + length
    if bits := _BITS.get(kind):
        return _number(data, at, bits)
    if kind == BYTE:
        return data[at], at + 1
    if kind not in {LIST, STRUCT}:
        raise ValueError(f"there are no values of kind {kind} here")
    if not depth:
        raise ValueError("structs and lists lie too deep in each other")
    return _struct(data, at, depth - 1) if kind == STRUCT else _items(data, at, depth - 1)


def _items(data: bytes, at: int, depth: int) -> tuple[Items, int]:
    size, kind = data[at] >> 4, data[at] & 0x0F
    at += 1
    if size == 0x0F:
        size, at = _varint(data, at, 32)
        if size < 0x0F:
            raise ValueError("a list's length takes more bytes than it needs")
    if size > len(data) - at:
        raise ValueError("a list is longer than the bytes that are left")
    if kind in {TRUE, FALSE}:
        flags = data[at : at + size]
        if not {TRUE, FALSE}.issuperset(flags):
            raise ValueError("a flag is neither true nor false")
        return Items(kind, tuple(flag == TRUE for flag in flags)), at + size
    found: list[Value] = []
    for _ in range(size):
        value: Value
        if kind in _BITS and data[at] < 0x80:
            value, at = (data[at] >> 1) ^ -(data[at] & 1), at + 1
        else:
            value, at = _value(data, at, kind, depth)
        found.append(value)
    return Items(kind, tuple(found)), at


def _number(data: bytes, at: int, bits: int) -> tuple[int, int]:
    value, at = _varint(data, at, bits)
    return (value >> 1) ^ -(value & 1), at


def _varint(data: bytes, at: int, bits: int) -> tuple[int, int]:
    value = shift = 0
    while (byte := data[at]) & 0x80:
        value |= (byte & 0x7F) << shift
        shift += 7
        at += 1
        if shift >= bits:
            raise ValueError("a number is too long")
    value |= byte << shift
    if value >> bits or (shift and not byte):
        raise ValueError("a number is too great, or takes more bytes than it needs")
    return value, at + 1


# ---- writing ----


class _Writer:
    """Writes values, one after the other; offsets are left out and kept with their places unless ``keep_offsets``."""

    def __init__(self, *, keep_offsets: bool = False) -> None:
        self.out = bytearray()
        self.offsets: list[tuple[int, int]] = []
        self.keep_offsets = keep_offsets

    def struct(self, struct: Struct | bytes) -> None:
        out = self.out
        if isinstance(struct, bytes):
            out += struct
            return
        last = 0
        for number, kind, value in struct:
            if 0 < number - last < 16:
                out.append(number - last << 4 | kind)
            else:
                out.append(kind)
                _add_number(out, number)
            last = number
            if kind in _BITS and type(value) is int and 0 <= value < 0x40:
                out.append(value << 1)
            elif kind not in {TRUE, FALSE}:
                self._value(kind, value)
        out.append(0)

    def _value(self, kind: int, value: Value) -> None:
        if kind in _BITS:
            if isinstance(value, Offset) and not self.keep_offsets:
                self.offsets.append((len(self.out), int(value)))
            else:
                _add_number(self.out, value)
        elif kind == BINARY:
            _add_varint(self.out, len(value))
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
            _add_varint(self.out, size)
        if items.kind in {TRUE, FALSE}:
            self.out += bytes(TRUE if value else FALSE for value in items.values)
            return
        for value in items.values:
            if items.kind in _BITS and type(value) is int and 0 <= value < 0x40:
                self.out.append(value << 1)
            else:
                self._value(items.kind, value)


def _add_number(out: bytearray, value: int) -> None:
    _add_varint(out, value << 1 if value >= 0 else (-value << 1) - 1)


def _add_varint(out: bytearray, value: int) -> None:
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
