"""Path expressions of a mapping: from a row of the source through references to values, ``args[Source].span.words``.

A step is a column; or a table with a reference to where the path is, which leads to all of its rows that refer there. A step that
leads to rows can choose among them: ``[Source]`` by their first column of labels, ``[role=Source]`` by any column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpusbuild.interchange.model import ColumnSpec, Kind, Row, TableSpec
from corpusbuild.text.nearest import nearest_name

_STEP = re.compile(r"(\w+)(?:\[(?:(\w+)=)?([^\]]+)\])?")

Tables = Mapping[str, TableSpec]


class PathError(Exception):
    """A path leads nowhere: why, and what would."""

    def __init__(self, message: str, help: str = "") -> None:  # noqa: A002  as in findings
        super().__init__(message)
        self.help = help


@dataclass
class Index:
    """The rows of one document, found by key and by what they refer to; ``used`` are those that a path went through."""

    rows: Sequence[Row]
    tables: Tables
    used: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._by_key: dict[tuple[str, str], Row] = {}
        self._referring: dict[tuple[str, str, str, str], list[Row]] = {}
        for row in self.rows:
            spec = self.tables[row.table]
            if spec.key is not None:
                self._by_key[row.table, row.values[spec.key]] = row
            for column in spec.columns:
                if column.kind is Kind.REFERENCE and column.name in row.values:
                    value = row.values[column.name]
                    for target in value if column.many else (value,):
                        self._referring.setdefault((row.table, column.name, column.table, target), []).append(row)

    def row(self, table: str, key: str) -> Row:
        """The row with this key."""
        return self._by_key[table, key]

    def referring(self, table: str, column: str, to: Row) -> list[Row]:
        """The rows of a table that refer to a row by a column."""
        key = self.tables[to.table].key
        return [] if key is None else self._referring.get((table, column, to.table, to.values[key]), [])


@dataclass(frozen=True, slots=True)
class _Step:
    """``column`` of a row; or, of ``table``, the rows that refer to it by any of ``columns``. ``chosen``: a column and its value."""

    column: ColumnSpec | None
    table: str = ""
    columns: tuple[str, ...] = ()
    chosen: tuple[str, str] | None = None

    def rows(self, row: Row, index: Index) -> list[Row]:
        """The rows that this step leads to."""
        if self.column is None:
            found = [each for column in self.columns for each in index.referring(self.table, column, row)]
        else:
            value = row.values.get(self.column.name, [])
            keys = value if self.column.many else [value] if value else []
            found = [index.row(self.column.table, key) for key in keys]
        kept = [each for each in found if self.chosen is None or str(each.values.get(self.chosen[0], "")) == self.chosen[1]]
        index.used.update(map(id, kept))
        return kept


@dataclass(frozen=True, slots=True)
class RowPath:
    """A path from the rows of one table to those of ``table``."""

    steps: tuple[_Step, ...]
    table: TableSpec

    def rows(self, row: Row, index: Index) -> list[Row]:
        """The rows that the path leads to from ``row``."""
        rows = [row]
        for step in self.steps:
            rows = [found for each in rows for found in step.rows(each, index)]
        return rows


@dataclass(frozen=True, slots=True)
class Path:
    """A path from the rows of one table to a column."""

    before: RowPath
    column: ColumnSpec

    def values(self, row: Row, index: Index) -> list[Any]:
        """The values that the path leads to from ``row``, those of lists one by one; no nulls."""
        values: list[Any] = []
        for each in self.before.rows(row, index):
            value = each.values.get(self.column.name)
            if value is not None:
                values += value if self.column.many else [value]
        return values


def parse_path(text: str, table: TableSpec, tables: Tables) -> Path:
    """The path that ``text`` says, from a row of ``table``. Raises :class:`PathError`."""
    *parts, (name, _, chosen) = _STEP.findall(text) or [("", "", "")]
    before = _row_path(parts, table, tables)
    step = _step(name, before.table, tables)
    if step.column is None or chosen:
        raise PathError(f'"{text}" leads to rows and not to a column', f"add one: {text}.{_some_column(_reached(step, tables))}")
    return Path(before, step.column)


def parse_row_path(text: str, table: TableSpec, tables: Tables) -> RowPath:
    """The path to rows that ``text`` says, from a row of ``table``. Raises :class:`PathError`."""
    return _row_path(_STEP.findall(text), table, tables)


def _row_path(parts: Sequence[tuple[str, str, str]], table: TableSpec, tables: Tables) -> RowPath:
    steps: list[_Step] = []
    for name, chooser, chosen in parts:
        step = _step(name, table, tables)
        if step.column is not None and step.column.kind is not Kind.REFERENCE:
            raise PathError(f'"{name}" is no reference: the path ends there')
        table = _reached(step, tables)
        steps.append(_Step(step.column, step.table, step.columns, _choice(table, chooser, chosen) if chosen else None))
    return RowPath(tuple(steps), table)


def _step(name: str, table: TableSpec, tables: Tables) -> _Step:
    column = next((each for each in table.columns if each.name == name), None)
    if column is not None:
        return _Step(column)
    referring = {
        other.name: tuple(each.name for each in other.columns if each.kind is Kind.REFERENCE and each.table == table.name)
        for other in tables.values()
    }
    if referring.get(name):
        return _Step(None, name, referring[name])
    known = [*(each.name for each in table.columns), *(other for other, columns in referring.items() if columns)]
    raise PathError(f'{table.name} has no column "{name}", and no such table refers to it', _did_you_mean(name, known))


def _reached(step: _Step, tables: Tables) -> TableSpec:
    return tables[step.table if step.column is None else step.column.table]


def _choice(table: TableSpec, column: str, value: str) -> tuple[str, str]:
    names = [each.name for each in table.columns if each.kind is Kind.LABEL]
    if column and column not in {each.name for each in table.columns}:
        raise PathError(f'{table.name} has no column "{column}"', _did_you_mean(column, [each.name for each in table.columns]))
    if not column and not names:
        raise PathError(f"{table.name} has no column of labels to choose by", f"write [column={value}]")
    return column or names[0], value


def _some_column(table: TableSpec) -> str:
    return table.columns[0].name


def _did_you_mean(name: str, known: Sequence[str]) -> str:
    near = nearest_name(name, known)
    return f'did you mean "{near}"?' if near else f"there are {', '.join(known)}"
