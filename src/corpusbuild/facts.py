"""The little that a unit tells the rest of the corpus.

Facts are kept as columns: a row takes two hundred bytes, ten times less than the object that stands for it, so that
a million articles are linked in little memory. Whoever looks at one row gets it as an object (:class:`ArticleFact`,
:class:`AnnotationFact`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, NamedTuple, Self, TypeVar, overload

import numpy as np
import orjson
import pyarrow as pa

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.where import Origin, Pointer
from corpusbuild.similarity import Sketches

Array = np.ndarray[Any, np.dtype[Any]]
Row = TypeVar("Row")

# More articles than this say nothing new about a registry's entry.
_FEW = 3

# Rows that are made into objects at once, and rows that are copied together.
_BATCH, _AT_ONCE = 1024, 1 << 16


class Foreign(NamedTuple):
    """A reference out of a document: to ``key`` of ``table`` in ``article``, or to an article (``table`` is "articles")."""

    pointer: Pointer
    table: str
    article: str
    key: str


class ArticleFact(NamedTuple):
    """What the corpus must know about an article.

    ``sha256`` and ``chars`` are those of its canonical text in UTF-8; ``key`` is its key, where the schema of metadata has one.
    """

    id: str
    origin: Origin
    text_origin: Origin | None
    sha256: str
    chars: int
    detached: bool
    metadata_sha256: str
    group: str | None
    originals: tuple[str, ...]
    foreign: tuple[Foreign, ...]
    key: str | None = None


class AnnotationFact(NamedTuple):
    """What the corpus must know about an annotation document.

    ``faulty`` are the rows (member, index) that cannot be looked into, where the schema refuses it; None where it does not.
    ``rows`` counts those of each nested table, with a key or without.
    """

    article: str
    annotator: str
    origin: Origin
    sha256: str
    keys: dict[str, list[str]]
    foreign: tuple[Foreign, ...]
    faulty: tuple[tuple[str, int], ...] | None = None
    rows: dict[str, int] = {}  # noqa: RUF012  never written to


_NAMES = pa.dictionary(pa.int32(), pa.string())
_PATHS = pa.dictionary(pa.int32(), pa.binary())  # the names of files need not be UTF-8
_HASH = pa.binary(32)

# "more" holds, as JSON, what few rows have or few ask for.
_ARTICLES = pa.schema(
    {
        "id": pa.string(),
        "path": _PATHS,
        "offset": pa.int64(),
        "length": pa.int64(),
        "text_path": _PATHS,
        "sha256": _HASH,
        "chars": pa.int32(),
        "detached": pa.bool_(),
        "metadata_sha256": _HASH,
        "group": pa.string(),
        "key": pa.string(),
        "more": pa.binary(),
    }
)
_ANNOTATIONS = pa.schema(
    {
        "article": pa.string(),
        "annotator": _NAMES,
        "path": _PATHS,
        "offset": pa.int64(),
        "length": pa.int64(),
        "sha256": _HASH,
        "keys": pa.binary(),
        "more": pa.binary(),
    }
)


class Rows(Sequence[Row], Generic[Row]):
    """Facts of one kind, as columns; each is made into an object where it is looked at."""

    SCHEMA: ClassVar[pa.Schema]

    def __init__(self, table: pa.Table | None = None) -> None:
        self.table = self.SCHEMA.empty_table() if table is None else table

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Self:
        """These rows, as columns."""
        return cls(pa.table(cls._columns(rows), schema=cls.SCHEMA))

    @classmethod
    def joined(cls, parts: Iterable[Self]) -> Self:
        """The rows of ``parts``, one after the other, each column in one piece."""
        gathered = _Gathered(cls.SCHEMA)
        for part in parts:
            gathered.add(part.table)
        return cls(gathered.table())

    @classmethod
    def _columns(cls, rows: Sequence[Row]) -> list[pa.Array]:
        raise NotImplementedError

    @staticmethod
    def _row(values: tuple[Any, ...]) -> Row:
        raise NotImplementedError

    def __len__(self) -> int:
        rows: int = self.table.num_rows
        return rows

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: int | slice) -> Row | Self:
        if isinstance(index, slice):
            return self.take(np.arange(len(self))[index])
        (row,) = self._objects(self.table.slice(index, 1))
        return row

    def __iter__(self) -> Iterator[Row]:
        for start in range(0, len(self), _BATCH):
            yield from self._objects(self.table.slice(start, _BATCH))

    def _objects(self, table: pa.Table) -> Iterator[Row]:
        return map(self._row, zip(*(column.to_pylist() for column in table.columns), strict=True))

    def take(self, numbers: Array) -> Self:
        """The rows with these numbers, in this order, and of names only those that they have."""
        taken = self.table.take(pa.array(numbers, pa.int64()))
        columns = [
            column.cast(column.type.value_type).dictionary_encode() if pa.types.is_dictionary(column.type) else column
            for column in taken.columns
        ]
        return type(self)(pa.table(columns, schema=self.SCHEMA))

    def column(self, name: str) -> pa.Array:
        """One column, in one piece."""
        column = self.table.column(name)
        return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()

    def numbers(self, name: str) -> Array:
        """A column of numbers without nulls."""
        numbers: Array = self.column(name).to_numpy(zero_copy_only=False)
        return numbers

    def having(self, name: str) -> Array:
        """The numbers of the rows in which a column is not null."""
        return np.flatnonzero(self.column(name).is_valid().to_numpy(zero_copy_only=False))


class ArticleFacts(Rows[ArticleFact]):
    """What the corpus must know about articles."""

    SCHEMA = _ARTICLES

    @classmethod
    def _columns(cls, rows: Sequence[ArticleFact]) -> list[pa.Array]:
        return [
            pa.array([row.id for row in rows], pa.string()),
            _paths([row.origin.path for row in rows]),
            pa.array([row.origin.offset for row in rows], pa.int64()),
            pa.array([row.origin.length for row in rows], pa.int64()),
            _paths([row.text_origin.path if row.text_origin else None for row in rows]),
            _hashes([row.sha256 for row in rows]),
            pa.array([row.chars for row in rows], pa.int32()),
            pa.array([row.detached for row in rows], pa.bool_()),
            _hashes([row.metadata_sha256 for row in rows]),
            pa.array([row.group for row in rows], pa.string()),
            pa.array([row.key for row in rows], pa.string()),
            _json([(row.originals, _plain(row.foreign)) if row.originals or row.foreign else None for row in rows]),
        ]

    @staticmethod
    def _row(values: tuple[Any, ...]) -> ArticleFact:
        name, path, offset, length, text_path, sha256, chars, detached, metadata_sha256, group, key, more = values
        originals, foreign = ((), ()) if more is None else orjson.loads(more)
        return ArticleFact(
            id=name,
            origin=Origin(os.fsdecode(path), offset, length),
            text_origin=None if text_path is None else Origin(os.fsdecode(text_path)),
            sha256=sha256.hex(),
            chars=chars,
            detached=detached,
            metadata_sha256=metadata_sha256.hex(),
            group=group,
            originals=tuple(originals),
            foreign=_foreign(foreign),
            key=key,
        )

    def referring(self) -> Self:
        """The articles that refer to others."""
        return self.take(self.having("more"))


class AnnotationFacts(Rows[AnnotationFact]):
    """What the corpus must know about annotation documents."""

    SCHEMA = _ANNOTATIONS

    @classmethod
    def _columns(cls, rows: Sequence[AnnotationFact]) -> list[pa.Array]:
        return [
            pa.array([row.article for row in rows], pa.string()),
            _names([row.annotator for row in rows]),
            _paths([row.origin.path for row in rows]),
            pa.array([row.origin.offset for row in rows], pa.int64()),
            pa.array([row.origin.length for row in rows], pa.int64()),
            _hashes([row.sha256 for row in rows]),
            _json([(row.keys, row.rows) for row in rows]),
            _json([(_plain(row.foreign), row.faulty) if row.foreign or row.faulty is not None else None for row in rows]),
        ]

    @staticmethod
    def _row(values: tuple[Any, ...]) -> AnnotationFact:
        article, annotator, path, offset, length, sha256, keys_rows, more = values
        keys, rows = orjson.loads(keys_rows)
        foreign, faulty = ((), None) if more is None else orjson.loads(more)
        faulty = None if faulty is None else tuple((member, index) for member, index in faulty)
        return AnnotationFact(
            article, annotator, Origin(os.fsdecode(path), offset, length), sha256.hex(), keys, _foreign(foreign), faulty, rows
        )

    def referring(self) -> Self:
        """The documents that refer to others, or that are at fault."""
        return self.take(self.having("more"))


class _Gathered:
    """Rows that come part by part, and are copied together a few at a time, so that the memory that parts lie in can go.

    That may be a mapped file, or hold more than these rows.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._waiting: list[pa.Table] = []
        self._pieces: list[list[pa.ChunkedArray]] = []

    def add(self, part: pa.Table) -> None:
        """Take in some rows."""
        self._waiting += [part] if len(part) else []
        if sum(map(len, self._waiting)) >= _AT_ONCE:
            self._put_together()

    def table(self) -> pa.Table:
        """All rows, each column in one piece; what was taken in is gone then."""
        self._put_together()
        columns: list[pa.Array] = []
        for field_ in reversed(self._schema):
            # One column after the other, so that never more than one is there twice.
            chunks = [chunk for piece in self._pieces for chunk in piece.pop().chunks]
            columns.append(pa.chunked_array(chunks, field_.type).unify_dictionaries().combine_chunks())
            del chunks
        pa.default_memory_pool().release_unused()
        return pa.table(columns[::-1], schema=self._schema)

    def _put_together(self) -> None:
        if self._waiting:
            self._pieces.append(pa.concat_tables(self._waiting).unify_dictionaries().combine_chunks().columns)
            self._waiting = []


