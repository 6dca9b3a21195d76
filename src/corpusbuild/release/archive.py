"""Pack a data set into one file whose every byte is known beforehand, and unpack such a file safely.

An archive is a tar in gzip whose deflate blocks are *stored*: what is large in a data set is Parquet, which is
compressed already, and no version of zlib then has a say in the bytes. So the archive that a folder makes can be
compared byte by byte with one that somebody sent.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import os
import shutil
import struct
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

import orjson

from corpusbuild.corpus.scratch import scratch
from corpusbuild.corpus.whole import write_pieces
from corpusbuild.errors import CannotGoOn, CannotWrite
from corpusbuild.release.paths import files_below, path_fault

SUMS = "SHA256SUMS"
"""A file that only archives have: every other file's SHA-256, as ``sha256sum -c`` reads it."""

SUFFIX = ".tar.gz"

# RFC 1952: deflate, no name, no time, no hint of effort, system unknown.
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_STORED = 0xFFFF  # the greatest length of a stored block (RFC 1951)
_CHUNK = 1 << 20

# Errors of writing that say nothing about the archive.
_OURS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EMFILE})


@dataclass(eq=False)
class DamagedArchive(CannotGoOn):
    """This is no archive, not a whole one, or one that nobody should unpack."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that an archive may unpack to: members, bytes, and bytes for each byte of the archive."""

    members: int = 100_000
    size: int = 1 << 40
    ratio: int = 100


def pack(folder: Path, target: Path) -> Path:
    """Write the data set at ``folder`` to ``target``, and return it; the same files make the same bytes everywhere.

    Raises :class:`~corpusbuild.errors.CannotGoOn` where the folder holds what an archive cannot, and
    :class:`~corpusbuild.errors.CannotWrite`.
    """
    try:
        write_pieces(target, archive_bytes(folder, top_folder(folder)), durable=True)
        target.chmod(0o644)
    except OSError as error:
        raise CannotWrite(
            f"writing failed: {error.strerror or error}", str(target), "make the folder writable, with room for it"
        ) from error
    return target


def top_folder(folder: Path) -> str:
    """The one folder in the archive of a data set: its name and version."""
    try:
        manifest = orjson.loads((folder / "manifest.json").read_bytes())
        name = f"{manifest['name']}-{manifest['version']}"
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotGoOn("there is no manifest.json with a name and a version here", str(folder), "name a data set") from error
    if path_fault(name) is not None or "/" in name:
        raise CannotGoOn(f'"{name}" cannot be the name of a folder', str(folder / "manifest.json"))
    return name


def archive_bytes(folder: Path, top: str) -> Iterator[bytes]:
    """The bytes of the archive that the files of ``folder`` make."""
    yield _HEADER
    crc, size = 0, 0
    waiting = bytearray()
    for chunk in _tar(folder, top):
        crc, size = zlib.crc32(chunk, crc), size + len(chunk)
        waiting += chunk
        # One more than a block is kept back: only the last block says that it is the last.
        while len(waiting) > _STORED:
            yield _block(waiting[:_STORED], last=False)
            del waiting[:_STORED]
    yield _block(waiting, last=True)
    yield struct.pack("<II", crc, size & 0xFFFFFFFF)


def _block(data: bytes | bytearray, *, last: bool) -> bytes:
    return struct.pack("<BHH", last, len(data), len(data) ^ 0xFFFF) + data


def _tar(folder: Path, top: str) -> Iterator[bytes]:
    """A tar of ``folder`` as ``top``: members in byte order, nobody's, of no time."""
    sums = sha256sums(folder)
    paths = sorted([*files_below(folder), SUMS])
    folders = {"/".join(path.split("/")[:depth]) for path in paths for depth in range(1, path.count("/") + 1)}
    yield _member(top, None)
    for path in sorted([*folders, *paths]):
        if path in folders:
            yield _member(f"{top}/{path}", None)
            continue
        size = len(sums) if path == SUMS else (folder / path).stat().st_size
        yield _member(f"{top}/{path}", size)
        yield from _file_chunks(folder / path) if path != SUMS else [sums]
        yield bytes(-size % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _member(name: str, size: int | None) -> bytes:
    """A header: a file of ``size`` bytes, or a folder."""
    info = tarfile.TarInfo(name)
    info.type = tarfile.DIRTYPE if size is None else tarfile.REGTYPE
    info.mode = 0o755 if size is None else 0o644
    info.size = size or 0
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")


def _file_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def sha256sums(folder: Path) -> bytes:
    """What ``SHA256SUMS`` says of the files of ``folder``: one line a file, in byte order."""
    lines = []
    for path in sorted(files_below(folder)):
        with (folder / path).open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path}\n")
    return "".join(lines).encode()


@contextmanager
def unpacked(path: Path, bounds: Bounds | None = None, *, unproved: bool = False) -> Iterator[Path]:
    """The one folder that an archive holds, unpacked in a temporary place until the context ends.

    Only files and folders below one folder are unpacked, none twice, within ``bounds``; anything else, and any
    damage, raises :class:`DamagedArchive`. Modes, owners and times of the archive are not taken over. What is
    ``unproved`` is given even where the archive's checksum is wrong: for whoever looks for the damage.
    """
    with scratch() as place:
        yield _unpack(path, place, bounds or Bounds(), unproved=unproved)


