"""What the tables of a corpus are to tools whose annotations are layers: which layer each is, and what its columns are there.

Tables that an import of WebAnno TSV or UIMA CAS made become the layers that they were: their schemas describe each table by the
name of its type and each column by its feature. Any other table becomes a layer of its own, and so does each of its anchors where
it has several.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from corpusbuild.interchange import naming
from corpusbuild.schema.shape import Column, Label, Listing, Record, Scalar, Shape, Table, Words, walk

PACKAGE = "webanno.custom"
"""Where the tools put layers that their users define."""

_TYPE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+", re.ASCII)
_SLOT = re.compile(rf"({_TYPE.pattern}):([A-Za-z_]\w*)(?: ({_TYPE.pattern}) ({_TYPE.pattern}))?", re.ASCII)
_FEATURE = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_UNITS = {table: name for name, table in naming.UNITS.items()}
_RESERVED = frozenset({"sofa", "begin", "end", "xmiID"})
_ENDS = ("from", "to")
_SUBTYPE = "uima_type"


class Form(StrEnum):
    """What the rows of a table are."""

    TOKENS = "tokens"
    SENTENCES = "sentences"
    SPAN = "a span"
    CHAIN = "a link of a chain"
    RELATION = "a relation of two annotations"
    RECORD = "a record without a place in the text"


class Holds(StrEnum):
    """What a feature holds."""

    VALUE = "a value"
    VALUES = "a list of values"
    JSON = "a value that is written as JSON"


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature with values of its own, and the column that they are in."""

    name: str
    column: str
    holds: Holds = Holds.VALUE
    scalar: Scalar = Scalar.STRING


@dataclass(frozen=True, slots=True)
class Way:
    """A feature that leads to other annotations of the document: the columns that it is in, and the table that each leads to."""

    name: str
    columns: tuple[tuple[str, str], ...]
    many: bool = False


