"""The shortest words that settle which of several places is meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from heapq import merge

from corpusbuild.text.anchors import Ends, Quote, fits_alone
from corpusbuild.text.span import Span
from corpusbuild.text.words import widen


def settle(text: str, exact: str, span: Span, within: Sequence[Span] | None = None) -> Quote:
    """The shortest anchor for ``exact`` that fits at ``span`` alone."""
    settled = settle_anchor(text, Quote(exact), span, within)
    assert isinstance(settled, Quote)  # noqa: S101  a form keeps its kind
    return settled


def settle_anchor(text: str, bare: Quote | Ends, span: Span, within: Sequence[Span] | None = None) -> Quote | Ends:
    """The shortest form of ``bare``, an anchor without context, that fits at ``span`` alone.

    The bare anchor if it is enough, else whichever of prefix and suffix needs fewer characters (grown word by
    word, the prefix first where both are as long), else both, else the position, with a suffix where several
    places begin there.
    """
    forms = _forms(text, bare, span)
    return next((form for form in forms if fits_alone(form, text, span, within)), replace(bare, start=span.start))


def _forms(text: str, bare: Quote | Ends, span: Span) -> Iterator[Quote | Ends]:
    """The forms in question, the best first, none made before it is asked for."""
    yield bare
    prefixed = (replace(bare, prefix=words) for words in _growing(text, span, forwards=False))
    suffixed = (replace(bare, suffix=words) for words in _growing(text, span, forwards=True))
    yield from merge(prefixed, suffixed, key=_length)
    after = list(_growing(text, span, forwards=True))
    yield from (replace(bare, prefix=p, suffix=s) for p, s in zip(_growing(text, span, forwards=False), after, strict=False))
    here = replace(bare, start=span.start)
    yield here
    yield from (replace(here, suffix=words) for words in after)


def _length(anchor: Quote | Ends) -> int:
    return len(anchor.prefix) + len(anchor.suffix)


def _growing(text: str, span: Span, *, forwards: bool, steps: int = 12) -> Iterator[str]:
    """The words beside ``span``, first one, then two, …; spaces between are kept."""
    grown = ""
    at = span.end if forwards else span.start
    for _ in range(steps):
        at = _next_word(text, at, 1 if forwards else -1)
        context = text[span.end : at] if forwards else text[at : span.start]
        if grown and context == grown:
            break
        if context:
            grown = context
            yield context


def _next_word(text: str, at: int, step: int) -> int:
    """The far end of the word after (before) ``at``."""
    edge = at if step > 0 else at - 1
    while 0 <= edge < len(text) and text[edge].isspace():
        edge += step
    if not 0 <= edge < len(text):
        return at
    word = widen(text, Span(edge, edge + 1))
    return word.end if step > 0 else word.start
