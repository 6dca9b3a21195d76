"""How a mapping makes a value of the target from a row of the source: by a path, a constant, a run of words, or an object of these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from corpusbuild.corpus.json_reading import JsonFault, read_json
from corpusbuild.interchange.judging import Placed
from corpusbuild.interchange.model import ColumnSpec, Kind, Row
from corpusbuild.interchange.paths import Index, Path, RowPath
from corpusbuild.text.span import Span

_SOME_WORDS = {"exact": "words", "start": 0}
_ANCHORS = {Kind.WORDS, Kind.SEGMENTS}


class RowRefusedError(Exception):
    """A row of the source cannot become one of the target: why."""


@dataclass(frozen=True, slots=True)
class Value:
    """One way to get a value: from ``path``, the hull of ``covering``, or as an object; else it is ``default``.

    With ``as_json``, what the path leads to is JSON that says the value; a list there is the column's, where that is one.
    """

    path: Path | None = None
    covering: tuple[Path, ...] = ()
    widen: bool = False
    values: Mapping[str, Any] | None = None
    as_json: bool = False
    default: Any = None
    record: Fields | None = None

    @property
    def constant(self) -> bool:
        """Whether the source has no part in it."""
        return self.path is None and not self.covering and self.record is None


Ways = tuple[Value, ...]
"""The first of them that gives a value counts."""


@dataclass(frozen=True, slots=True)
class Fields:
    """An object for each row that ``each`` leads to, or one of the row itself; ``belonging`` rows say nothing more."""

    columns: Mapping[str, Ways]
    each: RowPath | None = None
    belonging: tuple[RowPath, ...] = ()

    @property
    def constant(self) -> bool:
        """Whether the source has no part in it."""
        return all(way.constant for ways in self.columns.values() for way in ways)


@dataclass(frozen=True, slots=True)
class Reached:
    """A row of the source, with the rows of its document and the text that its words are in."""

    row: Row
    index: Index
    text: str


def fields(how: Fields, columns: Iterable[ColumnSpec], reached: Reached) -> dict[str, Any]:
    """The values of an object, without nulls. Raises :class:`RowRefusedError`."""
    made: dict[str, Any] = {}
    for column in columns:
        value = next((value for way in how.columns.get(column.name, ()) if (value := _value(way, column, reached)) is not None), None)
        if value is not None:
            made[column.name] = value
    for path in how.belonging:
        path.rows(reached.row, reached.index)
    return made


def filled(values: Mapping[str, Any], columns: Iterable[ColumnSpec]) -> dict[str, Any]:
    """The values of an object with empty lists where there is nothing and a list has to be, at any depth."""
    made: dict[str, Any] = {}
    for column in columns:
        value = values.get(column.name)
        if value is None and column.listed and not column.optional:
            value = []
        if value is not None:
            made[column.name] = _each(column, value, lambda each, column=column: filled(each, column.columns))
    return made


def shown(values: Mapping[str, Any], columns: Iterable[ColumnSpec]) -> dict[str, Any]:
    """The values of an object as the schema sees them: what the words are makes no difference to it."""
    made: dict[str, Any] = {}
    for column in columns:
        if column.name in values:
            value = values[column.name]
            if column.kind in _ANCHORS:
                value = value if not isinstance(value, tuple) else [_SOME_WORDS for _ in value] if column.listed else _SOME_WORDS
            made[column.name] = _each(column, value, lambda each, column=column: shown(each, column.columns))
    return made


def outside(values: Mapping[str, Any], columns: Sequence[ColumnSpec], around: Mapping[str, Any] | None = None) -> Iterable[str]:
    """Anchors, at any depth, that are not within the one that they should be in: of the same object, or of one around it."""
    anchors = {column.name: values.get(column.name) for column in columns if column.kind in _ANCHORS}
    known = {**(around or {}), **anchors}
    for column in columns:
        value = values.get(column.name)
        homes = known.get(column.within or "")
        if isinstance(value, tuple) and isinstance(homes, tuple) and not all(any(home.holds(span) for home in homes) for span in value):
            yield f"{column.name} is not within {column.within}"
        if column.kind is Kind.OBJECT:
            for each in value or () if column.many else (value,):
                if isinstance(each, dict):
                    yield from outside(each, column.columns, known)


def _each(column: ColumnSpec, value: Any, do: Any) -> Any:
    """``do`` with every object of a column of objects."""
    if column.kind is not Kind.OBJECT:
        return value
    if column.many and isinstance(value, list):
        return [do(each) if isinstance(each, dict) else each for each in value]
    return do(value) if isinstance(value, dict) else value


# ---- one value ----


def _value(how: Value, column: ColumnSpec, reached: Reached) -> Any:
    if how.record is not None:
        return _objects(how.record, column, reached)
    if how.covering:
        places = [place for path in how.covering for place in path.values(reached.row, reached.index)]
        return _hull(places, reached.text, widen=how.widen)
    found = how.path.values(reached.row, reached.index) if how.path is not None else []
    if not found:
        return how.default
    if how.values is not None:
        found = [_replaced(how.values, value, column.name) for value in found]
    if how.as_json:
        found = [_parsed(value, column.name) for value in found]
        if len(found) == 1 and column.listed and isinstance(found[0], list):
            return found[0]
        return found if column.listed else _one(found, column)
    if column.kind in _ANCHORS:
        return _anchor(column, found)
    # What several rows say is said once; what one says is its own affair.
    once = found if how.path is not None and not how.path.before.steps else list(dict.fromkeys(found))
    return once if column.many else _one(once, column)


def _objects(how: Fields, column: ColumnSpec, reached: Reached) -> Any:
    if how.each is None:
        made = fields(how, column.columns, reached)
        # What has only its constants is no object, unless it has nothing else.
        told = [name for name in made if not all(way.constant for way in how.columns[name])]
        found = [made] if told or how.constant else []
    else:
        rows = how.each.rows(reached.row, reached.index)
        found = [fields(how, column.columns, Reached(each, reached.index, reached.text)) for each in rows]
    if column.many:
        return found or None
    return _one(found, column) if found else None


def _one(found: Sequence[Any], column: ColumnSpec) -> Any:
    if len(found) > 1:
        told = f"{len(found)} are found" if column.kind is Kind.OBJECT else ", ".join(map(str, found))
        raise RowRefusedError(f"{column.name} has several values: {told}")
    return found[0]


def _replaced(values: Mapping[str, Any], value: Any, column: str) -> Any:
    if str(value) not in values:
        raise RowRefusedError(f'the mapping has no value of {column} for "{value}"')
    return values[str(value)]


def _parsed(value: Any, column: str) -> Any:
    read = read_json(str(value).encode())
    if isinstance(read, JsonFault):
        raise RowRefusedError(f"{column} is no JSON: {read.reason}")
    return read


def _anchor(column: ColumnSpec, places: Sequence[Placed]) -> Placed:
    spans = tuple(sorted({span for place in places for span in place}))
    if column.kind is Kind.WORDS and len(spans) > 1:
        raise RowRefusedError(f"{column.name} is one span, and {len(spans)} are found")
    if any(one.end > other.start for one, other in pairwise(spans)):
        raise RowRefusedError(f"spans of {column.name} overlap")
    return spans


def _hull(places: Sequence[Placed], text: str, *, widen: bool) -> Placed | None:
    spans = [span for place in places for span in place]
    if not spans:
        return None
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    if widen:
        start = text.rfind("\n", 0, start) + 1
        behind = text.find("\n", end)
        end = len(text) if behind < 0 else behind
    return (Span(start, end),)
