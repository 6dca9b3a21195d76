"""What does not count: the words of rows that the config skips (furniture), and the rows that stand in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpusbuild.agreement.comparing import Comparison
from corpusbuild.agreement.matching import Ranges, length, merged, shared
from corpusbuild.agreement.reading import Item, Reading

Rows = Mapping[str, Mapping[str, str]]
"""Table → column → label: the rows whose words are skipped."""


@dataclass(frozen=True)
class Skipped:
    """The ranges of each article that do not count, and the rows, by article, annotator, table and name, that lie in them."""

    ranges: Mapping[str, Ranges]
    rows: frozenset[tuple[str, str, str, str]]
    tables: frozenset[str]

    def counts(self, comparison: Comparison, item: Item) -> bool:
        """Whether a row counts; those of the tables that say what is skipped always do."""
        return (item.reading.article.id, item.reading.annotator, comparison.name, item.name) not in self.rows


def skipped(
    rows: Rows, readings: Mapping[str, tuple[Reading, Reading]], gold: Mapping[str, Reading], comparisons: Sequence[Comparison]
) -> Skipped:
    """What ``rows`` skip of each article.

    As the gold has it; where there is no gold, what both annotators skip, or the one of them who has filled in that table.
    """
    tables = frozenset(rows)
    chosen = [each for each in comparisons if each.name in tables]
    ranges: dict[str, Ranges] = {}
    for article, both in readings.items():
        found: list[tuple[int, int]] = []
        for comparison in chosen:
            sources = [gold[article]] if article in gold and gold[article].items(comparison.table) else both
            filled = [_ranges(each, comparison, rows[comparison.name]) for each in sources if each.items(comparison.table)]
            if filled:
                found += filled[0] if len(filled) == 1 else _common(*filled)
        ranges[article] = _union(found)
    lying = frozenset(_lying(readings, comparisons, ranges, tables)) if any(ranges.values()) else frozenset()
    return Skipped(ranges, lying, tables)


def _ranges(reading: Reading, comparison: Comparison, wanted: Mapping[str, str]) -> list[tuple[int, int]]:
    items = [each for each in reading.items(comparison.table) if all(each.value.get(name) == label for name, label in wanted.items())]
    return merged([span for each in items for span in each.all_spans(comparison.anchors)])


def _common(one: Ranges, other: Ranges) -> list[tuple[int, int]]:
    found = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return [(start, end) for start, end in found if start < end]


def closed_up(ranges: Ranges, away: Ranges) -> list[tuple[int, int]]:
    """Where ``ranges`` are in a text that lacks what is ``away``."""
    found: list[tuple[int, int]] = []
    for start, end in ranges:
        a, b = (point - shared([(0, point)], away) for point in (start, end))
        if a < b:
            found.append((a, b))
    return _union(found)


def _union(ranges: Ranges) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _lying(
    readings: Mapping[str, tuple[Reading, Reading]], comparisons: Sequence[Comparison], ranges: Mapping[str, Ranges], tables: frozenset[str]
) -> set[tuple[str, str, str, str]]:
    """Rows whose words all lie in what is skipped, and rows without words that are known by a reference to one of these."""
    found: set[tuple[str, str, str, str]] = set()
    everything = [
        (article, reading.annotator, comparison, item)
        for article, both in readings.items()
        for reading in both
        for comparison in comparisons
        if comparison.name not in tables
        for item in reading.items(comparison.table)
    ]
    for article, annotator, comparison, item in everything:
        spans = merged(item.all_spans(comparison.align) or item.all_spans(comparison.anchors))
        if spans and shared(spans, ranges[article]) == length(spans):
            found.add((article, annotator, comparison.name, item.name))
    gone = set(found)
    for article, annotator, comparison, item in everything:
        for column in comparison.identity:
            home, _, key = str(item.value.get(column.name) or "").rpartition("#")
            if (home or article, annotator, column.ref, key) in gone:
                found.add((article, annotator, comparison.name, item.name))
    return found
