"""Documents of two formats side by side: what their rows say, whatever their tools call them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from corpusbuild.interchange.model import ColumnSpec, Document, Kind, Row, TableSpec, Words

Place = tuple[int, int]


def span(row: Row) -> Place | None:
    """Where the words of a row are, in the unit of the source."""
    words = row.values.get("words")
    return (words.segments[0].start, words.segments[-1].end) if isinstance(words, Words) else None


def contents(document: Document, specs: Sequence[TableSpec]) -> Counter[Any]:
    """Each row by table and content. Keys are each tool's own: a reference is what it leads to, by table, place and values."""
    columns = {spec.name: {column.name: column for column in spec.columns} for spec in specs}
    keyed = {(row.table, row.values["id"]): row for row in document.rows}

    def identity(table: str, key: str) -> Any:
        row = keyed[table, key]
        return (table, span(row), _plain(row, columns[table]))

    def content(row: Row) -> Any:
        led = []
        for name, value in row.values.items():
            column = columns[row.table][name]
            if column.kind is Kind.REFERENCE:
                # Where a reference may lead to several tables, its column is called after the one that it leads to.
                led.append((name.removesuffix(f"_{column.table}"), identity(column.table, value)))
        return (row.table, span(row), _plain(row, columns[row.table]), tuple(sorted(led, key=repr)))

    return Counter(content(row) for row in document.rows)


def _plain(row: Row, columns: Mapping[str, ColumnSpec]) -> tuple[tuple[str, str], ...]:
    """Values as the format without types has them."""
    aside = {Kind.REFERENCE, Kind.WORDS}
    found = [(name, value) for name, value in row.values.items() if name != "id" and columns[name].kind not in aside]
    return tuple(sorted((name, str(value).lower() if isinstance(value, bool) else str(value)) for name, value in found))


def holds(document: Document, specs: Sequence[TableSpec]) -> Iterable[str]:
    """What is wrong with the rows: tables and columns that are not declared, keys that repeat, references that lead nowhere."""
    tables = {spec.name: {column.name: column for column in spec.columns} for spec in specs}
    keys = Counter((row.table, row.values["id"]) for row in document.rows)
    yield from (f"{key} repeats" for key, times in keys.items() if times > 1)
    for row in document.rows:
        for name, value in row.values.items():
            column = tables[row.table].get(name)
            if column is None:
                yield f"{row.table}.{name} is not declared"
            elif column.kind is Kind.REFERENCE and (column.table, value) not in keys:
                yield f"{row.table}.{name} leads to {value}"
            elif value is None:
                yield f"{row.table}.{name} is None"
