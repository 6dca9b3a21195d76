"""The words of a text, for figures that count them: UAX #29 words that have a letter or a digit."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

from corpusbuild.agreement.matching import Ranges


@cache
def _boundary() -> Any:
    import regex  # noqa: PLC0415  an extra

    # Perl's \b is where a word character meets another; with (?w) it is where UAX #29 ends a word.
    return regex.compile(r"(?w)\b")


def words(text: str) -> list[tuple[int, int]]:
    """Start and end of each word of ``text``; spaces and punctuation are none."""
    cuts = sorted({0, len(text), *(found.start() for found in _boundary().finditer(text))})
    return [(a, b) for a, b in pairwise(cuts) if any(character.isalnum() for character in text[a:b])]


def touched(tokens: Ranges, ranges: Ranges) -> set[int]:
    """The tokens, by index, that share a character with one of ``ranges``."""
    found: set[int] = set()
    at = 0
    for start, end in ranges:
        while at and tokens[at - 1][1] > start:
            at -= 1
        while at < len(tokens) and tokens[at][1] <= start:
            at += 1
        while at < len(tokens) and tokens[at][0] < end:
            found.add(at)
            at += 1
    return found
