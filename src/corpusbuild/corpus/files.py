"""Read the bytes of a corpus's files; what cannot be read is an error with its path, never a traceback.

Of a compressed shard, these are the bytes that are in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from corpusbuild.corpus.layout import is_compressed
from corpusbuild.corpus.spill import copy_of, unreadable
from corpusbuild.corpus.storage import Remote, Root
from corpusbuild.diagnostics.where import Origin
from corpusbuild.errors import CannotWrite


def read_bytes(root: Root, origin: Origin) -> bytes:
    """The bytes of a document. Raises :class:`~corpusbuild.errors.CannotGoOn` where they cannot be read."""
    if isinstance(root, Remote) and not is_compressed(origin.path):
        return root.read_pieces([origin])[0]
    with opened(root, origin.path) as file:
        file.seek(origin.offset)
        return file.read(-1 if origin.length is None else origin.length)


def reader(root: Root, origins: Iterable[Origin]) -> Callable[[Origin], bytes]:
    """What reads documents, these alone: where they lie far away, all of them are fetched at once, with few requests."""
    if isinstance(root, Path):
        return partial(read_bytes, root)
    wanted = list(origins)
    unpacked = [each for each in wanted if not is_compressed(each.path)]
    fetched = dict(zip(unpacked, root.read_pieces(unpacked), strict=True))
    return lambda origin: fetched[origin] if origin in fetched else read_bytes(root, origin)


def read_to_edit(root: Root, path: str) -> bytes:
    """The bytes of a file that is to be changed. Raises as :func:`may_edit` and :func:`read_bytes`."""
    may_edit(path)
    return read_bytes(root, Origin(path))


def may_edit(path: str) -> None:
    """Raise :class:`~corpusbuild.errors.CannotWrite` for what is changed only where it was made: a compressed shard."""
    if is_compressed(path):
        raise CannotWrite("a compressed shard is not edited in place", path, "unpack it first")


def readable(root: Root, path: str) -> Path | Remote:
    """Where the bytes of a file of the corpus are read."""
    return copy_of(root, path) if is_compressed(path) else root / path


@contextmanager
def opened(root: Root, path: str) -> Iterator[BinaryIO]:
    """A file of the corpus, open for reading."""
    try:
        with readable(root, path).open("rb") as file:
            yield file
    except OSError as error:
        raise unreadable(error, path) from error
