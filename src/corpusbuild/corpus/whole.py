"""Write files so that whoever looks, whenever, finds the old one or the new one, whole; also after the power has failed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from corpusbuild.interrupts import kept_waiting


def write_whole(path: Path, *pieces: Any, alone: bool = True, durable: bool = False) -> None:
    """Give a file a content: ``pieces`` are bytes or buffers, one after the other. Raises :class:`OSError`.

    It is written beside its place first, under a name that a later run overwrites; where several may write the same file at
    once and nobody is ``alone``, each has a name of its own. What must be ``durable`` is on the disk before its name is.
    """
    write_pieces(path, pieces, alone=alone, durable=durable)


def write_pieces(path: Path, pieces: Iterable[Any], *, alone: bool = True, durable: bool = False) -> None:
    """The same, of what need not be in memory at once."""
    part = beside(path) if alone else path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.writelines(pieces)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with kept_waiting(), suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def put_in_place(part: Path, path: Path) -> None:
    """Move a finished file to its place in one step, wherever that is. Raises :class:`OSError`."""
    try:
        part.replace(path)
    except OSError as error:
        if not _is_far(part, path):
            raise error from None
        # What is on another disk is copied beside its place first.
        near = beside(path)
        try:
            shutil.copyfile(part, near)
            shutil.copymode(part, near)
            with near.open("rb") as file:
                os.fsync(file.fileno())
            near.replace(path)
        finally:
            with suppress(OSError):
                near.unlink(missing_ok=True)
        part.unlink()


def put_folder(new: Path, target: Path) -> None:
    """Move a finished folder to where nothing stands, or an empty one. Raises :class:`OSError`."""
    try:
        new.replace(target)
    except OSError:
        # Linux replaces an empty folder in one step.
        if not target.is_dir():
            raise
        target.rmdir()
        new.rename(target)


def beside(path: Path) -> Path:
    """Where a file is written before it is put in its place."""
    return path.with_name(f".{path.name}.part")


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk; where that cannot be asked for (Windows), the system sees to it."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _is_far(part: Path, path: Path) -> bool:
    with suppress(OSError):
        return part.stat().st_dev != path.parent.stat().st_dev
    return False
