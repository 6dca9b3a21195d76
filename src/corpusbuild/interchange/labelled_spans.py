"""Rows as spans with one label each, which is all that many tools know: which columns give them, and what the labels are."""

from __future__ import annotations

from dataclasses import dataclass

from corpusbuild.agreement.reading import Item, Reading
from corpusbuild.interchange.carrying import is_number
from corpusbuild.interchange.model import Losses
from corpusbuild.interchange.naming import UNITS
from corpusbuild.schema.shape import Column, Label, Listing, Record, Shape, Table, Words

_OF_DOCUMENTS = ("article", "annotator")


@dataclass(frozen=True, slots=True)
class Layer:
    """The words of one column of anchors.

    ``kind`` is the column of labels that says what the words are, where the table has one anchor and one such column; words of
    any other are called after their table, and the column where there are several.
    """

    table: Table
    anchor: str
    kind: Column | None
    only: bool
    """Whether the table has no other anchors."""

    @property
    def column(self) -> str:
        """Table and column: ``claims.content``."""
        return f"{self.table.name}.{self.anchor}"

    @property
    def name(self) -> str:
        """What its words are called where nothing says it: the table, and the column where there are several."""
        return self.table.name if self.only else self.column

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels that its words may have."""
        said = self.kind.type.names if self.kind is not None and isinstance(self.kind.type, Label) else ()
        return (*said, *(() if self.kind is not None and not self.kind.nullable else (self.name,)))

    def kind_of(self, item: Item) -> str | None:
        """What a row says that its words are; None where it does not say it."""
        return None if self.kind is None else item.value.get(self.kind.name)

    def label(self, item: Item) -> str:
        """What the words of a row are, be it only whose they are."""
        return self.kind_of(item) or self.name


def units(shape: Shape) -> tuple[Table, ...]:
    """The tables of what texts are made of: tokens and sentences, as imports call them, unless rows of others refer to them."""
    named = [table for table in shape.tables if table.name in UNITS.values()]
    referred = {reference(column) for table in shape.tables for column in table.row.columns}
    return tuple(table for table in named if table.name not in referred and len(_anchors(table)) == 1)


def _anchors(table: Table) -> list[str]:
    return [column.name for column in table.row.columns if isinstance(column.type, Words)]


def layers(shape: Shape) -> tuple[Layer, ...]:
    """The layers of a corpus, in the order of its schema."""
    found: list[Layer] = []
    for table in (table for table in shape.tables if table not in units(shape)):
        anchors = _anchors(table)
        kinds = [column for column in table.row.columns if isinstance(column.type, Label) and not column.key]
        kind = kinds[0] if len(anchors) == len(kinds) == 1 else None
        found += [Layer(table, anchor, kind, len(anchors) == 1) for anchor in anchors]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Link:
    """A table without words whose rows refer to two rows of the document: each is a relation, of what its ``kind`` says."""

    table: Table
    ends: tuple[Column, Column]
    kind: Column | None

    @property
    def names(self) -> set[str]:
        """The columns that make the relation."""
        return {each.name for each in (*self.ends, self.kind) if each is not None}

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels that its relations may have."""
        said = self.kind.type.names if self.kind is not None and isinstance(self.kind.type, Label) else ()
        return (*said, *(() if self.kind is not None and not self.kind.nullable else (self.table.name,)))

    def label(self, item: Item) -> str:
        """What a row says that the relation is; the table where nothing says it."""
        return (self.kind is not None and item.value.get(self.kind.name)) or self.table.name

    def between(self, item: Item) -> list[tuple[str, str]]:
        """The rows that it joins, each with its table; fewer than two where one is null."""
        return [(each.ref or "", item.value[each.name]) for each in self.ends if item.value.get(each.name) is not None]


def link(shape: Shape, table: Table) -> Link | None:
    """What makes relations of the rows of a table, if they are such."""
    ends = [column for column in table.row.columns if in_document(shape, column) and not isinstance(column.type, Listing)]
    kinds = [column for column in table.row.columns if isinstance(column.type, Label) and not column.key]
    if len(ends) != 2 or any(isinstance(column.type, Words) for column in table.row.columns):
        return None
    return Link(table, (ends[0], ends[1]), kinds[0] if len(kinds) == 1 else None)


def reference(column: Column) -> str | None:
    """The table that a column, or the items of its list, refer to, if they do."""
    return (column.type.item.ref or column.ref) if isinstance(column.type, Listing) else column.ref


def in_document(shape: Shape, column: Column) -> bool:
    """Whether a column refers to rows of the same document."""
    return any(table.name == reference(column) for table in shape.tables)


def of_document(shape: Shape) -> Record:
    """What annotation documents say of the article as a whole."""
    return shape.annotation_scalars.without(*_OF_DOCUMENTS)


def rows_of(reading: Reading, shape: Shape, name: str) -> list[Item]:
    """The rows of a table; none where the corpus has no such table."""
    table = shape.table(name)
    return [] if table is None else reading.items(table)


def lose_units(losses: Losses, reading: Reading, shape: Shape) -> None:
    """Count tokens and sentences, which are no labels."""
    for table in units(shape):
        if count := len(reading.items(table)):
            losses[table.name, "what texts are made of is no label"] += count


def numbered(key: str) -> int | str:
    """An id as the number that it is; as a string where it is none."""
    return int(key) if is_number(key) and str(int(key)) == key else key
