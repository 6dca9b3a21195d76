"""How far two annotators agree, as it is read: the figures with their intervals, and the items that differ side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from corpusbuild.agreement.decisions import Said, shortened, value_text
from corpusbuild.agreement.figures import Agreement, Differing, Figure
from corpusbuild.schema.shape import Column, Words
from corpusbuild.site.contents import ARTICLES
from corpusbuild.site.linking import At, Links
from corpusbuild.site.marking import position
from corpusbuild.site.naming import slug
from corpusbuild.site.showing import Showing, Shown

ITEMS = 500
"""Items that are listed side by side."""

_SHOWN = 240


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure. ``at``, ``low`` and ``high`` are where they stand on a scale from 0 to 100; None where there are none."""

    figure: Figure
    at: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class OfTable:
    """The figures of one table: the ``first`` of each field, and all of them."""

    title: str
    first: tuple[Measured, ...]
    all: tuple[Measured, ...]


@dataclass(frozen=True, slots=True)
class Agreed:
    """Two annotators: their figures table by table, and where the items that differ are read, if any do."""

    a: str
    b: str
    articles: int
    draws: int
    threshold: float
    tables: tuple[OfTable, ...]
    not_compared: tuple[str, ...]
    differing: int
    address: str | None


@dataclass(frozen=True, slots=True)
class Side:
    """What one annotator says: the row, the value, the words it is about; ``whole`` is a row as a whole."""

    annotator: str
    row: str
    value: str | None
    words: str | None
    place: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that two annotators say differently. ``gold`` is the row of the reference that it is, or became."""

    title: str
    row: str
    about: tuple[str, ...]
    field: str | None
    sides: tuple[Side | None, Side | None]
    gold: Shown | None


@dataclass(frozen=True, slots=True)
class OfArticle:
    """The items of one article."""

    link: Shown
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """The page of the items that differ; ``total`` counts all."""

    a: str
    b: str
    articles: tuple[OfArticle, ...]
    listed: int
    total: int


def agreed(agreement: Agreement, links: Links) -> Agreed:
    """What the overview shows of two annotators."""
    tables = []
    for table, of_table in groupby(agreement.figures, key=lambda figure: figure.table):
        measured = tuple(map(_measured, of_table))
        first: dict[str | None, Measured] = {}
        for each in measured:
            first.setdefault(each.figure.field, each)
        title = links.layers[table].title if table in links.layers else table.replace("_", " ")
        tables.append(OfTable(title, tuple(first.values()), measured))
    return Agreed(
        agreement.a,
        agreement.b,
        len(agreement.articles),
        agreement.draws,
        agreement.threshold,
        tuple(tables),
        agreement.not_compared,
        len(agreement.differences),
        address(agreement) if agreement.differences else None,
    )


def address(agreement: Agreement) -> str:
    """The page of the items that differ, from the site's root."""
    return f"agreement/{slug(agreement.a)}~{slug(agreement.b)}.html"


def differences(agreement: Agreement, links: Links) -> Differences:
    """The items that differ, article by article."""
    showing, drawn = Showing(links), _drawn_from(links)
    listed = agreement.differences[:ITEMS]
    articles = tuple(
        OfArticle(showing.link((ARTICLES, "", article)), tuple(_item(each, links, showing, drawn) for each in items))
        for article, items in groupby(listed, key=lambda each: each.article)
    )
    return Differences(agreement.a, agreement.b, articles, len(listed), len(agreement.differences))


def _measured(figure: Figure) -> Measured:
    return Measured(figure, *(None if each is None else 100 * min(max(each, 0.0), 1.0) for each in (figure.value, figure.low, figure.high)))


def _drawn_from(links: Links) -> dict[At, At]:
    """The row of the reference that was drawn from an annotator's: table, article and ``annotator/key`` → where it is."""
    found: dict[At, At] = {}
    for row in links.rows.values():
        for column in links.layers[row.table].aside:
            names = row.values.get(column)
            for name in names if isinstance(names, list) else ():
                found[row.table, row.article, str(name)] = row.at
    return found


def _item(each: Differing, links: Links, showing: Showing, drawn: dict[At, At]) -> Item:
    sides: Sequence[Said] = [side for side in (each.a, each.b) if side is not None]
    at = next((found for side in sides if (found := _in_reference(each, side, links, drawn)) is not None), None)
    title = links.layers[each.table].title if each.table in links.layers else each.table
    about = tuple(_about(each, links, value) for value in sides[0].about)
    table = links.contents.shape.table(each.table)
    column = None if table is None or each.field is None else table.row.get(each.field)
    shown = tuple(None if side is None else _side(side, column) for side in (each.a, each.b))
    return Item(title, sides[0].row, about, each.field, (shown[0], shown[1]), None if at is None else showing.link(at, each.article))


def _in_reference(each: Differing, side: Said, links: Links, drawn: dict[At, At]) -> At | None:
    """The row of the reference that is the annotator's own, or was drawn from it."""
    if side.annotator == links.contents.summary.gold:
        layer = links.layers.get(each.table)
        # Without a key, a row is called by its property and its number.
        own = each.table, each.article, side.row if layer is None or layer.key else side.row.rpartition("/")[2]
        return own if own in links.rows else None
    return drawn.get((each.table, each.article, f"{side.annotator}/{side.row}"))


def _about(each: Differing, links: Links, value: str) -> str:
    """What a row refers to, by its title where it is an entry."""
    tables = [reference.table for reference in links.layers[each.table].references]
    found = next(((table, "", value) for table in tables if (table, "", value) in links.rows), None)
    return links.called(found) if found is not None else value


def _side(side: Said, column: Column | None) -> Side:
    """What one annotator says in a column, or of a whole row. Of an anchor the words say it, or its place where they are not here."""
    value = None
    if column is not None and isinstance(column.type, Words):
        value = None if side.words else _places(side.value)
    elif column is not None:
        value = shortened(_text(side.value), _SHOWN)
    words = shortened(side.words, _SHOWN) if side.words and side.words != value else None
    return Side(side.annotator, side.row, value, words, f"{side.place.path}:{side.place.line}:{side.place.column}")


def _text(value: object) -> str:
    """A value as it is read: null as nothing, a list of words without its brackets."""
    if value is None or value == []:
        return "none"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return value_text(value)


def _places(value: object) -> str:
    """The places of an anchor of a detached text."""
    each = value if isinstance(value, list) else [value]
    found = [position(place["start"], place["end"]) for place in each if isinstance(place, dict) and {"start", "end"} <= place.keys()]
    return " … ".join(found) or _text(value)
