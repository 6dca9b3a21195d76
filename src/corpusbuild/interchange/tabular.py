"""Read tables (CSV, TSV, JSON Lines, JSON, Parquet) as a mapping file says: texts, and rows about them, in as many files as there are.

Texts and rows are brought together by the id of the text, whatever order they are in, and in bounded memory. A row of Parquet has
its number for a line, from 1.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from fnmatch import fnmatchcase
from itertools import chain, groupby
from pathlib import Path
from typing import Any, NamedTuple

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.errors import BadConfig, CannotGoOn
from corpusbuild.interchange.carrying import as_json, identifier, is_integer, know_options, metadata_of, option
from corpusbuild.interchange.delimited import Dialect, read_cells
from corpusbuild.interchange.files import SourceFile, source_files, unique_names
from corpusbuild.interchange.model import At, Change, ColumnSpec, Document, Kind, Row, Segment, Source, TableSpec, Unit, Words
from corpusbuild.interchange.ordering import in_order, shown
from corpusbuild.interchange.refusing import malformed, no_text, not_carried, repeated
from corpusbuild.interchange.table_mapping import Meaning, Rows, Sheet, SpanColumns, TableMapping, Texts, read_mapping
from corpusbuild.interchange.values import read_values
from corpusbuild.text.nearest import nearest_name

OPTIONS = ("mapping",)
_BATCH = 1_000
_FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".parquet": "parquet",
}
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Tables:
    """The reader of tables. Tables say nothing of what their offsets count: the words do, or whoever imports them."""

    name = "tables"
    unit: Unit | None = None

    def tables(self, source: Source) -> Sequence[TableSpec]:
        """One for each table of rows that the mapping names."""
        layout = _layout(source)
        return [_spec(rows, layout) for rows in layout.mapping.rows]

    def documents(self, source: Source) -> Iterator[Document]:
        """The texts, with what each annotator says of them.

        Raises :class:`~corpusbuild.errors.BadConfig` for a mapping that does not fit, and
        :class:`~corpusbuild.errors.CannotGoOn` where a file cannot be read.
        """
        layout = _layout(source)
        for name, group in groupby(in_order(_items(layout), lambda item: item.name.encode(), _size), key=lambda item: item.name):
            yield from _documents(name, group)


class Record(NamedTuple):
    """A row of a file: its cells by column, without those that are empty."""

    at: At
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Layout:
    mapping: TableMapping
    files: dict[str, SourceFile]
    names: dict[str, str]
    findings: list[Finding]

    def of(self, sheet: Sheet) -> list[SourceFile]:
        """The files that a part of the mapping is about. Raises :class:`~corpusbuild.errors.BadConfig` where there is none."""
        found = [file for path, file in self.files.items() if path == sheet.file or fnmatchcase(path, sheet.file)]
        if not found:
            near = nearest_name(sheet.file, list(self.files))
            raise BadConfig(f'the source has no file "{sheet.file}"', str(self.mapping.path), f'did you mean "{near}"?' if near else "")
        return found


def _layout(source: Source) -> _Layout:
    know_options(source, OPTIONS)
    written = option(source, "mapping")
    if not written:
        raise CannotGoOn("nothing says what the tables mean", str(source.path), "write a mapping, and name it with the option `mapping`")
    mapping = read_mapping(Path(written))
    files, findings = source_files(source.path)
    layout = _Layout(mapping, {file.path: file for file in files}, unique_names(files), findings)
    sheets = [*(each.sheet for each in mapping.texts), *(each.sheet for each in mapping.rows)]
    named = {file.path for sheet in sheets for file in layout.of(sheet)}
    for path, file in layout.files.items():
        if path not in named and not (file.member is None and file.home.samefile(mapping.path)):
            findings.append(not_carried(At(path), "the mapping names no such file", "add it to the mapping, or take it out of the source"))
    return layout


def _columns(file: SourceFile, sheet: Sheet) -> list[str]:
    """The columns of a file, in order. Of JSON, all keys that any object has."""
    kind = _format(file, sheet)
    if kind == "parquet":
        import pyarrow.parquet as pq  # noqa: PLC0415  start-up time

        with file.open() as opened:
            return list(_parquet(pq.ParquetFile, opened, file).schema_arrow.names)
    if kind in {"csv", "tsv"}:
        return next((row.cells for row in read_cells(file, _dialect(file, sheet)) if not isinstance(row, Finding)), [])
    return list(dict.fromkeys(key for each in _records(file, sheet) if isinstance(each, Record) for key in each.values))


def _format(file: SourceFile, sheet: Sheet) -> str:
    kind = sheet.format or _FORMATS.get(file.suffix, "")
    if not kind:
        raise CannotGoOn("nothing says which format the file has", file.path, "name it in the mapping, as `format`")
    return kind


def _dialect(file: SourceFile, sheet: Sheet) -> Dialect:
    return Dialect(**{"delimiter": "\t" if _format(file, sheet) == "tsv" else ",", **sheet.dialect})


def _records(file: SourceFile, sheet: Sheet) -> Iterator[Record | Finding]:
    """The rows of a file in order, and findings about those that cannot be read."""
    kind = _format(file, sheet)
    if kind == "parquet":
        yield from _of_parquet(file)
    elif kind in {"csv", "tsv"}:
        yield from _of_cells(file, sheet)
    else:
        for value in read_values(file):
            if isinstance(value, Finding):
                yield value
            elif isinstance(value.value, dict):
                yield Record(value.at, {key: each for key, each in value.value.items() if each is not None})
            else:
                yield malformed(value.at, "a row is an object, and this is none")


def _of_cells(file: SourceFile, sheet: Sheet) -> Iterator[Record | Finding]:
    header: list[str] | None = None
    for row in read_cells(file, _dialect(file, sheet)):
        if isinstance(row, Finding):
            yield row
        elif header is None:
            header = row.cells
            twice = next((name for name in header if header.count(name) > 1), None)
            if twice is not None:
                raise CannotGoOn(f'two columns are called "{twice}"', shown(row.at), "give each its own name")
        elif len(row.cells) != len(header):
            yield malformed(
                row.at, f"the row has {len(row.cells)} cells, and the header has {len(header)}", "a cell with a comma is quoted"
            )
        else:
            yield Record(row.at, {name: cell for name, cell in zip(header, row.cells, strict=True) if cell})


def _of_parquet(file: SourceFile) -> Iterator[Record | Finding]:
    import pyarrow.parquet as pq  # noqa: PLC0415  start-up time

    number = 0
    with file.open() as opened:
        parquet = _parquet(pq.ParquetFile, opened, file)
        batches = parquet.iter_batches(batch_size=_BATCH)
        while (batch := _parquet(next, batches, file, None)) is not None:
            for values in batch.to_pylist():
                number += 1
                yield Record(At(file.path, number), {name: _plain(value) for name, value in values.items() if value is not None})


def _parquet(function: Any, argument: Any, file: SourceFile, *more: Any) -> Any:
    """What a function of pyarrow's gives; a damaged file stops the run with its path."""
    import pyarrow as pa  # noqa: PLC0415  start-up time

    try:
        return function(argument, *more)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise CannotGoOn(f"the Parquet file cannot be read: {error}", file.path) from error


