"""The pages of a Parquet file, byte for byte: what a content-addressed store would send again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq


@dataclass
class _Compact:
    """Reads Thrift's compact protocol, as far as page headers need it."""

    data: bytes
    at: int

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def struct(self) -> dict[int, int]:
        """Read a struct, and return its integers by field number."""
        found: dict[int, int] = {}
        number = 0
        while head := self.data[self.at]:
            self.at += 1
            number = number + (head >> 4) if head >> 4 else self._signed()
            value = self.value(head & 0x0F)
            if value is not None:
                found[number] = value
        self.at += 1
        return found

    def value(self, kind: int) -> int | None:
        if kind in {4, 5, 6}:
            return self._signed()
        if kind == 12:
            self.struct()
        elif kind == 8:
            length = self.varint()
            self.at += length
        elif kind == 3:
            self.at += 1
        elif kind not in {1, 2}:
            raise ValueError(f"no page header has a value of kind {kind}")
        return None

    def _signed(self) -> int:
        value = self.varint()
        return (value >> 1) ^ -(value & 1)


def pages(path: Path) -> list[bytes]:
    """Every page of every column: its header and its data."""
    data = path.read_bytes()
    metadata = pq.read_metadata(path)
    found: list[bytes] = []
    for group in range(metadata.num_row_groups):
        for number in range(metadata.num_columns):
            column = metadata.row_group(group).column(number)
            at = column.dictionary_page_offset or column.data_page_offset
            end = at + column.total_compressed_size
            while at < end:
                reader = _Compact(data, at)
                compressed = reader.struct()[3]
                found.append(data[at : reader.at + compressed])
                at = reader.at + compressed
            assert at == end
    return found


def changed(old: list[bytes], new: list[bytes]) -> float:
    """The share of the bytes of ``new`` in pages that ``old`` does not have."""
    known = set(old)
    return sum(len(page) for page in new if page not in known) / sum(map(len, new))
