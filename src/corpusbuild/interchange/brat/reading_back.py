"""The rules of the mapping that makes rows of brat's records again, as :mod:`.row_events` and :mod:`.own_records` write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from corpusbuild.interchange.brat.labels import DOCUMENT, Event, record_of, reference_of
from corpusbuild.interchange.brat.row_events import NUMBERS, STRINGS
from corpusbuild.interchange.brat.used import Used
from corpusbuild.schema.shape import Column, Label, Listing, Shape, Words


def own_rules(shape: Shape) -> list[dict[str, Any]]:
    """Rules for tables that brat's import made: each is as it is read."""
    return [{"table": table.name, "from": table.name, "columns": {name: name for name in table.row_names}} for table in shape.tables]


def row_rules(shape: Shape, events: Mapping[str, Event], used: Used) -> list[dict[str, Any]]:
    """Rules for events of rows, and of what is said of the article as a whole."""
    keys = {table.name: events[table.name].labels[table.key] for table in shape.tables if table.key is not None}
    return [
        {"table": table, "from": "events", "where": {"type": events[table].kind}, **_fields(events[table], keys, used)}
        for table in (DOCUMENT, *(table.name for table in shape.tables))
        if events[table].record.columns
    ]


def _fields(event: Event, keys: Mapping[str, str], used: Used) -> dict[str, Any]:
    columns = {}
    for column in event.record.columns:
        ways = list(_ways(event, column, keys, used))
        columns[column.name] = ways[0] if len(ways) == 1 else ways
    return {"with": ["trigger"], "columns": columns}


def _ways(event: Event, column: Column, keys: Mapping[str, str], used: Used) -> Iterator[Any]:
    """The note that holds it as JSON, where one does; then the records of its kind."""
    label = event.labels[column.name]
    of = column.type.item.type if isinstance(column.type, Listing) else column.type
    ref = reference_of(column)
    native: Any = None
    if isinstance(of, Words):
        native = f"args[{label}].span.words"
    elif record_of(column) is not None:
        native = {"each": f"args[{label}].event", **_fields(event.inner[column.name], keys, used)}
    elif ref is not None and ref in keys:
        native = f"args[{label}].event.notes[type={keys[ref]}].text"
    elif ref is not None:
        native = f"normalizations[{label}].entry"
    elif of in STRINGS:
        native = f"notes[type={label}].text"
    elif isinstance(of, Label):
        native = f"attributes[{event.attribute(column.name)}].value"
    elif of in NUMBERS:
        native = {"path": f"attributes[{event.attribute(column.name)}].value", "json": True}
    if native is None or (event.kind, column.name) in used.as_json:
        yield {"path": f"notes[type={event.json(column.name)}].text", "json": True}
    if native is not None:
        yield native
