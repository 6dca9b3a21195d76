"""Change a data set by hand, and seal it again as somebody would who hides the change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpusbuild.emit.digest import row_group_digest, table_digest
from corpusbuild.emit.manifest import SELF, canonical, self_hash
from corpusbuild.release.archive import SUMS, sha256sums


def edit_rows(path: Path, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    """Write a Parquet file again with other rows, all of them in one row group."""
    table = pq.read_table(path)
    changed = pa.Table.from_pylist(change(table.to_pylist()), schema=table.schema)
    pq.write_table(changed, path, compression="zstd", use_content_defined_chunking=True, write_page_index=True)


def set_value(path: Path, row: int, field: str, value: Any) -> None:
    """Give one field of one row another value; ``field`` is a path: ``extent.text``, ``speakers.0``."""

    def change(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        steps: list[str | int] = [int(step) if step.isdigit() else step for step in field.split(".")]
        at: Any = rows[row]
        for step in steps[:-1]:
            at = at[step]
        assert at[steps[-1]] != value
        at[steps[-1]] = value
        return rows

    edit_rows(path, change)


def drop_row(path: Path, row: int) -> None:
    """Take one row out."""
    edit_rows(path, lambda rows: rows[:row] + rows[row + 1 :])


def edit_manifest(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the manifest, and have it hash itself anew; and SHA256SUMS, where there is one."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    change(manifest)
    manifest[SELF] = self_hash(manifest)
    (folder / "manifest.json").write_bytes(canonical(manifest))
    if (folder / SUMS).exists():
        (folder / SUMS).write_bytes(sha256sums(folder))


def seal(folder: Path, *, digests: bool = False) -> None:
    """Have the manifest say the size and hash of every file as it is now; with ``digests``, rows and digests too."""

    def change(manifest: dict[str, Any]) -> None:
        for path in manifest["files"]:
            data = (folder / path).read_bytes()
            manifest["files"][path] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for path in manifest["provenance"]["schemas"]:
            manifest["provenance"]["schemas"][path] = manifest["files"][f"schema/{path}"]["sha256"]
        for table in manifest["tables"].values() if digests else ():
            for split in table["splits"].values():
                files = [pq.ParquetFile(folder / path) for path in split["files"]]
                groups = [file.read_row_group(i) for file in files for i in range(file.num_row_groups)]
                split["rows"] = sum(map(len, groups))
                split["digest"] = table_digest([row_group_digest(group) for group in groups])
            table["rows"] = sum(split["rows"] for split in table["splits"].values())

    edit_manifest(folder, change)
