"""What was built, as plain numbers: the one source of the card, the manifest and what ``make`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from corpusbuild.schema.shape import Column, Path


@dataclass(frozen=True, slots=True)
class SplitSummary:
    """One split of one table: its rows, the size of its data before compression, its files (from the data set's root) and its digest."""

    rows: int
    num_bytes: int
    files: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class TableSummary:
    """One table: its columns and its splits, those without rows left out."""

    columns: tuple[Column, ...]
    splits: Mapping[str, SplitSummary]

    @property
    def rows(self) -> int:
        """Rows in all splits."""
        return sum(split.rows for split in self.splits.values())


@dataclass(frozen=True, slots=True)
class FieldSummary:
    """One field of a table: its type, how often it is null, and for a label how many rows have which, in schema order.

    ``by_split`` has the same for each split with any.
    """

    type: str
    nullable: bool
    nulls: int
    labels: Mapping[str, int] | None = None
    by_split: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Uses:
    """How often a field means which entry of a registry: those it means at all, most used first."""

    registry: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Summary:
    """A data set.

    ``file_bytes`` maps each data file to its size, ``file_sha256`` to its hash where that is known; ``fields`` gives the
    fields of the plain tables, by table and path. ``detached`` counts the articles whose text is left out, ``included``
    those whose text is in it though it is detached. ``uses`` is known only where a corpus was counted and not written.
    """

    tables: Mapping[str, TableSummary]
    splits: tuple[str, ...]
    gold: str | None
    file_bytes: Mapping[str, int] = field(default_factory=dict)
    file_sha256: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Mapping[Path, FieldSummary]] = field(default_factory=dict)
    detached: int = 0
    included: int = 0
    uses: Mapping[tuple[str, Path], Uses] = field(default_factory=dict)

    @property
    def rows(self) -> dict[str, dict[str, int]]:
        """Rows by table and split."""
        return {name: {split: part.rows for split, part in table.splits.items()} for name, table in self.tables.items()}

    @property
    def labels(self) -> dict[tuple[str, Path], Mapping[str, int]]:
        """Table and path of each labelled field of which there are rows → rows by label."""
        return {
            (name, path): each.labels
            for name, fields in self.fields.items()
            for path, each in fields.items()
            if each.labels is not None and self.tables[name].rows
        }
