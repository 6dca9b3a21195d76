"""Compare tables that hold the same rows: plain ones with the gold rows of everybody's, ``documents`` with what it nests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from corpusbuild.release.manifests import MANIFEST
from corpusbuild.release.proof import Proof
from corpusbuild.release.verifying_tables import Group, Read
from corpusbuild.rules import rows_out_of_place
from corpusbuild.schema.arrow import arrow_schema
from corpusbuild.schema.shape import Shape
from corpusbuild.schema.vocabulary import BY_ANNOTATOR

_ARTICLES, _DOCUMENTS = "articles", "documents"


def check_rows(read: Read, shape: Shape, proof: Proof, tell: Callable[[str, int, int], None]) -> None:
    """Row by row, a row group at a time, in every split."""
    before = len(proof.findings)
    splits = read.splits(_ARTICLES)
    nested = [table.name for table in shape.tables]
    for done, split in enumerate(splits, start=1):
        for name in (*nested, "annotations"):
            differing = _differing(read, name, split, _gold(read, name, split))
            if differing is not None:
                proof.findings += rows_out_of_place.differs(differing, name, name + BY_ANNOTATOR, split)
            elif name in nested and _differing(read, name, split, _nested(read, name, split)) is not None:
                # The other two agree.
                proof.findings += rows_out_of_place.differs(_first(read, _DOCUMENTS, split), _DOCUMENTS, name, split)
        differing = _differing(read, _DOCUMENTS, split, _articles(read, split))
        if differing is not None:
            proof.findings += rows_out_of_place.differs(differing, _DOCUMENTS, _ARTICLES, split)
        tell("comparing tables", done, len(splits))
    if len(proof.findings) == before:
        proof.proved.append("plain tables hold the gold annotator's rows and no others, and documents holds the same rows, nested")


def _differing(read: Read, name: str, split: str, wanted: Iterator[pa.Table]) -> str | None:
    """The file where ``name`` first does not hold ``wanted``, of the columns that these have; None where it holds them all."""
    cursor = _Cursor(read, name, split)
    for rows in wanted:
        there = cursor.take(len(rows), rows.column_names)
        if there is None or not there.cast(rows.schema).equals(rows):
            return cursor.path
    return cursor.path if cursor.more() else None


def _first(read: Read, name: str, split: str) -> str:
    """A file of a table; where it has none, the manifest, which should name one."""
    groups = read.groups.get((name, split), [])
    return groups[0].path if groups else MANIFEST


def _gold(read: Read, name: str, split: str) -> Iterator[pa.Table]:
    """The gold rows of everybody's table, with the columns of the plain one."""
    columns = [column.name for column in read.columns[name]]
    for group in read.groups.get((name + BY_ANNOTATOR, split), ()):
        table = read.rows(group)
        yield table.filter(pc.equal(table["annotator"], pa.scalar(read.data_set.gold, pa.string()))).select(columns)


def _articles(read: Read, split: str) -> Iterator[pa.Table]:
    for group in read.groups.get((_ARTICLES, split), ()):
        yield read.rows(group)


def _nested(read: Read, name: str, split: str) -> Iterator[pa.Table]:
    """The rows of one table as ``documents`` nests them, each with its article."""
    for group in read.groups.get((_DOCUMENTS, split), ()):
        table = read.rows(group, ["article_id", name])
        lists = table[name].combine_chunks()
        items = pc.list_flatten(lists)
        ids = table["article_id"].combine_chunks().take(pc.list_parent_indices(lists))
        fields = [pc.struct_field(items, [i]) for i in range(items.type.num_fields)]
        yield pa.table([ids, *fields], names=["article_id", *(each.name for each in items.type)])


@dataclass
class _Cursor:
    """Takes the rows of one split of a table, so many at a time."""

    read: Read
    name: str
    split: str
    path: str = ""
    _at: int = 0
    _waiting: pa.Table | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.path = _first(self.read, self.name, self.split)

    @property
    def _groups(self) -> list[Group]:
        return self.read.groups.get((self.name, self.split), [])

    def take(self, count: int, columns: list[str]) -> pa.Table | None:
        """The next ``count`` rows, of some columns; None where there are not so many."""
        parts: list[pa.Table] = []
        while count and self.more():
            table = self._waiting
            if table is None:
                self.path = self._groups[self._at].path
                table = self.read.rows(self._groups[self._at])
            part = table.slice(0, count)
            parts.append(part.select(columns))
            count -= len(part)
            self._waiting = table.slice(len(part)) if len(part) < len(table) else None
            self._at += self._waiting is None
        if count:
            return None
        return pa.concat_tables(parts).combine_chunks() if parts else self._empty(columns)

    def more(self) -> bool:
        """Whether there are rows that were not taken."""
        return self._at < len(self._groups)

    def _empty(self, columns: list[str]) -> pa.Table:
        by_name = {column.name: column for column in self.read.columns[self.name]}
        return arrow_schema(by_name[name] for name in columns).empty_table()
