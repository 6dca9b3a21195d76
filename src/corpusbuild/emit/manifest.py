"""manifest.json: every file with its hash, every table with rows, fields and a digest of its content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

from corpusbuild.corpus.config import Config
from corpusbuild.emit.summary import Summary, TableSummary
from corpusbuild.schema.arrow import arrow_type
from corpusbuild.schema.shape import Column, Label, Listing, Record, Words

FILE = "manifest.json"
FORMAT = 1


def manifest(config: Config, summary: Summary, files: Mapping[str, Any], schemas: dict[str, str]) -> bytes:
    """The manifest of a data set of these ``files``, as canonical JSON: sorted keys, two spaces."""
    value: dict[str, Any] = {
        "format": FORMAT,
        "name": config.name,
        "version": config.version,
        "gold": summary.gold,
        "tables": {name: _table(table) for name, table in summary.tables.items()},
        "files": dict(files),
        "provenance": {
            "tool": {"name": "corpusbuild", "version": version("corpusbuild")},
            "libraries": {"pyarrow": version("pyarrow")},
            "schemas": schemas,
        },
    }
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def files_below(root: Path) -> dict[str, dict[str, Any]]:
    """Every file of the data set at ``root`` but the manifest, by path in order, with its ``bytes`` and ``sha256``."""
    found = sorted((path.relative_to(root).as_posix(), path) for path in root.rglob("*") if path.is_file())
    return {name: file_facts(path) for name, path in found if name != FILE}


def file_facts(path: Path) -> dict[str, Any]:
    """The ``bytes`` and the ``sha256`` of a file."""
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _table(table: TableSummary) -> dict[str, Any]:
    splits = {name: {"rows": part.rows, "files": list(part.files), "digest": part.digest} for name, part in table.splits.items()}
    return {"rows": table.rows, "fields": [_field(column) for column in table.columns], "splits": splits}


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "nullable": column.nullable}
    match column.type:
        case Label(names):
            field |= {"type": "string", "labels": list(names)}
        case Listing(item):
            field |= {"type": "list", "item": _field(item)}
        case Record(columns):
            field |= {"type": "struct", "fields": [_field(each) for each in columns]}
        case Words(segments):
            field |= {"type": "spans" if segments else "span"}
        case scalar:
            field |= {"type": str(arrow_type(scalar))}
    if column.ref:
        field["ref"] = column.ref
    if column.key:
        field["key"] = True
    return field
