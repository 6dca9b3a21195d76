"""Put a finished folder into a storage, where nothing can be renamed: a data set there is complete once its manifest stands.

While its files are put there it has no manifest, but a mark with the hash of the one to come: so that the next run may go
on from there, and a second one that comes between is noticed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from corpusbuild.corpus.storage import Remote
from corpusbuild.emit.manifest import FILE as MANIFEST
from corpusbuild.emit.swap import is_ours
from corpusbuild.errors import CannotWrite

UNFINISHED = ".corpusbuild-unfinished"


def may_replace(target: Remote) -> bool:
    """Whether nothing is at ``target`` that somebody could miss: nothing at all, or a data set of ours, finished or not."""
    there = target.files()
    if not there:
        return not target.is_file()
    return UNFINISHED in there or (MANIFEST in there and is_ours((target / MANIFEST).read_bytes()))


def upload(folder: Path, target: Remote, tell: Callable[[str, int, int], None]) -> None:
    """Put the data set in ``folder`` at ``target``: rows first, the manifest last; what is no longer part of it is deleted before.

    Raises :class:`~corpusbuild.errors.CannotGoOn` where a file cannot be written: then there is no manifest.
    """
    before = target.files()
    files = sorted((path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()), key=_turn)
    mark = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest().encode()
    (target / UNFINISHED).write_bytes(mark)
    if MANIFEST in before:
        (target / MANIFEST).unlink()
    for done, path in enumerate(files[:-1]):
        tell("uploading", done, len(files))
        (target / path).put(folder / path)
    for path in before.keys() - {*files, UNFINISHED}:
        (target / path).unlink()
    if (target / UNFINISHED).read_bytes() != mark:
        raise CannotWrite("another run is putting a data set here", str(target), "wait for it to end, then run again")
    (target / MANIFEST).put(folder / MANIFEST)
    (target / UNFINISHED).unlink()
    tell("uploading", len(files), len(files))


def _turn(path: str) -> tuple[bool, bool, str]:
    return path == MANIFEST, not path.startswith("data/"), path
