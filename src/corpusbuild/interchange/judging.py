"""Judge what a reader gives by the tables that it declares, and place its spans: what is left is sound, whatever the format.

Rows that are not sound are findings and are left out; so are, then, rows that refer to them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.interchange.model import At, Change, ColumnSpec, Document, Kind, Row, TableSpec, Words
from corpusbuild.interchange.offsets import Counted, Pointed, settle
from corpusbuild.interchange.refusing import dangling, malformed, no_text, repeated
from corpusbuild.text.span import Span

Placed = tuple[Span, ...]
"""The value of an anchor once it is placed: one span, or several in text order."""

_ANCHORS = {Kind.WORDS, Kind.SEGMENTS}
_INT64 = 1 << 63
_TYPES: dict[Kind, tuple[type, ...]] = {
    Kind.STRING: (str,),
    Kind.LABEL: (str,),
    Kind.REFERENCE: (str,),
    Kind.INTEGER: (int,),
    Kind.NUMBER: (int, float),
    Kind.BOOLEAN: (bool,),
}


@dataclass(slots=True)
class Sound:
    """A document whose rows are sound: the words in them are :data:`Placed` in ``text``, which is canonical; lists have no nulls.

    ``unit`` says in words how the source counts offsets, where it has any: all ways that give the same places; ``counting`` in short.
    Where a mapping made the rows, ``carried`` are the records of the source that are in them (their places, tables and keys), and
    ``whole`` is what is said outside of tables.
    """

    name: str
    annotator: str
    text: str
    at: At
    rows: list[Row]
    metadata: dict[str, Any]
    predicted: bool = False
    findings: list[Finding] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unit: str = ""
    counting: str = ""
    carried: list[tuple[At, str, Any]] | None = None
    whole: dict[str, Any] = field(default_factory=dict)


def sound(documents: Sequence[Document], tables: Mapping[str, TableSpec], known: Counted) -> Iterator[Sound]:
    """What several annotators made of one text: the text is that of the first document which has one."""
    text = next((each.text for each in documents if each.text is not None), None)
    if text is not None and not _is_text(text):
        text, documents = None, [replace(each, findings=[*each.findings, no_text(each.at, "this text is not UTF-8")]) for each in documents]
    first = True
    for each in documents:
        if text is None:
            told = [] if each.findings or not each.annotator else [no_text(each.at, "the text of these annotations is not there")]
            yield Sound(each.name, "", "", each.at, [], {}, findings=[*each.findings, *told])
            continue
        if each.text is not None and each.text != text:
            told = [no_text(each.at, f'"{each.name}" has another text here than for other annotators', "import them one by one")]
            yield Sound(each.name, "", "", each.at, [], {}, findings=[*each.findings, *told])
            continue
        made = _sound(each, text, tables, known)
        if first and not made.text.strip():
            made.findings.append(no_text(each.at, "this text has no words", "put the text in, or leave the document out"))
        if first and made.text != text:
            made.changes.append(Change(each.at, _normalised(text)))
        first = False
        yield made


def _normalised(text: str) -> str:
    """What becomes of a text that is not canonical."""
    done = []
    if text.startswith("\ufeff"):
        done.append("without its byte order mark")
    if "\r" in text:
        done.append("with LF line ends")
    return f"the text was written {', '.join(done) if done else 'in normal form NFC'}"


def _sound(document: Document, text: str, tables: Mapping[str, TableSpec], known: Counted) -> Sound:
    made = Sound(
        document.name,
        document.annotator,
        text,
        document.at,
        [],
        document.metadata,
        document.predicted,
        list(document.findings),
        list(document.changes),
    )
    rows = [row for row in document.rows if not _refuse(made, _faults(row, tables[row.table]))]
    rows = _placed(made, rows, tables, text, known)
    made.rows = _referring(made, _keyed(made, rows, tables), tables)
    return made


def _refuse(made: Sound, findings: Iterator[Finding]) -> bool:
    """Whether there is any finding; all are noted."""
    found = list(findings)
    made.findings += found
    return bool(found)


# ---- values ----


def _faults(row: Row, table: TableSpec) -> Iterator[Finding]:
    """What is wrong with the values of a row; nulls are taken out of it."""
    columns = {column.name: column for column in table.columns}
    for name in [name for name, value in row.values.items() if value is None]:
        del row.values[name]
    for name, value in row.values.items():
        column = columns[name]
        if column.many and not isinstance(value, list | tuple):
            yield malformed(row.at, f"{name} should be a list")
            continue
        for each in value if column.many else (value,):
            why = _fault(column, each)
            if why:
                yield malformed(row.at, f"{name} {why}")
    if table.key is not None and not row.values.get(table.key):
        yield malformed(row.at, "this record has no id")


def _fault(column: ColumnSpec, value: Any) -> str:
    """Why a value cannot stand in a column; empty where it can."""
    if column.kind in _ANCHORS:
        return _words_fault(column.kind, value)
    # In Python, True is an integer.
    if not isinstance(value, _TYPES[column.kind]) or (isinstance(value, bool) and column.kind is not Kind.BOOLEAN):
        return f"should be of type {column.kind}"
    if isinstance(value, str):
        return "" if _is_text(value) else "is not UTF-8"
    if isinstance(value, float) and not math.isfinite(value):
        return "is no number that JSON can have"
    return "is too large" if isinstance(value, int) and not -_INT64 <= value < _INT64 else ""


def _is_text(value: str) -> bool:
    """Whether a string can be written as UTF-8: one of JSON need not be."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _words_fault(kind: Kind, value: Any) -> str:
    if not isinstance(value, Words) or not value.segments:
        return "has no words"
    if kind is Kind.WORDS and len(value.segments) > 1:
        return "should be one span"
    for segment in value.segments:
        if segment.start < 0 or segment.end < segment.start:
            return f"ends before it starts: {segment.start} to {segment.end}" if segment.start >= 0 else "starts before the text"
    return ""


