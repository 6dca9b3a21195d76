"""The tokens of a text, for formats that have nothing but tokens; and how they are laid out in lines and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from corpusbuild.text.span import Span

_WHOLE = re.compile(r"[^ \n]+")
_APART = re.compile(r"\w+(?:[-'\u2019.,:/]\w+)*|[^\w\s]")
_DOCUMENT = "-DOCSTART-"


def tokens_of(text: str, edges: Iterable[int], *, whole: bool) -> Iterator[Span]:
    """The tokens of a text, each within one line, parted at ``edges`` as well.

    ``whole``: only white space parts them, as in a text that was put together from tokens. Else signs are tokens of their own,
    unless they stand inside of a word or a number (*3,5*, *nya-nya*).
    """
    cuts = sorted(edges)
    at = 0
    for found in (_WHOLE if whole else _APART).finditer(text):
        start, end = found.span()
        while at < len(cuts) and cuts[at] <= start:
            at += 1
        while at < len(cuts) and cuts[at] < end:
            yield from _sound(text, Span(start, cuts[at]))
            start = cuts[at]
            at += 1
        yield from _sound(text, Span(start, end))


def _sound(text: str, token: Span) -> Iterator[Span]:
    """A token as it can stand in a cell: with words in it, no tab or line end, and not what begins a document."""
    words = token.of(text)
    if words.startswith(_DOCUMENT):
        yield Span(token.start, token.start + 1)
        yield from _sound(text, Span(token.start + 1, token.end))
    elif re.search(r"[\t\r]", words):
        for found in re.finditer(r"[^\t\r]+", words):
            yield from _sound(text, Span(token.start + found.start(), token.start + found.end()))
    elif words.strip():
        yield token


def give_the_text(text: str, tokens: Sequence[Span]) -> bool:
    """Whether tokens with one space or one line end between them are the text again."""
    ends = bool(tokens) and tokens[0].start == 0 and tokens[-1].end == len(text)
    return ends and all(text[one.end : other.start] in {" ", "\n"} for one, other in pairwise(tokens))


def begins_sentence(text: str, tokens: Sequence[Span], crossed: Sequence[Span] = ()) -> list[bool]:
    """Whether a sentence begins at each token: where a line of the text does, unless one of the spans ``crossed`` goes on there."""
    within = sorted(crossed)
    at, reach = 0, 0
    found = []
    for n, token in enumerate(tokens):
        while at < len(within) and within[at].start < token.start:
            reach = max(reach, within[at].end)
            at += 1
        found.append(n == 0 or ("\n" in text[tokens[n - 1].end : token.start] and reach <= tokens[n - 1].end))
    return found