def _plain(value: Any) -> Any:
    """A value of Parquet's as JSON would have it."""
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, bytes):
        return value.hex()
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)


class _Item(NamedTuple):
    """Something about the text called ``name``: the text, a row, or a finding where there is neither."""

    name: str
    at: At
    text: str | None = None
    metadata: Mapping[str, Any] = {}
    changes: Sequence[Change] = ()
    row: Row | None = None
    annotator: str = ""
    predicted: bool = False
    finding: Finding | None = None


def _size(item: _Item) -> int:
    held = (*item.metadata.values(), *(item.row.values.values() if item.row else ()))
    return 1_000 + len(item.text or "") + sum(len(each) for each in held if isinstance(each, str))


def _items(layout: _Layout) -> Iterator[_Item]:
    for finding in layout.findings:
        yield _Item(finding.where.origin.path, At(finding.where.origin.path), finding=finding)
    for texts in layout.mapping.texts:
        for file in layout.of(texts.sheet):
            _judge_columns(layout, file, texts.sheet, [texts.text, texts.id])
            for each in _records(file, texts.sheet):
                yield _told(each) if isinstance(each, Finding) else _text_item(texts, layout.names[file.path], each)
    for rows in layout.mapping.rows:
        columns = {file.path: _columns(file, rows.sheet) for file in layout.of(rows.sheet)}
        meanings = rows.meanings(list(dict.fromkeys(chain(*columns.values()))))
        for file in layout.of(rows.sheet):
            _judge_columns(layout, file, rows.sheet, [*rows.taken, *rows.columns], columns[file.path])
            reading = _RowReading(rows, meanings, layout.names[file.path])
            for each in _records(file, rows.sheet):
                yield _told(each) if isinstance(each, Finding) else reading.item(each)


