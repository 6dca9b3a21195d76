"""Find where a quotation is. Never guesses.

An anchor is written in the shortest form that works (the W3C TextQuoteSelector, the first and last
words of a long span, a position with a check value); :func:`places` lists every place where it fits.
All offsets are code points of the canonical text, half-open, from 0.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from corpusbuild.text.span import Span
from corpusbuild.text.words import cuts_word, is_word_character, joined

# An ambiguous anchor lists this many places at most; a quotation such as "a" would list thousands.
MANY = 100

# Words that stand more often than this are looked for by an expression that passes over what cuts a word.
_SOME = 16


@dataclass(frozen=True, slots=True)
class Quote:
    """The words themselves, with what stands directly before and after them, and where they start if that is known."""

    exact: str
    prefix: str = ""
    suffix: str = ""
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Ends:
    """A long span by its first and its last words."""

    first: str
    last: str
    prefix: str = ""
    suffix: str = ""
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where words are that may not be written down, with the check value that proves them (see ``check.py``)."""

    start: int
    end: int
    check: str


Anchor = Quote | Ends | Position


def parse(value: object) -> Anchor | None:
    """What an author wrote, as an anchor; None where it has no form that an anchor can have."""
    if isinstance(value, str):
        return Quote(value) if value else None
    if not isinstance(value, dict):
        return None
    # In JSON Schema, 1.0 is an integer.
    given: dict[str, Any] = {name: int(each) if isinstance(each, float) and each.is_integer() else each for name, each in value.items()}
    try:
        if "exact" in given:
            anchor: Anchor = Quote(**given)
        elif "first" in given:
            anchor = Ends(**given)
        else:
            anchor = Position(**given)
    except TypeError:
        return None
    return anchor if _well_typed(anchor) else None


def _well_typed(anchor: Anchor) -> bool:
    start = _whole(anchor.start)
    words: tuple[str, ...]
    match anchor:
        case Quote(exact, prefix, suffix):
            words, around = (exact,), (prefix, suffix)
        case Ends(first, last, prefix, suffix):
            words, around = (first, last), (prefix, suffix)
        case Position(_, end, check):
            return start and _whole(end) and None not in (anchor.start, end) and isinstance(check, str)
    return start and all(isinstance(w, str) and w for w in words) and all(isinstance(a, str) for a in around)


def _whole(number: object) -> bool:
    return number is None or (isinstance(number, int) and not isinstance(number, bool) and number >= 0)


def places(anchor: Quote | Ends, text: str, within: Sequence[Span] | None = None) -> list[Span]:
    """Every place in ``text`` where ``anchor`` fits, in order, at most :data:`MANY`.

    Whole words come first: a place that cuts a word at either end counts only where no other place
    exists. ``within`` holds the words to one of its spans; prefix and suffix are compared with the
    whole text. Where the anchor says its ``start``, that place alone is looked at.
    """
    return _fits(anchor, text, within, MANY)


def fits_alone(anchor: Quote | Ends, text: str, span: Span, within: Sequence[Span] | None = None) -> bool:
    """Whether ``span`` is the one place that :func:`places` would list; of words that stand often, it looks at few."""
    if isinstance(anchor, Ends) or anchor.start is not None:
        return places(anchor, text, within) == [span]
    words, at = anchor.prefix + anchor.exact + anchor.suffix, span.start - len(anchor.prefix)
    if at >= 0 and text.find(words) == at and text.find(words, at + 1) < 0:
        return within is None or any(home.holds(span) for home in within)
    cut, found = cuts_word(text, span.start, span.end), False
    for other in _quote_places(anchor, text):
        if within is not None and not any(home.holds(other) for home in within):
            continue
        # Beside whole words, what cuts one does not count.
        if other != span and (cut or not cuts_word(text, other.start, other.end)):
            return False
        found = found or other == span
    return found


def _fits(anchor: Quote | Ends, text: str, within: Sequence[Span] | None, most: int | None) -> list[Span]:
    if anchor.start is not None:
        return list(islice(_inside(_all_places(anchor, text, within), within), most))
    first, last = (anchor.exact, anchor.exact) if isinstance(anchor, Quote) else (anchor.first, anchor.last)
    # Only words that begin or end with a word character can cut one there.
    left, right = is_word_character(first[0]), is_word_character(last[-1])
    found = _whole_places(anchor, text, left=left, right=right) if isinstance(anchor, Quote) else _ends_places(anchor, text, within)
    uncut = (span for span in found if not (left and joined(text, span.start)) and not (right and joined(text, span.end)))
    whole = list(islice(_inside(uncut, within), most))
    return whole or list(islice(_inside(_all_places(anchor, text, within), within), most))


def _inside(spans: Iterator[Span], within: Sequence[Span] | None) -> Iterator[Span]:
    return spans if within is None else (span for span in spans if any(home.holds(span) for home in within))


def _all_places(anchor: Quote | Ends, text: str, within: Sequence[Span] | None) -> Iterator[Span]:
    return _quote_places(anchor, text) if isinstance(anchor, Quote) else _ends_places(anchor, text, within)


def _whole_places(quote: Quote, text: str, *, left: bool, right: bool) -> Iterator[Span]:
    """The places that cut no word, and some that do: it only saves looking at the thousands of an *a* inside words."""
    words, before = quote.prefix + quote.exact + quote.suffix, len(quote.prefix)
    for number, span in enumerate(_quote_places(quote, text)):
        if number == _SOME and (left or right):
            # What joins words besides letters and digits, marks, is looked at by whoever asks.
            edges = (r"(?<!\w)" if left and not quote.prefix else "", r"(?!\w)" if right and not quote.suffix else "")
            for place in re.compile(f"{edges[0]}(?={re.escape(words)}{edges[1]})").finditer(text, span.start - before):
                yield Span(place.start() + before, place.start() + before + len(quote.exact))
            return
        yield span


def _quote_places(quote: Quote, text: str) -> Iterator[Span]:
    words, before = quote.prefix + quote.exact + quote.suffix, len(quote.prefix)
    found = _occurrences(text, words) if quote.start is None else _at(text, words, quote.start - before)
    for at in found:
        yield Span(at + before, at + before + len(quote.exact))


def _ends_places(ends: Ends, text: str, within: Sequence[Span] | None) -> Iterator[Span]:
    """From every head to the tails behind it; of tails beyond number, as many as are enough to be too many."""
    tails = _fits(Quote(ends.last, suffix=ends.suffix), text, within, None)
    for head in places(Quote(ends.first, prefix=ends.prefix, start=ends.start), text, within):
        behind = bisect_left(tails, head.start, key=lambda tail: tail.start)
        for tail in islice(tails, behind, behind + len(ends.first) + MANY):
            if head.end <= tail.end:
                yield Span(head.start, tail.end)


def _at(text: str, words: str, start: int) -> Iterator[int]:
    if start >= 0 and text.startswith(words, start):
        yield start


def _occurrences(text: str, words: str) -> Iterator[int]:
    """Where ``words`` stand, those that overlap included."""
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)
