"""Count, as tables are written, what each of their fields holds: nulls, and rows by label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpusbuild.emit.summary import FieldSummary, Uses
from corpusbuild.schema.shape import ITEM, Column, Label, Listing, Path, Record, Scalar, Words

Fields = dict[Path, FieldSummary]


@dataclass
class Tally:
    """Counts of the fields of some tables, by split; ``columns`` are the columns of each table that is counted.

    A field is counted where what holds it is there: a field of an object only in objects that are not null, and
    the items of a list one by one. Of fields that refer to one of ``registries``, it is counted how often each entry is meant.
    """

    columns: Mapping[str, Sequence[Column]]
    nulls: Counter[tuple[str, Path]] = field(default_factory=Counter)
    labels: dict[tuple[str, Path], dict[str, Counter[str]]] = field(default_factory=dict)
    registries: frozenset[str] = frozenset()
    used: dict[tuple[str, Path], Counter[str]] = field(default_factory=dict)

    def add(self, split: str, tables: Mapping[str, pa.Table]) -> None:
        """Count some rows of ``tables``, all of one split."""
        for name, table in tables.items():
            for number, column in enumerate(self.columns.get(name, ())):
                if len(table):
                    chunk = table.column(number).combine_chunks()
                    self._count(split, (name, (column.name,)), column, chunk)

    def _count(self, split: str, key: tuple[str, Path], column: Column, array: pa.Array) -> None:
        name, path = key
        self.nulls[key] += array.null_count
        if column.ref in self.registries and column.type is Scalar.STRING:
            self.used.setdefault(key, Counter()).update(_by_value(array))
        match column.type:
            case Label():
                self.labels.setdefault(key, {}).setdefault(split, Counter()).update(_by_value(array))
            case Record(columns):
                present = array.drop_null()
                for number, each in enumerate(columns):
                    self._count(split, (name, (*path, each.name)), each, present.field(number))
            case Listing(item):
                self._count(split, (name, (*path, ITEM)), item, array.flatten())

    def merge(self, other: Tally) -> None:
        """Take in what was counted elsewhere."""
        self.nulls.update(other.nulls)
        for key, counts in other.used.items():
            self.used.setdefault(key, Counter()).update(counts)
        for key, splits in other.labels.items():
            mine = self.labels.setdefault(key, {})
            for split, counts in splits.items():
                mine.setdefault(split, Counter()).update(counts)

    def as_json(self, split: str) -> Any:
        """What was counted of one split, but for uses."""
        labels = [(key, dict(splits[split])) for key, splits in self.labels.items() if split in splits]
        return {"nulls": list(self.nulls.items()), "labels": labels}

    @classmethod
    def of_json(cls, split: str, value: Any) -> Tally:
        """What :meth:`as_json` gave, as counted in ``split``."""
        nulls = Counter({(name, tuple(path)): count for (name, path), count in value["nulls"]})
        labels = {(name, tuple(path)): {split: Counter(counts)} for (name, path), counts in value["labels"]}
        return cls({}, nulls, labels)

    def summary(self) -> dict[str, Fields]:
        """For each table its fields, those inside others after them, with what was counted."""
        return {
            name: {
                path: FieldSummary(
                    type_name(each),
                    each.nullable,
                    self.nulls[(name, path)],
                    self._by_label((name, path), each),
                    self.labels.get((name, path), {}),
                )
                for column in columns
                for path, each in fields(column)
            }
            for name, columns in self.columns.items()
        }

    def uses(self) -> dict[tuple[str, Path], Uses]:
        """Table and path of each field that refers to one of ``registries`` → how often it means which entry."""
        return {
            (name, path): Uses(each.ref, dict(sorted(self.used.get((name, path), {}).items(), key=lambda item: (-item[1], item[0]))))
            for name, columns in self.columns.items()
            for column in columns
            for path, each in fields(column)
            if each.ref is not None and each.ref in self.registries
        }

    def _by_label(self, key: tuple[str, Path], column: Column) -> dict[str, int] | None:
        if not isinstance(column.type, Label):
            return None
        splits = self.labels.get(key, {}).values()
        return {name: sum(each[name] for each in splits) for name in column.type.names}

    def missing_labels(self, table: str, path: Path, names: Sequence[str]) -> dict[str, list[str]]:
        """Of the labels ``names``, those that a split has no row with, though another has; for each split with rows in the table."""
        counts = self.labels.get((table, path), {})
        somewhere = [name for name in names if any(of[name] for of in counts.values())]
        found = {split: [name for name in somewhere if not of[name]] for split, of in counts.items()}
        return {split: labels for split, labels in found.items() if labels}


def _by_value(array: pa.Array) -> dict[str, int]:
    """How often each value is there."""
    return {str(each["values"]): int(each["counts"].as_py()) for each in pc.value_counts(array.drop_null())}


def fields(column: Column, path: Path = ()) -> Iterator[tuple[Path, Column]]:
    """A column and every field inside it, each with its path: ``("via", "[]", "speaker")``."""
    here = (*path, column.name)
    yield here, column
    match column.type:
        case Record(columns):
            for each in columns:
                yield from fields(each, here)
        case Listing(item):
            yield from ((each, inner) for each, inner in _items(item, here))


def _items(item: Column, path: Path) -> Iterator[tuple[Path, Column]]:
    for inner, column in fields(item):
        yield (*path, ITEM, *inner[1:]), column


def path_text(path: Path) -> str:
    """A path as people read it: ``via[].speaker``."""
    return ".".join(path).replace(f".{ITEM}", ITEM)


def type_name(column: Column) -> str:
    """The name of a field's own type, without what is inside it."""
    match column.type:
        case Scalar():
            return column.type.value
        case Label():
            return "label"
        case Words(segments):
            return "spans" if segments else "span"
        case Listing():
            return "list"
        case Record():
            return "struct"
