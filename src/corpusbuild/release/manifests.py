"""Read a manifest that may come from a stranger: its form is judged, and the paths that it names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson

from corpusbuild.errors import CannotGoOn
from corpusbuild.release.paths import path_fault

MANIFEST = "manifest.json"
LONGEST = 256 << 20
"""More bytes than any manifest has: one of ten thousand files has three million."""


@dataclass(eq=False)
class BadManifest(CannotGoOn):
    """A manifest.json that does not say what it should."""


def read_manifest(folder: Path) -> Mapping[str, Any]:
    """The manifest of the data set at ``folder``. Raises :class:`BadManifest`."""
    try:
        if (folder / MANIFEST).stat().st_size > LONGEST:
            raise BadManifest("this is too large for a manifest", str(folder / MANIFEST))
        data = (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise CannotGoOn(f"this file cannot be read: {error.strerror}", str(folder / MANIFEST), "make it readable") from error
    for fault in manifest_faults(data):
        raise BadManifest(fault, str(folder / MANIFEST), "get it again from where it was published")
    value: Mapping[str, Any] = orjson.loads(data)
    return value


def manifest_faults(data: bytes) -> Iterator[str]:
    """What keeps ``data`` from being a manifest: not JSON, not of its form, or with a path that leads out."""
    try:
        value = orjson.loads(data)
        errors = list(_judge().iter_errors(value))
    except ValueError as error:  # of the judge, where it is nested without bound
        yield f"this is not JSON: {error}"
        return
    yield from (f"/{'/'.join(map(str, each.instance_path))}: {each.message[:200]}" for each in errors)
    if errors:
        return
    named = [path for table in value["tables"].values() for split in table["splits"].values() for path in split["files"]]
    for path in (*value["files"], *named):
        why = path_fault(path)
        if why is not None:
            yield f'"{path}" cannot be a file of a data set: {why}'
    for path in named:
        if path not in value["files"]:
            yield f'"{path}" is a file of a table, and is not among the files'


def manifest_schema() -> dict[str, Any]:
    """The JSON Schema of manifest.json."""
    schema: dict[str, Any] = json.loads(files("corpusbuild.release").joinpath("manifest.schema.json").read_bytes())
    return schema


@lru_cache(maxsize=1)
def _judge() -> Any:
    import jsonschema_rs  # noqa: PLC0415  start-up time

    return jsonschema_rs.Draft202012Validator(manifest_schema(), offline=True)
