"""The shortest words that settle which of several places is meant."""

from __future__ import annotations

from collections.abc import Sequence

from corpusbuild.text.anchors import Quote, places
from corpusbuild.text.span import Span
from corpusbuild.text.words import widen


def settle(text: str, exact: str, span: Span, within: Sequence[Span] | None = None) -> Quote:
    """The shortest anchor for ``exact`` that fits at ``span`` alone.

    The bare quote if it is enough, else whichever of prefix and suffix needs fewer characters (grown
    word by word, the prefix first where both are as long), else both, else the position.
    """
    bare = Quote(exact)
    if places(bare, text, within) == [span]:
        return bare
    before = _growing(text, span, forwards=False)
    after = _growing(text, span, forwards=True)
    alone = sorted([Quote(exact, prefix=p) for p in before] + [Quote(exact, suffix=s) for s in after], key=_length)
    both = [Quote(exact, p, s) for p, s in zip(before, after, strict=False)]
    fits = (quote for quote in (*alone, *both) if places(quote, text, within) == [span])
    return next(fits, Quote(exact, start=span.start))


def _length(quote: Quote) -> int:
    return len(quote.prefix) + len(quote.suffix)


def _growing(text: str, span: Span, *, forwards: bool, steps: int = 12) -> list[str]:
    """The words beside ``span``, first one, then two, …; spaces between are kept."""
    grown: list[str] = []
    at = span.end if forwards else span.start
    for _ in range(steps):
        at = _next_word(text, at, 1 if forwards else -1)
        context = text[span.end : at] if forwards else text[at : span.start]
        if grown and context == grown[-1]:
            break
        if context:
            grown.append(context)
    return grown


def _next_word(text: str, at: int, step: int) -> int:
    """The far end of the word after (before) ``at``."""
    edge = at if step > 0 else at - 1
    while 0 <= edge < len(text) and text[edge].isspace():
        edge += step
    if not 0 <= edge < len(text):
        return at
    word = widen(text, Span(edge, edge + 1))
    return word.end if step > 0 else word.start
