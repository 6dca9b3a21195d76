"""A digest of a table's content that no library's version can change. ``docs/digest.md`` defines it.

For each row group, every node of every column is visited depth first. A node gives its name and type; its
validity, one byte a slot; then a list gives the length of each list as int64, a string the length of each
value as int64 and all values in UTF-8, and any other leaf its values, little-endian. Slots that are null
give no length and no value. The digest of a table is the SHA-256 of its row groups' digests, in order.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_NUMBERS = {pa.int32(): "<i4", pa.int64(): "<i8", pa.float64(): "<f8"}


def row_group_digest(table: pa.Table) -> bytes:
    """The digest of one row group: 32 bytes."""
    digest = hashlib.sha256()
    digest.update(_number(table.num_rows))
    for name, column in zip(table.column_names, table.columns, strict=True):
        chunk = column.combine_chunks()
        array = chunk.chunk(0) if isinstance(chunk, pa.ChunkedArray) else chunk
        _node(digest, name, array)
    return digest.digest()


def table_digest(row_groups: list[bytes]) -> str:
    """The digest of a table from those of its row groups: 64 hex digits."""
    return hashlib.sha256(b"".join(row_groups)).hexdigest()


def type_name(kind: pa.DataType) -> str:
    """The name of a type in the digest and in the manifest."""
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return "list"
    if pa.types.is_struct(kind):
        return "struct"
    return "string" if pa.types.is_large_string(kind) else str(kind)


def _number(value: int) -> bytes:
    return value.to_bytes(8, "little")


def _node(digest: Any, name: str, array: pa.Array) -> None:
    kind = array.type
    for word in (name, type_name(kind)):
        digest.update(_number(len(word.encode())))
        digest.update(word.encode())
    valid = array.is_valid().to_numpy(zero_copy_only=False)
    digest.update(valid.astype(np.uint8).tobytes())
    if pa.types.is_struct(kind):
        for i, field in enumerate(kind):
            _node(digest, field.name, pc.struct_field(array, [i]))
        return
    if type_name(kind) == "list":
        digest.update(pc.list_value_length(array).drop_null().to_numpy().astype("<i8").tobytes())
        _node(digest, "item", array.flatten())
        return
    values = array.drop_null()
    if type_name(kind) == "string":
        lengths, data = _strings(values)
        digest.update(lengths)
        digest.update(data)
    elif pa.types.is_boolean(kind):
        digest.update(values.to_numpy(zero_copy_only=False).astype(np.uint8).tobytes())
    else:
        plain = values.cast(pa.int32()) if pa.types.is_date32(kind) else values.cast(pa.int64()) if pa.types.is_timestamp(kind) else values
        digest.update(plain.to_numpy().astype(_NUMBERS[plain.type]).tobytes())


def _strings(values: pa.Array) -> tuple[bytes, Any]:
    """The length of each string as int64, and all strings in UTF-8, without a copy of these."""
    if not len(values):
        return b"", b""
    _, offset_buffer, data = values.buffers()
    width = np.int64 if pa.types.is_large_string(values.type) else np.int32
    offsets = np.frombuffer(offset_buffer, dtype=width)[values.offset : values.offset + len(values) + 1].astype("<i8")
    return np.diff(offsets).tobytes(), data[int(offsets[0]) : int(offsets[-1])] if data is not None else b""
