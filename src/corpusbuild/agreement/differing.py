"""What two annotators say differently: field by field of rows that are the same, and rows that only one has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from corpusbuild.agreement.aligning import Alignment
from corpusbuild.agreement.comparing import Comparison
from corpusbuild.agreement.reading import Item, Reading, Spans, meaning
from corpusbuild.diagnostics.where import InJson
from corpusbuild.schema.shape import Column, Record, Scalar, Words

DOCUMENT = "annotations"
"""The table that a document's own fields make."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one of two annotators says: the row's key (or where it stands), the value as written, its place, and its words.

    ``about`` are the references that a row without words is known by.
    """

    annotator: str
    name: str
    value: object
    where: InJson
    words: str | None
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing to decide. ``field`` is None where only one of two annotators has the row."""

    article: str
    table: str
    field: str | None
    a: Side | None
    b: Side | None


def is_free(column: Column) -> bool:
    """Whether a column is free text: a remark, which nobody writes as somebody else does."""
    return column.type is Scalar.STRING and column.ref is None


def differences(alignment: Alignment, columns: Callable[[Comparison], Iterable[Column]]) -> Iterator[Difference]:
    """Every difference in the ``columns`` of each table, article by article, as a wrote them; then what only b has."""
    for article in alignment.readings:
        for comparison in alignment.comparisons:
            one, other = alignment.items(article, comparison)
            found = alignment.matches[article, comparison.name]
            partner = dict(found.pairs)
            for i, item in enumerate(one):
                if i not in partner:
                    yield Difference(article, comparison.name, None, whole(item, comparison), None)
                else:
                    yield from _fields(alignment, article, comparison, item, other[partner[i]], columns(comparison))
            for j in found.only_b:
                yield Difference(article, comparison.name, None, None, whole(other[j], comparison))


def _fields(
    alignment: Alignment, article: str, comparison: Comparison, one: Item, other: Item, columns: Iterable[Column]
) -> Iterator[Difference]:
    for column in columns:
        if not same(alignment, article, column, (one, other)):
            yield Difference(article, comparison.name, column.name, _side(one, column, comparison), _side(other, column, comparison))


def same(alignment: Alignment, article: str, column: Column, items: tuple[Item, Item]) -> bool:
    """Whether two rows say the same in a column. Free text differs only where both wrote some."""
    one = items[0].meaning(column, alignment.meaning_a(article))
    other = items[1].meaning(column, alignment.meaning_b(article))
    return bool(one == other) or (is_free(column) and (one is None or other is None))


def document_differences(alignment: Alignment, record: Record) -> Iterator[Difference]:
    """What the two documents of an article say differently outside their tables."""
    for article, (one, other) in alignment.readings.items():
        for column in record.columns:
            if column.name in {"article", "annotator"}:
                continue
            says = meaning(one, one.value, column, alignment.meaning_a(article))
            against = meaning(other, other.value, column, alignment.meaning_b(article))
            if says != against and not (is_free(column) and (says is None or against is None)):
                yield Difference(article, DOCUMENT, column.name, _own(one, column), _own(other, column))


def _own(reading: Reading, column: Column) -> Side:
    words = reading.words(reading.spans(reading.value, column.name)) if isinstance(column.type, Words) else None
    return Side(reading.annotator, "", reading.value.get(column.name), _where(InJson(reading.origin), reading.value, column), words)


def _side(item: Item, column: Column, comparison: Comparison) -> Side:
    """What a row says in a column, with the words of that anchor, or those that the row is known by."""
    spans = item.spans(column.name) if isinstance(column.type, Words) else _known_by(item, comparison)
    where = _where(item.where(), item.value, column)
    words = item.reading.words(spans)
    return Side(item.reading.annotator, item.name, item.value.get(column.name), where, words, _about(item, comparison))


def _where(holder: InJson, value: object, column: Column) -> InJson:
    """Where a property stands; what holds it, where it is absent."""
    there = isinstance(value, dict) and column.name in value
    return InJson(holder.origin, (*holder.pointer, column.name)) if there else holder


def whole(item: Item, comparison: Comparison) -> Side:
    """A row as a whole, with the words that it is known by."""
    words = item.reading.words(_known_by(item, comparison))
    return Side(item.reading.annotator, item.name, dict(item.value), item.where(), words, _about(item, comparison))


def _known_by(item: Item, comparison: Comparison) -> Spans:
    return item.all_spans(comparison.align) or item.all_spans(comparison.anchors)


def _about(item: Item, comparison: Comparison) -> tuple[str, ...]:
    return tuple(str(item.value[column.name]) for column in comparison.identity if item.value.get(column.name) is not None)
