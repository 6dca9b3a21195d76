"""Write doccano's JSON Lines: an example for each article, in a file for each annotator, as doccano exports them.

Tables that doccano's import made become the labels that they were. Rows of any other tables become spans with a label each, and
relations from the first words of a row to its others and to the rows that it refers to. Offsets count code points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from corpusbuild.agreement.reading import Item, Reading
from corpusbuild.corpus.article import Article
from corpusbuild.interchange.carrying import as_json
from corpusbuild.interchange.doccano import CATEGORIES, COMMENTS, RELATIONS, SPANS
from corpusbuild.interchange.labelled_spans import (
    Layer,
    Link,
    in_document,
    layers,
    link,
    lose_units,
    numbered,
    of_document,
    reference,
    rows_of,
    units,
)
from corpusbuild.interchange.losing import lose_columns, lose_rows
from corpusbuild.interchange.model import Exporting, Losses
from corpusbuild.interchange.naming import free
from corpusbuild.interchange.own_tables import made_by
from corpusbuild.schema.shape import Column, Label, Listing, Shape, Table, Words
from corpusbuild.text.span import Span

NO_TEXT = "the article is detached, and doccano needs its text"
_NO_WORDS = "the row has no words, and doccano's labels are of words"
_ONLY_LABELS = "doccano's spans have a label, and nothing else"
_OF_WHOLE = "of the text as a whole, doccano has labels and nothing else"
_NOTHING_THERE = "it refers to no words of the document"
_NO_WIDTH = "doccano has no spans without width"
_TAKEN = "doccano means something else by this name"

# What the keys of an example mean that are no metadata.
_KEYS = frozenset({"id", "text", "label", "labels", "cats", "categories", "entities", "annotations", "relations", "Comments"})
_Example = dict[str, Any]


class DoccanoWriter:
    """doccano's examples: ``<annotator>.jsonl``, and ``unlabelled.jsonl`` with the texts that nobody annotated."""

    name = "doccano"

    def __init__(self, what: Exporting) -> None:
        self.what, self.losses = what, Losses()
        self._articles: set[str] = set()
        self._made = _OwnLabels if made_by(what.shape, (SPANS, RELATIONS, CATEGORIES, COMMENTS)) else _Labels
        self._bare = free("unlabelled", set(what.annotators))

    def document(self, reading: Reading) -> Mapping[str, str]:
        """A line."""
        example = self._example(reading.article)
        if example is None:
            lose_rows(self.losses, reading, self.what.shape, NO_TEXT)
            return {}
        example |= self._made(self.what.shape, reading, self.losses).example()
        return {f"{reading.annotator}.jsonl": as_json(example) + "\n"}

    def bare(self, article: Article) -> Mapping[str, str]:
        """A line without labels."""
        example = self._example(article)
        if example is None:
            return {}
        return {f"{self._bare}.jsonl": as_json(example) + "\n"}

    def finish(self) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def _example(self, article: Article) -> _Example | None:
        """The text and what is known of it."""
        text = self.what.text(article)
        known = {name: value for name, value in article.metadata.items() if value is not None}
        if article.id not in self._articles:
            self._articles.add(article.id)
            why, lost = (NO_TEXT, ["text", *known]) if text is None else (_TAKEN, [name for name in known if name in _KEYS])
            self.losses += Losses({(f"articles.{name}", why): 1 for name in lost})
        if text is None:
            return None
        return {"id": numbered(article.id), "text": text, **{name: value for name, value in known.items() if name not in _KEYS}}


class _OwnLabels:
    """The labels of a document whose tables doccano's import made."""

    def __init__(self, shape: Shape, reading: Reading, losses: Losses) -> None:
        self.shape, self.reading, self.losses = shape, reading, losses

    def example(self) -> _Example:
        """Keys as doccano has them in projects of each kind."""
        tables = {table.name for table in self.shape.tables}
        spans = list(self._spans())
        given = [numbered(str(item.value["id"])) if item.value["id"] != f"s{n}" else None for n, (item, _) in enumerate(spans, 1)]
        pointed = [(span.start, span.end, item.value["label"]) for item, span in spans]
        listed = "entities" if CATEGORIES.name in tables else "label"
        made: _Example = {}
        if RELATIONS.name in tables or any(key is not None for key in given):
            made["entities"] = [
                {**({} if key is None else {"id": key}), "label": label, "start_offset": start, "end_offset": end}
                for key, (start, end, label) in zip(given, pointed, strict=True)
            ]
            made["relations"] = list(self._relations({str(item.value["id"]) for item, _ in spans}))
        elif SPANS.name in tables or CATEGORIES.name not in tables:
            made[listed] = [list(each) for each in pointed]
        if CATEGORIES.name in tables:
            made["cats" if SPANS.name in tables else "label"] = list(self._categories())
        if comments := rows_of(self.reading, self.shape, COMMENTS.name):
            made["Comments"] = [_comment(item.value) for item in comments if item.value.get("comment") is not None]
        return made

    def _spans(self) -> Iterator[tuple[Item, Span]]:
        for item in rows_of(self.reading, self.shape, SPANS.name):
            places = item.spans("span")
            if item.value.get("label") is None or not places:
                self.losses[SPANS.name, "null where doccano needs words and a label"] += 1
            elif places[0].start == places[0].end:
                self.losses[SPANS.name, _NO_WIDTH] += 1
            else:
                yield item, places[0]

    def _relations(self, written: set[str]) -> Iterator[_Example]:
        for n, item in enumerate(rows_of(self.reading, self.shape, RELATIONS.name), 1):
            value = item.value
            ends = [value.get("from_id"), value.get("to_id")]
            if value.get("type") is None or not written.issuperset(ends):
                self.losses[RELATIONS.name, _NOTHING_THERE] += 1
                continue
            key = str(value["id"])
            named = {} if key == f"r{n}" else {"id": numbered(key)}
            yield {**named, "from_id": numbered(str(ends[0])), "to_id": numbered(str(ends[1])), "type": value["type"]}

    def _categories(self) -> Iterator[str]:
        for item in rows_of(self.reading, self.shape, CATEGORIES.name):
            if item.value.get("label") is None:
                self.losses[CATEGORIES.name, "null where doccano needs a label"] += 1
            else:
                yield item.value["label"]


