"""Spans from tags on tokens: IOB1, BIO (IOB2), BILOU and BIOES; which of them a corpus has; and what each of them forbids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Scheme(StrEnum):
    """How tags say where spans begin and end."""

    BIO1 = "bio1"
    """``B-`` only where a span follows one of its type at once (CoNLL-2003 as it was published)."""
    BIO2 = "bio2"
    """Every span begins with ``B-``."""
    BILOU = "bilou"
    """Begin, inside, last; outside; ``U-`` for a span of one token."""
    BIOES = "bioes"
    """The same with ``E-`` for the last token and ``S-`` for a single one."""


class Tag(NamedTuple):
    """A tag: one of B, I, L, O, U, whatever the scheme calls it, and the type of the span; the type is empty where tags have none."""

    place: str
    type: str = ""


class Chunk(NamedTuple):
    """A span: tokens from ``start`` up to ``end``, half-open."""

    start: int
    end: int
    type: str


class Breach(NamedTuple):
    """What the scheme forbids, at the token where it is seen. The span that it is in is not read."""

    token: int
    message: str


OUTSIDE = Tag("O")
_PLACES = {
    Scheme.BIO1: {"B": "B", "I": "I"},
    Scheme.BIO2: {"B": "B", "I": "I"},
    Scheme.BILOU: {"B": "B", "I": "I", "L": "L", "U": "U"},
    Scheme.BIOES: {"B": "B", "I": "I", "E": "L", "S": "U"},
}
_LETTERS = frozenset("BILUES")


def looks_like_tag(tag: str) -> bool:
    """Whether a cell may be a tag of any scheme."""
    return tag == "O" or (tag[:1] in _LETTERS and tag[1:2] in {"", "-"} and tag[2:3] != "-")


def read_tag(tag: str, scheme: Scheme) -> Tag | None:
    """The tag that a cell holds; None where the scheme has none such."""
    if tag == "O":
        return OUTSIDE
    letter, joint, kind = tag.partition("-")
    place = _PLACES[scheme].get(letter)
    return Tag(place, kind) if place is not None and bool(joint) == bool(kind) else None


@dataclass(slots=True)
class Evidence:
    """What the tags of a corpus say of their scheme; one sentence after another is added."""

    letters: frozenset[str] = frozenset()
    bare_beginnings: int = 0
    """``I-`` where nothing of its type goes before: legal in BIO1 alone."""
    needless: int = 0
    """``B-`` where nothing of its type goes before: not written in BIO1."""

    def add(self, tags: Sequence[str]) -> None:
        """The tags of a sentence."""
        before = ""
        for tag in tags:
            letter, _, kind = tag.partition("-")
            if tag == "O" or letter not in _LETTERS:
                before = ""
                continue
            self.letters |= {letter}
            follows = bool(before) and before == f"-{kind}"
            self.bare_beginnings += letter == "I" and not follows
            self.needless += letter == "B" and not follows
            before = f"-{kind}"

    @property
    def scheme(self) -> Scheme:
        """The scheme that the tags speak for."""
        if self.letters & {"L", "U"}:
            return Scheme.BILOU
        if self.letters & {"E", "S"}:
            return Scheme.BIOES
        return Scheme.BIO1 if self.bare_beginnings and not self.needless else Scheme.BIO2


@dataclass(slots=True)
class _Open:
    """A span that has begun; ``refused`` where a breach is in it."""

    start: int
    type: str
    refused: bool = False


def chunks(tags: Sequence[Tag | None], scheme: Scheme) -> Iterator[Chunk | Breach]:
    """The spans of a sentence, and what is against the scheme. None stands for a tag that could not be read, which ends a span."""
    closing = scheme in {Scheme.BILOU, Scheme.BIOES}
    span: _Open | None = None
    for number, tag in enumerate((*tags, OUTSIDE)):
        if tag is None:
            # Its own finding says why; where spans are closed by a tag of their own, this one cannot be whole.
            if span is not None and not span.refused and not closing:
                yield Chunk(span.start, number, span.type)
            span = None
            continue
        goes_on = span is not None and tag.place in {"I", "L"} and span.type == tag.type
        if span is not None and not goes_on:
            if not span.refused:
                yield _unfinished(span, number, len(tags)) if closing else Chunk(span.start, number, span.type)
            span = None
        if tag.place == "U":
            yield Chunk(number, number + 1, tag.type)
        elif tag.place == "B":
            span = _Open(number, tag.type)
        elif tag.place in {"I", "L"} and span is None:
            bare = scheme is Scheme.BIO1
            if not bare:
                yield Breach(number, f"the tag goes on with a span{_of(tag.type)}, and none is open")
            span = _Open(number, tag.type, refused=not bare)
        if tag.place == "L" and span is not None:
            if not span.refused:
                yield Chunk(span.start, number + 1, span.type)
            span = None


def _unfinished(span: _Open, number: int, tokens: int) -> Breach:
    where = "at the end of the sentence" if number == tokens else "here"
    return Breach(min(number, tokens - 1), f"the span{_of(span.type)} is not closed {where}")


def _of(kind: str) -> str:
    return f' "{kind}"' if kind else ""
