"""Put a finished folder in the place of an old one in one step, as far as the system allows.

Linux can exchange two folders at once (``renameat2`` with ``RENAME_EXCHANGE``). Elsewhere the old one is
renamed aside and the new one into its place; whoever finds only the one put aside (:func:`mend`) puts it back.
"""

from __future__ import annotations

import ctypes
import os
import shutil
from contextlib import suppress
from pathlib import Path

import orjson

from corpusbuild.errors import CannotWrite

_EXCHANGE = 2
_HERE = -100  # AT_FDCWD


def staging(target: Path) -> Path:
    """Where the new state of ``target`` is built: beside it, so that a rename is enough."""
    return target.with_name(f".{target.name}.new")


def aside(target: Path) -> Path:
    """Where the old state of ``target`` waits while it is replaced."""
    return target.with_name(f".{target.name}.old")


def may_replace(target: Path, kind: str | None = None) -> bool:
    """Whether nothing stands at ``target`` that somebody could miss: nothing at all, an empty folder, or a data set of ours.

    With ``kind``, not a data set but what else we write, whose manifest says so.
    """
    if not (target.exists() or target.is_symlink()):
        return True
    if target.is_symlink() or not target.is_dir():
        return False
    try:
        if not any(target.iterdir()):
            return True
        if not (target / "manifest.json").is_file():
            return False
        return is_ours((target / "manifest.json").read_bytes(), kind)
    except OSError:
        return False


def is_ours(manifest: bytes, kind: str | None = None) -> bool:
    """Whether a manifest says that corpusbuild wrote it, and that it is of this ``kind``; of a data set, it says none."""
    try:
        said = orjson.loads(manifest)
        made_by: object = said["provenance"]["tool"]["name"]
        return made_by == "corpusbuild" and said.get("kind") == kind
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def mend(target: Path) -> None:
    """Finish or undo what a run that was killed left behind. Only for whoever holds the lock of ``target``."""
    if aside(target).exists() and not target.exists():
        aside(target).rename(target)
    for left in (aside(target), staging(target)):
        if left.exists():
            shutil.rmtree(left)


def replace(target: Path) -> None:
    """Put what was built at ``staging(target)`` at ``target``; the old state is deleted last."""
    new, old = staging(target), aside(target)
    try:
        _sync(new)
        if not target.exists():
            new.rename(target)
            return
        if _exchange(new, target):
            _rename(new, old)
        else:
            _rename(target, old)
            new.rename(target)
    except OSError as error:
        raise CannotWrite(f"this cannot be put in place: {error.strerror or error}", str(target), "the old one stands as it was") from error
    _remove(old)


def _remove(old: Path) -> None:
    """Delete what was put aside, also where its owner may not write in it; what cannot be deleted waits for the next run."""
    for folder in (old, *(path for path in old.rglob("*") if path.is_dir())):
        with suppress(OSError):
            folder.chmod(0o755)
    shutil.rmtree(old, ignore_errors=True)


def _rename(folder: Path, name: Path) -> None:
    """Give a folder another name; one that may not be written in can be made writable by its owner."""
    try:
        folder.rename(name)
    except PermissionError:
        folder.chmod(0o755)
        folder.rename(name)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders at once; False where the system cannot."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    done: int = rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)
    return done == 0


def _sync(folder: Path) -> None:
    """Have the files on disk before the name points at them."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