def _told(finding: Finding) -> _Item:
    path = finding.where.origin.path
    return _Item(path, At(path), finding=finding)


def _judge_columns(layout: _Layout, file: SourceFile, sheet: Sheet, named: Sequence[str], columns: Sequence[str] | None = None) -> None:
    """Raise :class:`~corpusbuild.errors.BadConfig` for a column of the mapping that the file does not have."""
    columns = _columns(file, sheet) if columns is None else columns
    for name in named:
        if name and name not in columns:
            near = nearest_name(name, columns)
            help_text = f'did you mean "{near}"?' if near else f"it has {', '.join(columns)}" if columns else "it has none"
            raise BadConfig(f'{file.path} has no column "{name}"', str(layout.mapping.path), help_text)


def _text_item(texts: Texts, called: str, record: Record) -> _Item:
    text = record.values.get(texts.text)
    name = identifier(record.values.get(texts.id)) if texts.id else f"{called}-{record.at.line}"
    if name is None:
        return _told(malformed(record.at, f'the row has no id in "{texts.id}"'))
    if not isinstance(text, str) or not text.strip():
        return _told(no_text(record.at, f'the row has no words in "{texts.text}"'))
    changes: list[Change] = []
    others = {column: value for column, value in record.values.items() if column not in {texts.text, texts.id}}
    return _Item(name, record.at, text, metadata_of(others, record.at, changes), changes)


@dataclass(frozen=True)
class _RowReading:
    """How the records of a file become rows; ``called`` is the file in the names of its texts."""

    rows: Rows
    meanings: Mapping[str, Meaning]
    called: str

    def item(self, record: Record) -> _Item:
        """A record as a row about a text; as a finding where it is none."""
        rows = self.rows
        name = identifier(record.values.get(rows.article)) if rows.article else f"{self.called}-{record.at.line}"
        if name is None:
            return _told(malformed(record.at, f'the row has no id of a text in "{rows.article}"'))
        annotator = identifier(record.values.get(rows.annotator)) if rows.annotator else rows.annotated_by
        if annotator is None:
            return _told(malformed(record.at, f'the row does not say whose it is in "{rows.annotator}"'))
        values: dict[str, Any] = {}
        if rows.id:
            values["id"] = identifier(record.values.get(rows.id))
            if values["id"] is None:
                return _told(malformed(record.at, f'the row has no id in "{rows.id}"'))
        try:
            values |= {name: _span(columns, record.values) for name, columns in rows.spans.items()}
            for column, meaning in self.meanings.items():
                if meaning.kind is not None and column in record.values:
                    values[meaning.name] = _value(column, record.values[column], meaning)
        except ValueError as error:
            return _told(malformed(record.at, str(error)))
        row = Row(rows.table, values, record.at)
        return _Item(name, record.at, row=row, annotator=annotator, predicted=rows.predicted)


def _span(columns: SpanColumns, values: Mapping[str, Any]) -> Words | None:
    """The words of a row; None where it points at none. Raises :class:`ValueError`."""
    if columns.start not in values and columns.end not in values:
        return None
    start, end = (_integer(column, values.get(column, "")) for column in (columns.start, columns.end))
    if start < 0 or end < start:
        before = f"begins at {start}, before the text" if start < 0 else f"ends at {end} and begins at {start}"
        raise ValueError(f"the span {before}")
    words = values.get(columns.words) if columns.words else None
    return Words((Segment(start, end, words if isinstance(words, str) else None),))