def is_exact(path: Path) -> bool:
    """Whether an archive is, to the byte, the one that its files make."""
    with unpacked(path) as folder:
        return first_difference(path, folder) is None


def first_difference(path: Path, folder: Path) -> int | None:
    """The first byte at which an archive is not what the files of ``folder`` make; None where there is none."""
    at = 0
    with path.open("rb") as file:
        for wanted in archive_bytes(folder, folder.name):
            there = file.read(len(wanted))
            if there != wanted:
                same = (i for i, pair in enumerate(zip(there, wanted, strict=False)) if pair[0] != pair[1])
                return at + next(same, len(there))
            at += len(wanted)
        return at if file.read(1) else None


def _unpack(path: Path, place: Path, bounds: Bounds, *, unproved: bool) -> Path:
    try:
        tops = _extract(path, place, bounds, unproved=unproved)
    except (tarfile.TarError, EOFError, zlib.error, UnicodeError, ValueError) as error:
        raise _damaged(path, f"it cannot be unpacked: {error}") from error
    except OSError as error:
        if error.filename is not None and Path(os.fsdecode(error.filename)) == path:
            raise CannotGoOn(f"this archive cannot be read: {error.strerror}", str(path), "make it readable") from error
        if error.errno in _OURS:
            help_text = f"make {place.parent} writable, with room for it, or name another folder in TMPDIR"
            raise CannotGoOn(f"this archive cannot be unpacked: {error.strerror}", str(path), help_text) from error
        raise _damaged(path, f"it cannot be unpacked: {error.strerror or error}") from error
    if len(tops) != 1 or not (place / min(tops)).is_dir():
        raise _damaged(path, "it does not hold one folder")
    return place / min(tops)


def _extract(path: Path, place: Path, bounds: Bounds, *, unproved: bool) -> set[str]:
    """Unpack every member below ``place``, and return the names at the top."""
    limit = min(bounds.size, bounds.ratio * path.stat().st_size)
    seen: set[str] = set()
    with _inflated(path, unproved=unproved) as stream, tarfile.open(fileobj=stream, mode="r|", format=tarfile.PAX_FORMAT) as tar:
        for member in tar:
            why = _member_fault(member, seen, bounds)
            if why is not None:
                raise _damaged(path, why)
            seen.add(member.name)
            if member.isdir():
                (place / member.name).mkdir(parents=True, exist_ok=True)
                continue
            limit -= member.size
            if limit < 0:
                raise _damaged(path, "it unpacks to more than it may")
            (place / member.name).parent.mkdir(parents=True, exist_ok=True)
            with (place / member.name).open("xb") as file:
                shutil.copyfileobj(_stream(tar, member), file, _CHUNK)
        _read_out(stream, path)
    return {name.split("/")[0] for name in seen}


def _member_fault(member: tarfile.TarInfo, seen: set[str], bounds: Bounds) -> str | None:
    """Why a member is not unpacked."""
    if len(seen) >= bounds.members:
        return f"it has more than {bounds.members:,} members"
    if path_fault(member.name) is not None:
        return f'it has a member with an unsafe name: "{member.name}"'
    if member.name in seen:
        return f'it has two members "{member.name}"'
    if not (member.isreg() or member.isdir()) or member.issparse():
        return f'its member "{member.name}" is neither a file nor a folder'
    return None


def _stream(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    stream = tar.extractfile(member)
    if stream is None:
        raise tarfile.TarError("a member without content")
    return stream


@contextmanager
def _inflated(path: Path, *, unproved: bool) -> Iterator[IO[bytes]]:
    with path.open("rb") as file:
        if unproved and file.read(len(_HEADER)) == _HEADER:
            yield cast("IO[bytes]", _Unproved(file))
            return
    with gzip.open(path, "rb") as stream:
        yield cast("IO[bytes]", stream)


@dataclass(slots=True)
class _Unproved:
    """What the deflated data behind a header of ours hold, whatever the checksum behind them says."""

    file: IO[bytes]
    inflate: Any = field(default_factory=lambda: zlib.decompressobj(-zlib.MAX_WBITS))

    def read(self, size: int) -> bytes:
        found = bytearray()
        while len(found) < size and not self.inflate.eof:
            chunk = self.inflate.unconsumed_tail or self.file.read(_CHUNK)
            if not chunk:
                raise EOFError("it ends early")
            found += self.inflate.decompress(chunk, size - len(found))
        return bytes(found)


def _read_out(stream: IO[bytes], path: Path) -> None:
    """Read to the end, so that the checksum is compared; nothing but zeros may be there."""
    left = _CHUNK
    while chunk := stream.read(_CHUNK):
        left -= len(chunk)
        if left < 0 or chunk.strip(b"\0"):
            raise _damaged(path, "something stands behind its last member")


def _damaged(path: Path, why: str) -> DamagedArchive:
    return DamagedArchive(f"this archive is not to be relied on: {why}", str(path), "get it again from where it was published")
