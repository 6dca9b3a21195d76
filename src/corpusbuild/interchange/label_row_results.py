"""Rows of any tables as Label Studio's regions.

The words of a row are regions of a control that is called after its table; the first is the row, and the parent of the others.
What else the row says is said of that region by controls of their own; references to other rows are relations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from corpusbuild.agreement.reading import Item, Reading
from corpusbuild.interchange.label_config_writing import Config
from corpusbuild.interchange.labelled_spans import Layer, in_document, layers, link, lose_units, of_document, reference, units
from corpusbuild.interchange.losing import lose_columns
from corpusbuild.interchange.model import Losses
from corpusbuild.interchange.naming import free
from corpusbuild.interchange.utf16 import Utf16
from corpusbuild.schema.shape import Column, Label, Listing, Scalar, Shape, Table, Type, Words
from corpusbuild.text.span import Span

TEXT = "text"
_NO_WORDS = "the row has no words, and Label Studio's regions are of words"
_NO_PLACE = "Label Studio has no such values"
_ONLY_LABELS = "Label Studio's relations have labels, and nothing else"
_NOTHING_THERE = "it refers to no words of the document"
_KEYS = {"choices": "choices", "textarea": "text", "number": "number"}
_Result = dict[str, Any]


class RowResults:
    """The results of one document."""

    def __init__(self, shape: Shape, reading: Reading, losses: Losses, text: str) -> None:
        self.shape, self.reading, self.losses = shape, reading, losses
        self.layers, self._units, self._names = layers(shape), Utf16(text), _names(shape)
        self._ids: set[str] = set()
        self._heads: dict[tuple[str, str], str] = {}
        """Table and key of a row → its region."""

    @staticmethod
    def declare(shape: Shape, config: Config) -> None:
        """Put into a configuration all controls that rows of the schema may need."""
        all_layers, names = layers(shape), _names(shape)
        for column in of_document(shape).columns:
            _declare(config, names["", column.name], column, None)
        for table in shape.tables:
            mine = [layer for layer in all_layers if layer.table is table]
            if (made := link(shape, table)) is not None:
                config.relations |= dict.fromkeys(made.labels)
            if not mine:
                continue
            labels = [label for layer in mine for label in layer.labels]
            config.control(names[table.name, ""], "labels", TEXT, labels)
            for column in _others(table, mine):
                if in_document(shape, column):
                    config.relations.setdefault(column.name)
                else:
                    _declare(config, names[table.name, column.name], column, labels)

    def results(self) -> list[_Result]:
        """All results."""
        made = list(self._said("", self.reading.value, of_document(self.shape).columns, None))
        rows: list[tuple[Item, str]] = []
        lose_units(self.losses, self.reading, self.shape)
        for table in (table for table in self.shape.tables if table not in units(self.shape)):
            mine = [layer for layer in self.layers if layer.table is table]
            for item in self.reading.items(table) if link(self.shape, table) is None else ():
                regions = list(self._regions(item, mine))
                if not regions:
                    self.losses[table.name, _NO_WORDS] += 1
                    continue
                head = regions[0]
                rows.append((item, head["id"]))
                if item.key is not None:
                    self._heads[table.name, item.key] = head["id"]
                columns = [column for column in _others(table, mine) if not in_document(self.shape, column)]
                made += [*regions, *self._said(table.name, item.value, columns, head)]
        made += [relation for item, head in rows for relation in self._relations(item, head)]
        return [*made, *self._links()]

    def _regions(self, item: Item, mine: list[Layer]) -> Iterator[_Result]:
        head: str | None = None
        for layer in mine:
            for span in item.spans(layer.anchor):
                region = self._region(layer, item, span)
                if head is None:
                    head = region["id"]
                    if item.key is not None:
                        region["meta"] = {"text": [item.key]}
                else:
                    region["parentID"] = head
                yield region

    def _region(self, layer: Layer, item: Item, span: Span) -> _Result:
        key = free(f"{layer.table.name}-{item.key or item.index + 1}", self._ids)
        value = {**self._units.of(span), "text": span.of(self._units.text), "labels": [layer.label(item)]}
        return {"id": key, "type": "labels", "from_name": self._names[layer.table.name, ""], "to_name": TEXT, "value": value}

    def _said(self, table: str, value: Mapping[str, Any], columns: Any, head: _Result | None) -> Iterator[_Result]:
        """What the columns of an object say of a region, or of the text as a whole."""
        for column in columns:
            said = value.get(column.name)
            if column.key or said is None or said == []:
                continue
            kind = _kind(column.type)
            if kind is None:
                self.losses[f"{table}.{column.name}" if table else column.name, _NO_PLACE] += 1
                continue
            held = said if kind == "number" else [_word(each) for each in (said if isinstance(said, list) else (said,))]
            place = {} if head is None else {name: head["value"][name] for name in ("start", "end")}
            name = self._names[table, column.name]
            key = free(name, self._ids) if head is None else head["id"]
            yield {"id": key, "type": kind, "from_name": name, "to_name": TEXT, "value": {**place, _KEYS[kind]: held}}

    def _relations(self, item: Item, head: str) -> Iterator[_Result]:
        for column in item.table.row.columns:
            table, said = reference(column), item.value.get(column.name)
            if table is None or said is None or not in_document(self.shape, column):
                continue
            for each in said if isinstance(said, list) else (said,):
                to = self._heads.get((table, each))
                if to is None:
                    self.losses[f"{item.table.name}.{column.name}", _NOTHING_THERE] += 1
                else:
                    yield {"type": "relation", "from_id": head, "to_id": to, "direction": "right", "labels": [column.name]}

    def _links(self) -> Iterator[_Result]:
        """Rows that are relations between others."""
        for made in filter(None, (link(self.shape, table) for table in self.shape.tables)):
            for item in self.reading.items(made.table):
                ends = [self._heads[end] for end in made.between(item) if end in self._heads]
                if len(ends) < 2:
                    self.losses[item.table.name, _NOTHING_THERE] += 1
                    continue
                lose_columns(self.losses, item.value, item.table.row, made.names, _ONLY_LABELS, item.table.name)
                yield {"type": "relation", "from_id": ends[0], "to_id": ends[1], "direction": "right", "labels": [made.label(item)]}


def _names(shape: Shape) -> dict[tuple[str, str], str]:
    """Table and column → the control for it, no two alike: of the document's own columns the table is empty, of a table the column."""
    taken: set[str] = {TEXT}
    names = {(table.name, ""): free(table.name, taken) for table in shape.tables}
    names |= {("", column.name): free(column.name, taken) for column in of_document(shape).columns}
    return names | {
        (table.name, column.name): free(f"{table.name}_{column.name}", taken) for table in shape.tables for column in table.row.columns
    }


