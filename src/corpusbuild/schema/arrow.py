"""Arrow types of shapes. Strings stay plain, so that every reader sees words."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from corpusbuild.schema.shape import Column, Label, Listing, Record, Scalar, Type, Words

_SCALARS = {
    Scalar.STRING: pa.string(),
    Scalar.INTEGER: pa.int64(),
    Scalar.NUMBER: pa.float64(),
    Scalar.BOOLEAN: pa.bool_(),
    Scalar.DATE: pa.date32(),
    Scalar.INSTANT: pa.timestamp("us", tz="UTC"),
    Scalar.JSON: pa.string(),
}

SPAN = pa.struct(
    [pa.field("start", pa.int32(), nullable=False), pa.field("end", pa.int32(), nullable=False), pa.field("text", pa.string())]
)
"""A placed anchor: code points, half-open, from 0; the words are null where the text may not be redistributed."""


def arrow_type(kind: Type) -> pa.DataType:
    """The Arrow type of ``kind``."""
    match kind:
        case Scalar():
            return _SCALARS[kind]
        case Label():
            return pa.string()
        case Words(segments):
            return pa.list_(pa.field("item", SPAN, nullable=False)) if segments else SPAN
        case Listing(item):
            return pa.list_(arrow_field(item))
        case Record(columns):
            return pa.struct([arrow_field(column) for column in columns])


def arrow_field(column: Column) -> pa.Field:
    """The Arrow field of one column."""
    return pa.field(column.name, arrow_type(column.type), nullable=column.nullable)


def arrow_schema(columns: Iterable[Column]) -> pa.Schema:
    """The Arrow schema of a table's columns."""
    return pa.schema([arrow_field(column) for column in columns])
