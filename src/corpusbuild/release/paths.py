"""Paths in a data set that may come from a stranger: none leads out of it, and links are not followed."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpusbuild.errors import CannotGoOn

_FORBIDDEN = re.compile("[\\\\\x00-\x1f\x7f]")


def path_fault(path: str) -> str | None:
    """Why ``path`` cannot be that of a file below a folder, None where it can."""
    if not path:
        return "it is empty"
    if path.startswith("/") or path[1:2] == ":":
        return "it is absolute"
    if _FORBIDDEN.search(path):
        return "it has a character that no path of a data set has"
    if any(step in {"", ".", ".."} for step in path.split("/")):
        return "it leads out of the data set, or is written in a roundabout way"
    try:
        path.encode()
    except UnicodeEncodeError:
        return "it is not UTF-8"
    return None


def files_below(folder: Path) -> Iterator[str]:
    """The path of every file below ``folder`` but for ``SHA256SUMS`` at its top.

    Raises :class:`~corpusbuild.errors.CannotGoOn` for what is neither a file nor a folder: a link may lead anywhere.
    """
    for path, kind in entries(folder):
        if not stat.S_ISREG(kind):
            raise CannotGoOn("this is neither a file nor a folder", str(folder / path), "take it out of the data set")
        if path != "SHA256SUMS":
            yield path


@contextmanager
def readable(shown: str) -> Iterator[None]:
    """Look at what the user called ``shown``. Raises :class:`~corpusbuild.errors.CannotGoOn` where that may not be."""
    try:
        yield
    except OSError as error:
        help_text = "make it readable" if isinstance(error, PermissionError) else ""
        raise CannotGoOn(f"this cannot be read: {error.strerror or error}", shown, help_text) from error


def entries(folder: Path, prefix: str = "") -> Iterator[tuple[str, int]]:
    """Everything below ``folder`` but folders: its path, and its mode as ``lstat`` gives it.

    Raises :class:`~corpusbuild.errors.CannotGoOn` for a folder that cannot be read.
    """
    with readable(str(folder)):
        yield from _entries(folder, prefix)


def _entries(folder: Path, prefix: str) -> Iterator[tuple[str, int]]:
    with os.scandir(folder) as found:
        for entry in found:
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from entries(Path(entry.path), path + "/")
            else:
                yield path, entry.stat(follow_symlinks=False).st_mode