# ---- spans ----


def _placed(made: Sound, rows: list[Row], tables: Mapping[str, TableSpec], text: str, known: Counted) -> list[Row]:
    """The rows whose spans have a place, with these in them."""
    sites = [(number, column) for number, row in enumerate(rows) for column in _anchors(tables[row.table]) if column.name in row.values]
    spans = [Pointed(words, rows[i].at) for i, column in sites for words in _all(rows[i].values[column.name], many=column.many)]
    settled = settle(text, spans, known)
    made.text = settled.text
    made.findings += settled.findings
    if spans and settled.countings:
        ways = " or ".join(counting.describe(text) for counting in settled.countings)
        chosen = settled.countings[0].describe(text)
        if settled.undecided:
            made.unit = made.counting = f"{ways} (nothing decides)"
        else:
            made.unit = f"{ways} (no words prove it)" if settled.assumed else ways
            others = "; other units that fit give the same places" if len(settled.countings) > 1 else ""
            made.counting = f"{chosen} (no words prove it)" if settled.assumed else f"{chosen}{others}"
    places = iter(settled.places)
    refused: set[int] = set()
    for i, column in sites:
        found = [next(places) for _ in _all(rows[i].values[column.name], many=column.many)]
        whole = [place for place in found if place is not None]
        if len(whole) < len(found):
            refused.add(i)
            continue
        ordered = [tuple(sorted(place)) for place in whole]
        if ordered != whole:
            made.changes.append(Change(rows[i].at, f"the segments of {column.name} were put in text order"))
        if any(one.end > other.start for place in ordered for one, other in pairwise(place)):
            made.findings.append(malformed(rows[i].at, f"segments of {column.name} overlap"))
            refused.add(i)
        rows[i].values[column.name] = ordered if column.many else ordered[0]
    return [row for i, row in enumerate(rows) if i not in refused]


def _anchors(table: TableSpec) -> list[ColumnSpec]:
    return [column for column in table.columns if column.kind in _ANCHORS]


def _all(value: Any, *, many: bool) -> Sequence[Any]:
    return value if many else (value,)


# ---- keys and references ----


def _keyed(made: Sound, rows: list[Row], tables: Mapping[str, TableSpec]) -> list[Row]:
    """The rows whose keys no earlier row has."""
    seen: dict[tuple[str, str], Row] = {}
    kept = []
    for row in rows:
        key = tables[row.table].key
        first = row if key is None else seen.setdefault((row.table, row.values[key]), row)
        if first is row:
            kept.append(row)
        else:
            made.findings.append(
                repeated(row.at, f'the id "{row.values[key or ""]}" stands in line {first.at.line} already', "give it another")
            )
    return kept


def _referring(made: Sound, rows: list[Row], tables: Mapping[str, TableSpec]) -> list[Row]:
    """The rows whose references lead somewhere, once those that do not are left out."""
    references = {name: [column for column in table.columns if column.kind is Kind.REFERENCE] for name, table in tables.items()}
    keyed = [(name, table.key) for name, table in tables.items() if table.key is not None]
    parts = {frozenset((name, column.table)) for name, columns in references.items() for column in columns if column.owner}
    refused: dict[tuple[str, str], At] = {}
    while True:
        keys = {name: {row.values[key] for row in rows if row.table == name} for name, key in keyed}
        kept = []
        for row in rows:
            lost = [
                (column, target)
                for column in references[row.table]
                if column.name in row.values
                for target in _all(row.values[column.name], many=column.many)
                if target not in keys.get(column.table, ())
            ]
            if not lost:
                kept.append(row)
            key = tables[row.table].key
            if lost and key is not None:
                refused[row.table, row.values[key]] = row.at
            for column, target in lost:
                # What is refused because another part of the same record is was told with that. A line may hold many records.
                if refused.get((column.table, target)) == row.at and {row.table, column.table} in parts:
                    continue
                told = f'{column.name} is "{target}", which is none of the {column.table} here, or was refused'
                made.findings.append(dangling(row.at, told, "correct the id, or remove the record"))
        if len(kept) == len(rows):
            return kept
        rows = kept
