"""The nearest words and names, only to write a better help line; nothing is ever decided by them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, Levenshtein

from corpusbuild.text.canonical import CONTROL
from corpusbuild.text.span import Span
from corpusbuild.text.words import widen

# Characters that look alike to the eye; both sides are folded before they are compared.
_LOOKALIKES = str.maketrans(
    {
        "\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u2009": " ", "\u200a": " ", "\t": " ", "\n": " ",
        "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"',
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
    }
)  # fmt: skip
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")


@dataclass(frozen=True, slots=True)
class Near:
    """The words of an article that are most like a quotation: where, and how many characters differ."""

    span: Span
    differ: int


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
        span = widen(text, Span(home.start + aligned.dest_start, home.start + aligned.dest_end))
        differ = Levenshtein.distance(words, span.of(text))
        if differ <= len(words) // 2 and (best is None or differ < best.differ):
            best = Near(span, differ)
    return best


def unseen_difference(words: str, text: str, within: Sequence[Span] | None = None) -> tuple[Span, str] | None:
    """Where ``words`` would stand but for differences that the eye cannot see, and those differences by name."""
    for home in within if within is not None else (Span(0, len(text)),):
        folded, origin = _fold(home.of(text))
        wanted, _ = _fold(words)
        at = folded.find(wanted) if wanted else -1
        if at >= 0:
            end = at + len(wanted)
            span = Span(home.start + origin[at], home.start + (origin[end] if end < len(origin) else len(home.of(text))))
            return span, _name_difference(words, span.of(text))
    return None


def _fold(text: str) -> tuple[str, list[int]]:
    """``text`` with lookalikes made one and the invisible left out, and where each character came from."""
    folded: list[str] = []
    origin: list[int] = []
    starts = [i for i, c in enumerate(text) if not unicodedata.combining(c)] + [len(text)]
    if starts[0] != 0:
        starts.insert(0, 0)
    for start, end in pairwise(starts):
        for character in unicodedata.normalize("NFC", text[start:end]):
            plain = character.translate(_LOOKALIKES)
            if character in _INVISIBLE or CONTROL.match(plain) or (plain == " " and folded and folded[-1] == " "):
                continue
            folded.append(plain)
            origin.append(start)
    return "".join(folded), origin


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