def _comment(value: Mapping[str, Any]) -> _Example:
    user = value.get("user")
    return {"text": value["comment"], **({} if user is None else {"username": user})}


class _Labels:
    """The labels of a document with any other tables."""

    def __init__(self, shape: Shape, reading: Reading, losses: Losses) -> None:
        self.shape, self.reading, self.losses = shape, reading, losses
        self.layers = layers(shape)
        self.entities: list[_Example] = []
        self.relations: list[_Example] = []
        self._heads: dict[tuple[str, str], int] = {}
        """Table and key of a row → its first span."""

    def example(self) -> _Example:
        """Keys as doccano has them in projects of each kind; categories are what the enumerations of the document say."""
        lose_units(self.losses, self.reading, self.shape)
        tables = [table for table in self.shape.tables if table not in units(self.shape)]
        links = {table.name: found for table in tables if (found := link(self.shape, table)) is not None}
        items = [item for table in tables if table.name not in links for item in self.reading.items(table)]
        heads = [(item, head) for item in items if (head := self._row(item)) is not None]
        for item, head in heads:
            self._references(item, head)
        for each in links.values():
            for item in self.reading.items(each.table):
                self._link(each, item)
        joined = bool(links) or any(self._is_joined(table) for table in tables)
        fields = [column for column in of_document(self.shape).columns if _is_label(column)]
        lose_columns(self.losses, self.reading.value, of_document(self.shape), {column.name for column in fields}, _OF_WHOLE)
        categories = list(self._categories(fields))
        if not self.layers:
            return {"label": categories}
        pointed = [[each["start_offset"], each["end_offset"], each["label"]] for each in self.entities]
        cats = {"cats": categories} if fields else {}
        if joined:
            return {"entities": self.entities, "relations": self.relations, **cats}
        return {"entities" if fields else "label": pointed, **cats}

    def _categories(self, fields: Sequence[Column]) -> Iterator[str]:
        for column in fields:
            for each in _each(self.reading.value.get(column.name)):
                yield f"{column.name}.{each}" if len(fields) > 1 else each

    def _is_joined(self, table: Table) -> bool:
        """Whether rows of a table may have several spans, or refer to others."""
        anchors = [column.type for column in table.row.columns if isinstance(column.type, Words)]
        return (
            len(anchors) > 1 or any(each.segments for each in anchors) or any(in_document(self.shape, each) for each in table.row.columns)
        )

    def _row(self, item: Item) -> int | None:
        """Write the spans of a row. Returns the number of the first."""
        table, head = item.table, None
        mine = [layer for layer in self.layers if layer.table is table]
        for layer in mine:
            for span in item.spans(layer.anchor):
                if span.start == span.end:
                    self.losses[layer.column, _NO_WIDTH] += 1
                    continue
                number = self._span(layer, item, span)
                if head is None:
                    head = number
                else:
                    self._relation(head, number, layer.column)
        if head is None:
            self.losses[table.name, _NO_WORDS] += 1
            return None
        if item.key is not None:
            self._heads[table.name, item.key] = head
        carried = {layer.anchor for layer in mine} | {layer.kind.name for layer in mine if layer.kind is not None}
        carried |= {column.name for column in table.row.columns if in_document(self.shape, column)}
        lose_columns(self.losses, item.value, table.row, carried, _ONLY_LABELS, table.name)
        return head

    def _span(self, layer: Layer, item: Item, span: Span) -> int:
        label = layer.label(item)
        if layer.kind_of(item) and len(self.layers) > 1:
            # Labels of several layers are one list to doccano.
            label = f"{layer.table.name}.{label}"
        number = len(self.entities) + 1
        self.entities.append({"id": number, "label": label, "start_offset": span.start, "end_offset": span.end})
        return number

    def _relation(self, head: int, to: int, kind: str) -> None:
        self.relations.append({"id": len(self.relations) + 1, "from_id": head, "to_id": to, "type": kind})

    def _references(self, item: Item, head: int) -> None:
        for column in item.table.row.columns:
            if not in_document(self.shape, column):
                continue
            for each in _each(item.value.get(column.name)):
                to = self._heads.get((reference(column) or "", each))
                if to is None:
                    self.losses[f"{item.table.name}.{column.name}", _NOTHING_THERE] += 1
                else:
                    self._relation(head, to, f"{item.table.name}.{column.name}")

    def _link(self, made: Link, item: Item) -> None:
        ends = [self._heads[end] for end in made.between(item) if end in self._heads]
        if len(ends) < 2:
            self.losses[item.table.name, _NOTHING_THERE] += 1
            return
        self._relation(ends[0], ends[1], made.label(item))
        lose_columns(self.losses, item.value, item.table.row, made.names, _ONLY_LABELS, item.table.name)


def _is_label(column: Column) -> bool:
    one = column.type.item.type if isinstance(column.type, Listing) else column.type
    return isinstance(one, Label)


def _each(value: Any) -> Sequence[Any]:
    """The values of a property, one by one."""
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)
