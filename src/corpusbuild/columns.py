"""Turn judged documents into Arrow columns: parsed by Arrow where it can, from the judged values where it will not.

Both lanes make a struct array that lacks only the anchors; :func:`graft` puts these in and gives every
column its final type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from corpusbuild.placing import NULL, Placements, Places
from corpusbuild.plan import Level
from corpusbuild.schema import shape as shapes
from corpusbuild.schema.arrow import SPAN, arrow_field, arrow_type
from corpusbuild.schema.columnless import parse_instant
from corpusbuild.schema.shape import ITEM, Column, Listing, Record, Scalar, Type, Words, walk

Anchors = Mapping[shapes.Path, pa.Array]

# Holds the place of a struct whose columns are all anchors; no property can be called this.
_NOTHING = "\x00"

# Arrow reads these as text and casts them: it refuses dates, and reads instants without a zone.
_AS_TEXT = (Scalar.DATE, Scalar.INSTANT)


def record_array(documents: Sequence[Any], record: Record, anchors: Anchors) -> pa.StructArray:
    """One struct for each document, of ``record``'s Arrow type, null where the document is None."""
    if not documents:
        return pa.array([], type=arrow_type(record))
    bare = None if any(column.type is Scalar.JSON for _, column in walk(record)) else _fast_lane(documents, record)
    if bare is not None:
        try:
            return graft(bare, record, anchors)
        except pa.ArrowInvalid:
            pass  # an instant or a date that Arrow reads otherwise than RFC 3339 does
    return graft(slow_lane(documents, record), record, anchors)


def _fast_lane(documents: Sequence[Any], record: Record) -> pa.StructArray | None:
    """The documents as Arrow parses them; None where it refuses what the judge has accepted."""
    if any(document is None for document in documents):
        return None
    lines = b"\n".join(map(orjson.dumps, documents))
    bare = _bare_type(record, _AS_TEXT)
    options = pj.ParseOptions(explicit_schema=pa.schema(list(bare)), unexpected_field_behavior="ignore")
    try:
        table = pj.read_json(pa.BufferReader(lines), pj.ReadOptions(use_threads=False, block_size=len(lines) + 1), options)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    if table.num_rows != len(documents):
        return None
    batch = table.combine_chunks()
    return pa.StructArray.from_arrays([column.combine_chunks() for column in batch.columns], fields=list(bare))


def slow_lane(documents: Sequence[Any], record: Record) -> pa.StructArray:
    """The documents, converted value by value."""
    return pa.array([_convert(document, record) for document in documents], type=_bare_type(record, ()))


def _bare_type(kind: Type, as_text: Sequence[Scalar]) -> pa.DataType:
    """The type that is parsed: without anchors, everything nullable."""
    if isinstance(kind, Record):
        fields = [pa.field(column.name, _bare_type(column.type, as_text)) for column in kind.columns if not isinstance(column.type, Words)]
        return pa.struct(fields or [pa.field(_NOTHING, pa.bool_())])
    if isinstance(kind, Listing):
        return pa.list_(pa.field("item", _bare_type(kind.item.type, as_text)))
    return pa.string() if kind in as_text else arrow_type(kind)


def _convert(value: Any, kind: Type) -> Any:
    if value is None:
        return None
    match kind:
        case Record(columns):
            return {c.name: _convert(value.get(c.name), c.type) for c in columns if not isinstance(c.type, Words)}
        case Listing(item):
            return [_convert(each, item.type) for each in value]
        case Scalar.INTEGER:
            return int(value)
        case Scalar.NUMBER:
            return float(value)
        case Scalar.DATE:
            return date.fromisoformat(value)
        case Scalar.INSTANT:
            return parse_instant(value)
        case Scalar.JSON:
            return orjson.dumps(value).decode()
        case _:
            return value


# ---- putting anchors in ----


