"""manifest.json: every file with its hash, every table with rows, fields and a digest of its content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

from corpusbuild.corpus.config import Config
from corpusbuild.emit.libraries import versions
from corpusbuild.emit.summary import Summary, TableSummary
from corpusbuild.schema.arrow import arrow_type
from corpusbuild.schema.shape import Column, Label, Listing, Record, Words

FILE = "manifest.json"
FORMAT = 1


SELF = "manifest_sha256"
"""The manifest's hash of itself: of its canonical form without this key."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a data set was compiled from.

    ``commit`` is the git commit that holds exactly these sources, None where there is none; ``sources`` a hash of
    what they say; ``schemas`` maps each schema file to its SHA-256.
    """

    schemas: Mapping[str, str]
    sources: str
    commit: str | None = None

    def as_json(self) -> dict[str, Any]:
        """What the manifest says of it, and the card, with the versions that are at work."""
        return {
            "tool": {"name": "corpusbuild", "version": version("corpusbuild")},
            "libraries": versions(),
            "schemas": dict(self.schemas),
            "sources": self.sources,
            "commit": self.commit,
        }


def manifest(config: Config, summary: Summary, files: Mapping[str, Any], provenance: Provenance) -> bytes:
    """The manifest of a data set of these ``files``, in its canonical form."""
    value: dict[str, Any] = {
        "format": FORMAT,
        "name": config.name,
        "version": config.version,
        "title": config.title,
        "description": config.description or None,
        "url": config.url,
        "published": config.published,
        "license": config.license,
        "authors": list(config.authors),
        "language": list(config.language),
        "splits": list(summary.splits),
        "gold": summary.gold,
        "detached": {"left_out": summary.detached, "included": summary.included},
        "tables": {name: _table(table) for name, table in summary.tables.items()},
        "files": dict(files),
        "provenance": provenance.as_json(),
    }
    return canonical({**value, SELF: self_hash(value)})


def config_of(value: Mapping[str, Any]) -> Config:
    """What a manifest repeats of the config: all that a data set's files say of it, but for what people wrote."""
    return Config(
        name=value["name"],
        title=value["title"],
        version=value["version"],
        license=value["license"],
        authors=tuple(value["authors"]),
        language=tuple(value["language"]),
        description=value["description"] or "",
        url=value["url"],
        published=value["published"],
    )


def canonical(value: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys, two spaces, and a line feed at the end: the only form that a manifest has."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def self_hash(value: Mapping[str, Any]) -> str:
    """The hash that a manifest must give of itself."""
    return hashlib.sha256(canonical({key: each for key, each in value.items() if key != SELF})).hexdigest()


def source_hash(config: Mapping[str, Any], schemas: Mapping[str, str], summary: Summary, prose: Mapping[str, str]) -> str:
    """A hash of all that sources say: the config, the schemas, every row of every table, and ``prose`` by file name.

    It is the same for the same content, whichever files hold it and in whatever order.
    """
    content = {name: {split: part.digest for split, part in table.splits.items()} for name, table in summary.tables.items()}
    return hashlib.sha256(canonical({"config": config, "schemas": schemas, "content": content, "prose": prose})).hexdigest()


def files_below(root: Path, known: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Every file of the data set at ``root`` but the manifest, by path in order, with its ``bytes`` and ``sha256``.

    ``known`` are hashes that were worked out while their files were written.
    """
    found = sorted((path.relative_to(root).as_posix(), path) for path in root.rglob("*") if path.is_file())
    return {name: file_facts(path, known.get(name)) for name, path in found if name != FILE}


def file_facts(path: Path, sha256: str | None = None) -> dict[str, Any]:
    """The ``bytes`` and the ``sha256`` of a file, which may be known."""
    if sha256 is not None:
        return {"bytes": path.stat().st_size, "sha256": sha256}
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _table(table: TableSummary) -> dict[str, Any]:
    splits = {name: {"rows": part.rows, "files": list(part.files), "digest": part.digest} for name, part in table.splits.items()}
    return {"rows": table.rows, "fields": [field(column) for column in table.columns], "splits": splits}


def field(column: Column) -> dict[str, Any]:
    """A column as the manifest writes it."""
    said: dict[str, Any] = {"name": column.name, "nullable": column.nullable}
    match column.type:
        case Label(names):
            said |= {"type": "string", "labels": list(names)}
        case Listing(item):
            said |= {"type": "list", "item": field(item)}
        case Record(columns):
            said |= {"type": "struct", "fields": [field(each) for each in columns]}
        case Words(segments):
            said |= {"type": "spans" if segments else "span"}
        case scalar:
            said |= {"type": str(arrow_type(scalar))}
    if column.ref:
        said["ref"] = column.ref
    if column.key:
        said["key"] = True
    return said
