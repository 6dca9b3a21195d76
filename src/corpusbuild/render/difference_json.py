"""A difference for programs. ``docs/difference.schema.json`` is the schema of the document; ``format`` its version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import orjson

from corpusbuild.difference.difference import Difference
from corpusbuild.difference.nouns import FieldChange, RecordChange, TableDifference
from corpusbuild.render.as_json import clean
from corpusbuild.render.width import inert

FORMAT = 1


def difference_json(difference: Difference, least: str | None) -> Iterator[str]:
    """One JSON document, every record in it, in pieces that are lines: however many there are, one at a time is held.

    ``least`` is the least version that fits what is demanded.
    """
    demand = difference.demand
    head = {
        "format": FORMAT,
        "old": asdict(difference.old),
        "new": asdict(difference.new),
        "demand": None
        if demand is None
        else {
            "bump": str(demand.bump),
            "version": least,
            "reasons": [{"bump": str(each.bump), "text": each.text} for each in demand.reasons],
        },
        "metadata": [asdict(each) for each in difference.metadata],
        "schema": [asdict(each) for each in difference.schema],
        "splits": dict(difference.splits),
        "files": dict(difference.files),
        "rewritten": difference.rewritten,
        "tables": {name: _table(table) for name, table in difference.tables.items()},
    }
    opened = orjson.dumps(clean(head), option=orjson.OPT_INDENT_2).decode().removesuffix("\n}")
    yield inert(opened) + ",\n" + '  "records": ['
    before = None
    for each in difference:
        if before is not None:
            yield before + ","
        before = "    " + inert(orjson.dumps(clean(_record(each))).decode())
    if before is not None:
        yield before
    yield "  ]\n}"


def _table(table: TableDifference) -> dict[str, Any]:
    value = asdict(table)
    del value["name"], value["first"]
    return value | {"fields": {path: {str(how): count for how, count in hows.items()} for path, hows in table.fields.items()}}


def _record(change: RecordChange) -> dict[str, Any]:
    return {
        "table": change.table,
        "kind": change.kind,
        "key": change.key,
        "article": change.article,
        "annotator": change.annotator,
        "split": change.split,
        "fields": [_field(each) for each in change.fields],
        "record": change.record,
    }


def _field(change: FieldChange) -> dict[str, Any]:
    return {"path": list(change.path), "where": change.where, "how": change.how, "before": change.before, "after": change.after}
