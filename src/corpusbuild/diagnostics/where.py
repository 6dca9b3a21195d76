"""Where a finding points, before any file is opened again: cheap to make, send and compare.

A place with line and column is worked out only for what is reported (see ``corpus/locate.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

Pointer = tuple[str | int, ...]


# One is made for every line of a corpus: nothing else is made as fast.
class Origin(NamedTuple):
    """One document in a file: the whole file, or the ``length`` bytes from ``offset``, a line of a shard with its line feed.

    Of a compressed shard, the bytes are those that are in it.
    """

    path: str
    offset: int = 0
    length: int | None = None


@dataclass(frozen=True, slots=True)
class InJson:
    """A value of a JSON document, or the key of one.

    ``part`` are code points of the value, a string, half-open: only these are pointed at where they stand there as they
    are, without escapes.
    """

    origin: Origin
    pointer: Pointer = ()
    key: bool = False
    part: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class InBytes:
    """Bytes of a document: for what cannot be decoded or parsed."""

    origin: Origin
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class InText:
    """Code points of a document that is plain text, half-open, from 0."""

    origin: Origin
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class OnLine:
    """A line of a document that is plain text, from 1, for what is known by no more than that."""

    origin: Origin
    line: int


@dataclass(frozen=True, slots=True)
class InFile:
    """A file as a whole; it need not exist."""

    origin: Origin


Where = InJson | InBytes | InText | OnLine | InFile


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A range in a file. Lines and columns count from 1, columns in code points; the end is exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    pointer: str = ""


def pointer_text(pointer: Pointer) -> str:
    """RFC 6901."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer)
