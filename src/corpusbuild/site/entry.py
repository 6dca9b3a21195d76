"""The page of one entry of a registry: what is known of it, and every row that refers to it, across articles."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from corpusbuild.schema.shape import Label
from corpusbuild.site.contents import Row, Sample
from corpusbuild.site.linking import Links
from corpusbuild.site.showing import Card, Showing, Shown

MOST = 1000
"""Rows of one table that an entry's page lists; a page of more cannot be read."""


@dataclass(frozen=True, slots=True)
class Referring:
    """The rows of one table that refer to an entry by one of its columns; of ``total``, those that are listed have cards.

    ``counts`` are the labels of all of them: column, label, rows.
    """

    title: str
    column: str
    cards: tuple[Card, ...]
    total: int
    counts: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """An entry as it is read."""

    row: Row
    registry: str
    title: str
    fields: tuple[tuple[str, Shown], ...]
    referring: tuple[Referring, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """An entry or an article in a list: its link, and how many rows of each table are about it."""

    link: Shown
    counts: tuple[int, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list of entries or articles; ``columns`` are the tables that are counted."""

    title: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    sample: Sample
    more: str = ""


def entry_page(row: Row, links: Links) -> EntryPage:
    """The page of an entry."""
    showing = Showing(links, telling=True)
    layer = links.layers[row.table]
    heading = layer.heading
    columns = [column for column in layer.columns if not column.key and (heading is None or column.name != heading.name)]
    groups: dict[tuple[str, str], dict[tuple[str, str, str], Row]] = {}
    for referrer in links.to(row.at):
        groups.setdefault((referrer.row.table, referrer.by.name), {})[referrer.row.at] = referrer.row
    order = {name: number for number, name in enumerate(links.layers)}
    referring = tuple(
        _referring(row, column, list(rows.values()), showing)
        for (_, column), rows in sorted(groups.items(), key=lambda each: order[each[0][0]])
    )
    return EntryPage(row, layer.title, links.title(row), showing.fields(row.values, columns, row), referring)


def _referring(entry: Row, column: str, rows: list[Row], showing: Showing) -> Referring:
    layer = showing.links.layers[rows[0].table]
    counts: list[tuple[str, tuple[tuple[str, int], ...]]] = []
    for each in layer.labels:
        if isinstance(each.type, Label):
            found = Counter(str(value) for row in rows if (value := row.values.get(each.name)) is not None)
            counts.append((each.name.replace("_", " "), tuple((name, found[name]) for name in each.type.names if found[name])))
    cards = tuple(_of_entry(entry, row, column, showing) for row in rows[:MOST])
    return Referring(layer.title, column, cards, len(rows), tuple(each for each in counts if each[1]))


def _of_entry(entry: Row, row: Row, column: str, showing: Showing) -> Card:
    """The card of a row that refers to an entry, without what the page says already."""
    links = showing.links
    card = showing.card(row)
    words, _ = links.words(row)
    # Where there are no words, whom else a row is about and its labels stand in their place.
    told = {} if words else {each.name for each in links.layers[row.table].references if each.table in links.contents.entries}
    entries = [(name, shown) for name, shown in card.entries if name not in told and (name != column or len(shown.items) > 1)]
    return replace(card, words=links.said(row, entry.at), entries=tuple(entries), labels=card.labels if words else ())


def entry_list(table: str, links: Links) -> ListPage:
    """All entries of a registry that the site has pages for, those with most rows first."""
    tables = [name for name, layer in links.layers.items() if any(each.table == table for each in layer.references)]
    lines = []
    for row in links.contents.entries[table]:
        counts = Counter(referrer.row.table for referrer in links.to(row.at))
        lines.append(Line(Shown("link", links.title(row), links.address(row.at)), tuple(counts[name] for name in tables)))
    lines.sort(key=lambda line: [-count for count in line.counts])
    titles = tuple(links.layers[name].title for name in tables)
    return ListPage(links.layers[table].title, titles, tuple(lines), links.contents.samples[table])


def article_list(links: Links) -> ListPage:
    """All articles that the site has pages for, in the order of their ids."""
    contents = links.contents
    tables = [table.name for table in contents.shape.tables]
    lines = tuple(
        Line(
            Shown("link", links.title(row), links.address(row.at)),
            tuple(len(links.of_article(name, row.name)) for name in tables),
            contents.splits.get(row.name, ""),
        )
        for row in contents.articles
    )
    return ListPage("articles", tuple(links.layers[name].title for name in tables), lines, contents.sample, "split")
