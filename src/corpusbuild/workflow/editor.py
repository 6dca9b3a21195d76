"""What an editor needs to complete labels, keys and properties as one types: schemas that stand alone, and settings for VS Code."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from corpusbuild.corpus.whole import write_whole
from corpusbuild.errors import CannotWrite
from corpusbuild.scan.documents import EDITOR_HINT
from corpusbuild.schema.bundling import Keys, bundle
from corpusbuild.schema.loading import ANNOTATION, ARTICLE
from corpusbuild.schema.shape import Scalar, Table
from corpusbuild.workflow.analysis import Analysis, analyse
from corpusbuild.workflow.state import EDITOR

# Nobody looks through a list that is longer than this, and no editor shows one well.
MOST_KEYS = 5000

_HINT: dict[str, Any] = {EDITOR_HINT: {"type": "string"}}
_DETACHED: dict[str, Any] = {
    "description": "The text of a detached article: its hash and its length in code points.",
    "type": "object",
    "properties": {"sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}, "chars": {"type": "integer", "minimum": 0}},
    "required": ["sha256", "chars"],
    "additionalProperties": False,
}
_EXTRA: dict[str, dict[str, Any]] = {ARTICLE: {**_HINT, "id": {"type": "string"}, "text": _DETACHED}, ANNOTATION: _HINT}


def schema_path(kind: str) -> str:
    """The generated schema of one kind of file: ``article``, ``annotation``, or a registry's table."""
    return f"{EDITOR}/{kind}.schema.json"


def hint(path: str, kind: str) -> str:
    """What ``$schema`` says in the document at ``path``: the way to its generated schema."""
    return "../" * path.count("/") + schema_path(kind)


def refresh(root: Path) -> None:
    """Write the generated schemas of the corpus at ``root`` anew; nothing where its own are not valid."""
    write_schemas(root, analyse(root, jobs=1))


def write_schemas(root: Path, analysis: Analysis) -> None:
    """Write the generated schemas of an analysed corpus. What has not changed is left alone, what has no use any more goes."""
    wanted = {path: _json(schema) for path, schema in _schemas(analysis)}
    if not wanted:
        return
    folder = root / EDITOR
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, data in wanted.items():
            _write(root / path, data)
        for old in folder.glob("*.schema.json"):
            if old.relative_to(root).as_posix() not in wanted:
                old.unlink()
    except OSError as error:
        raise CannotWrite(f"nothing can be written here: {error.strerror}", str(folder), "make it writable") from error


def _write(path: Path, data: bytes) -> None:
    if path.is_file() and path.read_bytes() == data:
        return
    write_whole(path, data)


def _schemas(analysis: Analysis) -> Iterator[tuple[str, dict[str, Any]]]:
    if analysis.plan is None or analysis.schemas is None:
        return
    keys = _keys(analysis)
    for file, kind in ((ARTICLE, "article"), (ANNOTATION, "annotation")):
        yield schema_path(kind), bundle(analysis.schemas, file, keys, extra=_EXTRA[file])
    for table, file in analysis.plan.shape.registry_schemas:
        yield schema_path(table), bundle(analysis.schemas, file, keys, extra={}, rows=True)


def _keys(analysis: Analysis) -> dict[str, Keys]:
    """Table → its keys, for those whose keys stand in no single document and are not too many."""
    found: dict[str, Keys] = {}
    if analysis.plan is None or analysis.layout is None:
        return found
    articles = {each.id for each in analysis.layout.articles} | {*analysis.facts.articles.column("id").to_pylist()}
    found["articles"] = Keys(sorted(articles), [])
    for table in analysis.plan.shape.registries:
        entries = analysis.registries.entries.get(table.name)
        if entries is not None and table.key is not None:
            said = {str(entry.value[table.key]): _described(table, entry.value) for entry in entries}
            found[table.name] = Keys(list(said), list(said.values()))
    return {name: keys for name, keys in found.items() if 0 < len(keys.names) <= MOST_KEYS}


def _described(table: Table, row: Mapping[str, Any]) -> str:
    """The first string of an entry besides its key: a name, as a rule."""
    names = (column.name for column in table.row.columns if column.type is Scalar.STRING and not column.key)
    return next((str(row[name]) for name in names if isinstance(row.get(name), str)), "")


# ---- VS Code ----


def write_settings(root: Path, tables: tuple[str, ...]) -> None:
    """Write ``.vscode/settings.json`` and ``tasks.json`` for a corpus with these registries."""
    folder = root / ".vscode"
    folder.mkdir()
    (folder / "settings.json").write_bytes(_json(_settings(tables)))
    (folder / "tasks.json").write_bytes(_json(_TASKS))


def _settings(tables: tuple[str, ...]) -> dict[str, Any]:
    registries = {table: [f"/annotations/{table}.json", f"/annotations/*/{table}.json"] for table in tables}
    # The last pattern that matches decides: a registry is no annotation document.
    others = [f"!{pattern}" for patterns in registries.values() for pattern in patterns]
    matches = {"article": ["/raw/*.json"], "annotation": ["/annotations/*.json", "/annotations/*/*.json", *others], **registries}
    return {"json.schemas": [{"fileMatch": patterns, "url": f"./{schema_path(kind)}"} for kind, patterns in matches.items()]}


PROBLEM = r"^(.+?):(\d+):(\d+): ([A-Z]+\d+) (.*)$"
"""A line of ``--format concise``: file, line, column, code, message."""

_TASKS = {
    "version": "2.0.0",
    "tasks": [
        {
            "label": "corpusbuild check",
            "type": "process",
            "command": "corpusbuild",
            "args": ["check", "--format", "concise"],
            "group": {"kind": "test", "isDefault": True},
            "presentation": {"reveal": "silent"},
            "problemMatcher": {
                "owner": "corpusbuild",
                "source": "corpusbuild",
                "fileLocation": ["relative", "${workspaceFolder}"],
                "severity": "error",
                "pattern": {"regexp": PROBLEM, "file": 1, "line": 2, "column": 3, "code": 4, "message": 5},
            },
        }
    ],
}


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")
