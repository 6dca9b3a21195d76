"""Turn values into what a template shows: words, labels, links and lists, whatever a schema calls them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from corpusbuild.schema.shape import Column, Label, Listing, Record, Words
from corpusbuild.site.contents import ARTICLES, Row
from corpusbuild.site.layers import Layer, Reference
from corpusbuild.site.linking import At, Links, Referrer, labels_of
from corpusbuild.site.marking import position
from corpusbuild.site.naming import fragment


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as it is shown. ``kind`` is text, label, number, link, words, position, list or fields."""

    kind: str
    text: str = ""
    href: str | None = None
    items: tuple[Shown, ...] = ()
    fields: tuple[tuple[str, Shown], ...] = ()
    role: int | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """How a row stands to another, by a row that joins them: ``arrow`` points away from the one that is read."""

    arrow: str
    labels: tuple[str, ...]
    other: Shown
    where: Shown | None
    said: str
    note: tuple[tuple[str, Shown], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A row as it is read: what it is called and about, its labels, its other fields, and how it stands to other rows.

    ``entries`` are the fields that refer to other rows, ``fields`` what is left; ``aside`` are
    those that tell how it was adjudicated; ``referred`` the rows that refer to it, by what they say it is
    to them.
    """

    row: Row
    id: str
    href: str | None
    text_href: str | None
    name: str
    words: str
    entries: tuple[tuple[str, Shown], ...]
    labels: tuple[tuple[str, Shown], ...]
    fields: tuple[tuple[str, Shown], ...]
    aside: tuple[tuple[str, Shown], ...]
    joined: tuple[Joined, ...] = ()
    referred: tuple[tuple[str, tuple[Shown, ...]], ...] = ()
    number: int = 0
    article: Shown | None = None


@dataclass(frozen=True)
class Showing:
    """Shows the rows of a site; ``role_numbers`` are those of the legend, by table and path.

    With ``telling``, a link to a row says what that is about: away from its article, its key says nothing.
    """

    links: Links
    role_numbers: Mapping[tuple[str, tuple[str, ...]], int] = field(default_factory=dict)
    telling: bool = False

    def value(self, value: Any, column: Column, row: Row, path: tuple[str, ...]) -> Shown | None:
        """A value of ``column``, which stands at ``path`` of ``row``; None for what is null or empty."""
        if value is None or value in ("", []):
            return None
        if column.ref is not None and isinstance(value, str):
            return self.reference(row, Reference(path, column.ref), value)
        match column.type:
            case Words():
                return self._words(value, (row.table, path))
            case Label():
                return Shown("label", str(value))
            case Record(columns):
                found = self.fields(value, columns, row, path)
                return Shown("fields", fields=found) if found else None
            case Listing(item):
                shown = [self.value(each, item, row, (*path, "[]")) for each in value]
                items = tuple(each for each in shown if each is not None)
                return Shown("list", items=items) if items else None
            case _:
                return scalar(value)

    def fields(
        self, values: Mapping[str, Any], columns: Sequence[Column], row: Row, path: tuple[str, ...] = ()
    ) -> tuple[tuple[str, Shown], ...]:
        """Name and value of each column that says something."""
        found = ((each.name, self.value(values.get(each.name), each, row, (*path, each.name))) for each in columns)
        return tuple((name.replace("_", " "), shown) for name, shown in found if shown is not None)

    def reference(self, row: Row, reference: Reference, value: str) -> Shown:
        """A link to what is meant, by its title; where the site has no page for it, its key."""
        return self.link(self.links.meant(row, reference, value), row.article)

    def link(self, at: At, here: str = "") -> Shown:
        """A link to a row: an entry and an article by its title, another row by its name and, out of its article, that."""
        table, article, name = at
        if table == ARTICLES or table in self.links.contents.entries:
            return Shown("link", self.links.called(at), self.links.address(at))
        text = name if article in {here, ""} else f"{name} · {self.links.called((ARTICLES, '', article))}"
        told = self.links.said(self.links.rows[at]) if self.telling and at in self.links.rows else ""
        return Shown("link", f"{text} {told}".strip(), self.links.address(at))

    def _words(self, value: Any, site: tuple[str, tuple[str, ...]]) -> Shown | None:
        spans = value if isinstance(value, list) else [value]
        role = self.role_numbers.get(site)
        items = tuple(
            Shown("position", position(each["start"], each["end"]), role=role)
            if each["text"] is None
            else Shown("words", each["text"], role=role)
            for each in spans
        )
        return items[0] if len(items) == 1 else Shown("list", items=items, role=role)

    # ---- rows ----

    def card(self, row: Row, number: int = 0, *, here: str | None = None) -> Card:
        """A row, read in the page of the article ``here``, or elsewhere."""
        layer = self.links.layers[row.table]
        labels = tuple(each for each in layer.labels if not each.key)
        homes = {role.path[0] for role in layer.roles if role.home}
        left = [each for each in layer.columns if each not in labels and not each.key and each.name not in layer.aside | homes]
        referring = {reference.path[0] for reference in layer.references}
        aside = tuple(each for each in layer.columns if each.name in layer.aside)
        place = fragment(row.table, row.name)
        return Card(
            row,
            place,
            self.links.address(row.at),
            f"#{place}:text" if layer.is_marked and any(self.links.spans(row, role) for role in layer.roles) else None,
            row.name if row.key is not None else "",
            self.links.said(row),
            self.fields(row.values, [each for each in left if each.name in referring], row),
            self.fields(row.values, labels, row),
            self.fields(row.values, [each for each in left if each.name not in referring], row),
            self.fields(row.values, aside, row),
            tuple(self.joined(row)),
            tuple(self.referred(row)),
            number,
            None if here == row.article or not row.article else self.link((ARTICLES, "", row.article)),
        )

    def joined(self, row: Row) -> list[Joined]:
        """Every relation that a row is an end of."""
        found: list[Joined] = []
        for referrer in self.links.to(row.at):
            layer = self.links.layers[referrer.row.table]
            if layer.ends is None or referrer.by not in layer.ends:
                continue
            outward = referrer.by == layer.ends[0]
            other = layer.ends[1] if outward else layer.ends[0]
            for reference, value in self.links.references(referrer.row):
                if reference == other:
                    found.append(self._join(row, referrer.row, layer, self.links.meant(referrer.row, reference, value), outward=outward))
        return found

    def _join(self, row: Row, by: Row, layer: Layer, at: At, *, outward: bool) -> Joined:
        both_ways = any(by.values.get(column) in labels for column, labels in layer.symmetric.items())
        used = {*(each.name for each in layer.labels), *layer.aside}
        ends = {each.path[0] for each in layer.ends or ()}
        rest = tuple(each for each in layer.columns if each.name not in used | ends and not each.key)
        other = self.links.rows.get(at)
        return Joined(
            "↔" if both_ways else "→" if outward else "←",
            tuple(labels_of(by, layer)),
            Shown("link", at[2], self.links.address(at)),
            None if at[1] == row.article else self.link((ARTICLES, "", at[1])),
            self.links.said(other) if other is not None else "",
            self.fields(by.values, rest, by),
        )

    def referred(self, row: Row) -> list[tuple[str, tuple[Shown, ...]]]:
        """What refers to a row otherwise, by table and column."""
        found: dict[str, list[Shown]] = {}
        for referrer in self.links.to(row.at):
            layer = self.links.layers[referrer.row.table]
            if layer.ends is None or referrer.by not in layer.ends:
                found.setdefault(f"{referrer.by.name} of {layer.title}", []).append(self._referrer(referrer, row.article))
        return [(name, tuple(each)) for name, each in found.items()]

    def _referrer(self, referrer: Referrer, here: str) -> Shown:
        row = referrer.row
        said = self.links.said(row) if row.article else self.links.title(row)
        text = said if row.key is None or not row.article else f"{row.key} {said}"
        if row.article not in {"", here}:
            text += f" · {self.links.called((ARTICLES, '', row.article))}"
        return Shown("link", text, self.links.address(row.at))


def scalar(value: Any) -> Shown:
    """A single value: numbers and days as they are written everywhere."""
    if isinstance(value, bool):
        return Shown("text", "yes" if value else "no")
    if isinstance(value, int | float):
        return Shown("number", f"{value}")
    if isinstance(value, datetime):
        return Shown("number", value.isoformat(sep=" ").replace("+00:00", " UTC"))
    if isinstance(value, date):
        return Shown("number", value.isoformat())
    return Shown("text", str(value))