def graft(array: pa.Array, record: Record, anchors: Anchors, path: shapes.Path = ()) -> pa.StructArray:
    """``array`` with the anchors of ``record`` in their places, and every column of its final type."""
    # By number: a name that begins with a full stop would be read as a path.
    number = {name: i for i, name in enumerate(column.name for column in record.columns if not isinstance(column.type, Words))}
    children = [
        anchors[(*path, column.name)]
        if isinstance(column.type, Words)
        else _grafted(pc.struct_field(array, [number[column.name]]), column, anchors, (*path, column.name))
        for column in record.columns
    ]
    children = [child if column.nullable else _filled(child) for child, column in zip(children, record.columns, strict=True)]
    fields = [arrow_field(column) for column in record.columns]
    return pa.StructArray.from_arrays(children, fields=fields, mask=array.is_null() if array.null_count else None)


def _filled(array: pa.Array) -> pa.Array:
    """A column that is never null: where the object around it is null, something stands that nobody sees.

    Parquet refuses nulls in such a column even there.
    """
    if not array.null_count:
        return array
    if pa.types.is_struct(array.type):
        return pa.StructArray.from_arrays([array.field(i) for i in range(array.type.num_fields)], fields=list(array.type))
    if pa.types.is_list(array.type):
        return list_array(lengths(array), array.flatten(), array.type)
    if pa.types.is_string(array.type):
        return array.fill_null("")
    if pa.types.is_date32(array.type):
        return array.cast(pa.int32()).fill_null(0).cast(array.type)
    if pa.types.is_timestamp(array.type):
        return array.cast(pa.int64()).fill_null(0).cast(array.type)
    return array.fill_null(pa.scalar(0).cast(array.type))


def _grafted(array: pa.Array, column: Column, anchors: Anchors, path: shapes.Path) -> pa.Array:
    """A column that is no anchor, with those that are below it; the items of a list are none themselves."""
    if isinstance(column.type, Record):
        return graft(array, column.type, anchors, path)
    if isinstance(column.type, Listing):
        values = _grafted(array.flatten(), column.type.item, anchors, (*path, ITEM))
        return list_array(lengths(array), values, arrow_type(column.type), array)
    return array.cast(arrow_type(column.type))


def lengths(array: pa.Array) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The number of items of each list, 0 for null."""
    counts: np.ndarray[Any, np.dtype[np.int64]] = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False)
    return counts.astype(np.int64)


def list_array(counts: Any, values: pa.Array, kind: pa.DataType, nulls: pa.Array | None = None) -> pa.ListArray:
    """Lists of ``counts`` items each; null where ``nulls`` is."""
    offsets = pa.array(np.concatenate(([0], np.cumsum(counts))).astype(np.int32))
    mask = nulls.is_null() if nulls is not None and nulls.null_count else None
    return pa.ListArray.from_arrays(offsets, values, type=kind, mask=mask)


# ---- anchors ----


def anchor_arrays(placements: Placements, levels: Sequence[Level]) -> dict[shapes.Path, pa.Array]:
    """An array for each anchor site, by its path: spans, or lists of them. Every anchor has its place, or is null."""
    arrays: dict[shapes.Path, pa.Array] = {}
    for number, level in enumerate(levels):
        for site in level.sites:
            make = _segments if site.segments else _spans
            arrays[(*level.path, site.name)] = make(placements.at(number, site.name))
    return arrays


def _spans(places: Places) -> pa.StructArray:
    flat = _flat(places)
    given = np.array(places.counts, dtype=np.int64) == 1
    if given.all():
        return flat
    # The place of a null anchor is never read, and not null all the same: Parquet refuses nulls there.
    numbers = [np.zeros(len(given), dtype=np.int32) for _ in range(2)]
    for i, each in enumerate(numbers):
        each[given] = flat.field(i)
    words = flat.field(2).take(pa.array(np.cumsum(given) - 1, mask=~given))
    return pa.StructArray.from_arrays([*map(pa.array, numbers), words], fields=list(SPAN), mask=pa.array(~given))


def _segments(places: Places) -> pa.ListArray:
    counts = np.array(places.counts, dtype=np.int64)
    nulls = pa.array(counts, mask=counts == NULL)
    return list_array(np.maximum(counts, 0), _flat(places), arrow_type(Words(segments=True)), nulls)


def _flat(places: Places) -> pa.StructArray:
    """All places of a site, one after the other."""
    ends = [pa.array(np.array(each, dtype=np.int32)) for each in (places.starts, places.ends)]
    return pa.StructArray.from_arrays([*ends, pa.array(places.words, pa.string())], fields=list(SPAN))
