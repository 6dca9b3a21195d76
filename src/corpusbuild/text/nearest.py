"""The nearest words and names: what a help line offers, and a fix proposes. No place or label is ever decided by them.

What a fix may write in the place of a quotation that is nowhere to be found (:func:`stands_out`): the score of a place
is its distance from the quotation (Levenshtein, in characters, white space and punctuation at its edges aside). The
best place must have a score of at most a quarter of the quotation's length, and the best one elsewhere in what is
searched, overlaps aside, one that is higher by a quarter of the length or more, and by two characters at least. So a
quotation of four characters may differ in one, if no other four come nearer than three; where the same words stand
twice, the margin is zero and nothing is proposed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, Levenshtein

from corpusbuild.text.canonical import CONTROL
from corpusbuild.text.span import Span
from corpusbuild.text.words import joined, widen

# Characters that look alike to the eye; both sides are folded before they are compared.
_LOOKALIKES = str.maketrans(
    {
        "\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u2009": " ", "\u200a": " ", "\t": " ", "\n": " ",
        "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"',
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
    }
)  # fmt: skip
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_CONTROLS = [code for code in range(0xA0) if CONTROL.match(chr(code))]
_REACH = 64  # characters from an edge in which a better one is looked for
_PLAIN: dict[int, str | None] = {**dict.fromkeys(_CONTROLS), **dict.fromkeys(map(ord, _INVISIBLE)), **_LOOKALIKES}


@dataclass(frozen=True, slots=True)
class Near:
    """The words of an article that are most like a quotation: where, and how many characters differ."""

    span: Span
    differ: int


@dataclass(frozen=True, slots=True)
class Meant:
    """The name that was most likely meant.

    ``certain`` where nothing but case, white space and what joins words is different; ``alone`` where no other is as near.
    """

    name: str
    certain: bool
    alone: bool


def meant_name(name: str, names: Iterable[str], joints: str = "") -> Meant | None:
    """What ``name`` is for among ``names``, None where nothing is near; ``joints`` are the characters that only join words."""
    return _meant(name, tuple(names), joints)


# A misspelt name is often written more than once.
@lru_cache(maxsize=1 << 12)
def _meant(name: str, names: tuple[str, ...], joints: str) -> Meant | None:
    alike = _by_essence(names, joints).get(_essence(name, joints), ())
    if len(alike) == 1:
        return Meant(alike[0], certain=True, alone=True)
    found = process.extract(name, alike or names, scorer=OSA.distance, score_cutoff=max(1, len(name) // 3), limit=2)
    if not found:
        return None
    return Meant(str(found[0][0]), certain=False, alone=len(found) == 1 or found[0][1] < found[1][1])


@lru_cache(maxsize=64)
def _by_essence(names: tuple[str, ...], joints: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(_essence(name, joints), []).append(name)
    return found


def _essence(name: str, joints: str) -> str:
    """``name`` without what a reader overlooks."""
    folded = " ".join(_folded(name).split()).casefold()
    return "".join(character for character in folded if character not in joints)


def nearest_name(name: str, names: Iterable[str]) -> str | None:
    """The one of ``names`` that was most likely meant, None where nothing is near (a third of it may differ)."""
    found = process.extractOne(name, list(names), scorer=OSA.distance, score_cutoff=max(1, len(name) // 3))
    return None if found is None else str(found[0])


def nearest_words(words: str, text: str, within: Sequence[Span] | None = None) -> Near | None:
    """The place in ``text`` that is most like ``words``, None where nothing is near (half may differ)."""
    best: Near | None = None
    for home in within if within is not None else (Span(0, len(text)),):
        aligned = fuzz.partial_ratio_alignment(words, home.of(text), score_cutoff=50)
        if aligned is None or len(words) > home.end - home.start:
            continue
        near = _fitted(words, text, widen(text, Span(home.start + aligned.dest_start, home.start + aligned.dest_end)), home)
        if near.differ <= len(words) // 2 and (best is None or near.differ < best.differ):
            best = near
    return best


def _fitted(words: str, text: str, span: Span, home: Span) -> Near:
    """``span``, or one whose edges are others of the edges of words near it, if that is more like ``words``.

    What is aligned has as many characters as ``words``, whatever was left out of them or is too much; each edge is
    moved to the best place for the other, until neither can be bettered.
    """
    aligned = span.of(text)
    if aligned.strip():
        span = Span(span.end - len(aligned.lstrip()), span.start + len(aligned.rstrip()))
    best = Near(span, Levenshtein.distance(words, span.of(text)))
    settled = False
    while not settled:
        reach = min(2 * best.differ, _REACH)  # from farther off, nothing can be nearer
        first, last = best.span.start, best.span.end
        moved = [(edge, last) for edge in _edges(text, first, reach, home) if edge < last and not text[edge].isspace()]
        moved += [(first, edge) for edge in _edges(text, last, reach, home) if edge > first and not text[edge - 1].isspace()]
        differ = [Levenshtein.distance(words, text[start:end], score_cutoff=best.differ) for start, end in moved]
        # Of two that are as near, the shorter: a word that nobody quoted is not put in.
        least, _, place = min(zip(differ, (end - start for start, end in moved), moved, strict=True), default=(best.differ, last, (0, 0)))
        settled = (least, place[1] - place[0]) >= (best.differ, last - first) or not moved
        if not settled:
            best = Near(Span(*place), least)
    return best


def _edges(text: str, at: int, reach: int, home: Span) -> Iterator[int]:
    """Where words begin or end no further than ``reach`` from ``at``, the nearest first."""
    for far in range(1, reach + 1):
        for edge in (at - far, at + far):
            if home.start <= edge <= home.end and not joined(text, edge):
                yield edge


def stands_out(near: Near, words: str, text: str, within: Sequence[Span] | None = None) -> bool:
    """Whether ``near`` is probably what ``words`` were to be: like them, and like no other place (see the module's docstring)."""
    quarter = len(words) // 4
    if near.differ > quarter:
        return False
    least = near.differ + max(2, quarter)
    for home in within if within is not None else (Span(0, len(text)),):
        before = Span(home.start, min(max(near.span.start, home.start), home.end))
        behind = Span(max(min(near.span.end, home.end), home.start), home.end)
        if any(_comes_near(words, part.of(text), least) for part in (before, behind)):
            return False
    return True


def _comes_near(words: str, text: str, least: int) -> bool:
    """Whether the place in ``text`` that is most like ``words`` differs in fewer than ``least`` characters."""
    if len(text) <= len(words):
        return Levenshtein.distance(words, text, score_cutoff=least - 1) < least
    # A place so near has at least this ratio: each character that differs is one taken out and one put in.
    aligned = fuzz.partial_ratio_alignment(words, text, score_cutoff=100 * (1 - least / len(words)))
    if aligned is None:
        return False
    # As many characters as the quotation has, or whole words: whichever is more like it.
    place = Span(aligned.dest_start, aligned.dest_end)
    return any(Levenshtein.distance(words, each.of(text)) < least for each in (place, widen(text, place)))


def unseen_difference(words: str, text: str, within: Sequence[Span] | None = None) -> tuple[Span, str] | None:
    """Where ``words`` would first stand but for differences that the eye cannot see, and those differences by name."""
    span = next(iter(unseen_places(words, text, within)), None)
    return None if span is None else (span, _name_difference(words, span.of(text)))


def unseen_places(words: str, text: str, within: Sequence[Span] | None = None) -> list[Span]:
    """The first two places where ``words`` would stand but for differences that the eye cannot see."""
    wanted = _folded(words)
    homes = within if within is not None else (Span(0, len(text)),)
    return list(islice((span for home in homes for span in _unseen(wanted, home, home.of(text))), 2)) if wanted else []


def _unseen(wanted: str, home: Span, text: str) -> Iterator[Span]:
    if wanted not in _folded(text):
        return
    folded, starts, ends = _fold(text)
    at = folded.find(wanted)
    while at >= 0:
        yield Span(home.start + starts[at], home.start + ends[at + len(wanted) - 1])
        at = folded.find(wanted, at + 1)


# Many quotations of one article may be wrong.
@lru_cache(maxsize=64)
def _folded(text: str) -> str:
    """``text`` with lookalikes made one and the invisible left out."""
    return re.sub("  +", " ", unicodedata.normalize("NFC", text).translate(_PLAIN))


@lru_cache(maxsize=8)
def _fold(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """The same, slowly, with where each character began and ended in ``text``."""
    folded: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    edges = [i for i, c in enumerate(text) if not unicodedata.combining(c)] + [len(text)]
    if edges[0] != 0:
        edges.insert(0, 0)
    for start, end in pairwise(edges):
        for character in text[start] if end - start == 1 and text[start].isascii() else unicodedata.normalize("NFC", text[start:end]):
            plain = _PLAIN.get(ord(character), character)
            if plain == " " and folded and folded[-1] == " ":
                ends[-1] = end
            elif plain:
                folded.append(plain)
                starts.append(start)
                ends.append(end)
    return "".join(folded), starts, ends


def _name_difference(wrote: str, stands: str) -> str:
    if unicodedata.normalize("NFC", wrote) == unicodedata.normalize("NFC", stands):
        return "the quotation is not in normal form NFC"
    for edit in Levenshtein.opcodes(wrote, stands):
        if edit.tag != "equal":
            ours, theirs = wrote[edit.src_start : edit.src_end], stands[edit.dest_start : edit.dest_end]
            return f"the article has {_names(theirs)} where the quotation has {_names(ours)}"
    return "nothing differs"


def _names(characters: str) -> str:
    if not characters:
        return "nothing"
    return " and ".join(f"U+{ord(c):04X} {unicodedata.name(c, 'line feed' if c == chr(10) else 'unnamed')}" for c in characters[:3])
