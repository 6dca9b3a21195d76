"""The sentences and tokens that a WebAnno TSV file needs: those of the corpus, or made by rule where it has none.

Made tokens are the words of UAX #29 and what stands between them, without white space. A made sentence is a line with a word in it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from corpusbuild.errors import CannotGoOn
from corpusbuild.text.span import Span

_ROOM = re.compile(r"\n *")
_BREAKS = re.compile(r"[\t\n\r]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, its tokens, and its own id where it has one."""

    span: Span
    tokens: tuple[Span, ...]
    own_id: str | None = None


def made_tokens(text: str) -> list[Span]:
    """The tokens of a text, by rule."""
    cuts = sorted({0, len(text), *(found.start() for found in _boundary().finditer(text))})
    return [found for a, b in pairwise(cuts) if (found := _stripped(text, a, b)) is not None]


@cache
def _boundary() -> Any:
    try:
        import regex  # noqa: PLC0415  an extra
    except ImportError as error:
        raise CannotGoOn("words are found with a library that is not installed", help="pip install 'corpusbuild[import]'") from error
    # Perl's \b is where a word character meets another; with (?w) it is where UAX #29 ends a word.
    return regex.compile(r"(?w)\b")


def _stripped(text: str, start: int, end: int) -> Span | None:
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    return Span(start, start + len(words.strip())) if words.strip() else None


def sentences(text: str, tokens: Sequence[Span], own: Sequence[tuple[Span, str | None]]) -> list[Sentence] | None:
    """The sentences of a text: ``own`` ones, or one for each line that a token begins in. None where no file can have these.

    A file has no place for what stands between two sentences, and a reader puts a line feed and blanks there. So a made sentence
    ends before just such room, if there is any, and has all other white space behind its line.
    """
    if any(a.end > b.start for a, b in pairwise(tokens)) or any(each.start == each.end or _BREAKS.search(each.of(text)) for each in tokens):
        return None
    if not own:
        return [Sentence(span, inside) for span, inside in _lines(text, tokens)]
    if any(a.end > b.start for (a, _), (b, _) in pairwise(own)):
        return None
    starts = [each.start for each in tokens]
    made = []
    for span, own_id in own:
        inside = tuple(tokens[bisect_left(starts, span.start) : bisect_left(starts, span.end)])
        if not inside or inside[-1].end > span.end or not _leads(text, span.start, inside[0]):
            return None
        made.append(Sentence(span, inside, own_id))
    return made if sum(len(each.tokens) for each in made) == len(tokens) else None


def _leads(text: str, start: int, first: Span) -> bool:
    """Whether what stands before the first token of a sentence tells where it begins: white space alone."""
    return not text[start : first.start].strip() and first.of(text) not in text[start : first.start]


def _lines(text: str, tokens: Sequence[Span]) -> list[tuple[Span, tuple[Span, ...]]]:
    breaks = [found.start() for found in re.finditer("\n", text)]
    firsts = [i for i, token in enumerate(tokens) if not i or bisect_right(breaks, token.start) > bisect_right(breaks, tokens[i - 1].start)]
    made = []
    for number, (first, after) in enumerate(pairwise([*firsts, len(tokens)])):
        start = tokens[first].start
        if not number and text[:start].strip(" "):
            start = 0
        end = len(text)
        if after < len(tokens):
            end = tokens[after].start
            room = text.rfind("\n", tokens[after - 1].end, end)
            if room >= 0 and _ROOM.fullmatch(text, room, end):
                end = room
        made.append((Span(start, end), tuple(tokens[first:after])))
    return made


def room_lost(text: str, made: Sequence[Sentence]) -> int:
    """How often something else than a line feed and blanks stands outside of sentences, which a file cannot say."""
    edges = [0, *(edge for each in made for edge in (each.span.start, each.span.end)), len(text)]
    between = [text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
    first, *inner, last = between if len(between) > 1 else [*between, ""]
    return bool(first.strip(" ")) + sum(bool(each) and not _ROOM.fullmatch(each) for each in inner) + bool(last)
