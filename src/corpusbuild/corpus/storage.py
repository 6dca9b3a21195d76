"""Where a corpus or a data set is: in a folder, or at a URL of a storage that fsspec speaks to (S3, Google Cloud, memory)."""

from __future__ import annotations

import hashlib
import io
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeAlias

from corpusbuild.errors import CannotGoOn

PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs", "abfss": "adlfs"}
"""What fsspec needs for addresses of a kind, where that is a package of its own."""

_LOCAL = frozenset({"file", "local"})
_WEB = frozenset({"http", "https"})
_GAP, _MOST = 64 << 10, 8 << 20
"""Bytes between two pieces that are rather read than asked for anew; bytes that are asked for at once."""

_CREDENTIALS = re.compile(
    "credential|forbidden|access ?denied|unauthori[sz]ed|signature|invalid ?access ?key|permission|token", re.IGNORECASE
)
_PASSWORD = re.compile("(?<=://)([^/@:]*):[^/@]*@")
_FLEETING = frozenset({"time", "atime", "accessed", "last_accessed"})


class Size(NamedTuple):
    """What :meth:`Remote.stat` tells: the part of :class:`os.stat_result` that storage knows."""

    st_size: int


class Listed(NamedTuple):
    """A file as its storage lists it: its bytes, and a ``mark``, the SHA-256 of all else that is said of it (tags, times, versions)."""

    size: int
    mark: str


@dataclass(frozen=True, slots=True)
class Remote:
    """A file or a folder of a storage: the ``url`` that the user gave, and the ``path`` below it, with ``/``.

    As much of :class:`pathlib.Path` as a corpus takes. Unlike there, a path that is joined is one below, whatever it is
    called; there are no links; and what cannot be reached, read or written is a :class:`~corpusbuild.errors.CannotGoOn`
    with the place, whatever the storage's own library raises. Nothing that it once said is remembered.
    """

    url: str
    path: str = ""

    def __truediv__(self, path: str) -> Remote:
        return Remote(self.url, f"{self.path}/{path}" if self.path else path)

    def __str__(self) -> str:
        return shown_url(f"{self.url}/{self.path}" if self.path else self.url)

    @property
    def name(self) -> str:
        """The last step of it."""
        return (self.path or self.url).rpartition("/")[2]

    def beside(self, name: str) -> Remote:
        """What has this name in the folder that it is in."""
        return Remote(f"{(self.url + '/' + self.path).rstrip('/').rpartition('/')[0]}/{name}")

    @property
    def protocol(self) -> str:
        """What its address begins with."""
        return self.url.partition("://")[0].lower()

    # ---- looking ----

    def is_file(self) -> bool:
        """Whether it is a file."""
        return bool(self._info("type") == "file")

    def is_dir(self) -> bool:
        """Whether it is a folder; most storages have those that something is in."""
        return bool(self._info("type") == "directory")

    def exists(self) -> bool:
        """Whether it is there."""
        return self._info("type") is not None

    def is_symlink(self) -> bool:
        """Never."""
        return False

    def stat(self) -> Size:
        """Its size; of what is not there, none."""
        return Size(int(self._info("size") or 0))

    def mark(self) -> str:
        """What tells this state of a file from any other, as far as its storage does."""
        return _mark(self._infos())

    def files(self) -> dict[str, Listed]:
        """Every file below it, by path from here, in byte order."""
        with self._reached() as (fs, place):
            fs.invalidate_cache()
            found = fs.find(place, detail=True)
        below = {name[len(place) + 1 :]: info for name, info in found.items() if name.startswith(f"{place}/") and not name.endswith("/")}
        return {path: Listed(int(below[path]["size"] or 0), _mark(below[path])) for path in sorted(below, key=os.fsencode)}

    # ---- reading ----

    def read_bytes(self) -> bytes:
        """All bytes of a file."""
        return self.read_range(0, None)

    def read_text(self, encoding: str) -> str:
        """A text file."""
        return io.TextIOWrapper(io.BytesIO(self.read_bytes()), encoding).read()

    def read_range(self, start: int, end: int | None) -> bytes:
        """The bytes of a file from ``start`` up to ``end``, which is no further than its own end."""
        if end is not None and end <= start:
            return b""
        with self._reached() as (fs, place):
            data: bytes = fs.cat_file(place, start=start or None, end=end)
        return data

    def read_pieces(self, pieces: Sequence[tuple[str, int, int | None]]) -> list[bytes]:
        """Pieces of the files below, in their order, with few requests: path, first byte, and length or None for all of it."""
        if not pieces:
            return []
        runs = _runs(pieces)
        with self._reached() as (fs, place):
            paths, starts, ends = ([*column] for column in zip(*((f"{place}/{run.path}", run.start, run.end) for run in runs), strict=True))
            blocks = fs.cat_ranges(paths, starts, ends, on_error="raise")
        found = [b""] * len(pieces)
        for run, block in zip(runs, blocks, strict=True):
            for number in run.numbers:
                _, offset, length = pieces[number]
                begin = offset - (run.start or 0)
                found[number] = block if length is None else block[begin : begin + length]
        return found

    def open(self, mode: str = "rb", buffering: int = -1) -> BinaryIO:
        """A file, to be read in any order, ``buffering`` bytes at a time."""
        if mode != "rb":
            raise ValueError("storage is written whole")
        return io.BufferedReader(_Distant(self, self.stat().st_size), buffering if buffering > 1 else 256 << 10)

    # ---- writing ----

    def write_bytes(self, data: bytes) -> None:
        """Make a file of these bytes, in one step where the storage can do that."""
        with self._reached("written") as (fs, place):
            _make_folder(fs, place)
            fs.pipe_file(place, data)

    def put(self, file: Path) -> None:
        """Make a file with the bytes of a local one."""
        with self._reached("written") as (fs, place):
            _make_folder(fs, place)
            fs.put_file(str(file), place)

    def unlink(self, *, missing_ok: bool = False) -> None:
        """Delete a file."""
        if missing_ok and not self.is_file():
            return
        with self._reached("deleted") as (fs, place):
            fs.rm_file(place)

    def _info(self, name: str) -> Any:
        return self._infos().get(name)

    def _infos(self) -> Mapping[str, Any]:
        """What the storage says of it; nothing where it is not there."""
        with self._reached() as (fs, place):
            fs.invalidate_cache()
            try:
                info: Mapping[str, Any] = fs.info(place)
            except (FileNotFoundError, NotADirectoryError):
                return {}
        return info

    @contextmanager
    def _reached(self, done: str = "read") -> Iterator[tuple[Any, str]]:
        """The file system, and the place in it; for calls of it alone, since whatever they raise is the storage's fault."""
        with reaching(str(self), done):
            from fsspec.core import url_to_fs  # noqa: PLC0415  only for what lies elsewhere

            fs, root = url_to_fs(self.url)
            yield fs, f"{root.rstrip('/')}/{self.path}".rstrip("/")


