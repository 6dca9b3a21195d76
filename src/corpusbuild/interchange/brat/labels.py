"""What rows, the objects in them and their columns are called in brat: words, each of them once where it could be mistaken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from corpusbuild.schema.shape import Column, Listing, Record, Shape, Words

DOCUMENT = "annotations"
"""The table of what is said of the article as a whole."""


@dataclass(frozen=True, slots=True)
class Event:
    """An object as an event: its type, the label of each column, and the events of the objects in it, by column."""

    kind: str
    record: Record
    labels: Mapping[str, str]
    inner: Mapping[str, Event]

    def attribute(self, column: str) -> str:
        """The name of the attribute that holds a column."""
        return f"{self.kind}_{self.labels[column]}"

    def json(self, column: str) -> str:
        """The type of the note that holds a column as JSON."""
        return f"{self.labels[column]}.json"


def events_of(shape: Shape) -> dict[str, Event]:
    """The events of rows, by table, and that of what is said of the article as a whole."""
    records = {table.name: table.row for table in shape.tables}
    records[DOCUMENT] = shape.annotation_scalars.without("article", "annotator")
    taken: set[str] = set()
    kinds = {table: _free(_name(table), taken) for table in records}
    return {table: _event(kinds[table], record, taken) for table, record in records.items()}


def _event(kind: str, record: Record, taken: set[str]) -> Event:
    labels: dict[str, str] = {}
    inside: set[str] = set()
    for column in record.columns:
        label = _name(column.name)
        # A role that ends in a digit would be a numbered one to brat.
        wanted = f"{label}_" if label[-1].isdigit() and _is_role(column) else label
        labels[column.name] = label = _free(wanted, inside)
        inside.add(f"{label}.json")
    kinds = {column.name: _free(f"{kind}_{labels[column.name]}", taken) for column in record.columns if record_of(column) is not None}
    inner = {column.name: _event(kinds[column.name], of, taken) for column in record.columns if (of := record_of(column)) is not None}
    return Event(kind, record, labels, inner)


def record_of(column: Column) -> Record | None:
    """What the objects of a column are made of, if it has any."""
    of = column.type.item.type if isinstance(column.type, Listing) else column.type
    return of if isinstance(of, Record) else None


def reference_of(column: Column) -> str | None:
    """The table that the values of a column refer to, if they do."""
    return column.ref or (column.type.item.ref if isinstance(column.type, Listing) else None)


def _is_role(column: Column) -> bool:
    return isinstance(column.type, Words) or record_of(column) is not None or reference_of(column) is not None


def _free(wanted: str, taken: set[str]) -> str:
    while wanted in taken:
        wanted += "_"
    taken.add(wanted)
    return wanted


def _name(name: str) -> str:
    """A name as one word, without what means something else in a line."""
    return re.sub(r"[^\w.-]", "_", name) or "_"
