"""How the rows of each table are compared: what the schemas say about it, and what the config adds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from corpusbuild.corpus.config import FILE, Agree
from corpusbuild.errors import BadConfig
from corpusbuild.schema.shape import Column, Label, Listing, Record, Scalar, Shape, Table, Words
from corpusbuild.text.nearest import nearest_name

PROVENANCE = ("from", "drawn_from")
SECTION = "section"
"""Where an adjudicated row says what it was drawn from, and which section of the guidelines decided it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One table. Rows with ``roles`` are the same where their anchors overlap, others where their ``identity`` is the same.

    A table with neither has rows that are the same where they say the same.

    ``roles`` are the anchors that are scored: not those that only give others their home. ``align`` are those whose
    overlap decides. ``symmetric`` maps a column of labels to those that mean the same from either end.
    """

    table: Table
    roles: tuple[str, ...] = ()
    homes: tuple[str, ...] = ()
    align: tuple[str, ...] = ()
    identity: tuple[Column, ...] = ()
    labels: tuple[Column, ...] = ()
    ordinal: frozenset[str] = frozenset()
    singles: tuple[Column, ...] = ()
    sets: tuple[Column, ...] = ()
    symmetric: dict[str, frozenset[str]] = field(default_factory=dict)
    provenance: str | None = None
    section: bool = False

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    @property
    def anchors(self) -> tuple[str, ...]:
        """Every anchor of a row."""
        return self.homes + self.roles

    @property
    def compared(self) -> tuple[Column, ...]:
        """The columns that say something of the text: all but the key and where an adjudicated row comes from."""
        return tuple(each for each in self.table.row.columns if not each.key and not self.tells_origin(each))

    def tells_origin(self, column: Column) -> bool:
        """Whether a column says how a row was adjudicated."""
        return column.name == self.provenance or (self.section and column.name == SECTION)


def comparisons(shape: Shape, config: Agree) -> tuple[Comparison, ...]:
    """How every table of ``shape`` is compared. Raises :class:`BadConfig` where the config names what is not there."""
    _check(shape, config)
    return tuple(_comparison(table, config) for table in shape.tables)


def _comparison(table: Table, config: Agree) -> Comparison:
    columns = table.row.columns
    homes = frozenset(_homes(columns))
    anchors = [column.name for column in columns if isinstance(column.type, Words)]
    roles = tuple(name for name in anchors if name not in homes)
    chosen = config.align.get(table.name)
    provenance = next((name for name in PROVENANCE if _is_names(table.row.get(name))), None)
    section = table.row.get(SECTION)
    singles = tuple(each for each in columns if each.ref is not None and not each.key)
    return Comparison(
        table,
        roles=roles,
        homes=tuple(name for name in anchors if name in homes),
        align=(chosen,) if chosen else roles,
        identity=() if roles else tuple(each for each in singles if each.ref != table.name),
        labels=tuple(each for each in columns if isinstance(each.type, Label)),
        ordinal=frozenset(each.partition(".")[2] for each in config.ordinal if each.partition(".")[0] == table.name),
        singles=singles,
        sets=tuple(each for each in columns if set_of(each) is not None),
        symmetric={
            each.partition(".")[2]: frozenset(names) for each, names in config.symmetric.items() if each.partition(".")[0] == table.name
        },
        provenance=provenance,
        section=section is not None and section.type is Scalar.STRING and section.nullable and provenance is not None,
    )


def _homes(columns: Iterable[Column]) -> Iterator[str]:
    """The names that anchors here and below lie within."""
    for column in columns:
        match column.type:
            case Words(_, within) if within is not None:
                yield within
            case Record(below):
                yield from _homes(below)
            case Listing(item):
                yield from _homes((item,))


def _is_names(column: Column | None) -> bool:
    """Whether a column is a list of plain strings."""
    return (
        column is not None and isinstance(column.type, Listing) and column.type.item.type is Scalar.STRING and column.type.item.ref is None
    )


def set_of(column: Column) -> Column | None:
    """What is compared of a list as a set: labels, references, or the one reference of the objects in it; None where nothing is."""
    if not isinstance(column.type, Listing):
        return None
    item = column.type.item
    if item.ref is not None or isinstance(item.type, Label):
        return item
    if isinstance(item.type, Record):
        references = [each for each in item.type.columns if each.ref is not None]
        return references[0] if len(references) == 1 else None
    return None


def _check(shape: Shape, config: Agree) -> None:
    tables = {table.name: table for table in shape.tables}
    for name, anchor in config.align.items():
        anchors = [column.name for column in _table(tables, name, "align").row.columns if isinstance(column.type, Words)]
        _known(anchor, anchors, f"align.{name}", "anchor")
    for key, places in (("ordinal", config.ordinal), ("symmetric", tuple(config.symmetric))):
        for place in places:
            name, _, column = place.partition(".")
            labels = _labels(_table(tables, name, key))
            _known(column, labels, f"{key}: {place}", "column of labels")
            for label in config.symmetric.get(place, ()) if key == "symmetric" else ():
                _known(label, labels[column], f"symmetric.{place}", "label")
    for name, row in config.skip.items():
        table = _table(tables, name, "skip")
        labels = _labels(table)
        for column, label in row.items():
            _known(column, labels, f"skip.{name}", "column of labels")
            _known(label, labels[column], f"skip.{name}.{column}", "label")


def _labels(table: Table) -> dict[str, tuple[str, ...]]:
    return {column.name: column.type.names for column in table.row.columns if isinstance(column.type, Label)}


def _table(tables: dict[str, Table], name: str, key: str) -> Table:
    _known(name, tables, key, "table")
    return tables[name]


def _known(name: str, names: Iterable[str], key: str, kind: str) -> None:
    names = list(names)
    if name not in names:
        near = nearest_name(name, names)
        help_text = f'did you mean "{near}"?' if near else f"there is {', '.join(names)}" if names else ""
        raise BadConfig(f'agree.{key}: there is no {kind} "{name}"', FILE, help_text)
