"""Cut a text at every boundary of a mark: each piece knows which rows are over it, and as what."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Mark:
    """Words of a row: ``text[start:end]``. ``row`` and ``role`` are numbers; a ``home`` only holds the words of other roles."""

    start: int
    end: int
    row: int
    role: int
    home: bool = False


@dataclass(frozen=True, slots=True)
class Over:
    """A mark over a piece; ``lane`` is the line under the text that it is drawn on, 0 the nearest."""

    mark: Mark
    lane: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a text under the same marks: ``over`` those that are drawn, ``homes`` the rows whose words lie around it."""

    start: int
    end: int
    over: tuple[Over, ...] = ()
    homes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of a text that is not blank, in pieces; ``lanes`` is how many lines are drawn under it."""

    start: int
    end: int
    pieces: tuple[Piece, ...]

    @property
    def lanes(self) -> int:
        """How many lines are drawn under it."""
        return max((over.lane + 1 for piece in self.pieces for over in piece.over), default=0)


def position(start: int, end: int) -> str:
    """A range as it is shown where its words are not."""
    return f"{start}\N{EN DASH}{end}"


def lines(text: str) -> list[tuple[int, int]]:
    """The lines of a text that are not blank, as ranges."""
    found: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            found.append((start, start + len(line)))
        start += len(line) + 1
    return found


def paragraphs(ranges: Sequence[tuple[int, int]], marks: Iterable[Mark]) -> list[Paragraph]:
    """The ranges of a text, in order and apart from each other, in pieces.

    What of a mark lies outside of every range is not drawn; it takes time that grows with the marks and their depth.
    """
    ends = [end for _, end in ranges]
    of_range: list[list[Mark]] = [[] for _ in ranges]
    for mark in sorted(marks, key=lambda each: (each.start, -each.end, each.row, each.role)):
        number = bisect_left(ends, mark.start + 1)
        while number < len(ranges) and ranges[number][0] < mark.end:
            of_range[number].append(mark)
            number += 1
    return [Paragraph(start, end, tuple(_pieces(start, end, inside))) for (start, end), inside in zip(ranges, of_range, strict=True)]


def _pieces(start: int, end: int, marks: Sequence[Mark]) -> Iterator[Piece]:
    bounds = sorted({start, end, *(min(max(at, start), end) for mark in marks for at in (mark.start, mark.end))})
    coming = iter(marks)
    following = next(coming, None)
    active: list[Over] = []
    free: list[int] = []
    lanes = 0
    for low, high in pairwise(bounds):
        for over in active:
            if over.mark.end <= low and not over.mark.home:
                heapq.heappush(free, over.lane)
        active = [over for over in active if over.mark.end > low]
        while following is not None and following.start <= low:
            if following.end > low:
                lane = -1
                if not following.home:
                    lane = heapq.heappop(free) if free else lanes
                    lanes = max(lanes, lane + 1)
                active.append(Over(following, lane))
            following = next(coming, None)
        drawn = tuple(sorted((over for over in active if not over.mark.home), key=lambda over: over.lane))
        homes = tuple(dict.fromkeys(over.mark.row for over in active if over.mark.home))
        yield Piece(low, high, drawn, homes)