def _others(table: Table, mine: list[Layer]) -> list[Column]:
    """The columns that are neither words nor say what the words are."""
    kinds = {layer.kind.name for layer in mine if layer.kind is not None}
    return [column for column in table.row.columns if not isinstance(column.type, Words) and column.name not in kinds]


def _declare(config: Config, name: str, column: Column, of: list[str] | None) -> None:
    """Put in the control for a column, of regions that have one of the labels ``of``, or of the text as a whole."""
    kind = _kind(column.type)
    if column.key or kind is None:
        return
    one = column.type.item.type if isinstance(column.type, Listing) else column.type
    labels = one.names if isinstance(one, Label) else ("true", "false") if one is Scalar.BOOLEAN else ()
    control = config.control(name, kind, TEXT, labels, regions=of is not None)
    control.of, control.many = tuple(of or ()), isinstance(column.type, Listing)


def _kind(column: Type) -> str | None:
    """The control for values of a type; None where there is none."""
    one = column.item.type if isinstance(column, Listing) else column
    if isinstance(one, Label) or one is Scalar.BOOLEAN:
        return "choices"
    if one in (Scalar.INTEGER, Scalar.NUMBER):
        return None if one is not column else "number"
    return "textarea" if one in (Scalar.STRING, Scalar.DATE, Scalar.INSTANT) else None


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
