"""What a comparison of two data sets finds, as plain values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

Path = tuple[str | int, ...]
"""Where in a record: names of fields and, in lists, positions from 0."""


class Kind(StrEnum):
    """What became of a record, a split or a file. ``MOVED`` is an article that is in another split."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


class How(StrEnum):
    """What became of a value.

    Of a span: the same words at another place; other words at the same place (both its ends); or both. Of an
    item of a list: it came or went. Of a list as a whole: the same items in another order.
    """

    VALUE = "changed"
    MOVED = "moved"
    REWORDED = "reworded"
    REPLACED = "moved and reworded"
    CAME = "came"
    WENT = "went"
    REORDERED = "reordered"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value before and after; both are JSON values: dates and instants as strings, spans as objects."""

    path: Path
    how: How
    before: Any
    after: Any

    @property
    def where(self) -> str:
        """The path as text: ``via[0].speaker``."""
        return path_text(self.path)


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One record that came, went, changed, or moved to another split.

    ``key`` names it: its ``uid``, its key in a registry, an article's id; for a table without keys the article's id and
    its row there, counted from 0, in the newer data set where it is there. ``record`` is what came or went.
    """

    table: str
    kind: Kind
    key: str
    article: str | None = None
    annotator: str | None = None
    split: str | None = None
    fields: tuple[FieldChange, ...] = ()
    record: Mapping[str, Any] | None = None


class What(StrEnum):
    """What became of a part of the schema."""

    TABLE_ADDED = "table added"
    TABLE_REMOVED = "table removed"
    FIELD_ADDED = "field added"
    FIELD_REMOVED = "field removed"
    FIELDS_REORDERED = "fields reordered"
    TYPE = "type changed"
    MAY_BE_NULL = "may now be null"
    NEVER_NULL = "is no longer null"
    LABEL_ADDED = "label added"
    LABEL_REMOVED = "label removed"
    LABEL_RENAMED = "label renamed?"
    LABELS_RENUMBERED = "labels renumbered"
    REFERENCE = "reference changed"
    KEY = "key changed"


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """One change of a table's columns. ``field`` is a path with ``[]`` for the items of a list, empty for the table itself.

    ``rows`` is, for a label that was perhaps renamed, how many rows had the one and have the other.
    """

    table: str
    what: What
    field: str = ""
    before: str | None = None
    after: str | None = None
    rows: int = 0


@dataclass(frozen=True, slots=True)
class MetaChange:
    """What a data set says of itself: ``name``, ``description`` and the like, as the manifest has them; None where it says nothing."""

    name: str
    before: str | None
    after: str | None


class Sort(StrEnum):
    """What the records of a table are: articles, what is annotated in one, or the entries of a registry."""

    ARTICLES = "articles"
    ANNOTATIONS = "annotations"
    REGISTRY = "registry"


@dataclass(frozen=True, slots=True)
class TableDifference:
    """What became of one table's records.

    ``before`` and ``after`` are its rows, None where it is not in that data set. ``filled`` are those of the ``changed``
    records that only gained values where they had null. ``reordered`` are the articles whose records stand in another order
    (1 for a registry). ``fields`` counts by path (``via[].speaker``) and how; ``first`` are the keys of a few records by kind.
    """

    name: str
    sort: Sort
    before: int | None
    after: int | None
    added: int = 0
    removed: int = 0
    changed: int = 0
    moved: int = 0
    filled: int = 0
    reordered: int = 0
    fields: Mapping[str, Mapping[How, int]] = field(default_factory=dict)
    first: Mapping[Kind, Sequence[str]] = field(default_factory=dict)

    def count(self, kind: Kind) -> int:
        """How many records are of this kind."""
        counts = {Kind.ADDED: self.added, Kind.REMOVED: self.removed, Kind.CHANGED: self.changed, Kind.MOVED: self.moved}
        return counts[kind]

    @property
    def is_empty(self) -> bool:
        """Whether every record is as it was, where it was."""
        return not (self.added or self.removed or self.changed or self.moved or self.reordered)


class Bump(IntEnum):
    """How far a version must rise."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a version must rise so far, in one line."""

    bump: Bump
    text: str


@dataclass(frozen=True, slots=True)
class Demand:
    """How far a version must rise, and every reason, the weightiest first."""

    bump: Bump
    reasons: tuple[Reason, ...] = ()


EVERY = -1
"""The step of a path that stands for every position of a list."""

_PLAIN = re.compile(r"\w[\w-]*")


def path_text(path: Path) -> str:
    """A path as text; a name that is not a plain word stands in quotation marks, so that no two paths read alike."""
    return "".join(map(_step, path)).removeprefix(".")


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return "[]" if step == EVERY else f"[{step}]"
    return f".{step}" if _PLAIN.fullmatch(step) else '."' + step.replace("\\", "\\\\").replace('"', '\\"') + '"'


def pattern(path: Path) -> str:
    """A path as text, with ``[]`` for every position."""
    return path_text(tuple(EVERY if isinstance(step, int) else step for step in path))
