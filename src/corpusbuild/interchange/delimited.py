"""Read delimited text (CSV, TSV) row by row, with the line that each row begins on: quoted cells may hold line ends.

Strict: a quotation mark that closes no cell, or one that never closes, is a finding. The lines that such a row ran over are read
again, as rows of their own, so that one stray mark costs one row.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.errors import CannotGoOn
from corpusbuild.interchange.files import LINE_BYTES, SourceFile, too_long
from corpusbuild.interchange.model import At
from corpusbuild.interchange.refusing import malformed

CELL_CHARACTERS = 64 << 20
"""The most characters of a cell."""

_READ_AGAIN = 1_000  # rows; a file with more stray marks is not of this dialect


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are told apart. ``quote`` is empty where none are quoted; a doubled quotation mark stands for itself."""

    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    escape: str | None = None


class Cells(NamedTuple):
    """A row, as it stands."""

    at: At
    cells: list[str]


def dialect_of(file: SourceFile) -> Dialect:
    """The usual dialect of files with this suffix."""
    return Dialect("\t") if file.suffix in {".tsv", ".tab"} else Dialect()


def read_cells(file: SourceFile, dialect: Dialect) -> Iterator[Cells | Finding]:
    """The rows that are not blank, the header among them, and findings about those that cannot be read."""
    # The bound is one for all readers of the process, and the usual one is less than many articles have.
    csv.field_size_limit(CELL_CHARACTERS)
    encoding = "utf-8-sig" if dialect.encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else dialect.encoding
    with file.open() as opened:
        lines = _Lines(file, io.TextIOWrapper(opened, encoding, newline="", errors="surrogateescape"), dialect)
        rows = _reader(lines, dialect)
        again = 0
        while True:
            lines.begin()
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield malformed(At(file.path, lines.first), f"the row cannot be read: {error}", "a quotation mark in a cell is doubled")
                again += 1
                if again > _READ_AGAIN:
                    yield malformed(At(file.path, lines.first), "what follows is not read", "say which dialect it is")
                    return
                lines.go_back()
                rows = _reader(lines, dialect)
                continue
            at = At(file.path, lines.first)
            if any("\ud800" <= letter <= "\udfff" for cell in cells if not cell.isascii() for letter in cell):
                yield malformed(at, f"the row is not {dialect.encoding}", _SAY_ENCODING)
            elif cells:
                yield Cells(at, cells)


_SAY_ENCODING = "write it in UTF-8, or say which encoding it is in"


def _reader(lines: _Lines, dialect: Dialect) -> Iterator[list[str]]:
    if dialect.quote:
        return csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote, escapechar=dialect.escape, strict=True)
    return csv.reader(lines, delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE, escapechar=dialect.escape, strict=True)


class _Lines:
    """The lines of a text; those of the row that is read are kept."""

    def __init__(self, file: SourceFile, text: io.TextIOWrapper, dialect: Dialect) -> None:
        self.file, self.text, self.dialect = file, text, dialect
        self.first = 1
        self.row: list[str] = []
        self.ahead: list[str] = []
        """Lines that are given again, the next one last."""

    def begin(self) -> None:
        """A row begins."""
        self.first += sum(line.endswith("\n") for line in self.row)
        self.row = []

    def go_back(self) -> None:
        """Give the lines of this row once more, but for its first."""
        self.ahead += self.row[:0:-1]
        del self.row[1:]

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.ahead.pop() if self.ahead else self._read()
        if not line:
            raise StopIteration
        if len(line) > LINE_BYTES:
            raise too_long(self.file, self.first + len(self.row))
        self.row.append(line)
        return line

    def _read(self) -> str:
        try:
            return self.text.readline(LINE_BYTES + 1)
        except UnicodeError as error:  # as UTF-16 that has half a unit, or no mark: no single byte is to blame
            raise CannotGoOn(f"the file is not {self.dialect.encoding}", self.file.path, _SAY_ENCODING) from error
