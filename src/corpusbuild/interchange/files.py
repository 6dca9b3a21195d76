"""The files of a source: a file, the files of a folder, or those of a zip archive. What leads out of it is not opened."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

from corpusbuild.corpus.ids import is_text
from corpusbuild.corpus.locate import ARCHIVE
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.errors import CannotGoOn
from corpusbuild.interchange.beside import is_beside
from corpusbuild.interchange.model import At
from corpusbuild.interchange.refusing import malformed, not_carried

MEMBER_BYTES = 4 << 30
"""The most bytes of a file in an archive, unpacked: what says that it has more is not unpacked."""

LINE_BYTES = 64 << 20
"""The most bytes of a line of a source, or characters of one that is decoded as it is read."""

_ENCRYPTED = 0x1

# What the module raises over one archive or another that is not sound: it trusts what it reads.
_UNSOUND = (
    *(OSError, EOFError, ValueError, IndexError, OverflowError, NotImplementedError, RuntimeError),
    *(struct.error, zlib.error, lzma.LZMAError, zipfile.BadZipFile),
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the source: its path below the source's root, and where its bytes are."""

    path: str
    home: Path
    member: str | None = None
    """Its name in the zip archive ``home``, if it is in one."""

    @property
    def stem(self) -> str:
        """Its name without the last suffix."""
        return PurePosixPath(self.path).stem

    @property
    def suffix(self) -> str:
        """The last suffix, in lower case."""
        return PurePosixPath(self.path).suffix.lower()

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Its bytes. Raises :class:`~corpusbuild.errors.CannotGoOn` where they cannot be read."""
        try:
            if self.member is None:
                with self.home.open("rb") as file:
                    yield file
            else:
                with ExitStack() as archive:
                    with _told(self.path):
                        opened = archive.enter_context(zipfile.ZipFile(self.home))
                        packed = archive.enter_context(opened.open(self.member))
                    yield BufferedReader(_Member(packed, self.path))
        except OSError as error:
            raise CannotGoOn(f"cannot be read: {error.strerror or error}", self.path) from error


def lines(file: SourceFile, opened: BinaryIO) -> Iterator[bytes]:
    """The lines of a file that is open. Raises :class:`~corpusbuild.errors.CannotGoOn` at one that is longer than any is."""
    number = 0
    while line := opened.readline(LINE_BYTES + 1):
        number += 1
        if len(line) > LINE_BYTES:
            raise too_long(file, number)
        yield line


def too_long(file: SourceFile, line: int) -> CannotGoOn:
    """The error over a line that has more than :data:`LINE_BYTES`."""
    return CannotGoOn(f"this line has more than {LINE_BYTES:,} bytes", f"{file.path}:{line}", "put line ends in")


class _Member(RawIOBase):
    """A file in a zip archive, whose damage is told as such: only its own, and nothing of whoever reads it."""

    def __init__(self, packed: IO[bytes], path: str) -> None:
        self._packed, self._path = packed, path

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is: what lies before is unpacked once more."""
        return self._packed.seekable()

    def readinto(self, buffer: Any) -> int:
        """The next bytes."""
        with _told(self._path):
            data = self._packed.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a byte."""
        with _told(self._path):
            return self._packed.seek(offset, whence)

    def tell(self) -> int:
        """The byte that is read next."""
        return self._packed.tell()


@contextmanager
def _told(path: str) -> Iterator[None]:
    """Whatever ``zipfile`` raises over an archive that is not sound. Raises :class:`~corpusbuild.errors.CannotGoOn`."""
    try:
        yield
    except _UNSOUND as error:
        told = getattr(error, "strerror", None) or str(error) or "it ends early"
        raise CannotGoOn(f"the archive cannot be read: {told}", path) from error


def source_files(source: Path) -> tuple[list[SourceFile], list[Finding]]:
    """The files in the order of their paths, and findings about those that are not opened. Hidden files are none.

    Raises :class:`~corpusbuild.errors.CannotGoOn` where there is nothing to read.
    """
    if not source.exists():
        raise CannotGoOn("there is no such file or folder", str(source))
    if source.is_dir():
        return _in_folder(source)
    if is_archive(source):
        return _in_archive(source)
    return [SourceFile(source.name, source)], []


def is_archive(source: Path) -> bool:
    """Whether a source is a zip archive."""
    return source.suffix.lower() == ARCHIVE and source.is_file()


def unique_names(files: Sequence[SourceFile]) -> dict[str, str]:
    """What each file is called in the names of documents, by its path: its stem, or all of its path where others have that stem."""
    stems = Counter(file.stem for file in files)
    return {file.path: file.stem if stems[file.stem] == 1 else file.path.replace("/", "-") for file in files}


def _in_folder(folder: Path) -> tuple[list[SourceFile], list[Finding]]:
    files, findings = [], []
    root = folder.resolve()
    for path in folder.rglob("*"):
        below = path.relative_to(folder)
        if not path.is_file() or _is_hidden(below.as_posix()):
            continue
        if not is_text(below.as_posix()):
            findings.append(malformed(At(below.as_posix().encode("utf-8", "replace").decode()), "the file's name is not UTF-8"))
        elif not path.resolve().is_relative_to(root):
            findings.append(not_carried(At(below.as_posix()), "the link leads out of the source's folder", "put the file itself there"))
        else:
            files.append(SourceFile(below.as_posix(), path))
    return sorted(files, key=lambda each: each.path.encode()), findings


def _in_archive(path: Path) -> tuple[list[SourceFile], list[Finding]]:
    files, findings, seen = [], [], set()
    with _told(path.name), zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    for member in members:
        name = member.filename
        if name.endswith("/") or _is_hidden(name):
            continue
        at = At(path.name)
        if not name:
            findings.append(malformed(at, "the archive has a file without a name"))
        elif name in seen:
            findings.append(malformed(at, f'the archive has "{name}" twice'))
        elif name.startswith("/") or "\\" in name or ".." in PurePosixPath(name).parts:
            findings.append(malformed(at, f'the archive has a file whose name leads out of it: "{name}"'))
        elif member.flag_bits & _ENCRYPTED:
            findings.append(malformed(at, f'"{name}" is encrypted', "unpack the archive and import the folder"))
        elif member.file_size > MEMBER_BYTES:
            findings.append(malformed(at, f'"{name}" has {member.file_size:,} bytes unpacked', "unpack the archive and import the folder"))
        else:
            files.append(SourceFile(name, path, name))
        seen.add(name)
    return sorted(files, key=lambda each: each.path.encode()), findings


def _is_hidden(path: str) -> bool:
    """Whether a file is no part of the source: by its name, or since an export put it beside the data."""
    return is_beside(path) or any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in PurePosixPath(path).parts)
