"""Read the JSON values of a file one by one, with their lines: JSON Lines, the items of an array, or values one after another.

No more than one value is held. A value that is broken is a finding, and those after it are read: a string ends where its line
does (JSON has no line feed in one), and where brackets do not close, reading goes on at the next value that begins as this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, BinaryIO

from corpusbuild.corpus.json_positions import JsonPositions
from corpusbuild.corpus.json_reading import JsonFault, read_json
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.interchange.files import SourceFile
from corpusbuild.interchange.model import At
from corpusbuild.interchange.refusing import malformed, repeated

VALUE_BYTES = 256 << 20
"""The most bytes of one value, and so the most that is held of a file."""

_CHUNK = 1 << 20
_INDENT = 200  # bytes before a value that are looked at
_BOM = b"\xef\xbb\xbf"
_TOKEN = re.compile(rb'"(?:[^"\\\n]++|\\(?:[^\n]|\Z))*+("|\n|\Z)|[\[{]|[\]}]', re.DOTALL)
_CLOSING = dict(zip(b"{[", b"}]", strict=True))
_BROKEN = -1
_SPACE = b" \t\r\n"
_SCALAR = re.compile(rb"[^\s,\[\]{}\"]*")
_LINES = frozenset({".jsonl", ".ndjson"})


@dataclass(frozen=True)
class Value:
    """A JSON value, and where it begins; :meth:`line` says where what is in it stands."""

    at: At
    value: Any
    data: bytes = field(repr=False)

    def line(self, *pointer: str | int) -> At:
        """The line of a value in it."""
        if self._positions is None:
            return self.at
        return At(self.at.path, self.at.line + self.data.count(b"\n", 0, self._positions.value(pointer)[0]))

    @cached_property
    def _positions(self) -> JsonPositions | None:
        """None where all stands on one line."""
        return JsonPositions(self.data) if b"\n" in self.data.strip() else None


def read_values(file: SourceFile) -> Iterator[Value | Finding]:
    """The values of a file in order, and findings about those that cannot be read."""
    with file.open() as opened:
        scanner = _Scanner(file.path, opened)
        if file.suffix in _LINES and scanner.has_lines():
            yield from scanner.lines()
        else:
            yield from scanner.values()


class _Scanner:
    """The bytes of a file that are at hand: from ``start``, which is on ``line``."""

    def __init__(self, path: str, file: BinaryIO) -> None:
        self.path, self.file = path, file
        self.buffer = bytearray(file.read(_CHUNK))
        self.start, self.line, self.ended = 3 if self.buffer.startswith(_BOM) else 0, 1, False

    def more(self) -> bool:
        """Whether there were more bytes; they are at hand now. Those before the line of ``start`` are let go."""
        kept = min(self.start - (self.buffer.rfind(b"\n", 0, self.start) + 1), _INDENT)
        del self.buffer[: self.start - kept]
        self.start = kept
        read = self.file.read(max(_CHUNK, len(self.buffer)))
        self.buffer += read
        return bool(read)

    def go(self, to: int) -> None:
        self.line += self.buffer.count(b"\n", self.start, to)
        self.start = to

    def peek(self) -> int | None:
        """The next byte that is no white space, which is then at ``start``."""
        while True:
            end = self.start
            while end < len(self.buffer) and self.buffer[end] in _SPACE:
                end += 1
            self.go(end)
            if end < len(self.buffer):
                return self.buffer[end]
            if not self.more():
                return None

    def has_lines(self) -> bool:
        """Whether the first value ends on the line that it begins on."""
        first = self.peek()
        if first == ord("["):
            return False
        end = self._line_end()
        return _end(self.buffer[self.start : end], 0) is not None

    def lines(self) -> Iterator[Value | Finding]:
        """Each line is a value."""
        while self.peek() is not None:
            end = self._line_end()
            if end - self.start > VALUE_BYTES:
                yield malformed(At(self.path, self.line), f"the line has more than {VALUE_BYTES:,} bytes; what follows is not read")
                return
            yield self._read(end)
            self.go(end)

    def _line_end(self) -> int:
        searched = self.start
        while (end := self.buffer.find(b"\n", searched)) < 0:
            ahead = len(self.buffer) - self.start
            if ahead > VALUE_BYTES or not self.more():
                return len(self.buffer)
            searched = self.start + ahead
        return end

    def values(self) -> Iterator[Value | Finding]:
        """The items of an array, or values one after another."""
        opened = self.peek() == ord("[")
        if opened:
            opened_at = At(self.path, self.line)
            self.go(self.start + 1)
        while (byte := self.peek()) is not None:
            if byte == ord(","):
                self.go(self.start + 1)
                continue
            if byte == ord("]"):
                if not opened:
                    yield malformed(At(self.path, self.line), "there is a bracket that closes nothing")
                opened = False
                self.go(self.start + 1)
                continue
            end = self._value_end()
            if end is not None:
                yield self._read(end)
                self.go(end)
                continue
            at = At(self.path, self.line)
            if len(self.buffer) - self.start > VALUE_BYTES:
                yield malformed(at, f"the value has more than {VALUE_BYTES:,} bytes; what follows is not read", "write it as JSON Lines")
                return
            yield malformed(at, "the value that begins here does not end", "close its strings and brackets")
            opened = self._skip() and opened
        if opened:
            yield malformed(opened_at, "the array is not closed", "the file may be cut off: have it written again")

    def _read(self, end: int) -> Value | Finding:
        data = bytes(self.buffer[self.start : end])
        value = read_json(data)
        if not isinstance(value, JsonFault):
            return Value(At(self.path, self.line), value, data)
        at = At(self.path, self.line + data.count(b"\n", 0, value.byte))
        if value.repeated:
            twice = next(JsonPositions(data).repeated_keys(), None)
            name = f' "{twice.pointer[-1]}"' if twice else ""
            return repeated(At(self.path, self.line), f"the key{name} stands twice in one object")
        return malformed(at, f"this is not JSON: {value.reason}")

    def _value_end(self) -> int | None:
        """Where the value at ``start`` ends; None where it does not, as far as can be seen, or is too large."""
        while True:
            end = _end(self.buffer, self.start)
            if end == _BROKEN:
                return None
            if end is not None and (end < len(self.buffer) or self.buffer[end - 1] in b'}]"'):
                return end
            if len(self.buffer) - self.start > VALUE_BYTES:
                return None
            if not self.more():
                return end

    def _skip(self) -> bool:
        """Go to the next line that begins as the one at ``start`` does: with a bracket that is as far in. False where none does."""
        line = self.buffer.rfind(b"\n", 0, self.start) + 1
        before = bytes(self.buffer[line : self.start])
        indent = before if before.isspace() else b""
        found = self.buffer.find(b"\n" + indent + bytes(self.buffer[self.start : self.start + 1]), self.start)
        again = found >= 0 and self.buffer[self.start] in b"{["
        self.go(found + 1 if again else len(self.buffer))
        return again


def _end(data: bytes | bytearray, start: int) -> int | None:
    """Where the value ends that begins at ``start``; None if it does not end in ``data``, and ``_BROKEN`` if it never can."""
    if data[start : start + 1] not in (b"{", b"[", b'"'):
        found = _SCALAR.match(data, start)
        # What is no value at all is one byte long, so that reading goes on.
        return max(found.end(), start + 1) if found else start + 1
    closing = bytearray()
    for found in _TOKEN.finditer(data, start):
        first = data[found.start()]
        if first in _CLOSING:
            closing.append(_CLOSING[first])
        elif first in b"}]":
            if closing.pop() != first:
                return _BROKEN
        elif found[1] == b"":
            return None
        if not closing:
            return found.end()
    return None
