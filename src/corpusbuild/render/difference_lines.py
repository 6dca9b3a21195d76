"""What became of records and values, in words: what the renderers of a difference share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from corpusbuild.difference.difference import Difference
from corpusbuild.difference.nouns import FieldChange, How, Kind, RecordChange, TableDifference
from corpusbuild.render.width import graphemes, printable
from corpusbuild.schema.vocabulary import BY_ANNOTATOR

MARKS = {Kind.ADDED: "+", Kind.REMOVED: "-", Kind.CHANGED: "~", Kind.MOVED: "~"}

# The most that is shown of a value, in what people take for characters; of a record, in values.
LONG, FEW = 60, 3

Shown = Callable[[str], str]


def counts(difference: Difference) -> Iterator[tuple[str, TableDifference]]:
    """Each table that has rows on a side, or whose records differ, and what to call it."""
    for name, table in difference.tables.items():
        mine = not name.endswith(BY_ANNOTATOR)
        if not table.is_empty or (mine and (table.before or table.after)):
            yield name if mine else f"{name.removesuffix(BY_ANNOTATOR)} of others", table


def records(difference: Difference, most: int | None) -> Iterator[RecordChange | tuple[str, Kind, int]]:
    """At most so many records of each kind in each table; after a table's, how many more there are of a kind."""
    seen: Counter[Kind] = Counter()
    table = ""
    for change in difference:
        if change.table != table:
            yield from _left(difference, table, seen, most)
            table, seen = change.table, Counter()
        seen[change.kind] += 1
        if most is None or seen[change.kind] <= most:
            yield change
    yield from _left(difference, table, seen, most)


def _left(difference: Difference, table: str, seen: Counter[Kind], most: int | None) -> Iterator[tuple[str, Kind, int]]:
    if most is not None:
        for kind in Kind:
            if seen[kind] > most:
                yield table, kind, difference.tables[table].count(kind) - most


def change_line(change: FieldChange, shown: Shown) -> str:
    """One change of a value in a line; ``shown`` makes words of a stranger safe where they will stand."""
    where, before, after = shown(change.where), change.before, change.after
    match change.how:
        case How.MOVED:
            words = f" {shown(_quoted(after['text']))}" if after["text"] is not None else ""
            return f"{where}: moved {_place(before)} → {_place(after)}{words}"
        case How.REWORDED:
            return f"{where}: {_place(after)} {shown(_quoted(before['text']))} → {shown(_quoted(after['text']))}"
        case How.CAME:
            return f"{where}: + {shown(value_text(after))}"
        case How.WENT:
            return f"{where}: - {shown(value_text(before))}"
        case How.REORDERED:
            return f"{where}: in another order, {shown(value_text(after))}"
        case _:
            if isinstance(before, str) and isinstance(after, str):
                before, after = _where_they_differ(before, after)
            return f"{where}: {shown(value_text(before))} → {shown(value_text(after))}"


def record_line(change: RecordChange, shown: Shown) -> str:
    """What came or went, by its first values that say something."""
    said = [
        f"{shown(name)} {shown(value_text(value))}"
        for name, value in (change.record or {}).items()
        if name not in {"article_id", "uid", "annotator", "text", "text_sha256", "text_chars"}
        and value not in (None, [], change.key)
        and value != change.key.rpartition("#")[2]
    ]
    return ", ".join(said[:FEW])


def value_text(value: Any) -> str:
    """A value, shortened: a span as its place and words, a string as it is."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return _short(value) if value else '""'
    if _is_span(value):
        return f"{_place(value)} {_quoted(value['text'])}" if value["text"] is not None else _place(value)
    if isinstance(value, list) and value and all(_is_span(each) or isinstance(each, str) for each in value):
        return _short(", ".join(map(value_text, value)))
    return _short(orjson.dumps(value).decode())


def _is_span(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"start", "end", "text"}


def _place(span: dict[str, Any]) -> str:
    return f"{span['start']}:{span['end']}"


def _quoted(words: str) -> str:
    return f'"{_short(words)}"'


def _short(text: str) -> str:
    # However long it is, no more than this can be shown.
    characters = graphemes(printable(text[: 16 * LONG]))
    return "".join(characters) if len(characters) <= LONG else "".join(characters[: LONG - 2]) + " …"


def _where_they_differ(before: str, after: str) -> tuple[str, str]:
    """The part of each of two long strings that begins a little before they differ."""
    if max(len(before), len(after)) <= LONG:
        return before, after
    first = next((i for i, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), min(len(before), len(after)))
    start = max(first - LONG // 3, 0)
    opening = "… " if start else ""
    return opening + before[start:], opening + after[start:]
