"""Compare tables that hold the same rows: plain ones with the gold rows of everybody's, ``documents`` with what it nests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from corpusbuild.diagnostics.finding import Finding
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
            proof.findings += _differences(read, name, name + BY_ANNOTATOR, split, _gold(read, name, split))
        proof.findings += _differences(read, _DOCUMENTS, _ARTICLES, split, _articles(read, split))
        for name in nested:
            proof.findings += _differences(read, name, _DOCUMENTS, split, _nested(read, name, split))
        tell("comparing tables", done, len(splits))
    if len(proof.findings) == before:
        proof.proved.append("plain tables hold the gold annotator's rows and no others, and documents holds the same rows, nested")


def _differences(read: Read, name: str, other: str, split: str, wanted: Iterator[pa.Table]) -> Iterator[Finding]:
    """Where ``name`` does not hold what ``other`` says, of the columns that both have."""
    cursor = _Cursor(read, name, split)
    for rows in wanted:
        there = cursor.take(len(rows), rows.column_names)
        if there is None or not there.cast(rows.schema).equals(rows):
            yield from rows_out_of_place.differs(cursor.path, name, other, split)
            return
    if cursor.more():
        yield from rows_out_of_place.differs(cursor.path, name, other, split)


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
        groups = self._groups
        # Where the table has no file, the one that says otherwise is looked at.
        self.path = groups[0].path if groups else self.read.groups[_DOCUMENTS, self.split][0].path

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
