"""Unpack compressed shards once, into ``.corpusbuild/spill/``; whatever reads such a shard reads its copy there.

The copy of ``raw/a.jsonl.gz`` is the one file in the folder ``.corpusbuild/spill/raw/a.jsonl.gz/``. Its name is two SHA-256:
that of the compressed bytes that it was made from, and its own. (Where these lie in a storage, the first is that of all that
the storage says of them: they are not fetched to be compared.) A run uses it again only where it has computed both
anew (a second for a gigabyte or so, where unpacking takes several times that); what the compile then gathers line by line is
held against the hashes of the scan. A copy has its name only once it is whole: a run that is killed leaves a part,
which the next one takes away.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from corpusbuild.corpus.holding import hold
from corpusbuild.corpus.layout import codec
from corpusbuild.corpus.limits import DEFAULT, UNPACKED
from corpusbuild.corpus.own_folder import OWN, home, own_folder
from corpusbuild.corpus.storage import Remote, Root
from corpusbuild.errors import CannotGoOn, CannotWrite

_NAME = "spill"
FOLDER = f"{OWN}/{_NAME}"

_BLOCK, _FAR_BLOCK = 1 << 20, 8 << 20  # bytes; what lies far away is asked for in larger ones
_COPY = re.compile("[0-9a-f]{64}-[0-9a-f]{64}")
_PART = ".part"


@dataclass(eq=False)
class Damaged(CannotGoOn):
    """A compressed shard that cannot be unpacked to its end."""


@dataclass(eq=False)
class Inflated(Damaged):
    """A compressed shard that unpacks to more than it may."""


def unpack(root: Root, path: str, expansion: int | None = DEFAULT.expansion) -> Path:
    """The copy of a compressed shard; made, unless there is one that is proved to be the one that would be made.

    Raises :class:`Damaged`, :class:`Inflated` where it unpacks to more than ``expansion`` times its size (and :data:`UNPACKED`),
    and :class:`~corpusbuild.errors.CannotGoOn` where a file cannot be read or written.
    """
    folder = _folder(root, path)
    standing = _copies(folder)
    made_from = _made_from(root, path) if standing else ""
    kept = next((copy for copy in standing if copy.name == f"{made_from}-{_sha256(copy, path)}"), None)
    copy = kept or _make(root, path, folder, expansion)
    for other in standing:
        if other != copy:
            _delete(other)
    return copy


def copy_of(root: Root, path: str) -> Path:
    """Where a compressed shard is read: its copy, which is taken as it is where there is one; see :func:`unpack`.

    Of a shard in a storage, only the copy of its present state: this may be another machine than that of the run.
    """
    standing = _copies(home(root) / FOLDER / path)
    if isinstance(root, Remote) and standing:
        standing = [copy for copy in standing if copy.name.startswith(_made_from(root, path))]
    # Nobody asks for one that the run has not unpacked before, within bounds; here may be another machine than there.
    return standing[0] if len(standing) == 1 else unpack(root, path, None)


def _made_from(root: Root, path: str) -> str:
    """What a shard's copy is made from: the hash of its bytes, or of all that its storage says of them."""
    return _sha256(root / path, path) if isinstance(root, Path) else (root / path).mark()


def tidy(root: Root, paths: Collection[str]) -> None:
    """Take away what is there for no shard of ``paths``, and what runs have left behind that were killed."""
    top = home(root) / FOLDER
    if top.is_symlink() or not top.is_dir():
        return
    wanted = {Path(path) for path in paths}
    kept = wanted | {parent for path in wanted for parent in path.parents}
    for where, folders, names in os.walk(top):
        here = Path(where).relative_to(top)
        for name in [each for each in folders if here / each not in kept or (Path(where) / each).is_symlink()]:
            folders.remove(name)
            shutil.rmtree(Path(where) / name, ignore_errors=True)
        for name in names:
            if name.endswith(_PART):
                _delete_if_left(Path(where) / name)


# ---- the folder ----


