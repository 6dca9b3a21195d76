"""Read the rows of a table article by article, from all of its splits at once, and hold no more than a few batches.

Rows stand in the order of article ids in every split (``docs/decisions/0003-what-decides-the-bytes.md``), so that two
data sets are compared as two sorted lists are, however large they are.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpusbuild.difference.fields import Field
from corpusbuild.errors import CannotGoOn

# Rows of a batch; an article's text is larger than an annotation.
BATCH, TEXTS = 1024, 64
_BUFFER = 1 << 20

PART = 1 << 16
"""The rows of a registry that are compared at once."""


@dataclass(frozen=True)
class Side:
    """A data set that is compared: what the user called it, where it lies, and its manifest, which has been judged."""

    place: str
    folder: Path
    manifest: Mapping[str, Any]

    def table(self, name: str) -> Mapping[str, Any]:
        """What the manifest says of a table; of one that is not there, that it has nothing."""
        table: Mapping[str, Any] = self.manifest["tables"].get(name, {"rows": 0, "fields": [], "splits": {}})
        return table

    def fields(self, name: str) -> tuple[Field, ...]:
        """The columns of a table."""
        return tuple(Field.of(each) for each in self.table(name)["fields"])

    def digests(self, name: str) -> dict[str, str]:
        """The digest of each split of a table."""
        return {split: each["digest"] for split, each in self.table(name)["splits"].items()}


@dataclass(frozen=True, slots=True)
class Run:
    """The rows of one article that stand together in one split."""

    article: str
    split: str
    rows: pa.Table


@dataclass(frozen=True, slots=True)
class Reading:
    """What to read of a table: columns, splits, and whose rows to leave out (None stands for those without an annotator)."""

    table: str
    columns: tuple[str, ...]
    splits: tuple[str, ...]
    without: frozenset[str | None] = frozenset()


def runs(side: Side, reading: Reading) -> Iterator[Run]:
    """The rows of each article, in the order of article ids. Raises :class:`CannotGoOn` where they are not in order."""
    streams = [_runs_of_split(side, reading, split) for split in reading.splits]
    for article, several in groupby(merge(*streams, key=attrgetter("article")), key=attrgetter("article")):
        found = list(several)
        if len({run.split for run in found}) > 1:
            raise _damaged(f'"{article}" is in two splits of {reading.table}', side)
        yield Run(article, found[0].split, pa.concat_tables([run.rows for run in found]) if len(found) > 1 else found[0].rows)


def _runs_of_split(side: Side, reading: Reading, split: str) -> Iterator[Run]:
    before = ""
    for batch in _batches(side, reading, split):
        encoded = pc.run_end_encode(batch["article_id"].combine_chunks())
        start = 0
        for end, article in zip(encoded.run_ends.to_pylist(), encoded.values.to_pylist(), strict=True):
            if article is None or article < before:  # code points sort as their UTF-8 does
                raise _damaged(f"the rows of {reading.table} are not in the order of article ids", side)
            yield Run(article, split, batch.slice(start, end - start))
            start, before = end, article


def part_of_registry(side: Side, reading: Reading, by: Sequence[str], part: int, parts: int) -> list[tuple[int, dict[str, Any]]]:
    """One of so many parts of the rows of a registry, by the hash of the columns ``by``: equal keys are in one part.

    Each with its position in the table.
    """
    batches = (batch for split in reading.splits for batch in _batches(side, reading, split))
    rows = enumerate(row for batch in batches for row in batch.to_pylist())
    return [(i, row) for i, row in rows if parts == 1 or _hash(row, by) % parts == part]


def _hash(row: dict[str, Any], by: Sequence[str]) -> int:
    return zlib.crc32(repr([row[name] for name in by]).encode("utf-8", "surrogatepass"))


def _batches(side: Side, reading: Reading, split: str) -> Iterator[pa.Table]:
    """The rows of one split, a batch at a time."""
    size = TEXTS if "text" in reading.columns else BATCH
    for name in side.table(reading.table)["splits"][split]["files"]:
        with readable(side, name), pq.ParquetFile(side.folder / name, buffer_size=_BUFFER, pre_buffer=False) as file:
            lacking = set(reading.columns) - set(file.schema_arrow.names)
            if lacking:
                raise _damaged(f"{name} has no column {min(lacking)}", side)
            for batch in file.iter_batches(batch_size=size, columns=list(reading.columns), use_threads=False):
                # Columns come in the file's order, whichever was asked for.
                yield _without(pa.Table.from_batches([batch]).select(list(reading.columns)), reading.without)


def _without(rows: pa.Table, annotators: frozenset[str | None]) -> pa.Table:
    if not annotators:
        return rows
    column = rows["annotator"]
    unwanted = pc.is_in(column, pa.array([each for each in annotators if each is not None], pa.string()))
    if None in annotators:
        unwanted = pc.or_(unwanted, column.is_null())
    return rows.filter(pc.invert(unwanted))


def check_counts(side: Side) -> None:
    """Raise :class:`CannotGoOn` where a table has not as many rows as its manifest says; Parquet files are asked how many they have."""
    for name, table in side.manifest["tables"].items():
        for split, said in table["splits"].items():
            rows = sum(_rows(side, path) for path in said["files"])
            if rows != said["rows"]:
                raise _damaged(f"{name} ({split}) has {rows:,} rows, and its manifest says {said['rows']:,}", side)
        total = sum(said["rows"] for said in table["splits"].values())
        if total != table["rows"]:
            raise _damaged(f"{name} has {total:,} rows in its splits, and its manifest says {table['rows']:,} in all", side)


def _rows(side: Side, name: str) -> int:
    with readable(side, name):
        if not (side.folder / name).is_file():
            raise _damaged(f"{name} is not there, or is no file", side)
        return int(pq.read_metadata(side.folder / name).num_rows)


@contextmanager
def readable(side: Side, name: str) -> Iterator[None]:
    """Read a file of a data set. Raises :class:`CannotGoOn` where that cannot be."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise _damaged(f"{name} cannot be read: {(str(error).splitlines() or [type(error).__name__])[0]}", side) from error


def _damaged(message: str, side: Side) -> CannotGoOn:
    return CannotGoOn(message, side.place, f"`corpusbuild verify {side.place}` says what is wrong")
