"""An anchor for another place, in the form in which its author wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rapidfuzz.distance import Levenshtein

from corpusbuild.text.anchors import Anchor, Ends, Position, Quote, fits_alone
from corpusbuild.text.check import check_value
from corpusbuild.text.context import settle_anchor
from corpusbuild.text.span import Span
from corpusbuild.text.words import joined


def moved(anchor: Anchor, text: str, home: Span, within: Sequence[Span] | None = None) -> Anchor | None:
    """``anchor`` so that it fits at ``home`` of ``text`` and nowhere else; None where no form of it does.

    What still is right stays as it is: the context, and of two ends the one that has not changed. Where the context is
    not, the shortest that settles it takes its place.
    """
    if isinstance(anchor, Position):
        return Position(home.start, home.end, check_value(text, home))
    bare: Quote | Ends
    if isinstance(anchor, Quote):
        bare = Quote(home.of(text))
        same: Quote | Ends = replace(anchor, exact=bare.exact)
    else:
        bare = Ends(_head(anchor.first, text, home), _tail(anchor.last, text, home))
        same = replace(anchor, first=bare.first, last=bare.last)
    if anchor.start is not None:
        same, bare = replace(same, start=home.start), replace(bare, start=home.start)
    for form in (same, bare):
        if fits_alone(form, text, home, within):
            return form
    settled = settle_anchor(text, replace(bare, start=None), home, within)
    return settled if fits_alone(settled, text, home, within) else None


def _head(first: str, text: str, home: Span) -> str:
    """The first words of ``home`` that are most like ``first``."""
    if text.startswith(first, home.start) and home.start + len(first) <= home.end:
        return first
    ends = [at for at in range(home.start + 1, home.end + 1) if at == home.end or not (joined(text, at) or text[at - 1].isspace())]
    return _nearest(first, [text[home.start : at] for at in ends])


def _tail(last: str, text: str, home: Span) -> str:
    """The last words of ``home`` that are most like ``last``."""
    if text.endswith(last, home.start, home.end):
        return last
    starts = [at for at in range(home.start, home.end) if at == home.start or not (joined(text, at) or text[at].isspace())]
    return _nearest(last, [text[at : home.end] for at in starts])


def _nearest(words: str, rows: Sequence[str]) -> str:
    return min(rows, key=lambda row: (Levenshtein.distance(words, row), len(row)))


def as_value(anchor: Anchor, like: Any) -> Any:
    """``anchor`` as JSON: the words alone where its author wrote no more and no more is needed; members in the author's order."""
    if isinstance(anchor, Position):
        said: dict[str, Any] = {"start": anchor.start, "end": anchor.end, "check": anchor.check}
    elif isinstance(anchor, Quote):
        said = {"exact": anchor.exact}
    else:
        said = {"first": anchor.first, "last": anchor.last}
    if not isinstance(anchor, Position):
        said |= {name: words for name, words in (("prefix", anchor.prefix), ("suffix", anchor.suffix)) if words}
        said |= {} if anchor.start is None else {"start": anchor.start}
    if isinstance(like, str):
        return said["exact"] if said.keys() == {"exact"} else said
    return {**{name: said[name] for name in like if name in said}, **said}
