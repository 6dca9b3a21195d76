"""The tokens of a text, for formats that have nothing but tokens; and how they are laid out in lines and sentences."""

from __future__ import annotations

import re
from bisect import bisect_right
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
    return cut(text, (Span(*found.span()) for found in (_WHOLE if whole else _APART).finditer(text)), edges)


def cut(text: str, tokens: Iterable[Span], edges: Iterable[int]) -> Iterator[Span]:
    """Tokens in text order, parted at ``edges`` as well."""
    cuts = sorted(edges)
    at = 0
    for token in tokens:
        start, end = token.start, token.end
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


def begins_sentence(text: str, tokens: Sequence[Span], crossed: Sequence[Span] = (), starts: Sequence[int] | None = None) -> list[bool]:
    """Whether a sentence begins at each token: at those of ``starts``, in text order, or where a line of the text does.

    None begins where one of the spans ``crossed`` goes on.
    """
    within = sorted(crossed)
    at, reach = 0, 0
    found = []
    for n, token in enumerate(tokens):
        while at < len(within) and within[at].start < token.start:
            reach = max(reach, within[at].end)
            at += 1
        before = tokens[n - 1].end if n else 0
        if starts:
            # A sentence may begin with white space.
            begins = bisect_right(starts, token.start) > bisect_right(starts, tokens[n - 1].start if n else -1)
        else:
            begins = "\n" in text[before : token.start]
        found.append(n == 0 or (begins and reach <= before))
    return found
