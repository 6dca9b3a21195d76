"""Two annotators side by side: in every article that both annotated, which rows of one are which rows of the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from corpusbuild.agreement.comparing import Comparison
from corpusbuild.agreement.matching import Match, Ranges, dice, match, merged
from corpusbuild.agreement.reading import Item, Reading

# What settles which of several matchings is meant where the deciding anchors overlap alike: the other anchors, then the
# labels. Small beside any difference in overlap that means something.
_ANCHORS, _FIELDS = 1e-3, 1e-6

Counted = Callable[[Comparison, Item], bool]


@dataclass(frozen=True)
class Alignment:
    """What two annotators, ``a`` and ``b``, wrote about the same articles, and what of it is the same.

    ``readings`` has the two documents of each article; ``matches`` the rows by (article, table), as indices into
    :meth:`items`.
    """

    a: str
    b: str
    comparisons: tuple[Comparison, ...]
    readings: Mapping[str, tuple[Reading, Reading]]
    matches: dict[tuple[str, str], Match] = field(default_factory=dict)
    counted: Counted | None = None
    _keys: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict, repr=False)

    def items(self, article: str, comparison: Comparison) -> tuple[list[Item], list[Item]]:
        """The rows of both annotators that count, in the order in which they were written."""
        one, other = (each.items(comparison.table) for each in self.readings[article])
        if self.counted is None:
            return one, other
        return [each for each in one if self.counted(comparison, each)], [each for each in other if self.counted(comparison, each)]

    def left_out(self, comparison: Comparison) -> list[Item]:
        """The rows of both annotators that do not count."""
        if self.counted is None:
            return []
        everything = (item for both in self.readings.values() for reading in both for item in reading.items(comparison.table))
        return [item for item in everything if not self.counted(comparison, item)]

    def pairs(self, article: str, comparison: Comparison) -> list[tuple[Item, Item]]:
        """The rows that are the same."""
        one, other = self.items(article, comparison)
        return [(one[i], other[j]) for i, j in self.matches[article, comparison.name].pairs]

    def meaning_a(self, article: str) -> Callable[[str, str], Any]:
        """What references of a mean to both."""
        return lambda table, value: self._shared(article, table, value, mine=True)

    def meaning_b(self, article: str) -> Callable[[str, str], Any]:
        """What references of b mean to both: those to a row that a has, too, as a writes them."""
        return lambda table, value: self._shared(article, table, value, mine=False)

    def _shared(self, article: str, table: str, value: str, *, mine: bool) -> Any:
        if table not in {each.name for each in self.comparisons}:
            return value
        other, _, key = value.rpartition("#")
        home = other or article
        if mine:
            return (home, key)
        same = self._keys.get((home, table), {}).get(key)
        # A row that a does not have is nobody else's, whatever its key.
        return (home, same) if same is not None else (home, key, self.b)


def align(
    a: str,
    b: str,
    readings: Mapping[str, tuple[Reading, Reading]],
    comparisons: Sequence[Comparison],
    threshold: float,
    counted: Counted | None = None,
) -> Alignment:
    """Match the rows of ``a`` and ``b``; those that ``counted`` refuses are left out.

    Rows with anchors are the same where the anchors that decide overlap (Dice over code points) by ``threshold`` at
    least; where one of the two is empty, all anchors of the row are compared. Rows without are the same where
    their references are.
    """
    alignment = Alignment(a, b, tuple(comparisons), readings, counted=counted)
    for comparison in _in_order(comparisons):
        for article in readings:
            one, other = alignment.items(article, comparison)
            scores = _scores(alignment, article, comparison, one, other, threshold)
            found = match(scores, [each.order() for each in one], [each.order() for each in other], swap=b < a)
            alignment.matches[article, comparison.name] = found
            if comparison.table.key is not None:
                keys = {str(other[j].key): str(one[i].key) for i, j in found.pairs}
                alignment._keys[article, comparison.name] = keys  # noqa: SLF001  being built
    return alignment


def _in_order(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Tables whose rows are known by references after those that they refer to; circles as they come."""
    names = {each.name for each in comparisons}
    done: list[Comparison] = []
    waiting = list(comparisons)
    while waiting:
        known = {each.name for each in done}
        ready = [each for each in waiting if all(c.ref in known or c.ref not in names for c in each.identity)] or waiting[:1]
        done += ready
        waiting = [each for each in waiting if each not in ready]
    return done


def _scores(
    alignment: Alignment, article: str, comparison: Comparison, one: Sequence[Item], other: Sequence[Item], threshold: float
) -> Any:
    scores = np.zeros((len(one), len(other)))
    mine, theirs = alignment.meaning_a(article), alignment.meaning_b(article)
    said_a, said_b = [_labels(comparison, each) for each in one], [_labels(comparison, each) for each in other]
    if comparison.roles:
        seen_a, seen_b = [_seen(comparison, each) for each in one], [_seen(comparison, each) for each in other]
        for i, mine_seen in enumerate(seen_a):
            for j, their_seen in enumerate(seen_b):
                if not mine_seen.meets(their_seen):
                    continue
                same, close = _overlap(mine_seen, their_seen)
                if same >= threshold:
                    scores[i, j] = same + _ANCHORS * close + _FIELDS * _alike(said_a[i], said_b[j])
        return scores
    # What nothing is known by is the same where it says the same.
    known_by = comparison.identity or comparison.compared
    ends_a = [tuple(each.meaning(column, mine) for column in known_by) for each in one]
    ends_b = [tuple(each.meaning(column, theirs) for column in known_by) for each in other]
    for i, ends in enumerate(ends_a):
        for j, candidates in enumerate(ends_b):
            either = is_symmetric(comparison, one[i]) or is_symmetric(comparison, other[j])
            if ends == candidates or (either and ends == candidates[::-1]):
                # Of two rows between the same ends, those that run the same way come first.
                scores[i, j] = 1 + _ANCHORS * (ends == candidates) + _FIELDS * _alike(said_a[i], said_b[j])
    return scores


def is_symmetric(comparison: Comparison, item: Item) -> bool:
    """Whether a row means the same from either end."""
    return any(item.value.get(name) in labels for name, labels in comparison.symmetric.items())


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the anchors of a row cover: those that decide, all of them together, and each."""

    deciding: Ranges
    together: Ranges
    each: tuple[Ranges, ...]

    def meets(self, other: _Seen) -> bool:
        """Whether the rows can have a word in common at all."""
        if not self.together or not other.together:
            return False
        return self.together[0][0] < other.together[-1][1] and other.together[0][0] < self.together[-1][1]


def _seen(comparison: Comparison, item: Item) -> _Seen:
    deciding, together = (merged(item.all_spans(names)) for names in (comparison.align, comparison.anchors))
    return _Seen(deciding, together, tuple(merged(item.spans(name)) for name in comparison.anchors))


def _overlap(one: _Seen, other: _Seen) -> tuple[float, float]:
    """How far the anchors that decide overlap, and how far all of them do, each with its like."""
    deciding = (one.deciding, other.deciding)
    same = dice(*(deciding if all(deciding) else (one.together, other.together)))
    if not same:
        return 0.0, 0.0
    close = [dice(a, b) if a or b else 1.0 for a, b in zip(one.each, other.each, strict=True)]
    return same, sum(close) / len(close)


def _labels(comparison: Comparison, item: Item) -> tuple[Any, ...]:
    return tuple(item.value.get(column.name) for column in comparison.labels)


def _alike(one: tuple[Any, ...], other: tuple[Any, ...]) -> float:
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one) if one else 0.0
