"""Read the registries: speakers, targets, annotators, whatever the schemas declare."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from corpusbuild.corpus.layout import SHARD, RegistryFile
from corpusbuild.corpus.shards import ranges
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.where import InJson
from corpusbuild.plan import SHARED
from corpusbuild.rules import invalid_json
from corpusbuild.scan import columnless_findings, duplicate_key_findings, read_document, read_value, shape_findings, whole
from corpusbuild.schema.columnless import Fits
from corpusbuild.schema.judging import Judge
from corpusbuild.schema.shape import Shape, Table


@dataclass
class Registries:
    """The rows of every registry by owner (an annotator, or SHARED), shared rows first, and what is wrong with them.

    A registry that could not be read is not in ``rows``: references to it are not judged.
    """

    rows: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def keys(self, shape: Shape) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """Table → owner → keys."""
        found: dict[str, dict[str, frozenset[str]]] = {}
        for table in shape.registries:
            key = table.key
            if table.name in self.rows and key is not None:
                owned = self.rows[table.name]
                found[table.name] = {
                    owner: frozenset(row[key] for row in rows if isinstance(row.get(key), str)) for owner, rows in owned.items()
                }
        return found


def read_registries(root: Path, files: Sequence[RegistryFile], shape: Shape, judges: Mapping[str, Judge]) -> Registries:
    """Read every registry of ``shape``; one without a file is empty, but for ``annotators``, which a corpus need not keep."""
    registries = Registries()
    for table in shape.registries:
        own = sorted((each for each in files if each.table == table.name), key=lambda each: (each.annotator or SHARED, each.path))
        if not own and table.name == "annotators":
            continue
        parts = [(each.annotator or SHARED, _read(root, each.path, registries.findings)) for each in own]
        registries.findings += _judged(table, [row for _, rows in parts for row in rows or ()], judges[table.name])
        if all(rows is not None and all(row.has_key(table.key) for row in rows) for _, rows in parts):
            owned = registries.rows.setdefault(table.name, {})
            for owner, rows in parts:
                owned.setdefault(owner, []).extend(row.value for row in rows or ())
    return registries


class _Row(NamedTuple):
    """One entry, where it stands, and its bytes."""

    value: Any
    where: InJson
    data: bytes

    def below(self, name: str) -> InJson:
        return InJson(self.where.origin, (*self.where.pointer, name))

    def has_key(self, column: str | None) -> bool:
        """Whether it can be told what references to this row say."""
        return isinstance(self.value, dict) and (column is None or isinstance(self.value.get(column), str))


def _read(root: Path, path: str, findings: list[Finding]) -> list[_Row] | None:
    """The rows of one file; None for a file that cannot be read."""
    if path.endswith(SHARD):
        lines = [(*read_document(data, origin), origin, data) for part in ranges(root, path) for origin, data in part.read(root)]
        findings += [finding for _, more, _, _ in lines for finding in more]
        unread = any(row is None for row, _, _, _ in lines)
        return None if unread else [_Row(row, InJson(origin), data) for row, _, origin, data in lines]
    origin, data = whole(root, path)
    value, more = read_value(data, origin)
    findings += more or ([] if isinstance(value, list) else invalid_json.not_a("an array of objects", origin))
    if more or not isinstance(value, list):
        return None
    # Only a row's own bytes may make it suspect of numbers that do not fit.
    return [_Row(row, InJson(origin, (i,)), json.dumps(row).encode()) for i, row in enumerate(value)]


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
