"""Cut shards into ranges of whole lines, so that they can be read side by side and no line loses its number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpusbuild.corpus.files import opened, read_bytes
from corpusbuild.diagnostics.where import Origin

RANGE_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Lines:
    """A range of whole lines of a shard; ``first`` is the number of its first line, from 1."""

    path: str
    offset: int
    length: int
    first: int

    def read(self, root: Path) -> Iterator[tuple[Origin, bytes]]:
        """The lines that are not blank, each with where it lies."""
        data = read_bytes(root, Origin(self.path, self.offset, self.length))
        offset = self.offset
        for number, line in enumerate(_split(data), start=self.first):
            if line.strip():
                yield Origin(self.path, offset, len(line), number), line
            offset += len(line)


def _split(data: bytes) -> list[bytes]:
    """Lines end with LF alone, as JSON Lines has it; a carriage return is white space."""
    lines = data.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def ranges(root: Path, path: str, size: int = RANGE_BYTES) -> Iterator[Lines]:
    """The ranges of a shard, each of about ``size`` bytes, or of one line that is longer."""
    offset, first = 0, 1
    with opened(root, path) as file:
        while data := file.read(size):
            data += file.readline()
            yield Lines(path, offset, len(data), first)
            offset += len(data)
            first += data.count(b"\n")
