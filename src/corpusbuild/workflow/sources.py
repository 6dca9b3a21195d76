"""Which files a data set is compiled from, and the git commit that holds exactly these.

git is only asked for the names of what a commit holds (``ls-tree``); files are compared by hash here. A repository
that comes with a corpus may be a stranger's, and its config can name commands to run: filters, monitors, hooks and
fetches of missing objects among them. Nothing that is called here runs any.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from corpusbuild.corpus.config import FILE, Config
from corpusbuild.corpus.layout import files_in, is_read
from corpusbuild.corpus.storage import Root
from corpusbuild.emit.agreement import FILE as AGREEMENT
from corpusbuild.errors import CannotGoOn
from corpusbuild.layers.loading import check_names
from corpusbuild.lock import BESIDE, NEW
from corpusbuild.lock import FILE as LOCK
from corpusbuild.workflow.git import ask

PREFACE = "card.md"
"""A file of the corpus folder that opens the data set's card: what only people can say of it."""

CHANGES = "CHANGELOG.md"
LICENCES = ("LICENSE.data", "LICENSE")
"""Where the text of the data's licence may stand; the second may be that of code beside it."""

FOLDERS = ("annotations", "raw", "schema")
FILES = (FILE, LOCK, BESIDE, NEW, AGREEMENT, PREFACE, CHANGES, *LICENCES)


def is_there(root: Root, path: str) -> bool:
    """Whether the corpus has this file. Raises :class:`CannotGoOn` for what is none: a pipe would never end."""
    if (root / path).is_file():
        return True
    if (root / path).is_symlink() or (root / path).exists():
        raise CannotGoOn("this is not a file", path, "put a file in its place, or take it away")
    return False


def source_files(root: Root, config: Config) -> list[str]:
    """Every file of the corpus that can decide a byte of the data set, as paths from its root. Raises as :func:`is_there` does."""
    for path in (AGREEMENT, PREFACE, CHANGES, *LICENCES):
        is_there(root, path)
    there = [path for path in FILES if (root / path).is_file()]
    checks = check_names(root, config.checks) if isinstance(root, Path) else []
    return [*there, *(path for folder in FOLDERS for path in files_in(root, folder)), *checks]


def commit_of(root: Root, files: list[str]) -> str | None:
    """The commit that is checked out at ``root``, if these files are to the byte those that it holds.

    None where there is no git (there is none in a storage), no commit, or any difference: a commit that is named says what was compiled.
    """
    if not isinstance(root, Path):
        return None
    commit = _head(root)
    return commit if commit is not None and not _differing(root, commit, files) else None


def uncommitted(root: Path, files: list[str]) -> list[str] | None:
    """The sources that are not as the commit at ``root`` has them: changed, new or gone; None where there is no commit."""
    commit = _head(root)
    return None if commit is None else _differing(root, commit, files)


def _head(root: Path) -> str | None:
    if not any((folder / ".git").exists() for folder in (root.resolve(), *root.resolve().parents)):
        return None
    head = ask(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    commit = (head or b"").decode("ascii", "replace").strip()
    return commit if re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", commit) else None


def _differing(root: Path, commit: str, files: list[str]) -> list[str]:
    listed = ask(root, "ls-tree", "-r", "-z", commit, "--", *sorted({*FILES, *FOLDERS, *files}))
    held = dict(_entries(listed or b"", frozenset(files)))
    return sorted(path for path in {*held, *files} if path not in held or _blob(root / path, len(held[path])) != held[path])


def _entries(listed: bytes, files: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Path and object of what ``git ls-tree -z`` lists, but for what the compiler would not read."""
    for line in listed.split(b"\0"):
        if line:
            facts, _, path = line.partition(b"\t")
            name = os.fsdecode(path)
            if is_read(name) or name in files:
                yield name, facts.split(b" ")[2].decode("ascii", "replace")


def _blob(path: Path, digits: int) -> str:
    """The id that git gives the content of a file, or of a link; empty where it cannot be read, or is neither."""
    if not path.is_symlink() and not path.is_file():
        return ""
    digest = hashlib.sha1(usedforsecurity=False) if digits == 40 else hashlib.sha256()
    try:
        data = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
    except OSError:
        return ""
    digest.update(b"blob %d\0" % len(data) + data)
    return digest.hexdigest()
