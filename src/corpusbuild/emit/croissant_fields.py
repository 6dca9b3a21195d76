"""The columns of a table as Croissant fields: nested as far as one JSONPath leads, with references and labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from corpusbuild.emit.summary import TableSummary
from corpusbuild.schema.shape import Column, Label, Listing, Record, Scalar, Words
from corpusbuild.schema.vocabulary import BY_ANNOTATOR

_LABELS = "labels-of/"

_TYPES = {
    Scalar.STRING: "sc:Text",
    Scalar.INTEGER: "sc:Integer",
    Scalar.NUMBER: "sc:Float",
    Scalar.BOOLEAN: "sc:Boolean",
    Scalar.DATE: "sc:Date",
    Scalar.INSTANT: "sc:DateTime",
    Scalar.JSON: "sc:Text",
}

_SPAN = Record(
    (
        Column("start", Scalar.INTEGER, nullable=False, description="code points, from 0"),
        Column("end", Scalar.INTEGER, nullable=False, description="code points, not included"),
        Column("text", Scalar.STRING, description="the words"),
    )
)


@dataclass(frozen=True, slots=True)
class Links:
    """What the fields of one table may refer to: table → the field that holds its keys."""

    table: str
    keys: Mapping[str, str]
    tables: frozenset[str]
    """Every table there is; ``documents`` holds some of them as lists."""

    @classmethod
    def of(cls, name: str, tables: Mapping[str, TableSummary]) -> Links:
        """The links of the table ``name``; only a table with rows has keys.

        References lead from rows about articles to articles, and from both to registries; from a registry only to
        those before it. So they never go round in a circle, which mlcroissant could not read.
        """
        registries = [each for each, table in tables.items() if "registry" in table.splits]
        before = registries[: registries.index(name)] if name in registries else registries
        keys = {} if name in registries or name == "articles" else {"articles": "articles/article_id"}
        for each in before:
            plain = each.removesuffix(BY_ANNOTATOR)
            if (each == plain or name.endswith(BY_ANNOTATOR)) and plain != name.removesuffix(BY_ANNOTATOR):
                key = next((column.name for column in tables[each].columns if column.key), None)
                keys |= {plain: f"{each}/{quote(key, safe='')}"} if key is not None else {}
        return cls(name, keys, frozenset(tables))

    def site(self, files: str, column: Column) -> Site:
        """Where a column of the table stands."""
        return Site(self, files, column.name, (column.name,))


@dataclass(frozen=True, slots=True)
class Site:
    """Where a field's values stand: a column of a file set, members of its objects below. ``path`` is the field's own."""

    links: Links
    files: str
    column: str
    path: tuple[str, ...]
    members: tuple[str, ...] = ()
    in_list: bool = False

    @property
    def id(self) -> str:
        """The field's id."""
        return "/".join((self.links.table, *(quote(step, safe="") for step in self.path)))

    def member(self, name: str) -> Site:
        """The same, one object further in."""
        return replace(self, path=(*self.path, name), members=(*self.members, name))

    @property
    def source(self) -> dict[str, Any]:
        """Croissant's data source: for a list, a JSONPath starts at each of its items."""
        found: dict[str, Any] = {"fileSet": {"@id": self.files}, "extract": {"column": self.column}}
        return found | ({"transform": {"jsonPath": json_path(self.members)}} if self.members else {})

    @property
    def labels(self) -> str:
        """The id of the record set that lists the labels of this column, one for all tables that have it."""
        home, path = self.links.table.removesuffix(BY_ANNOTATOR), self.path
        if home == "documents":
            home, path = (path[0], path[1:]) if path[0] in self.links.tables else ("articles", path)
        return _LABELS + "/".join((home, *(quote(step, safe="") for step in path)))


@dataclass(frozen=True, slots=True)
class Field:
    """A field, or None where Croissant has no way to it; the paths of what is left out, and the sets of labels, in or below it."""

    value: dict[str, Any] | None
    left_out: tuple[str, ...] = ()
    labels: tuple[tuple[str, Label], ...] = ()


def json_path(members: Sequence[str]) -> str:
    """The JSONPath from an object to a member of its members; in brackets, where no name is a word of the language."""
    return "$" + "".join("['" + re.sub(r"(['\\])", r"\\\1", name) + "']" for name in members)


def refer(ids: Sequence[str]) -> Any:
    """Fields as Croissant refers to them, one or several."""
    found = [{"@id": each} for each in ids]
    return found[0] if len(found) == 1 else found


def described_field(column: Column, site: Site) -> Field:
    """A column as a field, with what is nested in it."""
    depth, record, ref = _inmost(column)
    value: dict[str, Any] = {"@type": "cr:Field", "@id": site.id, "name": site.path[-1]}
    if description := _description(column, ref):
        value["description"] = description
    if depth:
        value |= {"isArray": True, "arrayShape": ",".join(["-1"] * depth)}
    if isinstance(record, Record):
        if depth and (site.in_list or site.members or depth > 1):
            return Field(None, ("/".join(site.path),))
        inside = replace(site, in_list=bool(depth))
        below = [described_field(each, inside.member(each.name)) for each in record.columns]
        fields = [each.value for each in below if each.value]
        if not fields:
            return Field(None, ("/".join(site.path),))
        left_out = tuple(path for each in below for path in each.left_out)
        return Field({**value, "subField": fields}, left_out, tuple(found for each in below for found in each.labels))
    if isinstance(record, Label):
        value |= {"dataType": ["sc:Text", "cr:Label"], "references": {"field": {"@id": f"{site.labels}/name"}}, "source": site.source}
        return Field(value, labels=((site.labels, record),))
    value["dataType"] = _TYPES[record]
    if target := _target(column.name, ref, site):
        value["references"] = {"field": {"@id": target}}
    return Field({**value, "source": site.source})


def _inmost(column: Column) -> tuple[int, Scalar | Label | Record, str | None]:
    """How many lists a column is, of what, and what that refers to."""
    if isinstance(column.type, Listing):
        depth, kind, ref = _inmost(column.type.item)
        return depth + 1, kind, ref or column.ref
    if isinstance(column.type, Words):
        return int(column.type.segments), _SPAN, column.ref
    return 0, column.type, column.ref


def _target(name: str, ref: str | None, site: Site) -> str | None:
    if not site.members and site.path == (name,):
        ours = {"article_id": "articles", "annotator": "annotators"}.get(name)
        if ours is not None and ref is None:
            return site.links.keys.get(ours)
    return site.links.keys.get(ref) if ref else None


def _description(column: Column, ref: str | None) -> str:
    """What the schema says of a column; a reference is told of in words, too: those within a document have no other way."""
    return "; ".join(filter(None, (column.description, f"a key of {ref}" if ref else "")))


def label_sets(fields: Iterable[Field]) -> Iterator[dict[str, Any]]:
    """A record set for each set of labels that a field refers to, with the labels in it."""
    for labels, label in {name: label for field in fields for name, label in field.labels}.items():
        yield {
            "@type": "cr:RecordSet",
            "@id": labels,
            "name": labels.removeprefix(_LABELS),
            "dataType": "sc:Enumeration",
            "key": {"@id": f"{labels}/name"},
            "field": [{"@type": "cr:Field", "@id": f"{labels}/name", "name": "name", "dataType": "sc:Text"}],
            "data": [{f"{labels}/name": each} for each in label.names],
        }
