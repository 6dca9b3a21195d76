"""Figures about words: which of them each annotator has marked as what, and which spans both have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from corpusbuild.agreement.aligning import Alignment
from corpusbuild.agreement.coefficients import alpha, f1, share, unitizing_alpha, unitizing_sums
from corpusbuild.agreement.comparing import Comparison
from corpusbuild.agreement.matching import Ranges, assign, length, merged, shared
from corpusbuild.agreement.reading import Item, Spans
from corpusbuild.agreement.resampling import Tally
from corpusbuild.agreement.skipping import Skipped, closed_up
from corpusbuild.agreement.tokens import touched, words
from corpusbuild.schema.shape import Column, Label

NONE, NULL = "(none)", "(null)"
"""The labels of a word that is no part of any row, and of one in a row whose label is null."""


@dataclass(frozen=True)
class Words:
    """The words of each article that has its text, without those that are skipped."""

    of: dict[str, list[tuple[int, int]]]
    dropped: dict[str, int]

    @classmethod
    def count(cls, alignment: Alignment, skipped: Skipped) -> Words:
        """The words of every article of ``alignment``."""
        of: dict[str, list[tuple[int, int]]] = {}
        dropped: dict[str, int] = {}
        for article, (reading, _) in alignment.readings.items():
            if reading.article.text is not None:
                tokens = words(reading.article.text)
                away = touched(tokens, skipped.ranges[article])
                of[article] = [each for i, each in enumerate(tokens) if i not in away]
                dropped[article] = len(away)
        return cls(of, dropped)


def found(alignment: Alignment, comparison: Comparison, counted: Words, skipped: Skipped) -> Iterator[Tally]:
    """Every figure that looks at the anchors of a table alone, not at which row is which."""
    yield _tokens(alignment, comparison, counted)
    yield from _directions(alignment, comparison)
    for role in comparison.roles:
        yield _spans(alignment, comparison, role, exact=True)
        yield _spans(alignment, comparison, role, exact=False)
        yield _units(alignment, comparison, role, skipped)


def _tokens(alignment: Alignment, comparison: Comparison, counted: Words) -> Tally:
    """Alpha on words. A word that is marked in several ways (a claim within a claim) counts as what the schema names first."""
    by_label = comparison.labels[0] if len(comparison.roles) == 1 and comparison.labels else None
    values = _marks(comparison, by_label)
    tally = Tally(comparison.name, None, "alpha on words", "words", alpha(), len(values) + 1)
    pairs: Counter[tuple[int, int]] = Counter()
    for article, tokens in counted.of.items():
        one, other = (_marked(items, comparison, by_label, values, tokens) for items in alignment.items(article, comparison))
        counts: Counter[int] = Counter(one) + Counter(other)
        counts[len(values)] = sum(a != b for a, b in zip(one, other, strict=True))
        tally.counts[article] = dict(counts)
        tally.used += len(tokens)
        tally.dropped += counted.dropped[article]
        pairs.update(zip(one, other, strict=True))
    for i, name in enumerate(values):
        tally.labels[name] = (
            sum(n for (a, _), n in pairs.items() if a == i),
            sum(n for (_, b), n in pairs.items() if b == i),
        )
    tally.left_out = tuple(article for article in alignment.readings if article not in counted.of)
    return tally


def _marks(comparison: Comparison, by_label: Column | None) -> list[str]:
    """What a word can be: of a role, or in a table with one role, of a row with a label; or nothing."""
    if by_label is not None and isinstance(by_label.type, Label):
        return [*by_label.type.names, NULL, NONE]
    return [*comparison.roles, NONE]


def _marked(items: list[Item], comparison: Comparison, by_label: Column | None, values: list[str], tokens: Ranges) -> list[int]:
    """What each token is, as an index into ``values``."""
    found = [len(values) - 1] * len(tokens)
    for number in reversed(range(len(values) - 1)):
        if by_label is None:
            spans = [span for item in items for span in item.spans(values[number])]
        else:
            mine = [item for item in items if (item.value.get(by_label.name) or NULL) == values[number]]
            spans = [span for item in mine for span in item.spans(comparison.roles[0])]
        for at in touched(tokens, merged(spans)):
            found[at] = number
    return found


def _directions(alignment: Alignment, comparison: Comparison) -> Iterator[Tally]:
    """The share of each annotator's rows that overlap some row of the other's: ``agr`` of Wiebe et al. (2005), as PARC has it."""
    forth = Tally(comparison.name, None, f"agr({alignment.a}||{alignment.b})", "rows", share, 2)
    back = Tally(comparison.name, None, f"agr({alignment.b}||{alignment.a})", "rows", share, 2)
    for article in alignment.readings:
        one, other = ([_known_by(item, comparison) for item in items] for items in alignment.items(article, comparison))
        for tally, mine, theirs in ((forth, one, other), (back, other, one)):
            hits = sum(any(shared(a, b) for b in theirs) for a in mine)
            tally.counts[article] = {0: hits, 1: len(mine)}
            tally.used += len(mine)
    for item in alignment.left_out(comparison):
        (forth if item.reading.annotator == alignment.a else back).dropped += 1
    yield forth
    yield back


def _known_by(item: Item, comparison: Comparison) -> Ranges:
    return merged(item.all_spans(comparison.align) or item.all_spans(comparison.anchors))


def _spans(alignment: Alignment, comparison: Comparison, role: str, *, exact: bool) -> Tally:
    """F1 of the spans of a role, one of a against one of b: the same, or any that share a character."""
    tally = Tally(comparison.name, role, "exact F1" if exact else "overlap F1", "spans", f1, 3)
    for article in alignment.readings:
        one, other = ([spans for item in items if (spans := item.spans(role))] for items in alignment.items(article, comparison))
        hits = sum((Counter(one) & Counter(other)).values()) if exact else _overlapping(one, other)
        tally.counts[article] = {0: hits, 1: len(one), 2: len(other)}
        tally.used += len(one) + len(other)
    tally.dropped = sum(1 for item in alignment.left_out(comparison) if item.spans(role))
    return tally


def _overlapping(one: list[Spans], other: list[Spans]) -> int:
    """As many pairs that overlap as there can be, each span in one of them."""
    left, right = [merged(each) for each in one], [merged(each) for each in other]
    return len(assign(np.array([[float(shared(a, b) > 0) for b in right] for a in left]).reshape(len(left), len(right))))


def _units(alignment: Alignment, comparison: Comparison, role: str, skipped: Skipped) -> Tally:
    """Unitizing alpha of a role, over code points. What touches is one unit; no gap goes on into the next article."""
    sums = {}
    for article, (reading, _) in alignment.readings.items():
        one, other = (merged([span for item in items for span in item.spans(role)]) for items in alignment.items(article, comparison))
        away = skipped.ranges[article]
        size = reading.article.chars - length(away)
        sums[article] = unitizing_sums(closed_up(one, away), closed_up(other, away), size)
    units = sorted({n for _, lengths, _ in sums.values() for n in lengths})
    gaps = sorted({n for _, _, spaces in sums.values() for n in spaces})
    at_unit, at_gap = ({n: i for i, n in enumerate(each)} for each in (units, gaps))
    tally = Tally(comparison.name, role, "unitizing alpha", "units", unitizing_alpha(units, gaps), 5 + len(units) + len(gaps))
    for article, (first, lengths, spaces) in sums.items():
        counts = Counter(5 + at_unit[n] for n in lengths) + Counter(5 + len(units) + at_gap[n] for n in spaces)
        tally.counts[article] = {**dict(enumerate(first)), **counts}
        tally.used += len(lengths)
    tally.dropped = sum(1 for item in alignment.left_out(comparison) if item.spans(role))
    return tally
