"""Read a reader's own files as canonical text. They are looked at as they are: no link is followed, and nothing is run."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from corpusbuild.errors import CannotGoOn, UnknownName
from corpusbuild.text.canonical import canonical, paragraphs
from corpusbuild.text.pieces import sha256_of
from corpusbuild.text.span import Span

LARGEST = 16 << 20  # bytes; the page of an article with all its furniture is far smaller

_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True)
class Copy:
    """A reader's copy of some text, made canonical (no byte order mark, LF, NFC); ``path`` is as the reader would write it."""

    path: str
    text: str = field(repr=False)

    @cached_property
    def paragraphs(self) -> tuple[Span, ...]:
        """Its paragraphs, without the white space around their words; those of white space alone as they are."""
        return tuple(_trimmed(self.text, span) for span in paragraphs(self.text))

    @cached_property
    def hashes(self) -> dict[str, int]:
        """The SHA-256 of each paragraph, as it stands and without white space around it → its number among these, from 0."""
        found: dict[str, int] = {}
        for i, span in enumerate(self.paragraphs):
            start, end = self.text.rfind("\n", 0, span.start) + 1, self.text.find("\n", span.end)
            whole = Span(start, len(self.text) if end < 0 else end)
            for each in (whole, span):
                found.setdefault(sha256_of(each.of(self.text)), i)
        return found

    def words(self, sha256: str) -> str:
        """The paragraph with this hash."""
        span = self.paragraphs[self.hashes[sha256]]
        if sha256_of(span.of(self.text)) == sha256:
            return span.of(self.text)
        end = self.text.find("\n", span.end)
        return self.text[self.text.rfind("\n", 0, span.start) + 1 : len(self.text) if end < 0 else end]

    def wholes(self) -> Iterator[str]:
        """The text as it is, and without or with the line end that editors put behind it."""
        yield from dict.fromkeys((self.text, self.text.rstrip("\n"), self.text.rstrip("\n") + "\n", self.text.strip()))

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of a code point, from 1."""
        return self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at)


@dataclass
class Folders:
    """Folders (or files) in which a reader keeps texts; ``unread`` counts files that are too large or no UTF-8."""

    paths: Sequence[str | Path]
    unread: int = 0

    def copies(self) -> Iterator[Copy]:
        """Every text there is. Raises :class:`~corpusbuild.errors.CannotGoOn` for a folder that cannot be read."""
        for path in self.paths:
            if not Path(path).exists():
                raise UnknownName(f"there is no {path}", help="name folders that hold texts")
            for file in [Path(path)] if Path(path).is_file() else _files(Path(path)):
                text = _read(file, named=file == Path(path))
                if text is None:
                    self.unread += 1
                else:
                    yield Copy(str(file), text)


def _files(folder: Path) -> Iterator[Path]:
    """Every file below a folder but hidden ones and links, in order."""

    def fail(error: OSError) -> None:
        raise CannotGoOn(f"this folder cannot be read: {error.strerror}", str(error.filename), "make it readable") from error

    for where, folders, names in os.walk(folder, onerror=fail):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(where, name)
            if not name.startswith(".") and not path.is_symlink():
                yield path


def _read(path: Path, *, named: bool) -> str | None:
    """A file as canonical text; None where it is none. A file that the reader ``named`` may be a link."""
    try:
        handle = os.open(path.resolve() if named else path, _FLAGS)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            return None
        try:
            return canonical(file.read(LARGEST + 1).decode("utf-8"))
        except (OSError, UnicodeDecodeError):
            return None


def _trimmed(text: str, span: Span) -> Span:
    words = span.of(text)
    if not words.strip():
        return span
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, start + len(words.strip()))
