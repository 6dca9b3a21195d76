"""Rows of any tables as brat's events.

A row's anchors are text-bound annotations and arguments of an event of the table's name; the first is its trigger as well. Columns
are roles, names of attributes (with the table before them), types of normalisations and of notes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Any

from corpusbuild.agreement.reading import Item, Reading
from corpusbuild.interchange.brat.lines import CannotHoldError, label, one_line, span_line
from corpusbuild.interchange.brat.used import Used
from corpusbuild.interchange.model import Losses
from corpusbuild.schema.shape import Column, Label, Listing, Scalar, Shape, Words
from corpusbuild.text.span import Span

_NO_ANCHOR = "the row has no words, and brat's records are of words"
_NO_PLACE = "brat has no such values"


class RowEvents:
    """The records of one document; ids are given in order. What no line can hold is counted."""

    def __init__(self, shape: Shape, reading: Reading, text: str, losses: Losses, used: Used) -> None:
        self.shape, self.reading, self.text, self.losses, self.used = shape, reading, text, losses, used
        self._ids = {letter: count(1) for letter in "TEAN#"}
        self._lines: dict[str, list[str]] = {letter: [] for letter in self._ids}
        self._events: dict[tuple[str, str], str] = {}
        """Table and key of a row → its event."""

    def lines(self) -> list[str]:
        """All lines, by kind."""
        for column in self.shape.annotation_scalars.without("article", "annotator").columns:
            self._count(column.name, self.reading.value.get(column.name), "it is said of the article as a whole")
        events = []
        for table in self.shape.tables:
            for item in self.reading.items(table):
                spans = {column.name: found for column in table.row.columns if (found := item.spans(column.name))}
                if not spans:
                    self.losses[table.name, _NO_ANCHOR] += 1
                    continue
                event = self._id("E")
                events.append((event, item, spans))
                if item.key is not None:
                    self._events[table.name, item.key] = event
        for event, item, spans in events:
            self._event(event, item, spans)
        return [line for letter in self._lines for line in self._lines[letter]]

    def _id(self, letter: str) -> str:
        return f"{letter}{next(self._ids[letter])}"

    def _count(self, what: str, value: Any, why: str) -> None:
        if value not in (None, []):
            self.losses[what, why] += 1

    def _event(self, event: str, item: Item, spans: dict[str, tuple[Span, ...]]) -> None:
        table = item.table.name
        parts: list[str] = []
        roles: list[str] = []
        for anchor, places in spans.items():
            key, kind = self._id("T"), f"{table}_{_name(anchor)}"
            self._lines["T"].append(span_line(key, kind, places, self.text))
            self.used.note(self.used.entities, kind)
            if not parts:
                parts.append(f"{table}:{key}")
            roles.append(_role(anchor))
            parts.append(f"{roles[-1]}:{key}")
        for column in item.table.row.columns:
            if column.name in spans:
                continue
            seen: Counter[str] = Counter()
            for each, value in _values(column, item.value.get(column.name)):
                try:
                    named = self._value(event, item, each, value)
                except CannotHoldError as why:
                    self.losses[f"{table}.{column.name}", why.why] += 1
                    continue
                if named is not None:
                    # Roles of one name are numbered from the second on, as brat does.
                    seen[column.name] += 1
                    number = str(seen[column.name]) if seen[column.name] > 1 else ""
                    roles.append(f"{_role(column.name)}{number}")
                    parts.append(f"{roles[-1]}:{named}")
        self.used.note(self.used.events, table, *roles)
        self._lines["E"].append(f"{event}\t{' '.join(parts)}")

    def _value(self, event: str, item: Item, column: Column, value: Any) -> str | None:
        """Write one value; the event that it refers to, where it is to be an argument."""
        table, name = item.table.name, _name(column.name)
        if column.ref is not None:
            if any(each.name == column.ref for each in self.shape.tables):
                return self._argument((column.ref, str(value)))
            key = self._id("N")
            self._lines["N"].append(f"{key}\t{name} {event} {column.ref}:{label(value, name)}\t{value}")
        elif isinstance(column.type, Label):
            key, attribute = self._id("A"), f"{table}_{name}"
            self._lines["A"].append(f"{key}\t{attribute} {event} {label(value, name)}")
            self.used.note(self.used.attributes, attribute, value)
        elif column.type in (Scalar.STRING, Scalar.DATE, Scalar.INSTANT):
            text = one_line(value, name)
            self._lines["#"].append(f"{self._id('#')}\t{name} {event}\t{text}")
        elif column.type in (Scalar.INTEGER, Scalar.NUMBER, Scalar.BOOLEAN):
            key, attribute, told = self._id("A"), f"{table}_{name}", str(value).lower()
            self._lines["A"].append(f"{key}\t{attribute} {event} {told}")
            self.used.note(self.used.attributes, attribute, told)
        else:
            raise CannotHoldError(name, _NO_PLACE)
        return None

    def _argument(self, row: tuple[str, str]) -> str:
        event = self._events.get(row)
        if event is None:
            raise CannotHoldError(row[0], f"{row[0]} has no such row with words")
        return event


def _values(column: Column, value: Any) -> Iterator[tuple[Column, Any]]:
    """The values of a column, one by one."""
    if value is None or (isinstance(column.type, Words) and value == []):
        return
    if isinstance(column.type, Listing):
        item = column.type.item
        for each in value:
            yield Column(column.name, item.type, ref=item.ref or column.ref), each
    else:
        yield column, value


def _role(column: str) -> str:
    """A column's name, which must not end in a digit: that would be a number to brat."""
    name = _name(column)
    return f"{name}_" if name[-1:].isdigit() else name


def _name(column: str) -> str:
    """A column's name as one word, without what means something else in a line."""
    return re.sub(r"[^\w.-]", "_", column)
