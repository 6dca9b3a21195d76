"""What tests of readers share: a source of files that are written out, and what was read of it in a short form."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from corpusbuild.interchange.model import Document, Reader, Source, Words


def source(folder: Path, files: dict[str, str | bytes], **options: str) -> Source:
    """A folder with these files, as a source."""
    folder.mkdir(exist_ok=True)
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Source(folder, options)


def read(reader: Reader, made: Source) -> list[Document]:
    """All documents; their rows are held against the tables that the reader declares."""
    tables = {table.name: {column.name for column in table.columns} for table in reader.tables(made)}
    documents = list(reader.documents(made))
    for document in documents:
        for row in document.rows:
            assert row.values.keys() <= tables[row.table], row
    names = [(document.name.encode(), document.annotator.encode()) for document in documents]
    assert names == sorted(set(names))
    return documents


def rows(document: Document, table: str) -> list[dict[str, Any]]:
    """The rows of a table without nulls, words as (start, end, words)."""
    return [{name: short(value) for name, value in row.values.items() if value is not None} for row in document.rows if row.table == table]


def short(value: Any) -> Any:
    """A value of a row; words as tuples."""
    return tuple(value.segments[0]) if isinstance(value, Words) and len(value.segments) == 1 else value


def told(documents: Iterable[Document]) -> list[tuple[str, str, int]]:
    """The findings: code, path, line (0 for a file as a whole)."""
    findings = [finding for document in documents for finding in document.findings]
    return sorted((each.code, each.where.origin.path, getattr(each.where, "line", 0)) for each in findings)
