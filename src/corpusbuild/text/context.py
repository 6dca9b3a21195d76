"""The shortest words that settle which of several places is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpusbuild.text.anchors import Ends, Quote, fits_alone
from corpusbuild.text.span import Span
from corpusbuild.text.words import joined


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
    before, behind = _growing(text, span, forwards=False), _growing(text, span, forwards=True)
    prefix, suffix = next(before, None), next(behind, None)
    while prefix is not None or suffix is not None:
        if prefix is not None and (suffix is None or len(prefix) <= len(suffix)):
            yield replace(bare, prefix=prefix)
            prefix = next(before, None)
        elif suffix is not None:
            yield replace(bare, suffix=suffix)
            suffix = next(behind, None)
    after = list(_growing(text, span, forwards=True))
    yield from (replace(bare, prefix=p, suffix=s) for p, s in zip(_growing(text, span, forwards=False), after, strict=False))
    here = replace(bare, start=span.start)
    yield here
    yield from (replace(here, suffix=words) for words in after)


def _growing(text: str, span: Span, *, forwards: bool, steps: int = 12) -> Iterator[str]:
    """The words beside ``span``, first one, then two, …; spaces between are kept."""
    at = span.end if forwards else span.start
    for _ in range(steps):
        beyond = _next_word(text, at, forwards=forwards)
        if beyond == at:
            break
        at = beyond
        yield text[span.end : at] if forwards else text[at : span.start]


def _next_word(text: str, at: int, *, forwards: bool) -> int:
    """The far end of the word after (before) ``at``; ``at`` where there is none."""
    edge, step = (at, 1) if forwards else (at - 1, -1)
    while 0 <= edge < len(text) and text[edge].isspace():
        edge += step
    if not 0 <= edge < len(text):
        return at
    if forwards:
        letters = _WORD.match(text, edge)
        end = letters.end() if letters else edge + 1
        while joined(text, end):
            end += 1
        return end
    letters = _WORD_BEFORE.search(text, max(0, edge + 1 - _NEAR), edge + 1)
    start = letters.start() if letters else edge
    while joined(text, start):
        start -= 1
    return start


# Most of a word at once; then what is no letter or digit and yet joins, such as combining marks.
_NEAR = 64
_WORD = re.compile(r"\w+")
_WORD_BEFORE = re.compile(r"\w+\Z")