@dataclass(frozen=True, slots=True)
class Anchor:
    """A further anchor of a row: a layer of its own, to which a feature of the row leads."""

    name: str
    column: str
    layer: Layer
    many: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """A table whose rows fill a slot of another's. ``link`` and ``target`` are types, where the import noted them."""

    name: str
    table: Table
    link: str
    target: str
    ways: tuple[tuple[str, str], ...]
    features: tuple[Feature, ...]
    noted: bool = False
    """Whether the import noted the types."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer. Those of anchors have no table; ``own`` says that an import of such a tool made the table.

    ``words`` is the only anchor of the row, at which it is. ``lost`` are columns that no layer can have, and why.
    """

    type: str
    form: Form
    table: Table | None = None
    own: bool = False
    words: str | None = None
    subtype: Column | None = None
    features: tuple[Feature, ...] = ()
    ways: tuple[Way, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    slots: tuple[Slot, ...] = ()
    ends: tuple[Way, ...] = ()
    lost: tuple[tuple[str, str], ...] = ()
    of: str = ""
    """Of which anchor it is, ``table.column``."""

    @property
    def name(self) -> str:
        """What it is called in the corpus."""
        return self.of if self.table is None else self.table.name


def layers(shape: Shape) -> tuple[Layer, ...]:
    """The layers of a corpus, in the order of its tables; those of anchors behind the layer that they are of."""
    made = _Layers(shape)
    return tuple(each for table in shape.tables if table.name not in made.slots for each in made.of(table))


class _Told(NamedTuple):
    """What the description of a table of slots says."""

    owner: str
    feature: str
    link: str
    target: str
    noted: bool


class _Layers:
    def __init__(self, shape: Shape) -> None:
        self.inside = {table.name for table in shape.tables}
        described = {column.name: column.description for column in shape.annotation.columns}
        self.told = {table.name: described.get(table.member, "") for table in shape.tables}
        self.tables = {table.name: table for table in shape.tables}
        self.taken: set[str] = set()
        self.types: dict[str, str] = {}
        self.slots = {table.name: found for table in shape.tables if (found := self._told_slot(table)) is not None}
        for table in shape.tables:
            if table.name not in self.slots:
                self.types[table.name] = self._type(table)

    def _told_slot(self, table: Table) -> _Told | None:
        """Whose slot the rows of a table fill, as its description says; None for what is no such table."""
        owner, found = table.row.get("owner"), _SLOT.fullmatch(self.told[table.name])
        if found is None or owner is None or owner.ref not in self.inside or owner.ref == table.name:
            return None
        plain = {"id", "owner", *(column.name for column in table.row.columns if column.ref is None)}
        leads = all(column.name in plain or self._inner(column) for column in table.row.columns)
        if not leads or _anchored(table.row) or self.told[owner.ref] != found[1]:
            return None
        return _Told(owner.ref, found[2], found[3] or f"{found[1]}{camel(found[2])}Link", found[4] or "", found[3] is not None)

    def _type(self, table: Table) -> str:
        told = self.told[table.name]
        if table.name in _UNITS and _words(table) == ["words"]:
            wanted = _UNITS[table.name]
        else:
            wanted = told if _TYPE.fullmatch(told) else f"{PACKAGE}.{camel(table.name)}"
        return naming.free(wanted, self.taken)

    def of(self, table: Table) -> list[Layer]:
        """The layer of a table, and those of its anchors."""
        kind, words = self.types[table.name], _words(table)
        own = kind in (self.told[table.name], _UNITS.get(table.name))
        form = self._form(table, own=own, words=words)
        ends = tuple(self._ways(table, column) for column in _ENDS) if form is Form.RELATION else ()
        aside = {table.key if own else None, *(column for way in ends for column, _ in way.columns)}
        aside |= {"chain", "next"} if form is Form.CHAIN else set()
        single = len(words) == 1 and not _is_segments(table, words[0])
        subtype = table.row.get(_SUBTYPE) if own else None
        subtype = subtype if subtype is not None and isinstance(subtype.type, Label) else None
        features: list[Feature] = []
        ways: dict[str, Way] = {}
        anchors: list[Anchor] = []
        lost: list[tuple[str, str]] = []
        if subtype is not None:
            aside.add(_SUBTYPE)
        if single:
            aside.add(words[0])
        slots = tuple(self._slot(self.tables[name]) for name, told in self.slots.items() if told.owner == table.name)
        names = {slot.name for slot in slots}
        for column in table.row.columns:
            if column.name in aside:
                continue
            if isinstance(column.type, Words):
                anchors.append(self._anchor(table, column, kind, names))
            elif self._inner(column):
                many = isinstance(column.type, Listing)
                name = self._feature(kind, column)
                # Several columns may be one feature, which leads to several tables.
                name = name if name in ways and not many and not ways[name].many else naming.free(name, names)
                before = ways[name].columns if name in ways else ()
                ways[name] = Way(name, (*before, (column.name, _ref(column))), many)
            elif (feature := self._scalar(kind, column)) is not None:
                features.append(replace(feature, name=naming.free(feature.name, names)))
            else:
                lost.append((column.name, "objects with words or references in them have no place in a layer"))
        place = words[0] if single else None
        made = Layer(
            kind, form, table, own, place, subtype, tuple(features), tuple(ways.values()), tuple(anchors), slots, ends, tuple(lost)
        )
        return [made, *(anchor.layer for anchor in anchors)]

    def _form(self, table: Table, *, own: bool, words: list[str]) -> Form:
        if own and table.name in _UNITS:
            return Form(table.name)
        if words:
            chained = {column.name for column in table.row.columns} >= {"chain", "next"} and words == ["words"]
            return Form.CHAIN if own and chained else Form.SPAN
        return Form.RELATION if all(self._ways(table, end).columns for end in _ENDS) else Form.RECORD

    def _ways(self, table: Table, end: str) -> Way:
        """The columns of one end of a relation: ``from``, or several, each called after the table that it leads to."""
        columns = [
            (column.name, _ref(column))
            for column in table.row.columns
            if self._inner(column) and column.type is Scalar.STRING and column.name in (end, f"{end}_{column.ref}")
        ]
        return Way(end, tuple(columns))

    def _inner(self, column: Column) -> bool:
        """Whether a column leads to rows of the same document."""
        return _ref(column) in self.inside and isinstance(column.type, Scalar | Listing) and not isinstance(_item(column), Record | Listing)

    def _anchor(self, table: Table, column: Column, kind: str, names: set[str]) -> Anchor:
        made = naming.free(f"{kind}{camel(column.name)}Words", self.taken)
        return Anchor(
            naming.free(self._feature(kind, column), names),
            column.name,
            Layer(made, Form.SPAN, of=f"{table.name}.{column.name}"),
            _is_segments(table, column.name),
        )

    def _slot(self, table: Table) -> Slot:
        told = self.slots[table.name]
        ways = tuple((column.name, _ref(column)) for column in table.row.columns if self._inner(column) and column.name != "owner")
        aside = {table.key, "owner", *(column for column, _ in ways)}
        features = (
            Feature("role", "role") if column.name == "role" else self._scalar(told.link, column)
            for column in table.row.columns
            if column.name not in aside
        )
        return Slot(told.feature, table, told.link, told.target, ways, tuple(each for each in features if each is not None), told.noted)

    def _scalar(self, kind: str, column: Column) -> Feature | None:
        """The feature of a column with values of its own; None where something in it has a place or leads somewhere."""
        name = self._feature(kind, column)
        item = _item(column)
        if isinstance(item, Record | Listing):
            below = [each for _, each in walk(Record((column,)))]
            refused = any(isinstance(each.type, Words) or each.ref in self.inside for each in below)
            return None if refused else Feature(name, column.name, Holds.JSON)
        holds = Holds.VALUES if isinstance(column.type, Listing) else Holds.JSON if item is Scalar.JSON else Holds.VALUE
        if holds is Holds.VALUES and item is Scalar.JSON:
            holds = Holds.JSON
        return Feature(name, column.name, holds, item if isinstance(item, Scalar) else Scalar.STRING)

    def _feature(self, kind: str, column: Column) -> str:
        """What the import read the column from; else its own name, as far as a feature can have it."""
        told = column.description
        if _FEATURE.fullmatch(told):
            named = naming.columns(kind, [told])[told]
            if column.name == named or column.name == f"{named}_{_ref(column)}":
                return told
        plain = re.sub(r"\W", "_", column.name, flags=re.ASCII)
        plain = plain if _FEATURE.fullmatch(plain) else f"_{plain}"
        return f"{naming.short(kind)}_{plain}" if plain in _RESERVED else plain


def _item(column: Column) -> object:
    return column.type.item.type if isinstance(column.type, Listing) else column.type


def _ref(column: Column) -> str:
    inner = column.type.item.ref if isinstance(column.type, Listing) else None
    return column.ref or inner or ""


def _words(table: Table) -> list[str]:
    return [column.name for column in table.row.columns if isinstance(column.type, Words)]


def _is_segments(table: Table, name: str) -> bool:
    column = table.row.get(name)
    return column is not None and isinstance(column.type, Words) and column.type.segments


def _anchored(record: Record) -> bool:
    return any(isinstance(column.type, Words) for _, column in walk(record))


def camel(name: str) -> str:
    """``within_claim`` as ``WithinClaim``."""
    parts: Iterable[str] = re.split(r"[\W_]+", name, flags=re.ASCII)
    return "".join(part[:1].upper() + part[1:] for part in parts) or "Rows"
