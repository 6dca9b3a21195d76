"""Compare the records of one table, of one article or one part of a registry at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpusbuild.difference.fields import Field, common
from corpusbuild.difference.matching import Row, match_by_content, match_by_key
from corpusbuild.difference.nouns import FieldChange, How, Kind, RecordChange, Sort
from corpusbuild.difference.reading import PART, Reading, Run, Side, part_of_registry, runs
from corpusbuild.difference.tallying import Tally
from corpusbuild.difference.values import plain, record_changes
from corpusbuild.schema.vocabulary import BY_ANNOTATOR


@dataclass(frozen=True)
class Pairing:
    """How the rows of a table are paired: the fields of both sides and those that both have; ``key`` is empty where none is one."""

    old: Side
    new: Side
    old_fields: tuple[Field, ...]
    new_fields: tuple[Field, ...]
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    readings: tuple[Reading, Reading]

    @classmethod
    def of(cls, old: Side, new: Side, name: str, sort: Sort) -> Pairing:
        """How the table ``name`` is paired; only splits whose digests differ are read."""
        old_fields, new_fields = old.fields(name), new.fields(name)
        # What only one side has is paired with nothing, and needs a key only for its name.
        shared = common(old_fields, new_fields) if old_fields and new_fields else old_fields or new_fields
        before, after = old.digests(name), new.digests(name)
        without = _without(old, new, name, sort)
        readings = (
            Reading(name, _names(old_fields), _unlike(before, after), without),
            Reading(name, _names(new_fields), _unlike(after, before), without),
        )
        return cls(old, new, old_fields, new_fields, shared, _key(name, sort, shared), readings)


def _names(fields: Sequence[Field]) -> tuple[str, ...]:
    return tuple(each.name for each in fields)


def _unlike(mine: Mapping[str, str], others: Mapping[str, str]) -> tuple[str, ...]:
    """The splits whose rows the other side does not have just so."""
    return tuple(split for split, digest in mine.items() if digest != others.get(split))


def _without(old: Side, new: Side, name: str, sort: Sort) -> frozenset[str | None]:
    """Whose rows of ``<table>_by_annotator`` are in the plain table already."""
    if not name.endswith(BY_ANNOTATOR):
        return frozenset()
    gold = {old.manifest["gold"]} if old.manifest["gold"] == new.manifest["gold"] else set()
    # A shared entry of a registry has no annotator.
    return frozenset((gold - {None}) | ({None} if sort is Sort.REGISTRY else set()))


def _key(name: str, sort: Sort, fields: Sequence[Field]) -> tuple[str, ...]:
    names = {each.name for each in fields}
    owner = ("annotator",) if name.endswith(BY_ANNOTATOR) else ()
    if sort is Sort.REGISTRY:
        keys = tuple(each.name for each in fields if each.key)
        return (*owner, *keys) if keys else ()
    if "uid" in names:
        return (*owner, "uid")
    return (*owner, "article_id") if name.removesuffix(BY_ANNOTATOR) in {"articles", "annotations"} else ()


def compare_runs(pairing: Pairing, tally: Tally) -> None:
    """Compare a table whose rows belong to articles."""
    sides = runs(pairing.old, pairing.readings[0]), runs(pairing.new, pairing.readings[1])
    shared = _names(pairing.fields)
    for old, new in _side_by_side(*sides):
        if old is not None and new is not None:
            if tally.table == "articles" and old.split != new.split:
                change = FieldChange(("split",), How.VALUE, old.split, new.split)
                tally.add(RecordChange("articles", Kind.MOVED, new.article, new.article, None, new.split, (change,)))
            if all(old.rows[name].equals(new.rows[name]) for name in shared):
                continue
        group = _Group(
            pairing,
            tally,
            next(run.article for run in (old, new) if run is not None),
            tuple(None if run is None else run.split for run in (old, new)),
            *(() if run is None else tuple(enumerate(run.rows.to_pylist())) for run in (old, new)),
        )
        group.compare()


def compare_registry(pairing: Pairing, tally: Tally) -> None:
    """Compare a table whose rows belong to no article: their order is their author's, so a large one is read once for each part."""
    old, new = pairing.readings
    rows = (side.table(tally.table)["rows"] for side in (pairing.old, pairing.new))
    parts = 1 + max(rows) // PART
    by = pairing.key or _names(pairing.fields)
    reordered = False
    for part in range(parts):
        before = part_of_registry(pairing.old, old, by, part, parts)
        after = part_of_registry(pairing.new, new, by, part, parts)
        tally.reordered = 0
        _Group(pairing, tally, None, ("registry", "registry"), before, after).compare()
        reordered |= bool(tally.reordered)
    tally.reordered = int(reordered)


def _side_by_side(old: Iterator[Run], new: Iterator[Run]) -> Iterator[tuple[Run | None, Run | None]]:
    """Two sides in the order of articles, an article that both have together."""
    before, after = next(old, None), next(new, None)
    while before is not None or after is not None:
        if after is None or (before is not None and before.article < after.article):
            yield before, None
            before = next(old, None)
        elif before is None or after.article < before.article:
            yield None, after
            after = next(new, None)
        else:
            yield before, after
            before, after = next(old, None), next(new, None)


@dataclass(frozen=True)
class _Group:
    """The rows that are compared with each other, with their positions in the table or the article."""

    pairing: Pairing
    tally: Tally
    article: str | None
    splits: tuple[str | None, ...]
    old: Sequence[tuple[int, Row]]
    new: Sequence[tuple[int, Row]]

    def compare(self) -> None:
        fields, key = self.pairing.fields, self.pairing.key
        old, new = ([_plain(row, fields) for _, row in rows] for rows in (self.old, self.new))
        if key:
            matched = match_by_key(*([tuple(row[name] for name in key) for row in rows] for rows in (old, new)))
        else:
            matched = match_by_content(old, new, fields)
        self.tally.reordered += matched.reordered
        for i in matched.removed:
            self._add(Kind.REMOVED, 0, i, record=_plain(self.old[i][1], self.pairing.old_fields))
        for i, j in matched.pairs:
            changes = record_changes(old[i], new[j], fields)
            if changes:
                self._add(Kind.CHANGED, 1, j, fields=changes)
        for j in matched.added:
            self._add(Kind.ADDED, 1, j, record=_plain(self.new[j][1], self.pairing.new_fields))

    def _add(self, kind: Kind, side: int, at: int, *, fields: tuple[FieldChange, ...] = (), record: Row | None = None) -> None:
        rows = (self.old, self.new)[side]
        annotator = rows[at][1].get("annotator") if self.tally.table.endswith(BY_ANNOTATOR) else None
        name = self._name(rows, at, annotator)
        self.tally.add(RecordChange(self.tally.table, kind, name, self.article, annotator, self.splits[side], fields, record))

    def _name(self, rows: Sequence[tuple[int, Row]], at: int, annotator: str | None) -> str:
        key = [name for name in self.pairing.key if name != "annotator"]
        position, row = rows[at]
        if key:
            return str(row[key[0]])
        if annotator is not None:
            position = sum(each["annotator"] == annotator for _, each in rows[:at])
        return f"{self.article or ''}[{position}]"


def _plain(row: Row, fields: Sequence[Field]) -> dict[str, Any]:
    return {each.name: plain(row[each.name], each) for each in fields}