Root: TypeAlias = Path | Remote
"""A folder, or a folder of a storage."""


def place(text: str | Path | Remote) -> Path | Remote:
    """What a user means by ``text``: a path, or a URL if there is ``://`` in it; one of a local file is a path.

    Raises :class:`~corpusbuild.errors.CannotGoOn` for a URL of something that is not listed or written like a folder.
    """
    if not isinstance(text, str):
        return text
    if not is_url(text):
        return Path(text)
    remote = Remote(text.rstrip("/"))
    if remote.protocol in _LOCAL:
        from urllib.parse import urlsplit  # noqa: PLC0415  start-up time
        from urllib.request import url2pathname  # noqa: PLC0415  start-up time

        return Path(url2pathname(urlsplit(text).path))
    if remote.protocol in _WEB:
        raise CannotGoOn("an address of the web has no folders", str(remote), "name a folder, or a URL of a storage, such as s3://")
    if remote.protocol == "hf":
        raise CannotGoOn("a repository on the Hub is not written file by file", str(remote), "`corpusbuild publish` puts data sets there")
    return remote


def is_url(text: str) -> bool:
    """Whether this is an address, and no path."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*(::[^/]*)?://", text) is not None


def shown_url(url: str) -> str:
    """A URL as it may be shown: without the password that may be in it."""
    return _PASSWORD.sub(r"\1:***@", url)


def cache_folder() -> Path:
    """Where the user's programs keep what may be deleted."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "corpusbuild"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "corpusbuild"


@contextmanager
def reaching(shown: str, done: str = "read") -> Iterator[None]:
    """Speak to a storage. Whatever goes wrong is a :class:`~corpusbuild.errors.CannotGoOn` at ``shown``, with a remedy."""
    try:
        yield
    except CannotGoOn:
        raise
    # Each storage's library has errors of its own.
    except Exception as error:
        raise CannotGoOn(f"this cannot be {done}: {_first_line(error)}", shown, remedy(error, shown)) from error


def remedy(error: Exception, shown: str) -> str:
    """What to do about an error of a storage's library."""
    protocol = shown.partition("://")[0].lower()
    if isinstance(error, ImportError):
        package = PACKAGES.get(protocol)
        extra = "pip install 'corpusbuild[remote]'"
        return f"{extra} {package}" if package else extra if protocol in _WEB else f"install what fsspec needs for {protocol}://"
    if isinstance(error, PermissionError) or _CREDENTIALS.search(f"{type(error).__name__} {error}"):
        return f"see that your credentials for {protocol}:// are there, and allow this"
    return "see that the address is right, and can be reached"


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _mark(info: Mapping[str, Any]) -> str:
    said = sorted(
        (name, str(value)) for name, value in info.items() if isinstance(value, str | int | float | datetime) and name not in _FLEETING
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _make_folder(fs: Any, place: str) -> None:
    # Object stores have no folders, and would make a bucket.
    if not getattr(fs, "async_impl", False):
        fs.makedirs(place.rpartition("/")[0], exist_ok=True)


class _Run(NamedTuple):
    """Bytes of a file that are asked for at once, and the numbers of the pieces that lie in them."""

    path: str
    start: int | None
    end: int | None
    numbers: list[int]


def _runs(pieces: Sequence[tuple[str, int, int | None]]) -> list[_Run]:
    """Pieces that lie near one another, put together."""
    runs: list[_Run] = []
    for number in sorted(range(len(pieces)), key=lambda number: pieces[number][:2]):
        path, offset, length = pieces[number]
        last = runs[-1] if runs else None
        if length is None:
            runs.append(_Run(path, None, None, [number]))
        elif (
            last is not None
            and (last.path, last.start is None) == (path, False)
            and offset - (last.end or 0) <= _GAP
            and offset + length - (last.start or 0) <= _MOST
        ):
            runs[-1] = last._replace(end=max(last.end or 0, offset + length), numbers=[*last.numbers, number])
        else:
            runs.append(_Run(path, offset, offset + length, [number]))
    return runs


class _Distant(io.RawIOBase):
    """A file of a storage: each read is a request for just these bytes."""

    def __init__(self, place: Remote, size: int) -> None:
        self._place, self._size, self._at = place, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        wanted = memoryview(buffer).cast("B")
        data = self._read(len(wanted))
        wanted[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        return self._read(self._size)

    def _read(self, size: int) -> bytes:
        data = self._place.read_range(self._at, min(self._at + size, self._size))
        self._at += len(data)
        return data
