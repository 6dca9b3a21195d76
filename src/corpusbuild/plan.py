"""All that a task needs besides its units. Immutable, picklable, small."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from corpusbuild.corpus.config import Config
from corpusbuild.corpus.storage import Root
from corpusbuild.diagnostics.where import InJson
from corpusbuild.schema import shape as shapes
from corpusbuild.schema.columnless import Fits
from corpusbuild.schema.judging import Judge
from corpusbuild.schema.shape import ITEM, Shape, Table, Words

SHARED = ""
"""The owner of registry entries that every annotator may refer to."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in a document whose values must be keys of ``table``."""

    path: shapes.Path
    table: str


@dataclass(frozen=True, slots=True)
class AnchorSite:
    """An anchor of the objects at one level; ``home`` is the level and name of the anchor that must hold it."""

    name: str
    segments: bool
    home: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """Objects of an annotation document that have anchors of their own or below: where they stand, and their anchors.

    ``parent`` is the index of the level above, -1 for the document itself; ``steps`` lead from there.
    """

    path: shapes.Path
    parent: int
    steps: shapes.Path
    sites: tuple[AnchorSite, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a registry: whose it is, where it stands, and what it says."""

    owner: str
    where: InJson
    value: Mapping[str, Any]

    def below(self, *steps: str | int) -> InJson:
        """Where a property of it stands."""
        return InJson(self.where.origin, (*self.where.pointer, *steps))


@dataclass(frozen=True)
class Plan:
    """The rules of one run: config, shape, judges, and the keys of the registries.

    ``registry_keys`` maps table → owner → keys; the owner is an annotator, or :data:`SHARED`. A registry that
    could not be read is absent, and so is ``annotators`` in a corpus that keeps no list of them. ``entries`` are
    the registries' rows, for rules about meaning, and ``checks`` the layers and files that bring such rules. ``schemas_sha256``
    is a hash of all schemas.
    """

    root: Root
    config: Config
    shape: Shape
    article_judge: Judge
    annotation_judge: Judge
    registry_keys: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    checks: tuple[str, ...] = ()
    schemas_sha256: bytes = b""

    @cached_property
    def article_fits(self) -> Fits:
        """What has no column value in an article's metadata."""
        return Fits.of(self.shape.article)

    @cached_property
    def annotation_fits(self) -> Fits:
        """What has no column value in an annotation document."""
        return Fits.of(self.shape.annotation)

    @cached_property
    def article_key(self) -> str | None:
        """The metadata field that is unique in the corpus, besides the id."""
        return next((column.name for column in self.shape.article.columns if column.key), None)

    @cached_property
    def article_references(self) -> tuple[Reference, ...]:
        """The references in an article's metadata."""
        return tuple(self._references(self.shape.article))

    @cached_property
    def annotation_references(self) -> tuple[Reference, ...]:
        """The references in an annotation document but for its ``article``, which the link knows already."""
        return tuple(each for each in self._references(self.shape.annotation) if each.path != ("article",))

    @cached_property
    def keyed_tables(self) -> tuple[tuple[Table, str], ...]:
        """The nested tables that have a key, with its column."""
        return tuple((table, table.key) for table in self.shape.tables if table.key is not None)

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The levels of an annotation document that have anchors, outermost first."""
        return tuple(_levels(self.shape.annotation))

    def _references(self, record: shapes.Record) -> Iterator[Reference]:
        """References that can be checked: not those to a registry that could not be read."""
        known = {"articles", *(table.name for table in self.shape.tables), *self.registry_keys}
        for path, column in shapes.walk(record):
            if column.ref in known and column.ref is not None:
                yield Reference(path, column.ref)

    def known_keys(self, table: str, annotator: str | None) -> frozenset[str]:
        """The keys of a registry that a document of ``annotator`` may refer to; all of them for an article."""
        found = self._known_keys.get((table, annotator))
        if found is None:
            owners = self.registry_keys.get(table, {})
            those = owners.values() if annotator is None else (owners.get(SHARED, frozenset()), owners.get(annotator, frozenset()))
            found = self._known_keys[table, annotator] = frozenset().union(*those)
        return found

    @cached_property
    def _known_keys(self) -> dict[tuple[str, str | None], frozenset[str]]:
        return {}

    @cached_property
    def nested_tables(self) -> frozenset[str]:
        """The nested tables that have a key."""
        return frozenset(table.name for table, _ in self.keyed_tables)


def _levels(record: shapes.Record) -> list[Level]:
    """Every object level that has an anchor, or lies on the way to one, parents before children."""
    wanted = {path[:-1] for path, column in shapes.walk(record) if isinstance(column.type, Words)}
    paths = sorted({prefix for path in wanted for prefix in _object_prefixes(path)} | {()}, key=len)
    levels: list[Level] = []
    index = {path: i for i, path in enumerate(paths)}
    anchors = {path: column.type for path, column in shapes.walk(record) if isinstance(column.type, Words)}
    for path in paths:
        parent = next((p for p in sorted(_object_prefixes(path), key=len, reverse=True) if p != path), None) if path else None
        own = {each[-1]: words for each, words in anchors.items() if each[:-1] == path}
        sites = tuple(AnchorSite(name, own[name].segments, _home(path, own[name], anchors, index)) for name in _ordered(own))
        levels.append(Level(path, -1 if parent is None else index[parent], path if parent is None else path[len(parent) :], sites))
    return levels


def _object_prefixes(path: shapes.Path) -> list[shapes.Path]:
    """The paths of the objects on the way to ``path``, itself included: those that no ``[]`` follows at once."""
    return [path[:i] for i in range(len(path) + 1) if i == len(path) or path[i] != ITEM]


def _ordered(own: Mapping[str, Words]) -> list[str]:
    """Anchor names, each after the one of the same object that it lies within."""
    done: list[str] = []
    waiting = list(own)
    while waiting:
        ready = [name for name in waiting if own[name].within not in waiting or own[name].within == name] or waiting[:1]
        done += ready
        waiting = [name for name in waiting if name not in ready]
    return done


def _home(
    path: shapes.Path, words: Words, anchors: Mapping[shapes.Path, Words], index: Mapping[shapes.Path, int]
) -> tuple[int, str] | None:
    """Where the anchor that ``words`` lies within is: of the same object, or of the nearest one around it."""
    if words.within is None:
        return None
    around = sorted(_object_prefixes(path), key=len, reverse=True)
    return next(((index[each], words.within) for each in around if (*each, words.within) in anchors), None)