def strings(column: pa.StringArray) -> Iterator[str]:
    """The strings of a column; few of them are objects at any time."""
    for start in range(0, len(column), _BATCH):
        yield from column.slice(start, _BATCH).to_pylist()


def _names(values: Sequence[str]) -> pa.DictionaryArray:
    numbers: dict[str, int] = {}
    codes = [numbers.setdefault(value, len(numbers)) for value in values]
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(list(numbers), pa.string()))


def _paths(values: Sequence[str | None]) -> pa.DictionaryArray:
    numbers: dict[str, int] = {}
    codes = [None if value is None else numbers.setdefault(value, len(numbers)) for value in values]
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array([os.fsencode(path) for path in numbers], pa.binary()))


def _hashes(values: Sequence[str]) -> pa.Array:
    return pa.array([bytes.fromhex(value) for value in values], _HASH)


def _json(values: Sequence[Any]) -> pa.Array:
    return pa.array([None if value is None else orjson.dumps(value) for value in values], pa.binary())


def _plain(foreign: Iterable[Foreign]) -> list[tuple[Any, ...]]:
    return [tuple(each) for each in foreign]


def _foreign(values: Iterable[Any]) -> tuple[Foreign, ...]:
    return tuple(Foreign(tuple(pointer), table, article, key) for pointer, table, article, key in values)


