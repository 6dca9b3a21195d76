"""Rows of any tables as brat's events.

A row's anchors are text-bound annotations and arguments of an event of the table's name; the first is its trigger as well. An object in
a row is an event of its own, and an argument. What has no words of its own is an event of the article's first word. Columns are roles,
names of attributes (with the table before them), types of normalisations and of notes. A value that no such record can hold to the
letter stands in a note as JSON.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from itertools import count
from typing import Any

from corpusbuild.agreement.reading import Reading
from corpusbuild.interchange.anchoring import written_anchor
from corpusbuild.interchange.brat.labels import DOCUMENT, Event, record_of, reference_of
from corpusbuild.interchange.brat.lines import span_line
from corpusbuild.interchange.brat.used import Used
from corpusbuild.schema.shape import Column, Label, Listing, Record, Scalar, Shape, Words
from corpusbuild.text.span import Span

_ONE_LINE = re.compile(r"[^\n]*(?<!\r)")
_ONE_WORD = re.compile(r"\S+")
STRINGS = (Scalar.STRING, Scalar.DATE, Scalar.INSTANT)
NUMBERS = (Scalar.INTEGER, Scalar.NUMBER, Scalar.BOOLEAN)


class RowEvents:
    """The records of one document; ids are given in order."""

    def __init__(self, shape: Shape, events: Mapping[str, Event], reading: Reading, text: str, used: Used) -> None:
        self.shape, self.events, self.reading, self.text, self.used = shape, events, reading, text, used
        self._ids = {letter: count(1) for letter in "TEAN#"}
        self._lines: dict[str, list[str]] = {letter: [] for letter in self._ids}
        self._rows: dict[tuple[str, str], str] = {}
        """Table and key of a row → its event."""
        self._wordless: dict[str, str] = {}
        """Type of an event without words → the span that is its trigger."""

    def lines(self) -> list[str]:
        """All lines, by kind."""
        whole = self.reading.value
        if any(whole.get(column.name) is not None for column in self.events[DOCUMENT].record.columns):
            self._event(self._id("E"), self.events[DOCUMENT], whole)
        rows = []
        # Rows refer to those behind them, so all events have their ids before any is written.
        for table in self.shape.tables:
            for item in self.reading.items(table):
                rows.append((self._id("E"), self.events[table.name], item.value))
                if item.key is not None:
                    self._rows[table.name, item.key] = rows[-1][0]
        for row in rows:
            self._event(*row)
        return [line for letter in self._lines for line in self._lines[letter]]

    def _id(self, letter: str) -> str:
        return f"{letter}{next(self._ids[letter])}"

    def _event(self, key: str, event: Event, value: Mapping[str, Any]) -> None:
        """An object, and before it those in it."""
        trigger = ""
        parts: list[tuple[str, str]] = []
        for column in event.record.columns:
            said = value.get(column.name)
            if said is None or (said == [] and not column.nullable):
                continue
            if not self._holds(column, said):
                self._note(event.json(column.name), key, json.dumps(self._as_json(value, column), ensure_ascii=False))
                self.used.as_json.add((event.kind, column.name))
            elif isinstance(column.type, Words):
                span = self._span(f"{event.kind}_{event.labels[column.name]}", self.reading.spans(value, column.name))
                trigger = trigger or span
                parts.append((event.labels[column.name], span))
            else:
                for each in said if isinstance(column.type, Listing) else [said]:
                    named = self._value(key, event, column, each)
                    parts += [(event.labels[column.name], named)] if named else []
        trigger = trigger or self._first_word(event.kind)
        seen = Counter[str]()
        roles = []
        for role, named in parts:
            # Roles of one name are numbered from the second on, as brat does.
            seen[role] += 1
            roles.append(f"{role}{seen[role] if seen[role] > 1 else ''}:{named}")
        self.used.note(self.used.events, event.kind, *seen)
        # Behind the objects in it, which have been written: an event is named after it is defined, where that can be.
        self._lines["E"].append(f"{key}\t{' '.join([f'{event.kind}:{trigger}', *roles])}")

    def _span(self, kind: str, places: tuple[Span, ...]) -> str:
        key = self._id("T")
        self._lines["T"].append(span_line(key, kind, places, self.text))
        self.used.note(self.used.entities, kind)
        return key

    def _first_word(self, kind: str) -> str:
        """The trigger of what has no words of its own."""
        if kind not in self._wordless:
            word = _ONE_WORD.search(self.text)
            self._wordless[kind] = self._span(kind, (Span(*word.span()) if word else Span(0, 0),))
        return self._wordless[kind]

    def _note(self, kind: str, event: str, text: str) -> None:
        self._lines["#"].append(f"{self._id('#')}\t{kind} {event}\t{text}")

    def _value(self, key: str, event: Event, column: Column, value: Any) -> str | None:
        """Write one value; the event that is to be an argument, where it is one."""
        label, attribute = event.labels[column.name], event.attribute(column.name)
        of = column.type.item.type if isinstance(column.type, Listing) else column.type
        ref = reference_of(column)
        if isinstance(of, Record):
            made = self._id("E")
            self._event(made, event.inner[column.name], value)
            return made
        if ref is not None and ref in self.events:
            return self._rows[ref, value]
        if ref is not None:
            self._lines["N"].append(f"{self._id('N')}\t{label} {key} {ref}:{value}\t{value}")
        elif of in STRINGS:
            self._note(label, key, value)
        else:
            told = value if isinstance(of, Label) else json.dumps(value)
            self._lines["A"].append(f"{self._id('A')}\t{attribute} {key} {told}")
            self.used.note(self.used.attributes, attribute, told)
        return None

    # ---- what records hold to the letter ----

    def _holds(self, column: Column, value: Any) -> bool:
        """Whether records of its kind give a value back as it is: a list as such has none, nor has a null in one."""
        if not isinstance(column.type, Listing):
            return value != [] and self._one_holds(column, value)
        if value == [] or any(each is None for each in value):
            return False
        # The values of a list are found by their records, and one that is found again is not new.
        is_once = record_of(column) is not None or column.type.item.type in NUMBERS or len(value) == len({str(each) for each in value})
        return is_once and all(self._one_holds(column, each) for each in value)

    def _one_holds(self, column: Column, value: Any) -> bool:
        of = column.type.item.type if isinstance(column.type, Listing) else column.type
        ref = reference_of(column)
        if isinstance(of, Record | Words) or of in NUMBERS:
            return True
        if ref is not None and ref in self.events:
            return (ref, value) in self._rows and bool(_ONE_LINE.fullmatch(value))
        if ref is not None or isinstance(of, Label):
            return bool(_ONE_WORD.fullmatch(value))
        return of in STRINGS and bool(_ONE_LINE.fullmatch(value))

    def _as_json(self, holder: Mapping[str, Any], column: Column) -> Any:
        """A column as JSON, with anchors in the form that needs no search."""
        value = holder[column.name]
        if isinstance(column.type, Words) and value is not None:
            anchors = [written_anchor(span, self.text) for span in self.reading.spans(holder, column.name)]
            return anchors if column.type.segments else anchors[0]
        record = record_of(column)
        if record is None or value is None:
            return value
        if isinstance(column.type, Listing):
            return [None if each is None else self._object(each, record) for each in value]
        return self._object(value, record)

    def _object(self, value: Mapping[str, Any], record: Record) -> dict[str, Any]:
        return {column.name: self._as_json(value, column) for column in record.columns if column.name in value}
