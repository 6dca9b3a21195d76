"""Where each row is in the site, what it refers to, and what refers to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from corpusbuild.schema.paths import values_at
from corpusbuild.site.contents import ARTICLES, Contents, Row
from corpusbuild.site.layers import Layer, Reference, Role
from corpusbuild.site.marking import position
from corpusbuild.site.naming import fragment, slug

At = tuple[str, str, str]
"""Table, article (empty for a registry's entry, and for an article itself) and name: what a row is found by."""

SNIPPET = 120
"""Characters of a row's words that stand for it elsewhere."""


@dataclass(frozen=True, slots=True)
class Referrer:
    """A row that refers to another, and by which of its columns."""

    row: Row
    by: Reference


@dataclass(frozen=True)
class Links:
    """The rows of a site and what leads where. Addresses are from the site's root."""

    contents: Contents
    layers: Mapping[str, Layer]
    rows: Mapping[At, Row]
    referrers: dict[At, list[Referrer]] = field(default_factory=dict)

    @classmethod
    def of(cls, contents: Contents, layers: Mapping[str, Layer]) -> Links:
        """The links between all rows of ``contents``."""
        tables = [contents.articles, *contents.rows.values(), *contents.entries.values()]
        rows = {row.at: row for table in tables for row in table}
        links = cls(contents, layers, rows, {})
        for row in rows.values():
            for reference, value in links.references(row):
                links.referrers.setdefault(links.meant(row, reference, value), []).append(Referrer(row, reference))
        return links

    def references(self, row: Row) -> Iterator[tuple[Reference, str]]:
        """Everything that a row refers to, as it is written."""
        for reference in self.layers[row.table].references:
            for value in values_at([row.values], reference.path):
                if isinstance(value, str):
                    yield reference, value

    def meant(self, row: Row, reference: Reference, value: str) -> At:
        """What a reference means: a key of its own article, ``article#key``, or an entry of a registry."""
        if reference.table == ARTICLES or reference.table in self.contents.entries:
            return reference.table, "", value
        article, separator, key = value.partition("#")
        return (reference.table, article, key) if separator else (reference.table, row.article, value)

    def of_article(self, table: str, article: str) -> list[Row]:
        """The rows of a table in one article, as their author wrote them."""
        return self._by_article.get((table, article), [])

    @cached_property
    def _by_article(self) -> dict[tuple[str, str], list[Row]]:
        found: dict[tuple[str, str], list[Row]] = {}
        for table, rows in self.contents.rows.items():
            for row in rows:
                found.setdefault((table, row.article), []).append(row)
        return found

    def to(self, at: At) -> list[Referrer]:
        """What refers to a row."""
        return self.referrers.get(at, [])

    def address(self, at: At) -> str | None:
        """Where a row is read; None where the site has no page for it."""
        return self.page(at) if at in self.rows else None

    def page(self, at: At) -> str:
        """Where a row that the site has is read."""
        table, article, name = at
        if table == ARTICLES:
            return f"{ARTICLES}/{slug(name)}.html"
        if table in self.contents.entries:
            return f"{slug(table)}/{slug(name)}.html"
        return f"{ARTICLES}/{slug(article)}.html#{fragment(table, name)}"

    def title(self, row: Row) -> str:
        """What a row is called where people read: by the column that names it, else by its key."""
        heading = self.layers[row.table].heading
        value = row.values.get(heading.name) if heading is not None else None
        return value.strip() if isinstance(value, str) and value.strip() else row.name

    def called(self, at: At) -> str:
        """The title of an article or an entry, also of one that the site has no page for."""
        return self.title(self.rows[at]) if at in self.rows else at[2]

    def spans(self, row: Row, role: Role) -> list[Mapping[str, Any]]:
        """The places of one role's words, in the order in which they are written; each has ``start``, ``end`` and ``text``."""
        return [each for value in values_at([row.values], role.path) for each in (value if isinstance(value, list) else [value]) if each]

    def words(self, row: Row) -> tuple[str, bool]:
        """The words that say what a row is about, with an ellipsis between parts; positions, and False, where the text is not here."""
        layer = self.layers[row.table]
        order = [layer.stands_for] if layer.stands_for is not None else []
        # An anchor may be null: then that of another role stands for the row, in the end the one that only holds the others.
        order += sorted((role for role in layer.roles if role not in order), key=lambda role: role.home)
        spans = next((found for role in order if (found := self.spans(row, role))), [])
        said = " … ".join(each["text"] if each["text"] is not None else position(each["start"], each["end"]) for each in spans)
        return said, all(each["text"] is not None for each in spans)

    def said(self, row: Row, here: At | None = None) -> str:
        """A row in a line: its words, else their place; whom it refers to, and its labels where it has no words.

        Where an entry is read ``here``, it is not said again.
        """
        words, has_text = self.words(row)
        words = " ".join(words.split())
        if words and has_text:
            return words if len(words) <= SNIPPET else words[: SNIPPET - 1].rstrip() + "…"
        layer = self.layers[row.table]
        shared = [each for each in layer.references if each.table == ARTICLES or each.table in self.contents.entries]
        meant = [self.meant(row, each, value) for each, value in self.references(row) if each in shared]
        names = [] if words and here is not None else [self.called(each) for each in meant if each != here]
        return " · ".join([*names, words] if words else [*names, *labels_of(row, layer)]) or row.name


def labels_of(row: Row, layer: Layer) -> list[str]:
    """The labels of a row, in the order of the schema."""
    found = [row.values.get(column.name) for column in layer.labels]
    return [str(label) for each in found for label in (each if isinstance(each, list) else [each]) if label is not None]
