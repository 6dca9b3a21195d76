"""The files of a source: a file, the files of a folder, or those of a zip archive. What leads out of it is not opened."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from corpusbuild.corpus.ids import is_text
from corpusbuild.corpus.locate import ARCHIVE
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.errors import CannotGoOn
from corpusbuild.interchange.beside import is_beside
from corpusbuild.interchange.model import At
from corpusbuild.interchange.refusing import malformed, not_carried

MEMBER_BYTES = 4 << 30
"""The most bytes of a file in an archive, unpacked: what says that it has more is not unpacked."""

_ENCRYPTED = 0x1


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
                with zipfile.ZipFile(self.home) as archive, archive.open(self.member) as packed:
                    yield packed  # type: ignore[misc]  # an IO[bytes] that has all that is used here
        except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
            raise CannotGoOn(f"cannot be read: {getattr(error, 'strerror', None) or error}", self.path) from error


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
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (OSError, zipfile.BadZipFile) as error:
        raise CannotGoOn(f"the archive cannot be read: {error}", path.name) from error
    for member in members:
        name = member.filename
        if member.is_dir() or _is_hidden(name):
            continue
        at = At(path.name)
        if name in seen:
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
