"""Data sets written for a test, table by table, as ``make`` writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from corpusbuild.difference.fields import Field
from corpusbuild.difference.reading import Side
from corpusbuild.emit.parquet import TableWriter
from corpusbuild.emit.row_groups import encode

Row = dict[str, Any]
Tables = Mapping[str, tuple[Sequence[Field], Mapping[str, Sequence[Row]]]]
"""Table → its columns, and its rows by split."""

SPAN = pa.struct([pa.field("start", pa.int32()), pa.field("end", pa.int32()), pa.field("text", pa.string())])


def data_set(folder: Path, tables: Tables, *, gold: str | None = "ana", group: int = 1000) -> Side:
    """A data set of these tables; ``group`` rows make a row group."""
    described: dict[str, Any] = {}
    files: dict[str, Any] = {}
    for name, (fields, of_split) in tables.items():
        splits: dict[str, Any] = {}
        for split, rows in of_split.items():
            if rows:
                writer = TableWriter(folder / "data" / name, split)
                schema = pa.schema([pa.field(each.name, arrow(each)) for each in fields])
                for start in range(0, len(rows), group):
                    writer.write(encode(pa.Table.from_pylist(list(rows[start : start + group]), schema=schema)))
                paths = [path.relative_to(folder).as_posix() for path in writer.close()]
                files |= {path: {"bytes": 0, "sha256": writer.digest} for path in paths}
                splits[split] = {"rows": len(rows), "digest": writer.digest, "files": paths}
        described[name] = {"rows": sum(map(len, of_split.values())), "fields": [as_manifest(each) for each in fields], "splits": splits}
    said = dict.fromkeys(("description", "url", "published", "license")) | {"title": "Made", "language": []}
    manifest = {"name": "made", "version": "1.0.0", "gold": gold, "tables": described, "files": files, **said}
    return Side(str(folder), folder, manifest)


def arrow(field: Field) -> pa.DataType:
    if field.item is not None:
        return pa.list_(arrow(field.item))
    if field.type == "struct":
        return pa.struct([pa.field(each.name, arrow(each)) for each in field.fields])
    return {"string": pa.string(), "int64": pa.int64(), "double": pa.float64(), "span": SPAN, "spans": pa.list_(SPAN)}[field.type]


def as_manifest(field: Field) -> dict[str, Any]:
    value: dict[str, Any] = {"name": field.name, "type": field.type, "nullable": field.nullable}
    if field.item is not None:
        value["item"] = as_manifest(field.item)
    if field.fields:
        value["fields"] = [as_manifest(each) for each in field.fields]
    if field.labels:
        value["labels"] = list(field.labels)
    return value | ({"key": True} if field.key else {}) | ({"ref": field.ref} if field.ref else {})


def text(name: str, **more: Any) -> Field:
    return Field(name, "string", **more)


ARTICLES = (text("article_id", nullable=False), text("text"), text("event"))
CLAIMS = (
    text("article_id", nullable=False),
    text("uid", nullable=False),
    text("id", nullable=False, key=True),
    Field("cue", "span"),
    Field("content", "spans"),
    text("certainty", labels=("certain", "possible", "unlikely")),
    Field("speakers", "list", item=text("item", ref="speakers")),
    Field("via", "list", item=Field("item", "struct", fields=(text("speaker"), Field("words", "span")))),
    Field("weight", "double"),
)
ZONES = (text("article_id", nullable=False), Field("extent", "span"), text("kind", labels=("headline", "body")))


def of_annotators(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The columns of everybody's rows of a table."""
    return (fields[0], text("annotator", nullable=False), *fields[1:])


def span(start: int, words: str | None, length: int = 4) -> Row:
    return {"start": start, "end": start + (len(words) if words is not None else length), "text": words}


def claim(article: str, key: str, **more: Any) -> Row:
    value: Row = {"article_id": article, "uid": f"{article}#{key}", "id": key, "cue": span(3, "says"), "content": [span(10, "it rains")]}
    return value | {"certainty": "certain", "speakers": ["ana"], "via": [], "weight": 1.0} | more


def article(name: str, words: str = "She says it rains.", event: str | None = None) -> Row:
    return {"article_id": name, "text": words, "event": event}
