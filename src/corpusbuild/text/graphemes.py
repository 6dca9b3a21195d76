"""What readers see as one character: grapheme clusters (UAX #29), which spans should not cut."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from corpusbuild.text.span import Span

# All but Latin letters and the punctuation of prose: these join nothing, and most texts have nothing else.
_UNCOMMON = re.compile("[\r\u0300-\u200f\u2028-\u202f\u205f-\U0010ffff]")

# Of ASCII, a carriage return alone joins anything: a line feed to itself.
_APART = bytes(code for code in range(128) if chr(code) != "\r")

# Letters, digits, punctuation and spaces of most scripts stand for themselves. What joins its neighbours is of one of these
# categories, or unknown to this Python; it is worth asking, and loading the tables for.
_MAY_JOIN = frozenset({"Cf", "Cn", "Lm", "Lo", "Mc", "Me", "Mn", "Sk", "So"})


def joiners(text: str | None) -> frozenset[str]:
    """The characters of ``text`` that can be of one cluster with a neighbour; none in most texts, nor without a text."""
    if text is None:
        return frozenset()
    # Most of most texts is ASCII; an expression takes four times as long to pass over it.
    rest = text.encode("utf-8", "surrogatepass").translate(None, _APART).decode("utf-8", "surrogatepass")
    if _UNCOMMON.search(rest) is None:
        return frozenset()
    return frozenset(character for character in set(rest) if _joins(character))


@cache
def _joins(character: str) -> bool:
    """Whether there is a character that ``character`` is not parted from. Of each two that are not parted, one says yes."""
    if character == "\r":
        return True
    if character.isascii() or unicodedata.category(character) not in _MAY_JOIN:
        return False
    from wcwidth import iter_graphemes  # noqa: PLC0415  start-up time

    # Behind a letter, beside itself, before a letter: four clusters unless it joins something.
    return sum(1 for _ in iter_graphemes(f"a{character}{character}a")) < 4


def cut_cluster(text: str, at: int, joins: frozenset[str]) -> Span | None:
    """The cluster that a cut of ``text`` before the code point ``at`` would go through; ``joins`` are its joiners."""
    if not (0 < at < len(text) and (text[at - 1] in joins or text[at] in joins)):
        return None
    from wcwidth import iter_graphemes  # noqa: PLC0415  start-up time

    # Between two characters that join nothing, there is always a boundary.
    start, end = at, at
    while start > 0 and (text[start - 1] in joins or text[start] in joins):
        start -= 1
    while end < len(text) and (text[end - 1] in joins or text[end] in joins):
        end += 1
    for cluster in iter_graphemes(text[start:end]):
        if start < at < start + len(cluster):
            return Span(start, start + len(cluster))
        start += len(cluster)
    return None
