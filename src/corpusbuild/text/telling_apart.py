"""Find the one edit that makes of a paragraph the one whose hash is known: what to say of a copy that is nearly right."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from corpusbuild.text.pieces import Paragraph, sha256_of

# What looks alike, or is changed by editors and copying: each as it may be in a copy, with what may be meant.
_ALIKE = (
    '“”"„«»″',
    "‘’'`ʼ′",  # noqa: RUF001  what looks alike is the point
    "-\u2010\u2011\u2012\u2013\u2014\u2212",
    " \u00a0\u2009\u200a\u202f\u3000\t",
)
_GONE = ("\u00ad", "\u200b", "\u200c", "\u200d", "\ufeff")
_ROWS = (("…", "..."), ("--", "\u2014"), ("--", "\u2013"), ("  ", " "))

_COMMON = "aeinturlkdmsgpbhyojcwzfvqx ,.-0123456789AEINTURLKDMSGPBHYOJCWZFVQX\"“”'‘’()/:;?!…–—%&\u00a0"  # noqa: RUF001  as above

_WORK = 1 << 30  # bytes hashed for one paragraph: a second or two


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a copy first differs from what is meant (code points from 0), with the characters there; either may be none."""

    at: int
    stands: str
    meant: str


def first_difference(copy: str, meant: str) -> Difference | None:
    """The first place at which two texts differ, with a character of each; None where they are equal."""
    at = next((i for i, (one, other) in enumerate(zip(copy, meant, strict=False)) if one != other), min(len(copy), len(meant)))
    if len(copy) == len(meant) == at:
        return None
    # What has been put in or left out is said to be so, where that is all.
    if copy[at + 1 :] == meant[at:]:
        return Difference(at, copy[at], "")
    if copy[at:] == meant[at + 1 :]:
        return Difference(at, "", meant[at])
    return Difference(at, copy[at : at + 1], meant[at : at + 1])


def explain(copy: str, block: Paragraph) -> Difference | None:
    """Where ``copy`` differs from the paragraph that ``block`` is about, if one of the usual changes, or one character, explains it.

    The paragraph itself is not at hand: candidates are hashed, first those that copying makes (quotation marks,
    dashes, spaces, normal forms), then every single character replaced, put in or left out, as long as that is cheap.
    """
    chars = block.end - block.start
    for candidate in _usual(copy):
        if len(candidate) == chars and sha256_of(candidate) == block.sha256:
            return first_difference(copy, candidate)
    if abs(len(copy) - chars) > 1:
        return None
    return _one_character(copy, chars, block.sha256)


def _usual(copy: str) -> Iterator[str]:
    yield copy.strip()
    yield unicodedata.normalize("NFKC", copy)
    yield "".join(c for c in copy if c not in _GONE)
    for alike in _ALIKE:
        there = [c for c in alike if c in copy]
        for meant in alike:
            for one in there:
                if one != meant:
                    yield copy.replace(one, meant)
            if len(there) > 1:
                yield "".join(meant if c in alike else c for c in copy)
        yield from _directed(copy, alike)
    for one, other in _ROWS:
        yield from (copy.replace(a, b) for a, b in ((one, other), (other, one)) if a in copy)


def _directed(copy: str, alike: str) -> Iterator[str]:
    """Straight quotation marks as curly ones, an opening one and a closing one in turn, or by what stands before."""
    straight, left, right = {"“": ('"', "“", "”"), "‘": ("'", "‘", "’")}.get(alike[0], ("", "", ""))  # noqa: RUF001  as above
    if straight and straight in copy:
        before = [" ", *copy]
        yield "".join((left if not b.strip() or b in "([" else right) if c == straight else c for b, c in pairwise(before))


def _one_character(copy: str, chars: int, sha256: str) -> Difference | None:
    data = copy.encode("utf-8", "surrogatepass")
    # At the same place, a character of which another was made; behind it, the rest; so the hash of what stands before serves all.
    others = [c.encode("utf-8") for c in dict.fromkeys([*_COMMON, *sorted(set(copy))])]
    wanted = bytes.fromhex(sha256)
    before = hashlib.sha256()
    work = at = 0
    for i, c in enumerate(copy):
        width = len(c.encode("utf-8", "surrogatepass"))
        if len(copy) > chars:
            rests, middles = data[at + width :], [b""]
        elif len(copy) == chars:
            rests, middles = data[at + width :], others
        else:
            rests, middles = data[at:], others
        for middle in middles:
            each = before.copy()
            each.update(middle + rests)
            if each.digest() == wanted:
                return Difference(i, c if len(copy) >= chars else "", middle.decode("utf-8"))
        work += len(middles) * (len(rests) + 64)
        if work > _WORK:
            return None
        before.update(data[at : at + width])
        at += width
    if len(copy) < chars:
        for middle in others:
            if hashlib.sha256(data + middle).digest() == wanted:
                return Difference(len(copy), "", middle.decode("utf-8"))
    return None