def _value(column: str, value: Any, meaning: Meaning) -> Any:
    """A cell as its column means it. Raises :class:`ValueError`."""
    if not meaning.split:
        return _one(column, value, meaning)
    values = value if isinstance(value, list) else str(value).split(meaning.split)
    return [_one(column, each.strip() if isinstance(each, str) else each, meaning) for each in values if each != ""]


def _one(column: str, value: Any, meaning: Meaning) -> Any:
    if meaning.kind is Kind.INTEGER:
        return _integer(column, value)
    if meaning.kind is Kind.NUMBER:
        try:
            number = math.nan if isinstance(value, bool) else float(value)
        except (OverflowError, TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            raise ValueError(f'"{column}" is no number: {_shown(value)}')
        return number
    if meaning.kind is Kind.BOOLEAN:
        truth = _TRUTH.get(str(value).lower())
        if truth is None:
            raise ValueError(f'"{column}" is neither true nor false: {_shown(value)}')
        return truth
    if meaning.labels and str(value) not in meaning.labels:
        near = nearest_name(str(value), meaning.labels)
        raise ValueError(f'"{column}" has no label {_shown(value)}' + (f'; "{near}" is one' if near else ""))
    return value if isinstance(value, str) else as_json(value)


def _integer(column: str, value: Any) -> int:
    if is_integer(value):
        return int(value)
    if not isinstance(value, str) or not _WHOLE.fullmatch(value.strip()):
        raise ValueError(f'"{column}" is no whole number: {_shown(value)}')
    return int(value)


def _shown(value: Any) -> str:
    return f'"{value[:40]}"' if isinstance(value, str) else as_json(value)[:40]


def _documents(name: str, group: Iterator[_Item]) -> Iterator[Document]:
    """The documents of one text: one for each annotator, the text alone where there is none."""
    text: _Item | None = None
    by: dict[str, _Numbered] = {}
    findings: list[Finding] = []
    at: At | None = None
    for item in group:
        at = at or item.at
        if item.finding is not None:
            findings.append(item.finding)
        elif item.row is None:
            if text is not None:
                findings.append(repeated(item.at, f'the text "{name}" stands before, in {shown(text.at)}'))
            text = text or item
        elif text is None:
            findings.append(no_text(item.at, f'no text has the id "{name}"'))
        else:
            by.setdefault(item.annotator, _Numbered(item.predicted)).add(item.row, findings)
    if text is None:
        yield Document(name, "", None, at or At(name), findings=findings)
        return
    first = Document(name, "", text.text, text.at, metadata=dict(text.metadata), findings=findings, changes=list(text.changes))
    for number, (annotator, numbered) in enumerate(sorted(by.items(), key=lambda each: each[0].encode())):
        document = first if number == 0 else Document(name, "", None, text.at)
        document.annotator, document.predicted, document.rows = annotator, numbered.predicted, numbered.rows
        yield document
    if not by:
        yield first


@dataclass
class _Numbered:
    """The rows of an annotator; those without an id are numbered by table."""

    predicted: bool
    rows: list[Row] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    seen: dict[tuple[str, str], At] = field(default_factory=dict)

    def add(self, row: Row, findings: list[Finding]) -> None:
        """A row, unless another of the table has its id."""
        self.counts[row.table] += 1
        key = row.values.setdefault("id", f"r{self.counts[row.table]}")
        if (row.table, key) in self.seen:
            findings.append(repeated(row.at, f'the row "{key}" stands before, in {shown(self.seen[row.table, key])}'))
            return
        self.seen[row.table, key] = row.at
        self.rows.append(row)


def _spec(rows: Rows, layout: _Layout) -> TableSpec:
    columns = list(dict.fromkeys(chain(*(_columns(file, rows.sheet) for file in layout.of(rows.sheet)))))
    specs = [ColumnSpec("id", Kind.STRING), *(ColumnSpec(name, Kind.WORDS) for name in rows.spans)]
    for column, meaning in rows.meanings(columns).items():
        if meaning.kind is not None:
            described = "" if column == meaning.name else f'The column "{column}".'
            specs.append(ColumnSpec(meaning.name, meaning.kind, bool(meaning.split), meaning.table, meaning.labels, described))
    return TableSpec(rows.table, tuple(specs))
