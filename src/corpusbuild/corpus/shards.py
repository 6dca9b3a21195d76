"""Cut shards into ranges that can be read side by side: every line is in one of them, the one that it begins in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpusbuild.corpus.files import opened, readable
from corpusbuild.corpus.spill import unreadable
from corpusbuild.diagnostics.where import Origin

RANGE_BYTES = 8 << 20

# Lines are copied out of a buffer that stays in the processor's cache: a range that is read at once, and split, takes twice the time.
_BUFFER = 1 << 18  # bytes


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a shard that begin at one of its bytes from ``start`` up to ``end``, half-open."""

    path: str
    start: int
    end: int

    def read(self, root: Path) -> Iterator[tuple[Origin, bytes]]:
        """The lines that are not blank, each with where it lies.

        Lines end with LF alone, as JSON Lines has it, and hold it; a carriage return is white space.
        """
        path, offset, end = self.path, self.start, self.end
        with opened(root, path, _BUFFER) as file:
            if offset:
                # The byte before says whether a line begins here; of one that began before, no more is read than this range.
                file.seek(offset - 1)
                begun = file.readline(end - offset + 1)
                offset = offset - 1 + len(begun) if begun.endswith(b"\n") else end
            if offset == end:
                return
            for line in file:
                length = len(line)
                if not line.isspace():
                    yield Origin(path, offset, length), line
                offset += length
                if offset >= end:
                    return


def ranges(root: Path, path: str, size: int = RANGE_BYTES) -> Iterator[Lines]:
    """The ranges of a shard, each of ``size`` bytes; the file is not opened.

    One in the middle of a line that is longer has no lines.
    """
    try:
        end = readable(root, path).stat().st_size
    except OSError as error:
        raise unreadable(error, path) from error
    for start in range(0, end, size):
        yield Lines(path, start, min(start + size, end))
