"""The rows of tables that brat's import made as the records that they were, each with its id.

The normal form: records by kind (T, E, R, A and M, N, *, #), each kind in the order of the corpus; no tab at the end of a
relation, LF at the ends of lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from corpusbuild.agreement.reading import Item, Reading
from corpusbuild.interchange.brat.lines import CannotHoldError, label, one_line, span_line
from corpusbuild.interchange.brat.tables import (
    ARGUMENTS,
    ATTRIBUTES,
    EQUIVALENCES,
    EVENTS,
    NORMALIZATIONS,
    NOTES,
    RELATIONS,
    SPANS,
    TARGETS,
)
from corpusbuild.interchange.brat.used import Used
from corpusbuild.interchange.model import Losses
from corpusbuild.schema.shape import Shape

_IDS = {
    SPANS: "T[0-9]+",
    EVENTS: "E[0-9]+",
    RELATIONS: "R[0-9]+",
    ATTRIBUTES: "[AM][0-9]+",
    NORMALIZATIONS: "N[0-9]+",
    NOTES: "note[0-9]+",
}
_COLUMNS = dict.fromkeys(column for column, _ in TARGETS.values())
_NUMBERED = re.compile(r".+[0-9]", re.DOTALL)
_Values = Mapping[str, Any]


class OwnRecords:
    """The records of one document. What no line can hold is counted, and so is whatever refers to it."""

    def __init__(self, shape: Shape, reading: Reading, text: str, losses: Losses, used: Used) -> None:
        self.shape, self.reading, self.text, self.losses, self.used = shape, reading, text, losses, used
        self._written: set[str] = set()
        self._arguments = {str(item.value["id"]): item.value for item in self._items(ARGUMENTS)}
        # Events may be arguments of those before them, so which of them cannot be written is known before any is.
        self._waiting = {str(item.value["id"]) for item in self._items(EVENTS)}

    def lines(self) -> list[str]:
        """All lines."""
        spans = self._of(SPANS, self._span)
        while True:
            written, before = set(self._written), set(self._waiting)
            lost = Losses()
            events = self._of(EVENTS, self._event, lost)
            if self._waiting == before:
                break
            self._written = written
        self.losses += lost
        kinds: tuple[tuple[str, Callable[[Item], str]], ...] = (
            (RELATIONS, self._relation),
            (ATTRIBUTES, self._attribute),
            (NORMALIZATIONS, self._normalization),
            (EQUIVALENCES, self._equivalence),
            (NOTES, self._note),
        )
        return [*spans, *events, *(line for table, make in kinds for line in self._of(table, make))]

    def _items(self, name: str) -> list[Item]:
        table = self.shape.table(name)
        return [] if table is None else self.reading.items(table)

    def _of(self, table: str, make: Callable[[Item], str], losses: Losses | None = None) -> list[str]:
        """The lines of a table."""
        found = []
        for item in self._items(table):
            key = str(item.value["id"])
            try:
                _require_id(table, key)
                found.append(make(item))
                self._written.add(key)
            except CannotHoldError as why:
                (self.losses if losses is None else losses)[f"{table}.{why.column}", f"{why.why}: the row is left out"] += 1
                self._waiting.discard(key)
        return found

    def _span(self, item: Item) -> str:
        kind = label(item.value.get("type"), "type")
        spans = item.spans("words")
        if not spans:
            raise CannotHoldError("words", "null where brat needs words")
        self.used.note(self.used.entities, kind)
        return span_line(str(item.value["id"]), kind, spans, self.text)

    def _event(self, item: Item) -> str:
        key, value = str(item.value["id"]), item.value
        kind = label(value.get("type"), "type", ":")
        parts = [f"{kind}:{self._known(value.get('trigger'), 'trigger')}"]
        names = value.get("args") or ()
        roles = []
        for number, name in enumerate(names, start=1):
            argument = self._arguments.get(name)
            if argument is None or name != f"{key}.{number}" or argument.get("owner") != key:
                raise CannotHoldError("args", "arguments that are not numbered as brat's")
            roles.append(_role(argument))
            parts.append(f"{roles[-1]}:{self._target(argument)}")
        self.used.note(self.used.events, kind, *roles)
        return f"{key}\t{' '.join(parts)}"

    def _relation(self, item: Item) -> str:
        value = item.value
        kind, ends, roles = label(value.get("type"), "type"), [], []
        for side in ("from", "to"):
            roles.append(label(value.get(f"{side}_role"), f"{side}_role"))
            target = value.get(side) if value.get(side) is not None else value.get(f"{side}_event")
            ends.append(f"{roles[-1]}:{self._known(target, side)}")
        self.used.note(self.used.relations, kind, *roles)
        return f"{value['id']}\t{kind} {' '.join(ends)}"

    def _attribute(self, item: Item) -> str:
        value = item.value
        name = label(value.get("name"), "name")
        said = () if value.get("value") is None else (label(value["value"], "value"),)
        self.used.note(self.used.attributes, name, *said)
        return f"{value['id']}\t{' '.join((name, self._target(value), *said))}"

    def _normalization(self, item: Item) -> str:
        value = item.value
        kind, database = label(value.get("type"), "type"), label(value.get("database"), "database", ":")
        entry = value.get("entry")
        entry = "" if entry == "" else label(entry, "entry")
        name = "" if value.get("name") is None else f"\t{one_line(value['name'], 'name')}"
        return f"{value['id']}\t{kind} {self._target(value)} {database}:{entry}{name}"

    def _equivalence(self, item: Item) -> str:
        value = item.value
        kind = label(value.get("type"), "type")
        members = [self._known(each, column) for column in ("spans", "events") for each in value.get(column) or ()]
        if len(members) < 2:
            raise CannotHoldError("spans", "fewer than two members")
        return f"*\t{kind} {' '.join(members)}"

    def _note(self, item: Item) -> str:
        value = item.value
        kind, text = label(value.get("type"), "type"), one_line(value.get("text"), "text")
        return f"#{str(value['id']).removeprefix('note')}\t{kind} {self._target(value)}\t{text}"

    def _target(self, value: _Values) -> str:
        """The record that another one is about."""
        named = [(column, value[column]) for column in _COLUMNS if value.get(column) is not None]
        if len(named) != 1:
            raise CannotHoldError("id", "not of one record")
        return self._known(named[0][1], named[0][0])

    def _known(self, key: object, column: str) -> str:
        if not isinstance(key, str) or (key not in self._written and key not in self._waiting):
            raise CannotHoldError(column, "it refers to nothing that is written")
        return key


def _role(argument: _Values) -> str:
    """``Theme2`` of Theme and 2."""
    role, number = label(argument.get("role"), "args"), argument.get("number")
    if _NUMBERED.fullmatch(role) or (number is not None and (number < 0 or not role.strip("0123456789"))):
        raise CannotHoldError("args", "a role that ends in a digit")
    return f"{role}{'' if number is None else number}"


def _require_id(table: str, key: str) -> None:
    if table in _IDS and not re.fullmatch(_IDS[table], key):
        raise CannotHoldError("id", "brat has no such ids")
