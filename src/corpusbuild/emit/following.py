"""Follow a data file that stands: as long as what is to be written is what it has, nothing is written; in the end it is linked.

A new data set differs from the old one in few files, where it is large; to link the others spares copying them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path

from corpusbuild.emit.assembly import Assembly
from corpusbuild.emit.parts import Extent
from corpusbuild.emit.row_groups import MAGIC, RowGroup

# Row groups that are proved beside one another; more would only take memory.
_AT_ONCE = 4

# Of the hash that a key is: enough for as many row groups as there will ever be.
_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Source:
    """A row group that is to be written: the name of the part that it is of, how much it is, and how to get it, proved."""

    part: str
    extent: Extent
    load: Callable[[], RowGroup]

    @property
    def key(self) -> str:
        """What decides its bytes, as hexadecimal digits: the part, and its content; nothing where it is of no part.

        The part alone does not: what it has of detached articles depends on the texts at hand.
        """
        return hashlib.sha256(self.part.encode() + self.extent.digest).hexdigest()[:_DIGITS] if self.part else ""

    @classmethod
    def of(cls, group: RowGroup) -> Source:
        """A row group that is of no part."""
        return cls("", Extent(group.rows, group.num_bytes, group.size, group.digest), lambda: group)


@dataclass(frozen=True, slots=True)
class Standing:
    """A data file that stands, with its SHA-256 when it was written, and the keys of its row groups.

    ``threads`` prove it, beside other work.
    """

    path: Path
    sha256: str
    keys: tuple[str, ...]
    threads: Executor


@dataclass
class Following:
    """A file that is to have, as far as is known, what another has that ``stands``.

    ``size`` is that of all row groups so far, in bytes, as :class:`~corpusbuild.emit.assembly.Assembly` has it.
    """

    path: Path
    stands: Standing
    size: int = len(MAGIC)
    _sources: list[Source] = field(default_factory=list)
    _proof: Future[bool] | None = None

    def goes_on_with(self, source: Source) -> bool:
        """Whether the file that stands has this row group next; then it is taken."""
        number = len(self._sources)
        if number >= len(self.stands.keys) or self.stands.keys[number] != source.key:
            return False
        self._sources.append(source)
        self.size += source.extent.size
        return True

    def written(self) -> Assembly:
        """The same row groups, as a file of its own that goes on."""
        assembly: Assembly | None = None
        try:
            for at in range(0, len(self._sources), _AT_ONCE):
                for group in self.stands.threads.map(lambda source: source.load(), self._sources[at : at + _AT_ONCE]):
                    assembly = assembly or Assembly(self.path, group.schema)
                    assembly.append(group)
        except BaseException:
            if assembly is not None:
                assembly.discard()
            raise
        if assembly is None:
            raise ValueError("a file without row groups")
        return assembly

    def end(self) -> None:
        """No more row groups come: begin to prove the file that stands, if it has no more either."""
        if len(self._sources) == len(self.stands.keys):
            self._proof = self.stands.threads.submit(_is_sound, self.stands.path, self.stands.sha256)

    def close(self) -> str:
        """Link the file that stands, or write one where it is not as it was; return its SHA-256."""
        if self._proof is None or not self._proof.result():
            return self.written().close()
        try:
            os.link(self.stands.path, self.path)
        except OSError:  # not every file system can
            shutil.copyfile(self.stands.path, self.path)
            if not _is_sound(self.path, self.stands.sha256):
                return self.written().close()
        return self.stands.sha256


def _is_sound(path: Path, sha256: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False
