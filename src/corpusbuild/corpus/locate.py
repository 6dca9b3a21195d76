"""Turn where a finding points into line and column, by reading that file again."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from corpusbuild.corpus.files import opened, readable
from corpusbuild.corpus.json_positions import JsonPositions
from corpusbuild.corpus.layout import is_compressed, leads_out
from corpusbuild.corpus.storage import Root
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.report import Located
from corpusbuild.diagnostics.source import SourceFile
from corpusbuild.diagnostics.where import InBytes, InFile, InJson, InText, OnLine, Origin, Place, Where, pointer_text
from corpusbuild.errors import CannotGoOn

# Findings come file by file; a few documents are enough to keep.
_KEEP = 16

_BLOCK, _FAR_BLOCK = 1 << 18, 8 << 20  # bytes; what lies far away is asked for in larger ones

_NO_TEXT = ".parquet"  # of a source that is imported, in which a line is the number of a row

ARCHIVE = ".zip"
"""The suffix of an archive that is imported as it is."""

_MEMBER_BYTES = 256 << 20  # what is larger is not shown

_UNPACK = "{}; unpack the shard to have this mended by program"


@dataclass
class Locator:
    """Reads the documents of one corpus and knows the place of everything in them.

    ``root`` is the corpus; or what is imported: a folder, or a zip archive whose members are the documents.
    """

    root: Root
    _sources: dict[Origin, SourceFile] = field(default_factory=dict)
    _positions: dict[Origin, JsonPositions] = field(default_factory=dict)
    _lines: dict[str, _LineFeeds] = field(default_factory=dict)

    def locate(self, finding: Finding) -> Located:
        """The finding with its place and those of what else it shows; without a fix that nobody can apply."""
        if finding.fix is not None and any(is_compressed(edit.where.origin.path) for edit in finding.fix.edits):
            finding = replace(finding, fix=None, help=_UNPACK.format(finding.help).removeprefix("; "))
        return Located(finding, self.place(finding.where), tuple(self.place(also.where) for also in finding.also))

    def place(self, where: Where) -> Place:
        """The place of ``where``. A file that cannot be read is pointed at as a whole."""
        if isinstance(where, InFile):
            # A whole file is not opened: it may be large, or not be there.
            line = self._line(where.origin)
            return Place(where.origin.path, line, 1, line, 1)
        source = self.source(where.origin)
        match where:
            case InText(_, start, end):
                return source.place(start, end)
            case OnLine(_, line):
                return source.place_of_line(line)
            case InBytes(_, start, end):
                return source.place(source.code_point(start), source.code_point(end))
            case InJson(origin, pointer, key, part):
                positions = self._json(origin, source)
                start, end = map(source.code_point, positions.key(pointer) if key else positions.value(pointer))
                if part is not None and "\\" not in source.text[start:end]:
                    start, end = start + 1 + part[0], start + 1 + part[1]  # behind the quotation mark
                return source.place(start, end, pointer_text(pointer))

    def words(self, each: Located) -> str:
        """What a finding points at, as far as it stands on its first line."""
        place = each.place
        line = self.source(each.finding.where.origin).line(place.line)
        return line[place.column - 1 : place.end_column - 1 if place.end_line == place.line else None]

    def source(self, origin: Origin) -> SourceFile:
        """The document at ``origin``; empty where the file is gone."""
        if origin not in self._sources:
            _forget(self._sources)
            self._sources[origin] = SourceFile(origin.path, self._data(origin), self._line(origin))
        return self._sources[origin]

    def _data(self, origin: Origin) -> bytes:
        # A pipe would keep us waiting, and a link out of the corpus is not followed, least of all to be shown; of a compressed shard
        # as a whole there is nothing to show, and nothing of what is no text.
        unseen = origin.path.endswith(_NO_TEXT) or (origin.length is None and is_compressed(origin.path))
        if not unseen and isinstance(self.root, Path) and self.root.suffix.lower() == ARCHIVE and self.root.is_file():
            return _member(self.root, origin.path)
        if unseen or leads_out(self.root, origin.path) or not (self.root / origin.path).is_file():
            return b""
        with suppress(OSError, CannotGoOn), opened(self.root, origin.path) as file:
            file.seek(origin.offset)
            return file.read(-1 if origin.length is None else origin.length)
        return b""

    def _line(self, origin: Origin) -> int:
        """The line, from 1, that a document begins in."""
        if origin.offset == 0:
            return 1
        if origin.path not in self._lines:
            self._lines[origin.path] = _LineFeeds(self.root, origin.path)
        with suppress(OSError, CannotGoOn):
            return 1 + self._lines[origin.path].before(origin.offset)
        return 1

    def _json(self, origin: Origin, source: SourceFile) -> JsonPositions:
        if origin not in self._positions:
            _forget(self._positions)
            self._positions[origin] = JsonPositions(source.data)
        return self._positions[origin]


@dataclass
class _LineFeeds:
    """Counts the line feeds of a file up to any byte. Never reads a block twice in a row, nor one that need not be read."""

    root: Root
    path: str
    _counts: list[int] = field(default_factory=lambda: [0])
    """How many there are before each block of :data:`_BLOCK` bytes."""
    _last: tuple[int, bytes] = (-1, b"")
    """The block that was read last: its number, and its bytes."""

    def before(self, offset: int) -> int:
        """How many line feeds there are before byte ``offset``."""
        number, rest = divmod(offset, _BLOCK)
        if number >= len(self._counts) or number != self._last[0]:
            place = readable(self.root, self.path)
            with place.open("rb", 0 if isinstance(place, Path) else _FAR_BLOCK) as file:
                while number >= len(self._counts):
                    self._read(file, len(self._counts) - 1)
                    self._counts.append(self._counts[-1] + self._last[1].count(b"\n"))
                self._read(file, number)
        return self._counts[number] + self._last[1].count(b"\n", 0, rest)

    def _read(self, file: BinaryIO, number: int) -> None:
        if number != self._last[0]:
            file.seek(number * _BLOCK)
            self._last = number, file.read(_BLOCK)


def _member(archive: Path, name: str) -> bytes:
    """A member of a zip archive; nothing where it cannot be read."""
    with suppress(OSError, KeyError, RuntimeError, NotImplementedError, zipfile.BadZipFile), zipfile.ZipFile(archive) as opened_archive:
        if opened_archive.getinfo(name).file_size <= _MEMBER_BYTES:
            return opened_archive.read(name)
    return b""


def _forget(kept: dict[Origin, Any]) -> None:
    while len(kept) >= _KEEP:
        del kept[next(iter(kept))]
