"""Read every row group once: columns, order, counts and digests, and what the card is to say of it all.

No more than one row group is held at a time. What is kept of each is where it lies and which articles it begins and
ends with, so that later steps find any article's rows without reading a table from its start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpusbuild.emit.digest import row_group_digest, table_digest
from corpusbuild.emit.summary import SplitSummary, Summary, TableSummary
from corpusbuild.emit.tally import Tally
from corpusbuild.errors import CannotGoOn
from corpusbuild.release.dataset import DataSet
from corpusbuild.release.proof import Proof, counted
from corpusbuild.rules import (
    columns_differ_from_schema,
    digest_mismatch,
    row_count_mismatch,
    rows_out_of_place,
    unreadable_data,
)
from corpusbuild.schema.arrow import arrow_schema
from corpusbuild.schema.shape import Column, Shape
from corpusbuild.tables import plain_columns, table_columns

# More than any row group that is written here has: 4,096 articles with all that is said of them.
MOST_ROWS = 1 << 23
MOST_BYTES = 1 << 31
_RUN, _RUN_BYTES = 4096, 1 << 29  # the most that is unpacked before it is counted
_KEEP = 16


class Group(NamedTuple):
    """A row group: its file, its number there, the row of the file that it begins with, its first and its last article."""

    path: str
    number: int
    start: int
    first: str
    last: str


@dataclass
class Read:
    """What one reading of all rows told. ``groups`` are those of each table and split; ``summary`` is what was built."""

    data_set: DataSet
    columns: dict[str, tuple[Column, ...]]
    groups: dict[tuple[str, str], list[Group]] = field(default_factory=dict)
    summary: Summary | None = None
    _open: dict[str, pq.ParquetFile] = field(default_factory=dict)

    def rows(self, group: Group, columns: list[str] | None = None) -> pa.Table:
        """The rows of a group, of all columns or some."""
        return self.open(group.path).read_row_group(group.number, columns=columns)

    def open(self, path: str) -> pq.ParquetFile:
        """A file of the data set; a few are held open."""
        if path not in self._open:
            while len(self._open) >= _KEEP:
                self._open.pop(next(iter(self._open))).close()
            self._open[path] = pq.ParquetFile(self.data_set.folder / path)
        return self._open[path]

    def close(self) -> None:
        """Close every file."""
        while self._open:
            self._open.popitem()[1].close()

    def splits(self, table: str) -> list[str]:
        """The splits in which a table has rows."""
        return [split for name, split in self.groups if name == table]


def survey(data_set: DataSet, shape: Shape, sound: frozenset[str], proof: Proof, tell: Callable[[str, int, int], None]) -> Read:
    """Read every row; ``sound`` are the files that have their hash, and only they are looked into."""
    read = Read(data_set, table_columns(shape))
    tables: dict[str, TableSummary] = {}
    tally = Tally(plain_columns(shape))
    detached, before = 0, len(proof.findings)
    for done, (name, columns) in enumerate(read.columns.items(), start=1):
        splits: dict[str, SplitSummary] = {}
        for split in _in_order(data_set, name):
            paths = [path.relative_to(data_set.folder).as_posix() for path in data_set.files(name, split)]
            if not sound.issuperset(paths):
                continue
            part = _Part(read, name, split, columns)
            for path in paths:
                for table in part.tables(path, proof):
                    detached += table["text"].null_count if name == "articles" else 0
                    tally.add(split, {name: table})
            part.compare(paths[0], proof)
            splits[split] = SplitSummary(part.rows, part.num_bytes, tuple(paths), table_digest(part.digests))
        tables[name] = TableSummary(columns, splits)
        _check_sum(data_set, name, proof)
        tell("reading tables", done, len(read.columns))
    sizes = {path: facts["bytes"] for path, facts in data_set.manifest["files"].items() if path.startswith("data/")}
    read.summary = Summary(
        tables,
        tuple(data_set.manifest["splits"]),
        data_set.gold,
        sizes,
        fields=tally.summary(),
        detached=detached,
        included=data_set.manifest["detached"]["included"],
    )
    if len(proof.findings) == before:
        rows = sum(table.rows for table in tables.values())
        groups = sum(len(each) for each in read.groups.values())
        proof.proved.append(
            f"{counted(rows, 'row')} in {counted(groups, 'row group')}, as many as manifest.json says, in their columns and their order, "
            "each table with the digest of its content"
        )
    return read


def _in_order(data_set: DataSet, name: str) -> list[str]:
    """The splits of a table as they are listed: those of the config, then others."""
    if name not in data_set.tables:
        return []
    splits = data_set.splits(name)
    first = [split for split in data_set.manifest["splits"] if split in splits]
    return [*first, *(split for split in splits if split not in first)]


def _check_sum(data_set: DataSet, name: str, proof: Proof) -> None:
    if name in data_set.tables:
        rows = sum(data_set.rows(name, split) for split in data_set.splits(name))
        if rows != data_set.rows(name):
            proof.findings += row_count_mismatch.of_sum(name, rows, data_set.rows(name))


@dataclass
class _Part:
    """One split of one table, as it is read."""

    read: Read
    name: str
    split: str
    columns: tuple[Column, ...]
    rows: int = 0
    num_bytes: int = 0
    digests: list[bytes] = field(default_factory=list)
    failed: bool = False
    last: str = ""

    def tables(self, path: str, proof: Proof) -> Iterator[pa.Table]:
        """The row groups of a file; none from where it is found at fault."""
        before = len(proof.findings)
        file = self._open(path, proof)
        at = 0
        if file is None:
            self.failed = True
            return
        for number in range(file.num_row_groups):
            table = self._group(file, path, number, proof)
            if table is None:
                break
            self._place(table, path, number, at, proof)
            at += len(table)
            self.rows += len(table)
            self.num_bytes += file.metadata.row_group(number).total_byte_size
            self.digests.append(row_group_digest(table))
            yield table
        self.failed |= len(proof.findings) > before

    def compare(self, path: str, proof: Proof) -> None:
        """Rows and digest against the manifest; nothing more is said of what could not be read."""
        said = self.read.data_set.manifest["tables"][self.name]["splits"][self.split]
        if self.failed:
            return
        if self.rows != said["rows"]:
            proof.findings += row_count_mismatch.check(path, f"{self.name} ({self.split})", self.rows, said["rows"])
        if table_digest(self.digests) != said["digest"]:
            proof.findings += digest_mismatch.of_content(path, self.name, self.split)

    def _open(self, path: str, proof: Proof) -> pq.ParquetFile | None:
        try:
            file = self.read.data_set.open_parquet(self.read.data_set.folder / path)
            schema = file.schema_arrow
        except (CannotGoOn, pa.ArrowException, OSError) as error:
            proof.findings += unreadable_data.check(path, error.message if isinstance(error, CannotGoOn) else _why(error))
            return None
        wanted = arrow_schema(self.columns)
        if not schema.equals(wanted):
            proof.findings += columns_differ_from_schema.of_file(path, self.name, _difference(schema, wanted))
            return None
        return file

    def _group(self, file: pq.ParquetFile, path: str, number: int, proof: Proof) -> pa.Table | None:
        facts = file.metadata.row_group(number)
        if not 0 < facts.num_rows <= MOST_ROWS or facts.total_byte_size > MOST_BYTES:
            why = f"row group {number} says that it has {facts.num_rows:,} rows in {facts.total_byte_size:,} bytes"
            proof.findings += unreadable_data.check(path, why)
            return None
        try:
            table = _bounded(file, number)
            table.validate(full=True)
        except (pa.ArrowException, OSError, MemoryError) as error:
            proof.findings += unreadable_data.check(path, _why(error))
            return None
        if len(table) != facts.num_rows:
            proof.findings += unreadable_data.check(path, f"row group {number} has not the rows that it says")
            return None
        return table

    def _place(self, table: pa.Table, path: str, number: int, start: int, proof: Proof) -> None:
        """Note where the group lies; rows stand in the order of their articles, and no article is in two groups."""
        first = last = ""
        if self.columns[0].name == "article_id":
            ids = table["article_id"].combine_chunks()
            first, last = ids[0].as_py(), ids[len(ids) - 1].as_py()
            falls = pc.less(ids[1:], ids[:-1]).to_numpy(zero_copy_only=False).nonzero()[0]
            again = bool(self.read.groups.get((self.name, self.split))) and first <= self.last
            if again or len(falls):
                row = 0 if again else int(falls[0]) + 1
                proof.findings += rows_out_of_place.check(path, start + row, ids[row].as_py())
            self.last = last
        self.read.groups.setdefault((self.name, self.split), []).append(Group(path, number, start, first, last))


def _bounded(file: pq.ParquetFile, number: int) -> pa.Table:
    """The rows of a group, read in runs so short that one cannot unpack to much more than the group may hold.

    One long value that a dictionary repeats for every row takes hardly a byte in the file.
    """
    facts = file.metadata.row_group(number)
    longest = max((facts.column(i).total_uncompressed_size for i in range(facts.num_columns)), default=0)
    run = min(max(_RUN_BYTES // max(longest, 1), 1), _RUN)
    parts: list[pa.RecordBatch] = []
    size = 0
    for batch in file.iter_batches(batch_size=run, row_groups=[number]):
        size += batch.nbytes
        if size > MOST_BYTES:
            raise MemoryError(f"row group {number} unpacks to more than {MOST_BYTES:,} bytes")
        parts.append(batch)
    return pa.Table.from_batches(parts, schema=file.schema_arrow).combine_chunks()


def _why(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _difference(there: pa.Schema, wanted: pa.Schema) -> str:
    """The first column that is not as it should be."""
    for name in wanted.names:
        if there.names.count(name) != 1:
            return f'"{name}" is missing' if name not in there.names else f'"{name}" is there twice'
        if not there.field(name).equals(wanted.field(name)):
            return f'"{name}" is {there.field(name).type}'
    extra = next((name for name in there.names if name not in wanted.names), None)
    return f'"{extra}" is one too many' if extra is not None else "they stand in another order"
