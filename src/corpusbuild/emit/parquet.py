"""Write tables to Parquet, a row group for each block; the only module that does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpusbuild.emit.digest import row_group_digest, table_digest

# A file ends with the block that passes this size.
FILE_BYTES = 512 << 20


@dataclass
class TableWriter:
    """Writes the part of a table that is in one split: ``data/<table>/<split>-00000-of-00001.parquet``.

    Every call of :meth:`write` becomes one row group, from one contiguous chunk: the same rows in another
    chunk layout give other bytes.
    """

    folder: Path
    split: str
    rows: int = 0
    num_bytes: int = 0
    groups: list[bytes] = field(default_factory=list)
    _writer: pq.ParquetWriter | None = None
    _paths: list[Path] = field(default_factory=list)

    def write(self, table: pa.Table) -> None:
        """Append ``table`` as one row group; nothing for a table without rows."""
        if not table.num_rows:
            return
        table = table.combine_chunks()
        if self._writer is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._paths.append(self.folder / f"{self.split}-{len(self._paths):05d}.parquet")
            self._writer = pq.ParquetWriter(
                self._paths[-1],
                table.schema,
                compression="zstd",
                compression_level=3,
                use_content_defined_chunking=True,
                write_page_index=True,
            )
        self._writer.write_table(table, row_group_size=table.num_rows)
        self.rows += table.num_rows
        self.groups.append(row_group_digest(table))
        if self._paths[-1].stat().st_size > FILE_BYTES:
            self._close_file()

    def close(self) -> list[Path]:
        """Finish, and return the files, named by how many there are."""
        self._close_file()
        named = [path.with_name(f"{self.split}-{i:05d}-of-{len(self._paths):05d}.parquet") for i, path in enumerate(self._paths)]
        for path, name in zip(self._paths, named, strict=True):
            path.rename(name)
        return named

    @property
    def digest(self) -> str:
        """The digest of the content written so far."""
        return table_digest(self.groups)

    def _close_file(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
            written = pq.read_metadata(self._paths[-1])
            self.num_bytes += sum(written.row_group(i).total_byte_size for i in range(written.num_row_groups))


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