def _folder(root: Root, path: str) -> Path:
    """The folder of a shard's copy."""
    return own_folder(root, f"{_NAME}/{path}", "no compressed shard can be unpacked here")


def _copies(folder: Path) -> list[Path]:
    with suppress(OSError):
        return sorted(each for each in folder.iterdir() if _COPY.fullmatch(each.name) and each.is_file() and not each.is_symlink())
    return []


def _delete(path: Path) -> None:
    # Another run may have been quicker; and where it cannot be deleted, it is not used all the same.
    with suppress(OSError):
        path.unlink()


def _sha256(file: Path, path: str) -> str:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(error, path) from error


# ---- the copy ----


def _make(root: Root, path: str, folder: Path, expansion: int | None) -> Path:
    with _part(folder) as (name, part):
        try:
            most = None if expansion is None else max(UNPACKED, expansion * (root / path).stat().st_size)
            made = 0
            made_from = None if isinstance(root, Path) else _made_from(root, path)
            with (root / path).open("rb", -1 if isinstance(root, Path) else _FAR_BLOCK) as packed:
                source = _Hashed(packed)
                own = hashlib.sha256()
                for block in _unpacked(source, path):
                    made += len(block)
                    if most is not None and made > most:
                        raise Inflated(f"it unpacks to more than {most:,} bytes", path)
                    own.update(block)
                    _write(part, block)
        except CannotWrite:
            raise
        except OSError as error:
            raise unreadable(error, path) from error
        if source.size == 0:
            raise Damaged("it has no bytes, and an empty shard has some when it is compressed", path)
        copy = folder / f"{made_from or source.digest.hexdigest()}-{own.hexdigest()}"
        try:
            part.flush()
            name.replace(copy)
        except OSError as error:
            raise _unwritable(error) from error
    return copy


@dataclass
class _Hashed:
    """A file that is read once, from its beginning to its end, and hashed on the way."""

    file: BinaryIO
    size: int = 0
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    closed: bool = False

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data = self.file.read(size)
        self.digest.update(data)
        self.size += len(data)
        return data

    def close(self) -> None:
        """Nothing: whoever opened the file closes it."""


def _unpacked(source: _Hashed, path: str) -> Iterator[bytes]:
    """All that is in a compressed file, every member of it, in blocks."""
    import pyarrow as pa  # noqa: PLC0415  only where there are compressed shards

    stream = pa.CompressedInputStream(pa.PythonFile(source, mode="r"), codec(path))
    while True:
        try:
            block = stream.read(_BLOCK)
        except OSError as error:
            if error.errno is not None:  # from the file itself
                raise
            raise Damaged(_reason(str(error)), path) from error
        if not block:
            return
        yield block


def _reason(said: str) -> str:
    if said.startswith("Truncated"):
        return "it ends early"
    return "it is damaged, or is followed by something else"


@contextmanager
def _part(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A new file in ``folder``, held so that no other run takes it away; it is gone in the end, unless it was renamed."""
    try:
        handle, name = tempfile.mkstemp(_PART, ".", folder)
    except OSError as error:
        raise _unwritable(error) from error
    part = os.fdopen(handle, "wb", _BLOCK)
    try:
        hold(part.fileno())
        yield Path(name), part
    finally:
        with suppress(OSError):  # what is in the buffer, where the disk is full
            part.close()
        _delete(Path(name))


def _write(part: BinaryIO, block: bytes) -> None:
    try:
        part.write(block)
    except OSError as error:
        raise _unwritable(error) from error


def _delete_if_left(part: Path) -> None:
    """Delete a part that no run is writing."""
    with suppress(OSError), part.open("rb") as file:
        if not hold(file.fileno()):
            return
    _delete(part)


def unreadable(error: OSError, path: str) -> CannotGoOn:
    """What a file of the corpus that cannot be read is to a run."""
    return CannotGoOn(f"this file cannot be read: {error.strerror}", path, "make it readable, or run again if it was just moved")


def _unwritable(error: OSError) -> CannotWrite:
    return CannotWrite(f"no compressed shard can be unpacked here: {error.strerror}", FOLDER, "make room, or the folder writable")
