"""The difference of two data sets: counts of everything, and the records that differ one after another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from corpusbuild.difference.nouns import Demand, Kind, MetaChange, RecordChange, SchemaChange, TableDifference
from corpusbuild.difference.spool import Spool


@dataclass(frozen=True, slots=True)
class Named:
    """A data set that was compared: what the user called it, its name and its version."""

    place: str
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two data sets, and what that demands of the version.

    Iterating gives every record that came, went, changed or moved, table by table and article by article; they are on
    disk, not in memory, and can be gone through again. ``splits`` are those that came or went. ``files`` are those besides
    the data: the card, schemas, licence. ``rewritten`` says that data files have other bytes though no record differs.
    ``demand`` is what ``docs/versioning.md`` makes of it; None where only some tables were looked at.
    """

    old: Named
    new: Named
    metadata: tuple[MetaChange, ...]
    schema: tuple[SchemaChange, ...]
    splits: Mapping[str, Kind]
    tables: Mapping[str, TableDifference]
    files: Mapping[str, Kind]
    rewritten: bool
    demand: Demand | None = None
    spool: Spool = field(default_factory=Spool, repr=False, compare=False)

    def __iter__(self) -> Iterator[RecordChange]:
        return iter(self.spool)

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs but perhaps the number of the version."""
        return not (self.metadata or self.schema or self.splits or self.files or self.rewritten) and self.same_records

    @property
    def same_records(self) -> bool:
        """Whether every record of every table that was compared is as it was, where it was."""
        return all(table.is_empty for table in self.tables.values())
