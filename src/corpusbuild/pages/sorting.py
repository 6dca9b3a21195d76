"""Sort the blocks of a page: which are the article's text, and why the others are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from corpusbuild.pages.furniture import PEOPLE, furniture
from corpusbuild.pages.page import Found, LeftOut, NoArticle
from corpusbuild.pages.printed import Headline
from corpusbuild.pages.tree import Block
from corpusbuild.pages.words import essence

OUTSIDE, SITE, DATE = "outside the main text", "the name of the site", "the date"
_HEADLINE = "the headline"

# The first line of a text that is more than a name or a date has more characters.
_A_LINE = 66
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Sorted:
    """The blocks of a page; for each why it is left out, None where it is of the text. ``headline_at`` is -1 where no block is it.

    Raises :class:`NoArticle` where none is of the text.
    """

    page: tuple[Block, ...]
    reasons: tuple[str | None, ...]
    headline_at: int

    def __post_init__(self) -> None:
        if None not in self.reasons:
            help_text = "save the page once all of it is shown, or its text as .txt"
            raise NoArticle("no text of an article was found on this page", help=help_text)

    @classmethod
    def of(cls, page: Sequence[Block], main: Sequence[bool], top: Headline, publisher: Found | None) -> Sorted:
        """What is ``main`` text and neither furniture nor the headline."""
        home = _home(page, main)
        site = None if publisher is None else essence(publisher.value)
        headline = essence(top.found.value)
        reasons: list[str | None] = []
        for number, (block, is_main) in enumerate(zip(page, main, strict=True)):
            words = essence(block.text)
            if number == top.block or words == headline:
                reasons.append(_HEADLINE)
            else:
                reasons.append(furniture(block, home) or (SITE if words == site else None if is_main else OUTSIDE))
        above = range(max(top.block, 0))
        kept = [len(block.text) if why is None else 0 for block, why in zip(page, reasons, strict=True)]
        if sum(kept[: above.stop]) < _HALF * sum(kept):  # else the heading is one further down in the text
            for number in above:
                reasons[number] = reasons[number] or OUTSIDE
        return cls(tuple(page), tuple(reasons), top.block)

    @property
    def kept(self) -> tuple[bool, ...]:
        """Of each block, whether it is of the text."""
        return tuple(why is None for why in self.reasons)

    @property
    def first(self) -> int:
        """The first block of the text that is more than a line of a date or a name."""
        numbers = [number for number, is_kept in enumerate(self.kept) if is_kept]
        return next((number for number in numbers if len(self.page[number].text) > _A_LINE), numbers[0])

    @property
    def last(self) -> int:
        """The last block of the text."""
        return max(number for number, is_kept in enumerate(self.kept) if is_kept)

    @property
    def paragraphs(self) -> list[str]:
        """The text, block by block."""
        return [block.text for block, why in zip(self.page, self.reasons, strict=True) if why is None]

    def without_lines(self, dated: int | None, authors: Sequence[Found]) -> Sorted:
        """The same without the line of the date and that of the authors, which are metadata."""
        names = [essence(each.value) for each in authors]
        reasons = list(self.reasons)
        if dated is not None and reasons[dated] != _HEADLINE:
            reasons[dated] = DATE
        for number in range(self.first):
            if reasons[number] is None and any(name in essence(self.page[number].text) for name in names):
                reasons[number] = PEOPLE
        return Sorted(self.page, tuple(reasons), self.headline_at)

    def left_out(self) -> Iterator[LeftOut]:
        """What was left out, in the order of the page; neighbours with one reason are one piece."""
        words: list[str] = []
        before: str | None = None
        for block, why in zip(self.page, self.reasons, strict=True):
            if why != before and words and before is not None:
                yield LeftOut(" ".join(words), before)
                words = []
            if why is not None and why != _HEADLINE:
                words.append(block.text)
            before = why
        if words and before is not None:
            yield LeftOut(" ".join(words), before)


def _home(page: Sequence[Block], kept: Sequence[bool]) -> frozenset[Any]:
    """The elements that hold the most of the main text."""
    held: Counter[Any] = Counter()
    for block, is_kept in zip(page, kept, strict=True):
        if is_kept:
            for element in block.around:
                held[element] += len(block.text)
    whole = max(held.values(), default=0)
    return frozenset(element for element, count in held.items() if count > _HALF * whole)
