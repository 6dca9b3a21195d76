"""The bytes that an author saved, and the line and column of any place in them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from corpusbuild.diagnostics.where import Place


@dataclass(frozen=True)
class SourceFile:
    """A file, or the line of a shard that is looked at; every place points into one.

    ``first_line`` is the number of the first line of ``data`` in the file, from 1.
    """

    path: str
    data: bytes
    first_line: int = 1

    @cached_property
    def text(self) -> str:
        """The bytes as text; what is not UTF-8 becomes lone surrogates, so that columns still count."""
        return self.data.decode("utf-8", "surrogateescape")

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        at = self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts

    @cached_property
    def _line_bytes(self) -> list[int]:
        """The bytes at which lines start: no line feed is part of another character."""
        starts = [0]
        at = self.data.find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.data.find(b"\n", at + 1)
        return starts

    def code_point(self, byte: int) -> int:
        """The code point that stands at a byte offset."""
        line = bisect_right(self._line_bytes, byte) - 1
        start = self._line_bytes[line]
        return self._line_starts[line] + len(self.data[start:byte].decode("utf-8", "surrogateescape"))

    def place(self, start: int, end: int, pointer: str = "") -> Place:
        """The place of a range of code points."""
        line, column = self._line_column(start)
        end_line, end_column = self._line_column(max(start, end))
        return Place(self.path, line, column, end_line, end_column, pointer)

    def place_of_line(self, number: int) -> Place:
        """The place of a whole line, by its number in the file."""
        return Place(self.path, number, 1, number, len(self.line(number)) + 1)

    def _line_column(self, at: int) -> tuple[int, int]:
        at = min(at, len(self.text))
        line = bisect_right(self._line_starts, at) - 1
        return self.first_line + line, at - self._line_starts[line] + 1

    def line(self, number: int) -> str:
        """One line, by its number in the file, without its end; empty where there is none."""
        index = number - self.first_line
        if not 0 <= index < len(self._line_starts):
            return ""
        end = self._line_starts[index + 1] - 1 if index + 1 < len(self._line_starts) else len(self.text)
        return self.text[self._line_starts[index] : end].rstrip("\r")
