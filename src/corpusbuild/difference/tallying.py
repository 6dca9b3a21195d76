"""Keep count of what became of one table's records, and pass each on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from corpusbuild.difference.nouns import FieldChange, How, Kind, RecordChange, Sort, TableDifference, pattern
from corpusbuild.difference.spool import Spool

_FEW = 3


@dataclass
class Tally:
    """The counts of one table. ``pending`` are columns in which one label went and one came: old and new, by path."""

    table: str
    spool: Spool
    pending: dict[str, tuple[str, str]] = field(default_factory=dict)
    counts: Counter[Kind] = field(default_factory=Counter)
    filled: int = 0
    reordered: int = 0
    fields: dict[str, Counter[How]] = field(default_factory=dict)
    first: dict[Kind, list[str]] = field(default_factory=dict)
    renamed: Counter[str] = field(default_factory=Counter)
    other: set[str] = field(default_factory=set)

    def add(self, change: RecordChange) -> None:
        """Count one record."""
        self.spool.add(change)
        self.counts[change.kind] += 1
        first = self.first.setdefault(change.kind, [])
        if len(first) < _FEW:
            first.append(change.key)
        if change.kind is Kind.CHANGED:
            self.filled += all(each.how is How.VALUE and each.before is None for each in change.fields)
            for path, how in {(pattern(each.path), each.how) for each in change.fields}:
                self.fields.setdefault(path, Counter())[how] += 1
            if self.pending:
                self._look_for_renamed(change.fields)

    def _look_for_renamed(self, changes: tuple[FieldChange, ...]) -> None:
        for each in changes:
            path = pattern(each.path)
            pair = self.pending.get(path)
            if pair == (each.before, each.after):
                self.renamed[path] += 1
            elif pair is not None and (each.before == pair[0] or each.after == pair[1]):
                self.other.add(path)

    def renames(self) -> dict[str, int]:
        """The columns in which every record that had the one label now has the other, and nobody else does: how many, by path."""
        return {path: count for path, count in self.renamed.items() if path not in self.other}

    def result(self, sort: Sort, before: int | None, after: int | None) -> TableDifference:
        """The counts, as they are now."""
        return TableDifference(
            self.table,
            sort,
            before,
            after,
            added=self.counts[Kind.ADDED],
            removed=self.counts[Kind.REMOVED],
            changed=self.counts[Kind.CHANGED],
            moved=self.counts[Kind.MOVED],
            filled=self.filled,
            reordered=self.reordered,
            fields={path: dict(sorted(hows.items())) for path, hows in sorted(self.fields.items())},
            first=self.first,
        )
