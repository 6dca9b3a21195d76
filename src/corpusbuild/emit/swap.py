"""Put a finished folder in the place of an old one in one step, as far as the system allows.

Linux can exchange two folders at once (``renameat2`` with ``RENAME_EXCHANGE``). Elsewhere the old one is
renamed aside and the new one into its place; whoever finds only the one put aside (:func:`mend`) puts it back.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

from corpusbuild.corpus.scratch import building_site, site, take_away
from corpusbuild.corpus.whole import sync_folder
from corpusbuild.errors import CannotGoOn, CannotWrite
from corpusbuild.interrupts import kept_waiting

_EXCHANGE = 2
_HERE = -100  # AT_FDCWD


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


@contextmanager
def site_of(target: Path) -> Iterator[Path]:
    """A place to build what will stand at ``target``, for one run at a time; what a run left behind that was killed is mended first.

    Raises :class:`~corpusbuild.errors.CannotGoOn` where another run is at work there, and :class:`OSError`.
    """
    with site(building_site(target)) as new:
        if new is None:
            raise CannotGoOn("another run is writing here", str(target), "wait for it to end")
        if aside(target).exists():
            _settle(target)
        yield new


def mend(target: Path) -> None:
    """Finish or undo what a run that was killed left behind, unless another is at work there. Raises :class:`OSError`."""
    if not (building_site(target).exists() or aside(target).exists()):
        return
    with site(building_site(target)) as new:
        if new is not None and aside(target).exists():
            _settle(target)


def _settle(target: Path) -> None:
    if not target.exists():
        aside(target).rename(target)
    take_away(aside(target))


def replace(new: Path, target: Path) -> None:
    """Put what was built at ``new`` at ``target``; the old state is taken away with the place where the new one was built."""
    try:
        _sync(new)
        with kept_waiting():
            if not target.exists():
                new.rename(target)
            elif not _exchange(new, target):
                _rename(target, aside(target))
                new.rename(target)
                take_away(aside(target))
        sync_folder(target.parent)
    except OSError as error:
        raise CannotWrite(f"this cannot be put in place: {error.strerror or error}", str(target), "the old one stands as it was") from error


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
        elif path.is_dir():
            sync_folder(path)
    sync_folder(folder)
