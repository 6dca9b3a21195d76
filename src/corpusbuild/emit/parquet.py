"""The Parquet files of a table, a row group for each block; and the lines of a lock in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpusbuild.emit.assembly import Assembly
from corpusbuild.emit.digest import table_digest
from corpusbuild.emit.row_groups import RowGroup

# A file ends with the block that passes this size.
FILE_BYTES = 512 << 20


@dataclass
class TableWriter:
    """Writes the part of a table that is in one split: ``data/<table>/<split>-00000-of-00001.parquet``."""

    folder: Path
    split: str
    rows: int = 0
    num_bytes: int = 0
    groups: list[bytes] = field(default_factory=list)
    _file: Assembly | None = None
    _hashes: dict[Path, str] = field(default_factory=dict)

    def write(self, group: RowGroup) -> None:
        """Append one row group; nothing for one without rows."""
        if not group.rows:
            return
        if self._file is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._file = Assembly(self.folder / f"{self.split}-{len(self._hashes):05d}.parquet", group.schema)
        self._file.append(group)
        self.rows += group.rows
        self.num_bytes += group.num_bytes
        self.groups.append(group.digest)
        if self._file.size > FILE_BYTES:
            self._close_file()

    def close(self) -> dict[Path, str]:
        """Finish, and return the files, named by how many there are, each with its SHA-256."""
        self._close_file()
        named: dict[Path, str] = {}
        for i, (path, sha256) in enumerate(self._hashes.items()):
            name = path.with_name(f"{self.split}-{i:05d}-of-{len(self._hashes):05d}.parquet")
            path.rename(name)
            named[name] = sha256
        return named

    @property
    def digest(self) -> str:
        """The digest of the content written so far."""
        return table_digest(self.groups)

    def _close_file(self) -> None:
        if self._file is not None:
            self._hashes[self._file.path] = self._file.close()
            self._file = None


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
