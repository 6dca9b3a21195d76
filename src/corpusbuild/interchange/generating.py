"""The schemas of a corpus that is imported, made from the tables that its reader declares and what was seen in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from corpusbuild.interchange.model import ColumnSpec, Kind, Row, TableSpec
from corpusbuild.schema.vocabulary import BY_ANNOTATOR, DIALECT, OUR_COLUMNS, OUR_TABLES

# What `id` and `text` of an article mean is settled, and what a detached one has besides.
_OF_ARTICLES = frozenset({"id", "text", "article_id", "text_sha256", "text_chars"})

_ANCHOR: dict[str, Any] = {"$ref": "anchor.json"}
_TYPES = {Kind.STRING: "string", Kind.LABEL: "string", Kind.REFERENCE: "string"} | {
    kind: str(kind) for kind in (Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN)
}


@dataclass(slots=True)
class Seen:
    """What was seen of a table: its rows, in how many of them each column has a value, and the labels."""

    rows: int = 0
    filled: Counter[str] = field(default_factory=Counter)
    labels: dict[str, set[str]] = field(default_factory=dict)

    def note(self, row: Row, labels: Iterable[ColumnSpec]) -> None:
        """Count a row; ``labels`` are the columns of closed sets."""
        self.rows += 1
        self.filled.update(name for name, value in row.values.items() if value != [])
        for column in labels:
            value = row.values.get(column.name)
            if value is not None:
                self.labels.setdefault(column.name, set()).update(value if column.many else (value,))


@dataclass(frozen=True, slots=True)
class Names:
    """What tables and columns are called in the corpus, where that differs from what the source calls them."""

    tables: Mapping[str, str]
    columns: Mapping[tuple[str, str], str]

    def table(self, name: str) -> str:
        """The name of a table in the corpus."""
        return self.tables.get(name, name)

    def column(self, table: str, name: str) -> str:
        """The name of a column in the corpus, by what the source calls its table."""
        return self.columns.get((table, name), name)


def names_of(tables: Iterable[TableSpec], registries: Collection[str] = ("annotators",)) -> Names:
    """Names that the compiler accepts, each once."""
    renamed: dict[str, str] = {}
    columns: dict[tuple[str, str], str] = {}
    taken = {*OUR_TABLES, *registries, "article", "annotator"}
    for table in tables:
        name = re.sub(r"[^a-z0-9_]+", "_", table.name.lower()).strip("_").removesuffix(BY_ANNOTATOR) or "rows"
        name = _unused(name if name[0].isalpha() else f"t_{name}", taken)
        taken.add(name)
        if name != table.name:
            renamed[table.name] = name
        others = {*OUR_COLUMNS, *(column.name for column in table.columns if column.name not in OUR_COLUMNS)}
        for column in table.columns:
            if column.name in OUR_COLUMNS:
                columns[table.name, column.name] = _unused(column.name, others)
    return Names(renamed, columns)


def _unused(name: str, taken: Collection[str]) -> str:
    """``name``, or with ``source_`` before it and a number behind it where it is taken."""
    if name not in taken:
        return name
    number, made = 1, f"source_{name}"
    while made in taken:
        number += 1
        made = f"source_{name}_{number}"
    return made


def metadata_name(name: str, tables: Collection[str]) -> str:
    """The name of a property of articles in the corpus: another than in the source where that means something else."""
    return _unused(name, {*_OF_ARTICLES, *tables})


def annotation_schema(tables: Iterable[TableSpec], seen: Mapping[str, Seen], names: Names) -> dict[str, Any]:
    """``annotation.json``: a table for each that has rows, or labels that the source declares."""
    properties: dict[str, Any] = {
        "article": {"type": "string", "x-ref": "articles"},
        "annotator": {"type": "string", "x-ref": "annotators"},
    }
    for table in tables:
        of = seen.get(table.name, Seen())
        if of.rows or any(column.labels or _is_declared_of(column, seen) for column in table.columns):
            name = names.table(table.name)
            described = {"description": table.description} if table.description else {}
            properties[name] = {**described, "type": "array", "x-table": name, "items": _row(table, of, names)}
    return _closed("annotation.json", "annotation", "What one annotator found in one article.", properties, ["article", "annotator"])


def _is_declared_of(column: ColumnSpec, seen: Mapping[str, Seen]) -> bool:
    """Whether a column keeps its table though it has no rows: it is declared of rows that there are."""
    return column.declared and column.kind is Kind.REFERENCE and bool(seen.get(column.table, Seen()).rows)


def _row(table: TableSpec, seen: Seen, names: Names) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required = []
    for column in table.columns:
        is_key = column.name == table.key
        listed = column.many or column.kind is Kind.SEGMENTS
        if not (seen.filled[column.name] or column.labels or column.declared or is_key or listed):
            continue
        name = names.column(table.name, column.name)
        # A list that is empty is written as one.
        always = is_key or listed or (0 < seen.rows == seen.filled[column.name])
        properties[name] = _column(column, seen.labels.get(column.name, set()), names, nullable=not always)
        if is_key:
            properties[name]["x-key"] = True
        if column.description:
            properties[name]["description"] = column.description
        if always:
            required.append(name)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _column(column: ColumnSpec, seen: set[str], names: Names, *, nullable: bool) -> dict[str, Any]:
    if column.kind in {Kind.WORDS, Kind.SEGMENTS}:
        if column.many or column.kind is Kind.SEGMENTS:
            return {"type": "array", "items": _ANCHOR, "x-anchor": {}}
        return {**({"anyOf": [_ANCHOR, {"type": "null"}]} if nullable else _ANCHOR), "x-anchor": {}}
    one: dict[str, Any]
    if column.kind is Kind.LABEL:
        labels = [*dict.fromkeys(column.labels), *sorted(seen - {*column.labels})]
        one = {"enum": [*labels, None] if nullable else labels} if labels else {"type": ["string", "null"] if nullable else "string"}
    else:
        one = {"type": [_TYPES[column.kind], "null"] if nullable else _TYPES[column.kind]}
    if column.kind is Kind.REFERENCE:
        one["x-ref"] = names.table(column.table)
    return {"type": "array", "items": one} if column.many else one


def article_schema(types: Mapping[str, set[str]], filled: Mapping[str, int], articles: int) -> dict[str, Any]:
    """``article.json``, from the JSON types that were seen of each property of the metadata."""
    properties: dict[str, Any] = {}
    required = []
    for name, found in types.items():
        always = filled.get(name) == articles
        properties[name] = _property(found, nullable=not always)
        if always:
            required.append(name)
    return _closed("article.json", "article", "What is known about one article besides its text.", properties, required)


def _property(found: set[str], *, nullable: bool) -> dict[str, Any]:
    if found == {"integer", "number"}:
        found = {"number"}
    if len(found) > 1 or found & {"array", "object"}:
        return {"x-column": "json"}
    (one,) = found
    return {"type": [one, "null"] if nullable else one}


def annotator_schema() -> dict[str, Any]:
    """``annotator.json``."""
    properties = {
        "id": {"type": "string", "x-key": True},
        "kind": {"enum": ["human", "model"]},
        "name": {"type": ["string", "null"], "description": "As the source has it, where it can be no id."},
        "prediction": {"type": "boolean", "description": "true: a system's output, not an annotation; never part of the gold."},
    }
    return {**_closed("annotator.json", "annotator", "Who annotated.", properties, ["id", "kind", "prediction"]), "x-table": "annotators"}


def _closed(file: str, title: str, description: str, properties: Mapping[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "$schema": DIALECT,
        "$id": file,
        "title": title,
        "description": description,
        "type": "object",
        "properties": dict(properties),
        "required": required,
        "additionalProperties": False,
    }
