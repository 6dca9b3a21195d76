"""What every kind of document has: bytes, JSON, keys, numbers that columns can hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from corpusbuild.corpus.files import read_bytes, reader
from corpusbuild.corpus.json_reading import JsonFault, read_json
from corpusbuild.corpus.limits import DEFAULT, Limits
from corpusbuild.corpus.storage import Root
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.where import InJson, Origin, Pointer
from corpusbuild.rules import (
    byte_order_mark,
    duplicate_json_key,
    duplicate_key,
    instant_out_of_range,
    invalid_json,
    limit_met,
    not_utf8,
    number_out_of_range,
)
from corpusbuild.schema.columnless import Columnless, Fits
from corpusbuild.schema.judging import MOST
from corpusbuild.schema.shape import Scalar

EDITOR_HINT = "$schema"
"""A property that every document may have: it tells editors which schema to complete from."""


def read_document(data: bytes, origin: Origin, limits: Limits = DEFAULT) -> tuple[dict[str, Any] | None, list[Finding]]:
    """The JSON object that ``data`` holds, or why it holds none."""
    value, findings = read_value(data, origin, limits)
    if findings:
        return None, findings
    return (value, []) if isinstance(value, dict) else (None, list(invalid_json.not_a("an object", origin)))


def read_value(data: bytes, origin: Origin, limits: Limits = DEFAULT) -> tuple[Any, list[Finding]]:
    """The JSON value that ``data`` holds, or why it holds none."""
    if origin.length is not None and len(data) > limits.line_bytes:
        return None, list(limit_met.line(origin, limits.line_bytes))
    value = read_json(data)
    if not isinstance(value, JsonFault):
        return value, []
    bytes_findings = [*not_utf8.check(origin, data), *byte_order_mark.check(origin, data)]
    if bytes_findings:
        return None, bytes_findings
    if value.deep:
        return None, list(limit_met.parsed(origin, value))
    repeated = list(islice(duplicate_json_key.check(origin, data), MOST + 1)) if value.repeated else []
    if len(repeated) > MOST:
        repeated[MOST:] = limit_met.more(InJson(origin), MOST)
    return None, repeated or list(invalid_json.check(origin, value, data))


def columnless_findings(fits: Fits, data: bytes, document: Any, origin: Origin, base: Pointer = ()) -> list[Finding]:
    """What no column can hold."""
    return [finding for fault in fits.faults(data, document) for finding in _columnless(fault, origin, base)]


def _columnless(fault: Columnless, origin: Origin, base: Pointer) -> Iterator[Finding]:
    where = InJson(origin, (*base, *fault.pointer))
    if fault.type is Scalar.INSTANT:
        yield from instant_out_of_range.check(where, fault.value, fault.reason)
    else:
        yield from number_out_of_range.check(where, fault.value, fault.type.value)


def duplicate_key_findings(table: str, keys: Iterable[tuple[str | None, InJson]]) -> list[Finding]:
    """Every key of ``table``, given with its place, that stands before."""
    first: dict[str, InJson] = {}
    found: list[Finding] = []
    for key, where in keys:
        if key is None:
            continue
        if key in first:
            found += duplicate_key.check(where, key, table, first[key])
        first.setdefault(key, where)
    return found


def wholes(root: Root, paths: Iterable[str]) -> Iterator[tuple[Origin, bytes]]:
    """Files that are one document each."""
    origins = [Origin(path) for path in paths]
    read = reader(root, origins)
    return ((origin, read(origin)) for origin in origins)


def whole(root: Root, path: str) -> tuple[Origin, bytes]:
    """A file that is one document."""
    origin = Origin(path)
    return origin, read_bytes(root, origin)
