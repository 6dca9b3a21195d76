"""Figures about rows: which are the same, and what those that are the same say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import combinations
from typing import Any

from corpusbuild.agreement.aligning import Alignment
from corpusbuild.agreement.coefficients import Coefficient, alpha, f1, kappa, masi, ordinal_alpha
from corpusbuild.agreement.comparing import Comparison, set_of
from corpusbuild.agreement.reading import Item, Reading, meaning
from corpusbuild.agreement.resampling import Tally
from corpusbuild.schema.shape import Column, Label, Listing, Record

MISSING, NULL = "(missing)", "(null)"
"""The labels of a row that one annotator does not have, and of a value that is null."""

Pairs = dict[str, list[tuple[Any, Any]]]
"""Article → what a and b say of each unit."""


def scored(alignment: Alignment, comparison: Comparison) -> Iterator[Tally]:
    """Every figure about the rows of one table."""
    yield _matched(alignment, comparison)
    if not (comparison.roles or comparison.identity):
        return  # rows that are the same say the same: there is nothing else to compare
    unmatched = _unmatched(alignment, comparison)
    for column in comparison.labels:
        yield from _labels(alignment, comparison, column, unmatched)
    for column in comparison.singles:
        if column not in comparison.identity:
            yield from _single(alignment, comparison, column, unmatched)
    for column in comparison.sets:
        yield _sets(comparison, column, _values(alignment, comparison, lambda *at, c=column: set_value(c, *at)), unmatched)


def document_figures(alignment: Alignment, record: Record) -> Iterator[Tally]:
    """Figures about what the two documents of an article say outside their tables: one unit an article."""
    for column in record.columns:
        values: Pairs = {
            article: [
                (
                    meaning(one, one.value, column, alignment.meaning_a(article)),
                    meaning(other, other.value, column, alignment.meaning_b(article)),
                )
            ]
            for article, (one, other) in alignment.readings.items()
        }
        if isinstance(column.type, Label):
            yield _nominal("annotations", column, _named(values), 0, unit="articles")
            yield _kappa("annotations", column, _named(values), 0, unit="articles")


def _matched(alignment: Alignment, comparison: Comparison) -> Tally:
    """The share of rows that the other annotator has, too, as F1: precision and recall of a system against a gold."""
    measure = "aligned F1" if comparison.roles else "found F1"
    tally = Tally(comparison.name, None, measure, "rows", f1, 3)
    for article in alignment.readings:
        match = alignment.matches[article, comparison.name]
        pairs = len(match.pairs)
        tally.counts[article] = {0: pairs, 1: pairs + len(match.only_a), 2: pairs + len(match.only_b)}
        tally.used += 2 * pairs + len(match.only_a) + len(match.only_b)
    tally.dropped = len(alignment.left_out(comparison))
    return tally


def _unmatched(alignment: Alignment, comparison: Comparison) -> int:
    """The rows that are no part of a pair: those that one annotator alone has, and those that do not count."""
    matches = [alignment.matches[article, comparison.name] for article in alignment.readings]
    return sum(len(match.only_a) + len(match.only_b) for match in matches) + len(alignment.left_out(comparison))


def _values(alignment: Alignment, comparison: Comparison, of: Callable[[Item, Callable[[str, str], Any]], Any]) -> Pairs:
    """What both say of each row that is the same."""
    return {
        article: [
            (of(a, alignment.meaning_a(article)), of(b, alignment.meaning_b(article))) for a, b in alignment.pairs(article, comparison)
        ]
        for article in alignment.readings
    }


def _labels(alignment: Alignment, comparison: Comparison, column: Column, unmatched: int) -> Iterator[Tally]:
    values = _named(_values(alignment, comparison, lambda item, _: item.value.get(column.name)))
    if column.name in comparison.ordinal:
        yield _ordinal(comparison, column, values, unmatched)
        return
    yield _nominal(comparison.name, column, values, unmatched)
    yield _kappa(comparison.name, column, values, unmatched)
    everything: Pairs = {}
    for article, pairs in values.items():
        match = alignment.matches[article, comparison.name]
        one, other = alignment.items(article, comparison)
        mine = [(_name(one[i].value.get(column.name)), MISSING) for i in match.only_a]
        theirs = [(MISSING, _name(other[j].value.get(column.name))) for j in match.only_b]
        everything[article] = pairs + mine + theirs
    tally = _nominal(comparison.name, column, everything, len(alignment.left_out(comparison)))
    tally.measure = "alpha with missing"
    yield tally


def _single(alignment: Alignment, comparison: Comparison, column: Column, unmatched: int) -> Iterator[Tally]:
    """A reference. Where it leads to rows, it is an edge that both have or not; where it leads to entries, a label."""
    values = _values(alignment, comparison, lambda item, shared: item.meaning(column, shared))
    if column.ref not in {each.name for each in alignment.comparisons}:
        named = _named(values)
        yield _nominal(comparison.name, column, named, unmatched)
        yield _kappa(comparison.name, column, named, unmatched)
        return
    tally = Tally(comparison.name, column.name, "edge F1", "edges", f1, 3)
    for article, pairs in values.items():
        hits = sum(a is not None and a == b for a, b in pairs)
        one, other = alignment.items(article, comparison)
        mine, theirs = (sum(item.value.get(column.name) is not None for item in items) for items in (one, other))
        tally.counts[article] = {0: hits, 1: mine, 2: theirs}
        tally.used += mine + theirs
    tally.dropped = sum(item.value.get(column.name) is not None for item in alignment.left_out(comparison))
    yield tally


def set_value(column: Column, item: Item, shared: Callable[[str, str], Any]) -> frozenset[Any]:
    """What a list says as a set: its labels, its references, or those of the objects in it."""
    return _set(column, item.reading, item.value, shared)


def _set(column: Column, reading: Reading, holder: Any, shared: Callable[[str, str], Any]) -> frozenset[Any]:
    said = meaning(reading, holder, column, shared) or ()
    of = set_of(column)
    if of is not None and isinstance(column.type, Listing) and isinstance(column.type.item.type, Record):
        said = [None if each is None else each[of.name] for each in said]
        said = [one for each in said for one in (each if isinstance(each, frozenset) else (each,))]
    return frozenset(each for each in said if each is not None)


def _sets(comparison: Comparison, column: Column, values: Pairs, unmatched: int) -> Tally:
    distinct = sorted({each for pairs in values.values() for pair in pairs for each in pair}, key=lambda each: sorted(map(repr, each)))
    tally = _tally((comparison.name, column.name, "alpha (MASI)"), values, alpha(_alike(distinct)), len(distinct) + 1)
    at = {each: i for i, each in enumerate(distinct)}
    for article, pairs in values.items():
        counts: Counter[int] = Counter(at[each] for pair in pairs for each in pair)
        tally.counts[article] = {**counts, len(distinct): sum(masi(a, b) for a, b in pairs)}
    tally.dropped = unmatched
    elements = {each for one in distinct for each in one if isinstance(each, str)}
    tally.labels = {
        name: tuple(sum(name in pair[side] for pairs in values.values() for pair in pairs) for side in (0, 1))  # type: ignore[misc]  # two sides
        for name in sorted(elements)
    }
    return tally


def _alike(distinct: Sequence[frozenset[Any]]) -> Any:
    """MASI similarity of each two sets, sparse: most sets have nothing in common."""
    from scipy.sparse import csr_array  # noqa: PLC0415  start-up time

    holders: dict[Any, list[int]] = {}
    for i, each in enumerate(distinct):
        for element in each:
            holders.setdefault(element, []).append(i)
    cells = {(i, i): 1.0 for i in range(len(distinct))}
    for of_element in holders.values():
        for i, j in combinations(of_element, 2):
            if (i, j) not in cells:
                cells[i, j] = cells[j, i] = 1 - masi(distinct[i], distinct[j])
    rows, columns = zip(*cells, strict=True) if cells else ((), ())
    return csr_array((list(cells.values()), (rows, columns)), shape=(len(distinct), len(distinct)), dtype=float)


def _tally(name: tuple[str, str, str], values: Pairs, coefficient: Coefficient, width: int, unit: str = "rows") -> Tally:
    """The beginnings of a figure, named by table, column and measure."""
    tally = Tally(*name, unit, coefficient, width)
    tally.used = sum(len(pairs) for pairs in values.values())
    return tally


def _nominal(table: str, column: Column, values: Pairs, dropped: int, unit: str = "rows") -> Tally:
    names = _names(column, values)
    tally = _tally((table, column.name, "alpha"), values, alpha(), len(names) + 1, unit)
    at = {name: i for i, name in enumerate(names)}
    for article, pairs in values.items():
        counts: Counter[int] = Counter(at[each] for pair in pairs for each in pair)
        counts[len(names)] = sum(a != b for a, b in pairs)
        tally.counts[article] = dict(counts)
    tally.dropped, tally.labels = dropped, _distribution(names, values)
    return tally


def _kappa(table: str, column: Column, values: Pairs, dropped: int, unit: str = "rows") -> Tally:
    names = _names(column, values)
    tally = _tally((table, column.name, "kappa"), values, kappa(len(names)), 2 * len(names) + 1, unit)
    at = {name: i for i, name in enumerate(names)}
    for article, pairs in values.items():
        counts: Counter[int] = Counter()
        for a, b in pairs:
            counts.update((at[a], len(names) + at[b]))
        counts[2 * len(names)] = sum(a == b for a, b in pairs)
        tally.counts[article] = dict(counts)
    tally.dropped, tally.labels = dropped, _distribution(names, values)
    return tally


def _ordinal(comparison: Comparison, column: Column, values: Pairs, unmatched: int) -> Tally:
    """Ordinal alpha; the schema lists the labels in their order. A pair with null has no rank and is dropped."""
    names = column.type.names if isinstance(column.type, Label) else ()
    at = {name: i for i, name in enumerate(names)}
    ranked: Pairs = {article: [pair for pair in pairs if NULL not in pair] for article, pairs in values.items()}
    tally = _tally((comparison.name, column.name, "ordinal alpha"), ranked, ordinal_alpha(len(names)), len(names) ** 2)
    for article, pairs in ranked.items():
        tally.counts[article] = dict(Counter(at[a] * len(names) + at[b] for a, b in pairs))
    nulls = sum(len(pairs) for pairs in values.values()) - tally.used
    tally.dropped, tally.labels = unmatched + nulls, _distribution(names, ranked)
    return tally


def _named(values: Pairs) -> Pairs:
    return {article: [(_name(a), _name(b)) for a, b in pairs] for article, pairs in values.items()}


def _name(value: Any) -> Hashable:
    return NULL if value is None else value


def _names(column: Column, values: Pairs) -> list[Any]:
    """The labels in the order of the schema, then whatever else there is."""
    there = {each for pairs in values.values() for pair in pairs for each in pair}
    first = [name for name in (column.type.names if isinstance(column.type, Label) else ()) if name in there]
    return first + sorted(there - set(first), key=_text)


def _distribution(names: Sequence[Any], values: Pairs) -> dict[str, tuple[int, int]]:
    one = Counter(a for pairs in values.values() for a, _ in pairs)
    other = Counter(b for pairs in values.values() for _, b in pairs)
    return {_text(name): (one[name], other[name]) for name in names if one[name] or other[name]}


def _text(value: Any) -> str:
    """A label, or a reference to a row: ``article#key``, with whose it is where only b has it."""
    return value if isinstance(value, str) else "#".join(value[:2]) + (f" ({value[2]})" if len(value) > 2 else "")
