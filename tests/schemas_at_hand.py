"""Schemas of a corpus with one table, to vary one thing at a time."""

from __future__ import annotations

from typing import Any

from corpusbuild.schema.deriving import Deriver
from corpusbuild.schema.loading import FaultKind, SchemaFault, Schemas, schema_faults
from corpusbuild.schema.shape import Column, Record, Shape

ARTICLE: dict[str, Any] = {"type": "object", "properties": {"title": {"type": "string"}}, "additionalProperties": False}
ANCHOR: dict[str, Any] = {"type": ["string", "object"]}


def closed(properties: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    """A closed object."""
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False, **more}


def annotation(row: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """annotation.json with the table ``rows``, whose rows have the properties ``row``; ``more`` are further keywords."""
    properties: dict[str, Any] = {"article": {"type": "string"}, "annotator": {"type": "string"}, **more.pop("properties", {})}
    if row is not None:
        properties["rows"] = {"type": "array", "x-table": "rows", "items": closed(row)}
    return closed(properties, "article", "annotator", **more)


def derive(files: dict[str, Any]) -> tuple[Shape | None, list[SchemaFault]]:
    """What schemas mean, as a run reads them."""
    schemas = Schemas({"article.json": ARTICLE, "annotation.json": annotation(), **files})
    faults = schema_faults(schemas)
    return (None, faults) if faults else Deriver(schemas).shape()


def shape_of(files: dict[str, Any]) -> Shape:
    """What healthy schemas mean."""
    shape, faults = derive(files)
    assert shape is not None, faults
    return shape


def column_of(schema: Any, *, required: bool = False, **more: Any) -> Column:
    """The column of one property with this schema."""
    files = {"article.json": closed({"it": schema}, *(["it"] if required else []), **more)}
    column = shape_of(files).article.get("it")
    assert column is not None
    return column


def row_of(row: dict[str, Any], **more: Any) -> Record:
    """The row of the table ``rows``."""
    table = shape_of({"annotation.json": annotation(row, **more)}).table("rows")
    assert table is not None
    return table.row


def fault_of(files: dict[str, Any], kind: FaultKind = FaultKind.NOT_COLUMNAR) -> SchemaFault:
    """The one fault of schemas that have one."""
    shape, faults = derive(files)
    assert shape is None
    assert [fault.kind for fault in faults] == [kind], faults
    return faults[0]


def refused(schema: Any, **more: Any) -> SchemaFault:
    """Why one property with this schema has no column."""
    return fault_of({"article.json": closed({"it": schema}, **more)})
