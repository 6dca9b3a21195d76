"""Cut shards into ranges that can be read side by side: every line is in one of them, the one that it begins in."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from corpusbuild.corpus.files import opened, readable
from corpusbuild.corpus.limits import DEFAULT
from corpusbuild.corpus.spill import unreadable
from corpusbuild.corpus.storage import Root
from corpusbuild.diagnostics.where import Origin

RANGE_BYTES = 8 << 20
_BLOCK = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a shard that begin at one of its bytes from ``start`` up to ``end``, half-open.

    Of a line that has more than ``most`` bytes, no more than its beginning is read, which has more as well: whoever reads such a
    line sees that it is too long, and the rest never takes memory.
    """

    path: str
    start: int
    end: int
    most: int = DEFAULT.line_bytes

    def read(self, root: Root) -> Iterator[tuple[Origin, bytes]]:
        """The lines that are not blank, each with where it lies.

        Lines end with LF alone, as JSON Lines has it, and hold it; a carriage return is white space.
        """
        return self.load(root).lines()

    def load(self, root: Root) -> Loaded:
        """The bytes of the lines."""
        data, offset = self._lines(root)
        return Loaded(self.path, offset, data)

    def _lines(self, root: Root) -> tuple[io.BytesIO, int]:
        """The bytes of the lines, and where the first of them begins."""
        with opened(root, self.path) as file:
            # The byte before says whether a line begins at ``start``.
            before = self.start - 1 if self.start else 0
            file.seek(before)
            data = file.read(self.end - before)
            begin = data.find(b"\n") + 1 if self.start else 0
            if begin == len(data) or (self.start and not begin):
                return io.BytesIO(), self.end
            if not data.endswith(b"\n"):
                data += _rest(file, self.most + 1 - (len(data) - data.rfind(b"\n") - 1))
        lines = io.BytesIO(data)
        lines.seek(begin)
        return lines, before + begin


@dataclass(frozen=True, slots=True)
class Loaded:
    """Some whole lines of a shard, from ``offset``."""

    path: str
    offset: int
    data: io.BytesIO

    @property
    def sha256(self) -> bytes:
        """The hash of their bytes."""
        return hashlib.sha256(self.data.getbuffer()[self.data.tell() :]).digest()

    def lines(self) -> Iterator[tuple[Origin, bytes]]:
        """The lines that are not blank, each with where it lies."""
        path, offset = self.path, self.offset
        # Each line is copied out as it is asked for: a copy of all at once would leave the processor's cache before it is read.
        for line in self.data:
            length = len(line)
            if not line.isspace():
                yield Origin(path, offset, length), line
            offset += length


class Hashed(NamedTuple):
    """Where the first line of a range begins, and the SHA-256 of the range's lines."""

    offset: int
    sha256: bytes


def hashed(root: Root, path: str, *, most: int) -> dict[Lines, Hashed]:
    """The hash of each range of a shard that is not compressed. Raises as :func:`ranges` and :meth:`Lines.load` do."""
    loaded = ((lines, lines.load(root)) for lines in ranges(root, path, most=most))
    return {lines: Hashed(each.offset, each.sha256) for lines, each in loaded}


def _rest(file: BinaryIO, most: int) -> bytes:
    """What there is of the line that ``file`` is in, up to ``most`` bytes."""
    blocks = []
    while most > 0 and (block := file.readline(min(_BLOCK, most))):
        blocks.append(block)
        most -= len(block)
        if block.endswith(b"\n"):
            break
    return b"".join(blocks)


def ranges(root: Root, path: str, size: int = RANGE_BYTES, *, most: int = DEFAULT.line_bytes) -> Iterator[Lines]:
    """The ranges of a shard, each of ``size`` bytes; the file is not opened.

    One in the middle of a line that is longer has no lines.
    """
    try:
        end = readable(root, path).stat().st_size
    except OSError as error:
        raise unreadable(error, path) from error
    for start in range(0, end, size):
        yield Lines(path, start, min(start + size, end), most)
