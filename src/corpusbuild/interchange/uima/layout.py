"""The tables that the types of CAS files become, and their columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from corpusbuild.interchange import naming
from corpusbuild.interchange.model import ColumnSpec, Kind, TableSpec
from corpusbuild.interchange.uima.shapes import ENDS, NEXT, ROLE, ROWS, TARGET, Form, Seen, form, leads, leads_to_many
from corpusbuild.interchange.uima.types import COLLECTIONS, Feature, Types

_KEY = ColumnSpec("id", Kind.STRING)
_WORDS = ColumnSpec("words", Kind.WORDS)
_TYPE = ColumnSpec("uima_type", Kind.LABEL, description="the type, where it is one below that of the table")


@dataclass(slots=True)
class Slots:
    """A table of what an array or list of structures holds. ``columns`` are of the fillers' features, ``ways`` of what is led to."""

    table: str
    columns: dict[str, ColumnSpec]
    ways: dict[str, str]
    filler: str = ""
    target: str = ""


@dataclass(slots=True)
class Home:
    """The table of a type. By feature: the columns of its values, and the tables and columns of what they lead to."""

    table: str
    form: Form
    columns: dict[str, ColumnSpec] = field(default_factory=dict)
    ways: dict[str, dict[str, str]] = field(default_factory=dict)
    slots: dict[str, Slots] = field(default_factory=dict)


@dataclass(slots=True)
class Layout:
    """What all types of a source become: homes by the type whose table it is."""

    types: Types
    homes: dict[str, Home]
    specs: tuple[TableSpec, ...]


def layout(types: Types, seen: Seen) -> Layout:
    """The tables for what was seen."""
    names = {types.home(name) for name in seen.used if form(types, name) in ROWS}
    tables = naming.tables(names, naming.UNITS)
    homes = {
        name: Home(tables[name], form(types, name)) for name in sorted(names, key=lambda name: (name not in naming.UNITS, tables[name]))
    }
    taken = {*tables.values(), *naming.UNITS.values()}
    for name, home in homes.items():
        _columns(name, home, types, seen, homes)
        for feature in types.features(name).values():
            if leads_to_many(feature):
                table = naming.free(f"{naming.short(name)}_{naming.lowered(feature.name)}", taken)
                home.slots[feature.name] = _slots(table, name, feature, types, seen, homes)
    below = {types.home(name) for name in seen.used if types.home(name) != name}
    specs = [spec for name, home in homes.items() for spec in _specs(name, home, subtypes=name in below)]
    return Layout(types, homes, tuple(sorted(specs, key=lambda spec: spec.name not in naming.UNITS.values())))


def _columns(name: str, home: Home, types: Types, seen: Seen, homes: dict[str, Home]) -> None:
    special = {*ENDS.values()} if home.form is Form.RELATION else {NEXT} if home.form is Form.LINK else set()
    features = types.features(name)
    called = naming.columns(name, [feature for feature in features if feature not in special])
    called |= {feature: column for column, feature in ENDS.items() if feature in special} | ({NEXT: NEXT} if NEXT in special else {})
    for feature in sorted(features.values(), key=lambda each: [*ENDS.values(), each.name].index(each.name)):
        if leads_to_many(feature):
            continue
        if leads(types, feature):
            tables = sorted(homes[each].table for each in _where(name, feature, types, seen, homes))
            home.ways[feature.name] = naming.targets(called[feature.name], tables) if tables else {}
        else:
            home.columns[feature.name] = _column(called[feature.name], feature, types)


def _column(column: str, feature: Feature, types: Types) -> ColumnSpec:
    many = feature.range in COLLECTIONS
    return ColumnSpec(column, COLLECTIONS[feature.range] if many else types.kind(feature.range), many, description=feature.name)


def _where(name: str, feature: Feature, types: Types, seen: Seen, homes: dict[str, Home]) -> set[str]:
    """The homes of what a feature leads to: those that its values were seen to lead to, and the one that it is declared for."""
    declared = feature.element if leads_to_many(feature) else feature.range
    led = {types.home(each) for each in seen.led.get((name, feature.name), ())}
    return {each for each in {*led, *([types.home(declared)] if declared else [])} if each in homes}


def _slots(table: str, name: str, feature: Feature, types: Types, seen: Seen, homes: dict[str, Home]) -> Slots:
    found = {*seen.led.get((name, feature.name), ()), *([feature.element] if feature.element else [])}
    fillers = sorted(each for each in found if types.knows(each) and form(types, each) is Form.FILLER)
    where = _where(name, feature, types, seen, homes)
    columns: dict[str, ColumnSpec] = {}
    for filler in fillers:
        features = types.features(filler)
        where |= _where(types.home(filler), features[TARGET], types, seen, homes)
        values = [each for each in features.values() if not leads(types, each) and not leads_to_many(each)]
        called = {**naming.columns(filler, [each.name for each in values if each.name != ROLE]), ROLE: ROLE}
        columns |= {each.name: _column(called[each.name], each, types) for each in values if each.name not in columns}
    tables = sorted(homes[each].table for each in where)
    told = (fillers[0], types.features(fillers[0])[TARGET].range) if fillers else ("", "")
    return Slots(table, columns, naming.targets(TARGET, tables) if tables else {}, *told)


def _specs(name: str, home: Home, *, subtypes: bool) -> Iterator[TableSpec]:
    columns = [_KEY]
    if home.form in {Form.SPAN, Form.LINK}:
        columns.append(_WORDS)
    if subtypes:
        columns.append(_TYPE)
    if home.form is Form.LINK:
        columns.append(ColumnSpec("chain", Kind.INTEGER))
    columns += [column for feature, ways in home.ways.items() for column in _references(ways, feature)]
    yield TableSpec(home.table, (*columns, *home.columns.values()), description=name)
    for feature, slots in home.slots.items():
        owner = ColumnSpec("owner", Kind.REFERENCE, table=home.table, owner=True)
        told = naming.slot(name, feature, slots.filler, slots.target)
        yield TableSpec(slots.table, (_KEY, owner, *slots.columns.values(), *_references(slots.ways)), description=told)


def _references(ways: dict[str, str], feature: str = "") -> list[ColumnSpec]:
    return [ColumnSpec(column, Kind.REFERENCE, table=table, description=feature) for table, column in ways.items()]
