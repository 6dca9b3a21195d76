"""What a format's reader gives and its writer takes: documents of rows, with the place of every record in the source.

A reader turns the records of a tool into rows of tables that it declares, as they are: nothing is renamed, merged or left out.
What becomes of them (the offsets' unit, the corpus's files, a mapping to other tables) is decided elsewhere, for all formats.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from corpusbuild.agreement.reading import Reading
from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.plan import Entry
from corpusbuild.schema.shape import Shape


class At(NamedTuple):
    """Where a record stands in the source: a path below its root, and a line from 1, or 0 for the file as a whole."""

    path: str
    line: int = 0


class Segment(NamedTuple):
    """A piece of text as a tool points at it: half-open, in the tool's unit; ``words`` as the source stores them, if it does."""

    start: int
    end: int
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """The value of an anchor: one segment, or several for a discontinuous span, in text order.

    ``joined`` are the words of all segments with one space between two, for a source that stores them so; segments have none then.
    ``found``: the source has no offsets, and these are code points of its text where the words were found.
    """

    segments: tuple[Segment, ...]
    joined: str | None = None
    found: bool = False


class Kind(StrEnum):
    """What a column holds. A label is a string of a closed set, which is put together from all documents and ``labels``."""

    STRING = "string"
    LABEL = "label"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    WORDS = "words"
    """A :class:`Words` of one segment."""
    SEGMENTS = "segments"
    """A :class:`Words` of any number of segments."""
    REFERENCE = "reference"
    """The key of a row of ``table`` in the same document."""
    OBJECT = "object"
    """An object with ``columns`` of its own; only where a mapping makes it."""
    JSON = "json"
    """Any value of JSON; only where a mapping makes it."""


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column of a table; ``many`` for a list of such values. Whether it can be null is seen from the rows.

    Of a column that a schema has, ``optional`` says that it can be null, and ``within`` which anchor its words lie in.
    """

    name: str
    kind: Kind
    many: bool = False
    table: str = ""
    labels: tuple[str, ...] = ()
    description: str = ""
    columns: tuple[ColumnSpec, ...] = ()
    optional: bool = False
    within: str | None = None
    declared: bool = False
    """Whether the source declares it, so that it is kept where no row has a value."""

    owner: bool = False
    """Whether it names the row that this one is a part of: one record of the source makes both."""

    @property
    def listed(self) -> bool:
        """Whether its value is a list."""
        return self.many or self.kind is Kind.SEGMENTS


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table of rows; ``key`` is the column whose values are unique in a document, if any is."""

    name: str
    columns: tuple[ColumnSpec, ...]
    key: str | None = "id"
    description: str = ""


@dataclass(slots=True)
class Row:
    """A record of the source as a row: its values by column (absent is null), and where it stands."""

    table: str
    values: dict[str, Any]
    at: At


@dataclass(slots=True)
class Document:
    """A text as one annotator annotated it, or a machine (``predicted``).

    ``text`` is as the source has it, decoded but with its own line ends, and None where another document of the same name has
    it; ``metadata`` becomes the article's. ``findings`` are about records that were refused: the rest was read all the same.
    The ``annotator`` is empty where nobody annotated the text. One without a text and an annotator is no document: it only tells
    the ``findings`` about what could not be read at all.
    """

    name: str
    annotator: str
    text: str | None
    at: At
    rows: list[Row] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)
    predicted: bool = False
    findings: list[Finding] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


class Change(NamedTuple):
    """A record that was kept otherwise than it stood in the source, and how."""

    at: At
    how: str


@dataclass(frozen=True, slots=True)
class Source:
    """What is imported: a folder or a file; ``options`` are those of the format, as the command line gives them."""

    path: Path
    options: Mapping[str, str] = field(default_factory=dict)


class Unit(StrEnum):
    """What offsets count."""

    CODE_POINTS = "code-points"
    UTF16 = "utf-16"
    UTF8 = "utf-8"


class Reader(Protocol):
    """A format that can be read. ``unit`` is the documented one, for spans without words; None where the user must give it."""

    name: str
    unit: Unit | None

    def tables(self, source: Source) -> Sequence[TableSpec]:
        """The tables that documents of this source have rows of; what cannot be known before is found while reading."""
        ...

    def documents(self, source: Source) -> Iterator[Document]:
        """The documents, one by one, in the order of their names.

        Raises :class:`~corpusbuild.errors.CannotGoOn` for a source that is not of this format at all.
        """
        ...


Losses = Counter[tuple[str, str]]
"""``table.column``, and why its values are not carried → how many."""


@dataclass(frozen=True, slots=True)
class Exporting:
    """What is exported: the corpus's name, what its schemas mean, its annotators, and those of them that are systems.

    For formats that put a mapping beside the data: the schemas by their files, the registries' entries by table, and who is gold.
    """

    name: str
    shape: Shape
    annotators: tuple[str, ...]
    systems: frozenset[str] = frozenset()
    include_detached_text: bool = False
    schemas: Mapping[str, Any] = field(default_factory=dict)
    entries: Mapping[str, Sequence[Entry]] = field(default_factory=dict)
    gold: str | None = None

    def text(self, article: Article) -> str | None:
        """The text of an article where it may be written."""
        return article.text if not article.detached or self.include_detached_text else None


class Writer(Protocol):
    """A format that can be written: files of each document, by their paths, and those of the whole at the end.

    Documents come article by article. What is given for one path several times is put together in one file, in that order.
    What a format cannot carry is counted in ``losses`` while the contents are made, which costs no file.
    """

    name: str
    losses: Losses

    def document(self, reading: Reading) -> Mapping[str, str]:
        """The files of an article as one annotator annotated it."""
        ...

    def bare(self, article: Article) -> Mapping[str, str]:
        """The files of an article that nobody annotated."""
        ...

    def finish(self) -> Mapping[str, str]:
        """The files that take all documents to know."""
        ...
