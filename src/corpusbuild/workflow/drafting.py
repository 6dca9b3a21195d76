"""Draft the gold of articles that two annotators have annotated: what both say, and for now the first one's word for the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from corpusbuild.agreement.aligning import Alignment
from corpusbuild.agreement.comparing import SECTION, Comparison
from corpusbuild.agreement.differing import is_free
from corpusbuild.agreement.reading import Item, references
from corpusbuild.schema.shape import Column, Listing, Record

Rename = Callable[[str, str], str]
"""Table and reference → the reference as the gold writes it."""


@dataclass
class DraftRow:
    """A row of the gold, and the rows that it was drawn from. ``refused`` says why it is left out of the draft."""

    comparison: Comparison
    value: dict[str, Any]
    a: Item | None
    b: Item | None
    refused: str | None = None

    @property
    def key(self) -> str | None:
        """Its key in the gold."""
        name = self.comparison.table.key
        return None if name is None else str(self.value[name])


@dataclass
class Draft:
    """The gold of one article: its own fields, and the rows of each table in order."""

    article: str
    head: dict[str, Any]
    rows: dict[str, list[DraftRow]] = field(default_factory=dict)

    def kept(self, table: str) -> list[DraftRow]:
        """The rows of a table that stand in the draft."""
        return [row for row in self.rows.get(table, ()) if row.refused is None]

    def keys(self, table: str) -> frozenset[str]:
        """The keys of the rows that stand in the draft."""
        return frozenset(row.key for row in self.kept(table) if row.key is not None)

    def document(self) -> dict[str, Any]:
        """The annotation document."""
        found = dict(self.head)
        for rows in self.rows.values():
            found[rows[0].comparison.table.member] = [row.value for row in rows if row.refused is None]
        return found


def drafts(alignment: Alignment, gold: str, known: Mapping[tuple[str, str], frozenset[str]], articles: Collection[str]) -> dict[str, Draft]:
    """The drafts of some ``articles`` of ``alignment``. ``known`` are the keys, by article and table, of the gold that there is.

    Rows keep a's keys; what only b has gets b's, or the next that is free. A row that refers to what no gold has is
    left out, and says so.
    """
    keys = {
        (article, comparison.name): _gold_keys(alignment, article, comparison)
        for article in alignment.readings
        for comparison in alignment.comparisons
    }
    found = {article: _draft(alignment, article, gold, keys) for article in alignment.readings if article in articles}
    leave_out_dangling(found, known, frozenset(comparison.name for comparison in alignment.comparisons))
    return found


def _gold_keys(alignment: Alignment, article: str, comparison: Comparison) -> dict[str, str]:
    """The gold's key for each of b's."""
    if comparison.table.key is None:
        return {}
    one, other = alignment.items(article, comparison)
    taken = {str(item.key) for item in one}
    theirs = {str(item.key) for item in other}
    found = {str(b.key): str(a.key) for a, b in alignment.pairs(article, comparison)}
    for item in other:
        key = str(item.key)
        if key not in found:
            found[key] = _free(key, taken, theirs) if key in taken else key
            taken.add(found[key])
    return found


def _free(key: str, taken: set[str], theirs: set[str]) -> str:
    """The next key of the same kind that nobody has: c7 becomes c8, or the first behind it that is free."""
    stem = re.sub(r"[0-9]+$", "", key)
    number = int(key[len(stem) :] or 1) + 1
    while f"{stem}{number}" in taken or f"{stem}{number}" in theirs:
        number += 1
    return f"{stem}{number}"


def _draft(alignment: Alignment, article: str, gold: str, keys: Mapping[tuple[str, str], Mapping[str, str]]) -> Draft:
    one, other = alignment.readings[article]
    members = {comparison.table.member for comparison in alignment.comparisons}
    head = {name: value for name, value in one.value.items() if name not in members} | {"article": article, "annotator": gold}
    draft = Draft(article, head)

    def rename(table: str, value: str) -> str:
        home, mark, key = value.rpartition("#")
        return home + mark + keys.get((home or article, table), {}).get(key, key)

    for comparison in alignment.comparisons:
        partner = {a.index: b for a, b in alignment.pairs(article, comparison)}
        matched = {b.index for b in partner.values()}
        mine, theirs = alignment.items(article, comparison)
        rows = [DraftRow(comparison, _joined(comparison, a, partner.get(a.index)), a, partner.get(a.index)) for a in mine]
        for b in theirs:
            if b.index not in matched:
                value = renamed(b.value, comparison.table.row, rename)
                if comparison.table.key is not None:
                    value[comparison.table.key] = keys[article, comparison.name][str(b.key)]
                rows.append(DraftRow(comparison, value, None, b))
        for row in rows:
            _say_origin(row)
        if rows:
            draft.rows[comparison.name] = rows
        else:
            # An empty list, or null, as a has it; b's where a has none.
            holder = next((each.value for each in (one, other) if comparison.table.member in each.value), None)
            if holder is not None:
                draft.head[comparison.table.member] = holder[comparison.table.member]
    return draft


def _joined(comparison: Comparison, a: Item, b: Item | None) -> dict[str, Any]:
    """The row of a, with b's remarks where a has none."""
    value = dict(a.value)
    for column in comparison.compared:
        if b is not None and is_free(column) and value.get(column.name) is None and b.value.get(column.name) is not None:
            value[column.name] = b.value[column.name]
    return value


def _say_origin(row: DraftRow) -> None:
    """Write into a row which rows it was drawn from; the section of the guidelines is for a person to fill in."""
    if row.comparison.provenance is not None:
        row.value[row.comparison.provenance] = [f"{item.reading.annotator}/{item.name}" for item in (row.a, row.b) if item is not None]
    if row.comparison.section:
        row.value[SECTION] = None


def renamed(value: Mapping[str, Any], record: Record, rename: Rename) -> dict[str, Any]:
    """A copy of an object with other references."""
    columns = {column.name: column for column in record.columns}
    return {name: _renamed(each, columns[name], rename) if name in columns else each for name, each in value.items()}


def _renamed(value: Any, column: Column, rename: Rename) -> Any:
    match column.type:
        case _ if value is None:
            return None
        case Record():
            return renamed(value, column.type, rename)
        case Listing(item):
            return [_renamed(each, item, rename) for each in value]
        case _ if column.ref is not None:
            return rename(column.ref, value)
    return value


def leave_out_dangling(found: Mapping[str, Draft], known: Mapping[tuple[str, str], frozenset[str]], tables: frozenset[str]) -> None:
    """Leave out rows that refer to what stands neither in a draft nor in the gold there is; and then what refers to these."""
    changed = True
    while changed:
        changed = False
        for article, draft in found.items():
            for row in [row for rows in draft.rows.values() for row in rows if row.refused is None]:
                missing = next(_dangling(row, article, found, known, tables), None)
                if missing is not None:
                    row.refused = f'the gold has no "{missing}"'
                    changed = True


def _dangling(
    row: DraftRow, article: str, found: Mapping[str, Draft], known: Mapping[tuple[str, str], frozenset[str]], tables: frozenset[str]
) -> Iterator[str]:
    for column in row.comparison.table.row.columns:
        for table, value in references(row.value, column):
            if table not in tables:
                continue
            home, _, key = value.rpartition("#")
            home = home or article
            there = found[home].keys(table) if home in found else known.get((home, table), frozenset())
            if key not in there:
                yield value
