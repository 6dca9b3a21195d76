"""Turn where a finding points into line and column, by reading that file again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpusbuild.corpus.json_positions import JsonPositions
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.report import Located
from corpusbuild.diagnostics.source import SourceFile
from corpusbuild.diagnostics.where import InBytes, InFile, InJson, InText, Origin, Place, Where, pointer_text

# Findings come file by file; a few documents are enough to keep.
_KEEP = 16


@dataclass
class Locator:
    """Reads the documents of one corpus and knows the place of everything in them."""

    root: Path
    _sources: dict[Origin, SourceFile] = field(default_factory=dict)
    _positions: dict[Origin, JsonPositions] = field(default_factory=dict)

    def locate(self, finding: Finding) -> Located:
        """The finding with its place and those of what else it shows."""
        return Located(finding, self.place(finding.where), tuple(self.place(also.where) for also in finding.also))

    def place(self, where: Where) -> Place:
        """The place of ``where``. A file that cannot be read is pointed at as a whole."""
        if isinstance(where, InFile):
            # Not opened: it may be large, or not be there.
            return Place(where.origin.path, where.origin.line, 1, where.origin.line, 1)
        source = self.source(where.origin)
        match where:
            case InText(_, start, end):
                return source.place(start, end)
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
            data = b""
            with suppress(OSError):
                # A pipe would keep us waiting.
                if (self.root / origin.path).is_file():
                    with (self.root / origin.path).open("rb") as file:
                        file.seek(origin.offset)
                        data = file.read(origin.length)
            self._sources[origin] = SourceFile(origin.path, data, origin.line)
        return self._sources[origin]

    def _json(self, origin: Origin, source: SourceFile) -> JsonPositions:
        if origin not in self._positions:
            _forget(self._positions)
            self._positions[origin] = JsonPositions(source.data)
        return self._positions[origin]


def _forget(kept: dict[Origin, Any]) -> None:
    while len(kept) >= _KEEP:
        del kept[next(iter(kept))]
