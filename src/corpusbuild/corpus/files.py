"""Read the bytes of a corpus's files; what cannot be read is an error with its path, never a traceback.

Of a compressed shard, these are the bytes that are in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from corpusbuild.corpus.layout import is_compressed
from corpusbuild.corpus.spill import copy_of, unreadable
from corpusbuild.diagnostics.where import Origin
from corpusbuild.errors import CannotWrite


def read_bytes(root: Path, origin: Origin) -> bytes:
    """The bytes of a document. Raises :class:`~corpusbuild.errors.CannotGoOn` where they cannot be read."""
    with opened(root, origin.path) as file:
        file.seek(origin.offset)
        return file.read(-1 if origin.length is None else origin.length)


def read_to_edit(root: Path, path: str) -> bytes:
    """The bytes of a file that is to be changed. Raises as :func:`may_edit` and :func:`read_bytes`."""
    may_edit(path)
    return read_bytes(root, Origin(path))


def may_edit(path: str) -> None:
    """Raise :class:`~corpusbuild.errors.CannotWrite` for what is changed only where it was made: a compressed shard."""
    if is_compressed(path):
        raise CannotWrite("a compressed shard is not edited in place", path, "unpack it first")


def readable(root: Path, path: str) -> Path:
    """Where the bytes of a file of the corpus are read."""
    return copy_of(root, path) if is_compressed(path) else root / path


@contextmanager
def opened(root: Path, path: str, buffering: int = -1) -> Iterator[BinaryIO]:
    """A file of the corpus, open for reading; ``buffering`` as in :func:`open`."""
    try:
        with readable(root, path).open("rb", buffering) as file:
            yield file
    except OSError as error:
        raise unreadable(error, path) from error
