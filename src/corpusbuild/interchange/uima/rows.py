"""From feature structures to rows."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

from corpusbuild.interchange import naming
from corpusbuild.interchange.model import Change, Kind, Row, Segment, Words
from corpusbuild.interchange.refusing import dangling, malformed, missing_role, not_carried
from corpusbuild.interchange.uima.cas import Cas, Structure
from corpusbuild.interchange.uima.layout import Home, Layout
from corpusbuild.interchange.uima.shapes import ENDS, FIRST, NEXT, TARGET, BrokenList, Form, elements, form
from corpusbuild.interchange.uima.types import COLLECTIONS, Feature

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_PLACED = frozenset({Form.SPAN, Form.RELATION, Form.LINK})


class _Faulty(Exception):
    """A value that its type does not allow."""


class Rows:
    """The rows of one CAS, by the text that they are about; findings and changes are added to it and to ``changes``."""

    def __init__(self, cas: Cas, layout: Layout) -> None:
        self.changes: list[Change] = []
        self._cas = cas
        self._types = layout.types
        self._layout = layout
        self._forms = {name: form(self._types, name) for name in {each.type for each in cas.structures.values()} if self._types.knows(name)}
        self._features = {name: self._types.features(name) for name in self._forms}
        self._homes = {name: self._types.home(name) for name in self._forms}
        self._values: dict[str, dict[str, Any]] = {}
        self._filling: set[str] = set()
        self._first = next((sofa.id for sofa in cas.texts()), "")
        self._slots = 0
        for each in cas.structures.values():
            self._judge(each)
        self._without_ends()
        self._chains = self._numbered()

    def _judge(self, each: Structure) -> None:
        """Keep the values of a structure that is sound."""
        if each.type not in self._forms:
            self._cas.findings.append(malformed(each.at, f'the type "{each.type}" is not in the type system'))
            return
        try:
            self._values[each.id] = self._read(each)
        except (_Faulty, BrokenList) as fault:
            self._cas.findings.append(malformed(each.at, str(fault)))

    def _read(self, each: Structure) -> dict[str, Any]:
        features, values = self._features[each.type], {}
        if self._forms[each.type] is Form.INNER:
            return {}
        for name, value in each.values.items():
            if name in {"sofa", "begin", "end"} or value is None:
                continue
            feature = features.get(name)
            if feature is not None:
                values[name] = self._value(feature, value)
            elif value != "":
                raise _Faulty(f'"{name}" is no feature of "{each.type}"')
        placed = self._forms[each.type] in _PLACED
        if (placed or each.values.get("sofa") is not None) and str(each.values.get("sofa")) not in self._cas.sofas:
            raise _Faulty(f'there is no text "{each.values.get("sofa")}"')
        if placed:
            start, end = (_integer(each.values.get(name)) for name in ("begin", "end"))
            if not 0 <= start <= end:
                raise _Faulty(f"it ends at {end}, before it starts at {start}" if start >= 0 else f"it starts at {start}")
        return values

    def _value(self, feature: Feature, value: Any) -> Any:
        if feature.range in COLLECTIONS:
            held, kind = elements(self._cas, feature, value), COLLECTIONS[feature.range]
            return held if kind is Kind.REFERENCE else [_CONVERT[kind](each) for each in held]
        kind = self._types.kind(feature.range)
        return value if kind is Kind.REFERENCE else _CONVERT[kind](value)

    def _without_ends(self) -> None:
        """Refuse relations that lack an end; those that relate such relations lack it too."""
        todo = [self._cas.structures[own_id] for own_id in self._values]
        while True:
            refused = [each for each in todo if self._forms[each.type] is Form.RELATION and not self._has_ends(each)]
            if not refused:
                return
            for each in refused:
                del self._values[each.id]
            gone = {each.id for each in refused}
            todo = [each for each in todo if each.id not in gone]

    def _has_ends(self, each: Structure) -> bool:
        for end in ENDS.values():
            value = self._values[each.id].get(end)
            if value is None:
                self._cas.findings.append(missing_role(each.at, f'the relation has no "{end}"'))
                return False
            if not self._leads(each, end, value):
                return False
        return True

    def _leads(self, each: Structure, feature: str, value: Any) -> bool:
        """Whether what a value leads to is there: a row of the same text."""
        there = self._cas.structures.get(str(value))
        if there is None or there.id not in self._values:
            told = "is not there" if there is None else "is refused"
            self._cas.findings.append(dangling(each.at, f'"{feature}" leads to {value}, which {told}'))
            return False
        if self.sofa(each) != self.sofa(there):
            self._cas.findings.append(dangling(each.at, f'"{feature}" leads to {value}, which is about another text'))
            return False
        return True

    def sofa(self, each: Structure) -> str:
        """The text that a structure is about; the first, where it says none."""
        return str(each.values.get("sofa") or self._first)

    def _numbered(self) -> dict[str, int]:
        """The number of the chain that each link is in: chains are numbered in each text as they stand in the file."""
        numbers: dict[str, int] = {}
        counts: dict[str, int] = {}
        for each in self._cas.structures.values():
            if each.id not in self._values or self._forms[each.type] is not Form.CHAIN:
                continue
            values = self._values[each.id]
            beside = sorted(name for name in values if name != FIRST)
            if beside:
                self._cas.findings.append(not_carried(each.at, f'a chain has a number only, and no place for "{beside[0]}"'))
            first = self._cas.structures.get(str(values.get(FIRST)))
            if first is None or not self._leads(each, FIRST, first.id):
                if first is None:
                    self._cas.findings.append(dangling(each.at, "the chain has no first link"))
                continue
            sofa = self.sofa(first)
            counts[sofa] = counts.get(sofa, 0) + 1
            self._follow(first, counts[sofa], numbers)
        return numbers

    def _follow(self, link: Structure | None, number: int, numbers: dict[str, int]) -> None:
        while link is not None and link.id in self._values:
            if link.id in numbers:
                self._cas.findings.append(malformed(link.at, "the link stands twice in a chain, or in two"))
                return
            numbers[link.id] = number
            link = self._cas.structures.get(str(self._values[link.id].get(NEXT)))

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Each row with the text that it is about, table by table."""
        by_home: dict[str, list[Structure]] = {name: [] for name in self._layout.homes}
        for own_id in self._values:
            each = self._cas.structures[own_id]
            if self._homes[each.type] in by_home:
                by_home[self._homes[each.type]].append(each)
        for name, home in self._layout.homes.items():
            for each in by_home[name]:
                sofa = self.sofa(each)
                yield sofa, Row(home.table, self._row(each, home), each.at)
                for row in self._filled(each, home):
                    yield sofa, row
        for own_id in self._values:
            each = self._cas.structures[own_id]
            if self._forms[each.type] is Form.FILLER and own_id not in self._filling:
                self._cas.findings.append(not_carried(each.at, "it fills no slot"))

    def _row(self, each: Structure, home: Home) -> dict[str, Any]:
        values = self._values[each.id]
        row: dict[str, Any] = {"id": each.id}
        if home.form in {Form.SPAN, Form.LINK}:
            row["words"] = Words((Segment(_integer(each.values["begin"]), _integer(each.values["end"])),))
        if home.form is Form.LINK and each.id in self._chains:
            row["chain"] = self._chains[each.id]
        if home.form is Form.RELATION:
            self._moved(each, self._cas.structures[str(values[ENDS["to"]])])
        if self._homes[each.type] != each.type:
            row["uima_type"] = each.type.rpartition(".")[2]
        for feature, ways in home.ways.items():
            value = values.get(feature)
            if value is None or (home.form is not Form.RELATION and not self._leads(each, feature, value)):
                continue
            column = ways.get(self._table(str(value)))
            if column is None:
                self._cas.findings.append(not_carried(each.at, f'"{feature}" leads to {value}, which is no row of a table'))
            else:
                row[column] = str(value)
        row |= {column.name: values[feature] for feature, column in home.columns.items() if feature in values}
        return row

    def _moved(self, each: Structure, end: Structure) -> None:
        places = [[_integer(one.values[name]) for name in ("begin", "end")] for one in (each, end) if self._forms[one.type] in _PLACED]
        if places[0] != places[-1]:
            self.changes.append(Change(each.at, "the relation has a place of its own, which is not kept: it is where it leads to"))

    def _table(self, own_id: str) -> str:
        home = self._layout.homes.get(self._homes[self._cas.structures[own_id].type])
        return home.table if home is not None else ""

    def _filled(self, each: Structure, home: Home) -> Iterator[Row]:
        for feature, slots in home.slots.items():
            for value in self._values[each.id].get(feature) or ():
                self._slots += 1
                row: dict[str, Any] = {"id": f"k{self._slots}", "owner": each.id}
                if not self._leads(each, feature, value):
                    continue
                there, at = self._cas.structures[str(value)], each.at
                target: Any = value
                if self._forms[there.type] is Form.FILLER:
                    self._filling.add(there.id)
                    filled, at = self._values[there.id], there.at
                    row |= {slots.columns[name].name: filled[name] for name in slots.columns if name in filled}
                    target = filled.get(TARGET)
                    if target is not None and not self._leads(there, TARGET, target):
                        continue
                column = slots.ways.get(self._table(str(target))) if target is not None else None
                if column is not None:
                    row[column] = str(target)
                elif target is not None:
                    self._cas.findings.append(not_carried(at, f'"{feature}" leads to {target}, which is no row of a table'))
                    continue
                yield Row(slots.table, row, at)

    def metadata(self, sofa: str) -> dict[str, Any]:
        """What is known of a text: the features of its document annotation."""
        found: dict[str, Any] = {}
        for each in self._cas.structures.values():
            if each.id in self._values and self._forms[each.type] is Form.DOCUMENT and self.sofa(each) == sofa:
                names = naming.columns(each.type, self._features[each.type])
                found |= {names[name]: value for name, value in self._values[each.id].items() if isinstance(value, str | int | float)}
        return found


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Faulty(f"{value!r} is no string")
    return value


def _integer(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, str) and _INTEGER.fullmatch(value):
        number = int(value)
    else:
        raise _Faulty(f"{value!r} is no integer")
    if not -(1 << 63) <= number < 1 << 63:
        raise _Faulty(f"{number} is no 64-bit integer")
    return number


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (OverflowError, TypeError, ValueError):
        raise _Faulty(f"{value!r} is no number") from None
    if isinstance(value, bool) or not math.isfinite(number):
        raise _Faulty(f"{value!r} is no finite number")
    return number


def _boolean(value: Any) -> bool:
    if (
        not isinstance(value, bool | str)
        or value not in {True, False, "true", "false"}
        or isinstance(value, int) is not isinstance(value, bool)
    ):
        raise _Faulty(f"{value!r} is neither true nor false")
    return value in {True, "true"}


_CONVERT: dict[Kind, Callable[[Any], Any]] = {
    Kind.STRING: _text,
    Kind.LABEL: _text,
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
}
