"""Folders for what is needed for a while only: held as long as they are used, and taken away in the end, or by the next run.

A run that is killed leaves its folder behind. Nobody holds it then, so whoever comes next takes it away.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from corpusbuild.corpus.holding import hold
from corpusbuild.interrupts import kept_waiting

_HELD = "held"  # the file that says whether a folder is in use
_INNER = "it"
_NAME = "corpusbuild-"


@contextmanager
def scratch(parent: Path | None = None) -> Iterator[Path]:
    """A new, empty folder, in the system's place for temporary files unless in ``parent``. Raises :class:`OSError`."""
    top = Path(tempfile.gettempdir()) if parent is None else parent
    _take_away_abandoned(top, f"{_NAME}*" if parent is None else "*")
    outer, held = None, None
    try:
        while held is None:
            outer = Path(tempfile.mkdtemp(prefix=_NAME, dir=top))
            held = _hold(outer)
        yield _emptied(outer or top)
    finally:
        if outer is not None:
            _let_go(outer, held)


@contextmanager
def site(outer: Path) -> Iterator[Path | None]:
    """A new, empty folder in ``outer``, where one run builds at a time; None where another is at work there. Raises :class:`OSError`."""
    held = None
    try:
        held = _hold(outer)
        yield None if held is None else _emptied(outer)
    finally:
        _let_go(outer, held)


def _let_go(outer: Path, held: BinaryIO | None) -> None:
    """Take away a folder that is held, or that nobody holds: this run may have been interrupted before it did."""
    with kept_waiting():
        if held is None:
            take_away_if_left(outer)
            return
        with held:
            _take_away_held(outer)


def building_site(target: Path) -> Path:
    """The folder beside ``target`` in which that is built, so that a rename is enough."""
    return target.with_name(f".{target.name}.new")


def take_away(folder: Path) -> None:
    """Delete a folder, also where its owner may not write in it; what cannot be deleted waits for the next run."""
    for each in (folder, *(path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink())):
        with suppress(OSError):
            if each.stat().st_mode & 0o700 != 0o700:
                each.chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)


def _hold(outer: Path) -> BinaryIO | None:
    """Hold a folder, made if there is none; None where another run does."""
    while True:
        outer.mkdir(parents=True, exist_ok=True)
        try:
            file = (outer / _HELD).open("wb")
        except FileNotFoundError:
            continue  # taken away a moment ago
        if not hold(file.fileno()):
            file.close()
            return None
        if _is_still(outer / _HELD, file):
            return file
        file.close()


def _is_still(path: Path, file: BinaryIO) -> bool:
    """Whether an open file is the one of this name: whoever held it before may have taken it away."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except OSError:
        return False


def _emptied(outer: Path) -> Path:
    """The folder in a held one, with nothing in it that a killed run has left."""
    _empty(outer)
    inner = outer / _INNER
    inner.mkdir()
    return inner


def _take_away_held(outer: Path) -> None:
    """Delete a folder that this run holds: what says so goes last, or a run that is killed meanwhile would leave what nobody knows."""
    with suppress(OSError):
        _empty(outer)
        (outer / _HELD).unlink()
        outer.rmdir()


def _empty(outer: Path) -> None:
    for each in outer.iterdir():
        if each.name != _HELD:
            take_away(each) if each.is_dir() and not each.is_symlink() else each.unlink()


def _take_away_abandoned(top: Path, pattern: str) -> None:
    """Take away what runs have left behind that were killed: what is ours, and nobody holds."""
    for folder in top.glob(pattern):
        with suppress(OSError):
            if not folder.is_symlink() and folder.is_dir() and (not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()):
                take_away_if_left(folder)


def take_away_if_left(folder: Path) -> None:
    """Take away a folder of ours that nobody holds: what a run has left behind that was killed."""
    with suppress(OSError):
        if not any(folder.iterdir()):
            folder.rmdir()  # whoever is about to hold it makes it anew
            return
        with (folder / _HELD).open("rb+") as held:
            if hold(held.fileno()):
                _take_away_held(folder)
