"""The Parquet files of a table, a row group for each block; and the lines of a lock in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from corpusbuild.emit.assembly import Assembly
from corpusbuild.emit.digest import table_digest
from corpusbuild.emit.following import Following, Source, Standing
from corpusbuild.emit.row_groups import RowGroup

# A file ends with the block that passes this size.
FILE_BYTES = 512 << 20


@dataclass
class TableWriter:
    """Writes the part of a table that is in one split: ``data/<table>/<split>-00000-of-00001.parquet``.

    Where a file would be the same as one that stands, it is linked; ``standing`` has these by the key of their first row group.
    """

    folder: Path
    split: str
    standing: Mapping[str, Standing] = field(default_factory=dict)
    rows: int = 0
    num_bytes: int = 0
    groups: list[bytes] = field(default_factory=list)
    _file: Assembly | Following | None = None
    _keys: list[str] = field(default_factory=list)
    """Those of the row groups of the file."""
    _finished: list[_Finished] = field(default_factory=list)

    def write(self, group: RowGroup) -> None:
        """Append one row group; nothing for one without rows."""
        self.add(Source.of(group))

    def add(self, source: Source) -> None:
        """Append one row group, which may be asked for later, if at all; nothing for one without rows."""
        if not source.extent.rows:
            return
        if self._file is None and source.key in self.standing:
            self._file = Following(self._next_path(), self.standing[source.key])
        if not (isinstance(self._file, Following) and self._file.goes_on_with(source)):
            group = source.load()
            if self._file is None:
                self._file = Assembly(self._next_path(), group.schema)
            elif isinstance(self._file, Following):
                self._file = self._file.written()
            self._file.append(group)
        self._keys.append(source.key)
        self.rows += source.extent.rows
        self.num_bytes += source.extent.num_bytes
        self.groups.append(source.extent.digest)
        if self._file.size > FILE_BYTES:
            self._close_file()

    def close(self) -> dict[Path, Written]:
        """Finish, and return the files, named by how many there are."""
        self._close_file()
        named: dict[Path, Written] = {}
        for i, (file, keys) in enumerate(self._finished):
            sha256 = file.close()
            name = file.path.with_name(f"{self.split}-{i:05d}-of-{len(self._finished):05d}.parquet")
            file.path.rename(name)
            named[name] = Written(sha256, keys)
        return named

    def discard(self) -> None:
        """Let go of the file that is not finished, if there is one: it would take room on the disk for as long as it is open."""
        if isinstance(self._file, Assembly):
            self._file.discard()

    @property
    def digest(self) -> str:
        """The digest of the content written so far."""
        return table_digest(self.groups)

    def _next_path(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f"{self.split}-{len(self._finished):05d}.parquet"

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.end()
            self._finished.append(_Finished(self._file, tuple(self._keys)))
            self._file, self._keys = None, []


class _Finished(NamedTuple):
    file: Assembly | Following
    keys: tuple[str, ...]


class Written(NamedTuple):
    """What there is to know of a file that was written: its SHA-256, and the keys of its row groups."""

    sha256: str
    keys: tuple[str, ...]


# ---- lines of a lock ----


def lines_file(articles: Iterable[str], lines: Iterable[bytes]) -> bytes:
    """The bytes of a file with the lines of a lock's articles, which are JSON: the article's id, and its line."""
    table = pa.table({"article": pa.array(articles, pa.string()), "line": pa.array([line.decode() for line in lines], pa.string())})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    data: bytes = sink.getvalue().to_pybytes()
    return data


def read_lines(data: bytes) -> Iterator[bytes]:
    """The lines that :func:`lines_file` holds."""
    for batch in pq.ParquetFile(pa.BufferReader(data)).iter_batches(columns=["line"]):
        yield from (str(line).encode() for line in batch.column(0))
