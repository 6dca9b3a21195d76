"""Files that end with the SHA-256 of what is before it: written whole or not at all, and refused if they have changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from corpusbuild.corpus.storage import Remote, Root
from corpusbuild.corpus.whole import write_pieces

SEAL = hashlib.sha256().digest_size
"""Bytes that the hash takes."""


class BrokenSeal(ValueError):
    """A file is no longer as it was written, or never was sealed."""


def write_sealed(to: Root | BinaryIO, pieces: Iterable[Any]) -> None:
    """Write ``pieces``, which are bytes or buffers, one after the other, and their hash, as :func:`write_to` does."""
    write_to(to, _sealed(pieces))


def write_to(to: Root | BinaryIO, pieces: Iterable[Any]) -> None:
    """Write ``pieces``, which are bytes or buffers, one after the other.

    A path has the old file or the whole new one, whenever this is interrupted. Raises :class:`OSError`.
    """
    if isinstance(to, Remote):
        to.write_bytes(b"".join(pieces))  # a storage puts what it is given in one step
        return
    if not isinstance(to, Path):
        to.writelines(pieces)
        return
    # Whoever runs at the same time may write the very same file.
    write_pieces(to, pieces, alone=False)


def _sealed(pieces: Iterable[Any]) -> Iterable[Any]:
    hashed = hashlib.sha256()
    for piece in pieces:
        hashed.update(piece)
        yield piece
    yield hashed.digest()


def read_sealed(path: Root, *, proved: bool = False) -> pa.Buffer:
    """What was written before the hash; a file in a folder stays mapped as long as it is used.

    The hash is computed anew, unless it is ``proved`` already. Raises :class:`BrokenSeal`, and :class:`OSError` if the file
    cannot be read.
    """
    data = mapped(path)
    size = data.size - SEAL
    if size < 0 or not (proved or hashlib.sha256(data.slice(0, size)).digest() == data.slice(size).to_pybytes()):
        raise BrokenSeal(f"{path} is not as it was written")
    return data.slice(0, size)


def mapped(path: Root) -> pa.Buffer:
    """The bytes of a file; one in a folder stays mapped as long as they are used. Raises :class:`OSError`."""
    if isinstance(path, Remote):
        return pa.py_buffer(path.read_bytes())
    if not path.stat().st_size:
        return pa.py_buffer(b"")  # nothing cannot be mapped
    with pa.memory_map(str(path)) as file:
        return file.read_buffer()
