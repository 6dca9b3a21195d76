"""What a terminal can show, and what is drawn in it alike everywhere: names cut to fit, bars, tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile

from corpusbuild.render.colours import BOLD, RESET, TEAL
from corpusbuild.render.width import cells, graphemes, printable

GAP = 2
_LEAST_NAME = 12
_EIGHTHS = " ▏▎▍▌▋▊▉█"


@dataclass(frozen=True, slots=True)
class Terminal:
    """So many cells wide, with colour or without; ``encoding`` is that of the bytes that it is given."""

    width: int
    colour: bool = False
    encoding: str = "utf-8"

    @property
    def is_unicode(self) -> bool:
        """Whether it shows more than ASCII for certain."""
        return self.encoding.lower().replace("-", "").replace("_", "") in {"utf8", "utf8sig", "utf16", "utf32"}

    @property
    def ellipsis(self) -> str:
        """What stands for that which is left out."""
        return "…" if self.is_unicode else "..."

    def legible(self, text: str) -> str:
        """``text`` as this terminal can show it: no control characters, and what the encoding does not have as escapes."""
        safe = printable(text)
        return safe if self.is_unicode else safe.encode(self.encoding, "backslashreplace").decode(self.encoding)

    def bold(self, text: str) -> str:
        """A heading."""
        return f"{BOLD}{text}{RESET}" if self.colour and text else text

    def cut(self, text: str, width: int) -> str:
        """Legible ``text`` in so many cells, its middle left out if it does not fit: names differ at their ends."""
        if cells(text) <= width:
            return text
        room = width - cells(self.ellipsis)
        if room < 2:
            return first(graphemes(text), width)
        characters = graphemes(text)
        head = first(characters, room - room // 2)
        tail = first(characters[::-1], room - cells(head))
        return head + self.ellipsis + "".join(reversed(graphemes(tail)))

    def bar(self, share: float, width: int) -> str:
        """``share`` (0 to 1) of so many cells; anything above nothing shows. As wide as what is filled."""
        if share <= 0 or width <= 0:
            return ""
        if not self.is_unicode:
            return self._drawn("#" * max(round(min(share, 1) * width), 1))
        full, rest = divmod(max(round(min(share, 1) * width * 8), 1), 8)
        return self._drawn("█" * full + (_EIGHTHS[rest] if rest else ""))

    def _drawn(self, bar: str) -> str:
        return f"{TEAL}{bar}{RESET}" if self.colour else bar


def padded(text: str, width: int) -> str:
    """``text`` with blanks after it, up to so many cells."""
    return text + " " * max(width - cells(text), 0)


def right(text: str, width: int) -> str:
    """``text`` with blanks before it, up to so many cells."""
    return " " * max(width - cells(text), 0) + text


def table(terminal: Terminal, names: Sequence[str], columns: Sequence[tuple[str, Sequence[str]]], *, indent: int = 0) -> Iterator[str]:
    """Rows by their ``names``, and columns of figures with a heading each, right-aligned.

    What does not fit beside one another goes on below, under the names again. Names and headings are cut, figures never; no
    line is wider than a terminal of twenty cells and more, where figures have ten cells at most.
    """
    names = [terminal.legible(name) for name in names]
    widest = max(map(cells, names), default=0)
    room = terminal.width - indent
    drawn = [_column(terminal, heading, values, room - GAP - _LEAST_NAME) for heading, values in columns]
    for number, batch in enumerate(_batches(drawn, room - min(widest, _LEAST_NAME))):
        if number:
            yield ""
        wide = min(widest, max(room - sum(width + GAP for width, _ in batch), 1))
        heads, *figures = ("".join(" " * GAP + cell for cell in row) for row in zip(*(cells_ for _, cells_ in batch), strict=True))
        yield " " * (indent + wide) + terminal.bold(heads)
        for name, of_name in zip(names, figures, strict=True):
            yield f"{' ' * indent}{padded(terminal.cut(name, wide), wide)}{of_name}".rstrip()


_Column = tuple[int, list[str]]
"""How wide it is, and its cells, the heading first."""


def _column(terminal: Terminal, heading: str, values: Sequence[str], most: int) -> _Column:
    """A column with its cells padded; its heading takes no more than ``most`` cells, unless the figures do."""
    figures = max(map(cells, values), default=0)
    heading = terminal.cut(terminal.legible(heading), max(most, figures, 1))
    width = max(figures, cells(heading))
    return width, [right(each, width) for each in (heading, *values)]


def _batches(columns: Sequence[_Column], room: int) -> Iterator[list[_Column]]:
    """As many columns beside one another as there is room for, one at least."""
    batch: list[_Column] = []
    used = 0
    for column in columns:
        wide = column[0] + GAP
        if batch and used + wide > room:
            yield batch
            batch, used = [], 0
        batch.append(column)
        used += wide
    if batch:
        yield batch


def first(characters: Sequence[str], width: int) -> str:
    """The first of ``characters`` that take no more than so many cells together."""
    fitting = takewhile(lambda each: each[1] <= width, zip(characters, accumulate(map(cells, characters)), strict=True))
    return "".join(character for character, _ in fitting)
