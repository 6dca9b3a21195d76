"""Make a new corpus from a template."""

from __future__ import annotations

import json
import re
import shutil
from importlib.resources import as_file, files
from pathlib import Path

from corpusbuild.corpus.layout import discover
from corpusbuild.errors import CannotWrite, UnknownName
from corpusbuild.workflow.corpus import Corpus

TEMPLATES = ("attribution", "minimal")


def init(folder: str | Path, template: str = TEMPLATES[0]) -> Path:
    """Make a corpus at ``folder``, which must be empty or not exist; its name is the folder's.

    Raises :class:`~corpusbuild.errors.CannotWrite` where that cannot be.
    """
    if template not in TEMPLATES:
        raise UnknownName(f'there is no template "{template}"', help=f"templates are {', '.join(TEMPLATES)}")
    target = Path(folder)
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise CannotWrite("this folder is not empty", str(folder), "choose a new folder")
        with as_file(files("corpusbuild.templates")) as templates:
            shutil.copytree(templates / template, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        # Packaging tools pass hidden files over.
        (target / "gitignore").rename(target / ".gitignore")
        config = target / "pyproject.toml"
        config.write_text(config.read_text("utf-8").replace("NAME", corpus_name(target.resolve().name)), "utf-8", newline="\n")
    except OSError as error:
        raise CannotWrite(f"this cannot be written: {error.strerror}", str(folder)) from error
    discover(target, ())
    _prepare_editors(target)
    Corpus.open(target, search=False).lock()
    return target


def _prepare_editors(target: Path) -> None:
    """Settings for editors, and the schemas that they name."""
    from corpusbuild.workflow.editor import refresh, write_settings  # noqa: PLC0415  start-up time

    schemas = (json.loads(path.read_bytes()) for path in sorted((target / "schema").glob("*.json")))
    try:
        write_settings(target, tuple(schema["x-table"] for schema in schemas if "x-table" in schema))
    except OSError as error:
        raise CannotWrite(f"this cannot be written: {error.strerror}", str(target)) from error
    refresh(target)


def corpus_name(folder: str) -> str:
    """The name of the data set for a folder's name: lower case, words joined by hyphens."""
    name = re.sub(r"[^a-z0-9]+", "-", folder.lower()).strip("-")
    return name[:96].strip("-") or "corpus"
