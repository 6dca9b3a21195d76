"""Write what stands beside the rows of a data set: card, licence, citation, changes, schemas, Croissant and manifest."""

from __future__ import annotations

import hashlib
import stat
import tomllib
from pathlib import Path
from typing import Any

from corpusbuild.corpus.config import FILE
from corpusbuild.corpus.files import read_bytes
from corpusbuild.corpus.storage import Root
from corpusbuild.diagnostics.where import Origin
from corpusbuild.emit import agreement, citation, croissant, manifest
from corpusbuild.emit.card import card
from corpusbuild.emit.changelog import data_changelog
from corpusbuild.emit.licence import licence_text
from corpusbuild.emit.summary import Summary
from corpusbuild.errors import CannotGoOn, CannotWrite
from corpusbuild.plan import Plan
from corpusbuild.release.paths import path_fault
from corpusbuild.schema.loading import Schemas
from corpusbuild.workflow.sources import CHANGES, LICENCES, PREFACE, is_there


def describe(folder: Path, plan: Plan, summary: Summary, schemas: Schemas | None, commit: str | None) -> str:
    """Write all of it into ``folder``, and return the manifest's hash; ``commit`` is the one that holds the sources."""
    preface = _text(plan.root, PREFACE) or ""
    prose = {citation.FILE: citation.citation(plan.config)}
    if plan.config.license:
        prose["LICENSE"] = licence_text(plan.config.license, _own_licence(plan.root, plan.config.license))
    changes = data_changelog(_text(plan.root, CHANGES) or "", plan.config.name)
    if changes is not None:
        prose[CHANGES] = changes
    figures = _text(plan.root, agreement.FILE)
    if figures is not None:
        prose[agreement.FILE] = figures
    hashes = _write_schemas(folder, plan.root, schemas)
    sources = manifest.source_hash(_table(plan.root), hashes, summary, {**prose, PREFACE: preface})
    provenance = manifest.Provenance(hashes, sources, commit)
    prose["README.md"] = card(
        plan.config, summary, preface, provenance.as_json(), () if figures is None else agreement.read_agreements(figures.encode())
    )
    for name, text in prose.items():
        (folder / name).write_text(text, "utf-8", newline="\n")
    files = manifest.files_below(folder, summary.file_sha256)
    (folder / croissant.FILE).write_bytes(croissant.croissant(plan.config, summary, files))
    files[croissant.FILE] = manifest.file_facts(folder / croissant.FILE)
    data = manifest.manifest(plan.config, summary, files, provenance)
    (folder / manifest.FILE).write_bytes(data)
    for path in (folder, *folder.rglob("*")):
        # What the umask of whoever builds says has no part in the result. A linked file may be somebody else's.
        mode = 0o755 if path.is_dir() else 0o644
        if stat.S_IMODE(path.stat().st_mode) != mode:
            path.chmod(mode)
    return hashlib.sha256(data).hexdigest()


def _write_schemas(folder: Path, root: Root, schemas: Schemas | None) -> dict[str, str]:
    """Copy the schemas, and return the hash of each."""
    hashes: dict[str, str] = {}
    (folder / "schema").mkdir()
    for file in schemas.files if schemas is not None else ():
        why = path_fault(f"schema/{file}")
        if why is not None:
            raise CannotWrite(f"no data set can have a file of this name: {why}", f"schema/{file}", "give it another name")
        data = read_bytes(root, Origin(f"schema/{file}"))
        hashes[file] = hashlib.sha256(data).hexdigest()
        (folder / "schema" / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / "schema" / file).write_bytes(data)
    return hashes


def _text(root: Root, path: str) -> str | None:
    """A text file of the corpus folder, None where there is none."""
    if not is_there(root, path):
        return None
    try:
        return (root / path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotGoOn(f"this file cannot be read as UTF-8: {error}", path, "save it as UTF-8") from error


def _table(root: Root) -> Any:
    """``[tool.corpusbuild]``, as values that JSON has; the rest of the file is about other things."""
    table = tomllib.loads((root / FILE).read_text("utf-8"))["tool"]["corpusbuild"]
    return _plain(table)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool) else str(value)


def _own_licence(root: Root, spdx: str) -> str | None:
    """The corpus's own text of the data's licence.

    ``LICENSE.data`` is that; ``LICENSE`` is, unless pyproject.toml describes code under another licence.
    """
    data, shared = LICENCES
    text = _text(root, data)
    if text is not None:
        return text
    project = tomllib.loads((root / FILE).read_text("utf-8")).get("project")
    code = project.get("license", spdx if "license" in project else None) if isinstance(project, dict) else spdx
    return _text(root, shared) if code == spdx else None
