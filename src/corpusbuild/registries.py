"""Read the registries: speakers, targets, annotators, whatever the schemas declare."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from corpusbuild.corpus.json_positions import JsonPositions
from corpusbuild.corpus.layout import RegistryFile, is_shard
from corpusbuild.corpus.limits import Limits
from corpusbuild.corpus.shards import ranges
from corpusbuild.corpus.storage import Root
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.where import InJson, Where
from corpusbuild.plan import SHARED, Entry
from corpusbuild.refused import shape_findings
from corpusbuild.rules import invalid_json
from corpusbuild.scan.documents import columnless_findings, duplicate_key_findings, read_document, read_value, whole
from corpusbuild.schema.columnless import Fits
from corpusbuild.schema.judging import Judge
from corpusbuild.schema.shape import Shape, Table


@dataclass
class Registries:
    """The entries of every registry, the shared ones first, and what is wrong with them.

    A registry that could not be read is not in ``entries``: references to it are not judged.
    """

    entries: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def keys(self, shape: Shape) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """Table → owner → keys."""
        found: dict[str, dict[str, frozenset[str]]] = {}
        for table in shape.registries:
            key = table.key
            if table.name in self.entries and key is not None:
                owners = {entry.owner for entry in self.entries[table.name]}
                keyed = [(entry.owner, entry.value.get(key)) for entry in self.entries[table.name]]
                found[table.name] = {owner: frozenset(str(name) for whose, name in keyed if whose == owner) for owner in owners}
        return found

    def owned(self, table: str) -> list[tuple[str, list[Any]]]:
        """The rows of a table by owner, the shared ones first."""
        rows: dict[str, list[Any]] = {}
        for entry in self.entries.get(table, ()):
            rows.setdefault(entry.owner, []).append(entry.value)
        return sorted(rows.items(), key=lambda item: (item[0] != SHARED, item[0]))


def read_registries(
    root: Root, files: Sequence[RegistryFile], shape: Shape, judges: Mapping[str, Judge], unread: AbstractSet[str] = frozenset()
) -> Registries:
    """Read every registry of ``shape`` but those that are known to be ``unread``.

    One without a file is empty, but for ``annotators``, which a corpus need not keep.
    """
    registries = Registries()
    for table in shape.registries:
        own = sorted((each for each in files if each.table == table.name), key=lambda each: (each.annotator or SHARED, each.path))
        if table.name in unread or (not own and table.name == "annotators"):
            continue
        numbers = bool(Fits.of(table.row).numbers)
        limits = judges[table.name].schemas.limits
        parts = [(each.annotator or SHARED, _read(root, each.path, registries.findings, limits, numbers=numbers)) for each in own]
        found = _judged(table, [row for _, rows in parts for row in rows or ()], judges[table.name])
        registries.findings += found
        # A key that is at fault was to be another, which may be referred to.
        wrong = {finding.where for finding in found}
        if all(rows is not None and all(row.tells_key(table.key, wrong) for row in rows) for _, rows in parts):
            entries = [Entry(owner, row.where, row.value) for owner, rows in parts for row in rows or ()]
            registries.entries[table.name] = tuple(entries)
    return registries


class _Row(NamedTuple):
    """One entry, where it stands, and its bytes."""

    value: Any
    where: InJson
    data: bytes

    def below(self, name: str) -> InJson:
        return InJson(self.where.origin, (*self.where.pointer, name))

    def tells_key(self, column: str | None, wrong: Collection[Where]) -> bool:
        """Whether it can be told what references to this row say; ``wrong`` are the places that are at fault."""
        if not isinstance(self.value, dict):
            return False
        return column is None or (isinstance(self.value.get(column), str) and self.below(column) not in wrong)


def _read(root: Root, path: str, findings: list[Finding], limits: Limits, *, numbers: bool) -> list[_Row] | None:
    """The rows of one file; None for a file that cannot be read. Their own bytes matter where they hold ``numbers``."""
    if is_shard(path):
        found = (line for part in ranges(root, path, most=limits.line_bytes) for line in part.read(root))
        lines = [(*read_document(data, origin, limits), origin, data) for origin, data in found]
        findings += [finding for _, more, _, _ in lines for finding in more]
        unread = any(row is None for row, _, _, _ in lines)
        return None if unread else [_Row(row, InJson(origin), data) for row, _, origin, data in lines]
    origin, data = whole(root, path)
    value, more = read_value(data, origin, limits)
    findings += more or ([] if isinstance(value, list) else invalid_json.not_a("an array of objects", origin))
    if more or not isinstance(value, list):
        return None
    # A number that does not fit shows only in the digits that the author wrote.
    rows = JsonPositions(data).items() if numbers else [data] * len(value)
    return [_Row(row, InJson(origin, (i,)), written) for i, (row, written) in enumerate(zip(value, rows, strict=True))]


def _judged(table: Table, rows: Sequence[_Row], judge: Judge) -> list[Finding]:
    fits = Fits.of(table.row)
    findings: list[Finding] = []
    for row in rows:
        origin, pointer = row.where.origin, row.where.pointer
        findings += shape_findings(row.value, origin, judge, pointer) or columnless_findings(fits, row.data, row.value, origin, pointer)
    key = table.key
    if key is not None:
        keyed = [row for row in rows if isinstance(row.value, dict) and isinstance(row.value.get(key), str)]
        findings += duplicate_key_findings(table.name, ((row.value[key], row.below(key)) for row in keyed))
    return findings
