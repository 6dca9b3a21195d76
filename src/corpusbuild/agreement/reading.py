"""What one annotator wrote about one article, with every anchor in its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.where import InJson, Origin
from corpusbuild.placing import Placements
from corpusbuild.plan import Level
from corpusbuild.schema.paths import values_at
from corpusbuild.schema.shape import Column, Label, Listing, Record, Scalar, Table, Words
from corpusbuild.text.span import Span

Spans = tuple[Span, ...]
Translate = Callable[[str, str], Any]
"""Table and reference → what the reference means to both annotators."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One annotation document. ``places`` has the spans of each anchor, by the object it is a property of and its name."""

    article: Article
    annotator: str
    origin: Origin
    value: Mapping[str, Any]
    places: Mapping[tuple[int, str], Spans] = field(repr=False)

    @classmethod
    def of(
        cls, article: Article, annotator: str, origin: Origin, value: Any, placed: Placements, levels: Sequence[Level]
    ) -> Reading | None:
        """A document with its places; None where an anchor has none."""
        if not placed.complete:
            return None
        places: dict[tuple[int, str], Spans] = {}
        objects: list[list[Any]] = []
        for number, level in enumerate(levels):
            objects.append([value] if level.parent < 0 else values_at(objects[level.parent], level.steps))
            for site in level.sites:
                for each, spans in zip(objects[number], placed.at(number, site.name).spans, strict=True):
                    if spans is not None:
                        places[id(each), site.name] = spans
        return cls(article, annotator, origin, value, places)

    def items(self, table: Table) -> list[Item]:
        """The rows of a table, as their author wrote them."""
        return [Item(self, table, i, value) for i, value in enumerate(self.value.get(table.member) or ())]

    def spans(self, value: Any, name: str) -> Spans:
        """The places of the anchor ``name`` of an object of this document; none where it is null."""
        return self.places.get((id(value), name), ())

    def words(self, spans: Spans) -> str | None:
        """The words that stand there, segments joined by an ellipsis; None without any, or without the article's text."""
        text = self.article.text
        return None if text is None or not spans else " … ".join(span.of(text) for span in spans)


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a table."""

    reading: Reading
    table: Table
    index: int
    value: Mapping[str, Any]

    @property
    def key(self) -> str | None:
        """Its key; None in a table without keys."""
        return None if self.table.key is None else str(self.value[self.table.key])

    @property
    def name(self) -> str:
        """Its key, or where it stands in a table without keys: what ``from`` says after the annotator."""
        return self.key or f"{self.table.member}/{self.index}"

    def spans(self, name: str) -> Spans:
        """The places of an anchor of this row."""
        return self.reading.spans(self.value, name)

    def all_spans(self, names: Sequence[str]) -> Spans:
        """The places of several anchors, in text order."""
        return tuple(sorted(span for name in names for span in self.spans(name)))

    def where(self, *steps: str | int) -> InJson:
        """Where a property of it stands; the row itself without one."""
        return InJson(self.reading.origin, (self.table.member, self.index, *steps))

    def meaning(self, column: Column, translate: Translate | None = None) -> Any:
        """What a column says, however it is written: anchors as spans, absent as null, lists of references as sets."""
        return meaning(self.reading, self.value, column, translate)

    def order(self) -> str:
        """What rows are sorted by so that the order in which they were written changes nothing."""
        said = [self.meaning(column) for column in self.table.row.columns if not column.key]
        return json.dumps([said, self.key], default=_plain, sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, Span):
        return [value.start, value.end]
    return sorted(map(repr, value))


def meaning(reading: Reading, holder: Mapping[str, Any], column: Column, translate: Translate | None = None) -> Any:
    """What the property ``column`` of an object says: see :meth:`Item.meaning`."""
    if isinstance(column.type, Words):
        return reading.spans(holder, column.name) if holder.get(column.name) is not None else None
    return _meaning(reading, holder.get(column.name), column, translate)


def _meaning(reading: Reading, value: Any, column: Column, translate: Translate | None) -> Any:
    if value is None:
        return None
    match column.type:
        case Record(columns):
            return {each.name: meaning(reading, value, each, translate) for each in columns}
        case Listing(item):
            said = [_meaning(reading, each, item, translate) for each in value]
            return frozenset(said) if item.ref is not None else said
        case Scalar() | Label() if column.ref is not None and translate is not None:
            return translate(column.ref, value)
    return value


def references(holder: Any, column: Column) -> Iterator[tuple[str, str]]:
    """Every reference of a property, at any depth: the table and what the author wrote."""
    value = holder.get(column.name) if isinstance(holder, Mapping) else holder
    if value is None:
        return
    match column.type:
        case Record(columns):
            for each in columns:
                yield from references(value, each)
        case Listing(item):
            for each in value:
                yield from _below(each, item)
        case _ if column.ref is not None:
            yield column.ref, value


def _below(value: Any, item: Column) -> Iterator[tuple[str, str]]:
    """The references of one item of a list."""
    yield from references({item.name: value}, item)
