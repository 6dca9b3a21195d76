"""What a schema means: columns, and which of them are keys, references and anchors. Nothing is inferred from data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

ITEM = "[]"
"""The step of a path that stands for every item of a list."""

Path = tuple[str, ...]


class Scalar(Enum):
    """The types of single values."""

    STRING = "string"
    INTEGER = "int64"
    NUMBER = "float64"
    BOOLEAN = "bool"
    DATE = "date32"
    INSTANT = "timestamp[us, UTC]"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Label:
    """One of a few strings, in the order in which the schema lists them."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Words of the article; with ``segments``, a list of them (a discontinuous span). ``within`` names another anchor."""

    segments: bool = False
    within: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of one type."""

    item: Column


@dataclass(frozen=True, slots=True)
class Record:
    """An object with fixed properties, in the order in which the schema lists them."""

    columns: tuple[Column, ...]

    def get(self, name: str) -> Column | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)

    def without(self, *names: str) -> Record:
        """This record but for some of its columns."""
        return Record(tuple(column for column in self.columns if column.name not in names))


Type = Scalar | Label | Words | Listing | Record


@dataclass(frozen=True, slots=True)
class Column:
    """A named type. ``ref`` is the table whose keys its values must be; ``key`` says that its values are keys."""

    name: str
    type: Type
    nullable: bool = True
    ref: str | None = None
    key: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that a schema declares: its rows' columns and which of them is the key, if any.

    ``member`` is the property of the annotation document that holds it; empty for a registry.
    """

    name: str
    row: Record
    member: str = ""

    @property
    def row_names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.row.columns)

    @property
    def key(self) -> str | None:
        """The column whose values are the table's keys."""
        return next((column.name for column in self.row.columns if column.key), None)


@dataclass(frozen=True, slots=True)
class Shape:
    """What all schemas of a corpus mean together.

    ``article`` and ``annotation`` are whole documents as authors write them; ``tables`` are those
    nested in an annotation document, in schema order; ``registries`` stand on their own.
    """

    article: Record
    annotation: Record
    tables: tuple[Table, ...] = ()
    registries: tuple[Table, ...] = ()
    registry_schemas: tuple[tuple[str, str], ...] = field(default=())

    def table(self, name: str) -> Table | None:
        """A nested table or a registry, by name."""
        return next((table for table in (*self.tables, *self.registries) if table.name == name), None)

    @property
    def annotation_scalars(self) -> Record:
        """What an annotation document says outside its tables."""
        return self.annotation.without(*(table.member for table in self.tables))


def walk(record: Record, path: Path = ()) -> Iterator[tuple[Path, Column]]:
    """Every column of a record and below, depth first, with its path (``("claims", "[]", "id")``)."""
    for column in record.columns:
        yield from _walk(column, (*path, column.name))


def _walk(column: Column, path: Path) -> Iterator[tuple[Path, Column]]:
    yield path, column
    if isinstance(column.type, Record):
        yield from walk(column.type, path)
    elif isinstance(column.type, Listing):
        yield from _walk(column.type.item, (*path, ITEM))