@dataclass
class Facts:
    """What the scan of some input found.

    ``sketched`` has a sketch for each article, in the same order, uint32 [articles, values]; of several scans together,
    ``sketches`` keeps them. ``unplaceable`` are the articles in which nothing can be looked for, because they could not be read or
    are not canonical; ``unreadable`` the articles whose annotation could not be read whole. What has been
    reported of either is not reported again as something missing. ``nameless`` counts the lines of shards
    that could not be read, so that nobody knows which article they were. ``partial`` says that only some files
    were looked at. ``used`` maps the keys of each
    registry to the first few articles whose annotations refer to them.
    """

    articles: ArticleFacts = field(default_factory=ArticleFacts)
    annotations: AnnotationFacts = field(default_factory=AnnotationFacts)
    sketched: Array | None = None
    sketches: Sketches | None = None
    findings: list[Finding] = field(default_factory=list)
    unplaceable: set[str] = field(default_factory=set)
    unreadable: set[str] = field(default_factory=set)
    nameless: int = 0
    partial: bool = False
    used: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)

    @classmethod
    def joined(cls, parts: Iterable[Facts], sketches: Sketches) -> Facts:
        """What several scans found, in their order."""
        whole = cls(sketches=sketches)
        articles, annotations = _Gathered(ArticleFacts.SCHEMA), _Gathered(AnnotationFacts.SCHEMA)
        for part in parts:
            articles.add(part.articles.table)
            annotations.add(part.annotations.table)
            if part.sketched is not None:
                sketches.append(part.sketched)
                part.sketched = None
            whole.findings += part.findings
            whole.unplaceable |= part.unplaceable
            whole.unreadable |= part.unreadable
            whole.nameless += part.nameless
            whole.partial |= part.partial
            for table, keys in part.used.items():
                known = whole.used.setdefault(table, {})
                for key, those in keys.items():
                    there = known.get(key, ())
                    if len(there) < _FEW:
                        known[key] = tuple(dict.fromkeys((*there, *those)))[:_FEW] if there else those
        whole.articles, whole.annotations = ArticleFacts(articles.table()), AnnotationFacts(annotations.table())
        return whole

    @property
    def silent(self) -> bool:
        """Whether there is nothing to report, and nothing that could not be read."""
        return not (self.findings or self.unplaceable or self.unreadable or self.nameless or self.partial)

    def use(self, table: str, keys: Iterable[str], article: str) -> None:
        """Note that an annotation of ``article`` refers to these keys of a registry."""
        known = self.used.setdefault(table, {})
        for key in keys:
            there = known.get(key, ())
            if len(there) < _FEW and article not in there:
                known[key] = (*there, article)
