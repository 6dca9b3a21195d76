"""Read the bytes of a corpus's files; what cannot be read is an error with its path, never a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from corpusbuild.diagnostics.where import Origin
from corpusbuild.errors import CannotGoOn


def read_bytes(root: Path, origin: Origin) -> bytes:
    """The bytes of a document. Raises :class:`~corpusbuild.errors.CannotGoOn` where they cannot be read."""
    with opened(root, origin.path) as file:
        file.seek(origin.offset)
        return file.read(-1 if origin.length is None else origin.length)


@contextmanager
def opened(root: Path, path: str) -> Iterator[BinaryIO]:
    """A file of the corpus, open for reading."""
    try:
        with (root / path).open("rb") as file:
            yield file
    except OSError as error:
        help_text = "make it readable, or run again if it was just moved"
        raise CannotGoOn(f"this file cannot be read: {error.strerror}", path, help_text) from error
