"""What the search looks in: rows as short lists, which a script filters in the reader's browser."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from corpusbuild.schema.paths import values_at
from corpusbuild.schema.shape import ITEM, Record, Scalar, walk
from corpusbuild.site.contents import Row, Sample
from corpusbuild.site.layers import Layer, label_of
from corpusbuild.site.linking import Links

_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The search: ``data`` is JSON that can stand in a page, ``samples`` tells of each table how many of its rows are in it."""

    data: str
    tables: tuple[str, ...]
    sample: Sample


def search_page(links: Links, most: int) -> SearchPage:
    """The rows of every table that has a key or marks words; at most ``most`` of each, a sample by their hash.

    Of articles, entries and labels the data have each text once; rows name them by number.
    """
    contents = links.contents
    articles = {row.name: number for number, row in enumerate(contents.articles)}
    splits = list(contents.summary.splits)
    tables: list[dict[str, Any]] = []
    shown = total = 0
    for table in contents.shape.tables:
        layer = links.layers[table.name]
        rows = contents.rows.get(table.name, ())
        if not rows or (layer.key is None and not layer.roles):
            continue
        total += len(rows)
        kept = _sample(rows, most)
        shown += len(kept)
        tables.append(_table(layer, kept, links, articles))
    value = {
        "articles": [[links.title(row), links.address(row.at), _index(splits, contents.splits.get(row.name))] for row in contents.articles],
        "splits": splits,
        "tables": tables,
    }
    return SearchPage(as_block(value), tuple(each["title"] for each in tables), Sample(shown, total))


def _sample(rows: Sequence[Row], most: int) -> Sequence[Row]:
    """All rows, or so many: those with the least hashes, in their order."""
    if len(rows) <= most:
        return rows
    order = sorted(range(len(rows)), key=lambda i: hashlib.sha256(f"{rows[i].article}#{rows[i].name}".encode()).digest())
    return [rows[i] for i in sorted(order[:most])]


def _index(names: list[str], name: str | None) -> int:
    return names.index(name) if name in names else -1


def _table(layer: Layer, rows: Sequence[Row], links: Links, articles: dict[str, int]) -> dict[str, Any]:
    # Whom rows are about says more than their labels, and needs to be said to be what.
    facets = [*((*each, True) for each in _entry_facets(layer, links, rows)), *((*each, False) for each in _label_facets(layer))]
    return {
        "name": layer.name,
        "title": layer.title,
        "facets": [{"name": name, "values": titles, "named": named} for name, titles, _, named in facets],
        "rows": [
            [
                articles[row.article],
                links.address(row.at),
                row.key or "",
                links.said(row),
                _hidden(layer, row, links),
                [of_row(row) for _, _, of_row, _ in facets],
            ]
            for row in rows
        ],
    }


def _label_facets(layer: Layer) -> Iterator[tuple[str, list[str], Any]]:
    for column in layer.columns:
        kind = label_of(column)
        if kind is None:
            continue
        names = {name: number for number, name in enumerate(kind.names)}

        def numbers(row: Row, name: str = column.name, names: dict[str, int] = names) -> list[int]:
            value = row.values.get(name)
            return [names[each] for each in (value if isinstance(value, list) else [value]) if each is not None]

        yield column.name.replace("_", " "), list(kind.names), numbers


def _entry_facets(layer: Layer, links: Links, rows: Sequence[Row]) -> Iterator[tuple[str, list[str], Any]]:
    for reference in layer.references:
        if reference.table not in links.contents.entries:
            continue
        used = {value: None for row in rows for value in values_at([row.values], reference.path) if isinstance(value, str)}
        keys = sorted(used, key=lambda key: links.called((reference.table, "", key)).casefold())
        numbers = {key: number for number, key in enumerate(keys)}

        def of_row(row: Row, path: tuple[str, ...] = reference.path, numbers: dict[str, int] = numbers) -> list[int]:
            return [numbers[value] for value in values_at([row.values], path) if isinstance(value, str)]

        if keys:
            yield reference.name, [links.called((reference.table, "", key)) for key in keys], of_row


def _hidden(layer: Layer, row: Row, links: Links) -> str:
    """What of a row is searched and not shown: all its words, and what is written in it."""
    words = [each["text"] for role in layer.roles for each in links.spans(row, role) if each["text"] is not None]
    kept: list[str] = []
    for each in sorted(words, key=len, reverse=True):
        if not any(each in other for other in kept):
            kept.append(each)
    for path, column in walk(Record(layer.columns)):
        if column.type is Scalar.STRING and column.ref is None and not column.key and path[0] not in layer.aside and path[-1] != ITEM:
            kept += [value for value in values_at([row.values], path) if isinstance(value, str)]
    return " ".join(kept)


def as_block(value: Any) -> str:
    """JSON that can stand in a script element of any page: nothing in it ends that, or begins another."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return text
