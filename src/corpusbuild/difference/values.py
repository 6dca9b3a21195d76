"""Compare two values of one type, part by part; what moved in the text is told apart from what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import orjson

from corpusbuild.difference.fields import LIST, SPAN, SPANS, STRUCT, Field
from corpusbuild.difference.nouns import FieldChange, How, Path

_SPAN = Field("item", SPAN, nullable=False)


def plain(value: Any, field: Field) -> Any:
    """A value as Arrow gives it, as JSON has it: dates and instants as strings; of structs only the fields that ``field`` has."""
    if value is None:
        return None
    if field.type == STRUCT:
        return {each.name: plain(value.get(each.name), each) for each in field.fields}
    if field.item is not None:
        return [plain(each, field.item) for each in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def record_changes(old: dict[str, Any], new: dict[str, Any], fields: Sequence[Field]) -> tuple[FieldChange, ...]:
    """Every change from one record to another, both :func:`plain`."""
    return tuple(change for each in fields for change in _changes(old[each.name], new[each.name], each, (each.name,)))


def _changes(old: Any, new: Any, field: Field, path: Path) -> Iterator[FieldChange]:
    if old == new:
        return
    if old is None or new is None:
        yield FieldChange(path, How.VALUE, old, new)
    elif field.type == SPAN:
        yield FieldChange(path, _span_how(old, new), old, new)
    elif field.type == STRUCT:
        for each in field.fields:
            yield from _changes(old[each.name], new[each.name], each, (*path, each.name))
    elif field.type in {LIST, SPANS}:
        yield from _list_changes(old, new, field, path)
    else:
        yield FieldChange(path, How.VALUE, old, new)


def _span_how(old: dict[str, Any], new: dict[str, Any]) -> How:
    """What became of a span. Where the words are not there (a detached text), only its place is known."""
    if old["text"] == new["text"]:
        return How.MOVED
    if (old["start"], old["end"]) == (new["start"], new["end"]):
        return How.REWORDED if None not in (old["text"], new["text"]) else How.VALUE
    return How.REPLACED if None not in (old["text"], new["text"]) else How.MOVED


def _list_changes(old: list[Any], new: list[Any], field: Field, path: Path) -> Iterator[FieldChange]:
    """What came and went; items that changed where they stand; or that only the order is another.

    Items are compared place by place where both lists are of one length and nothing has only changed its place. The
    same lists the other way round give the same, mirrored.
    """
    item = _SPAN if field.type == SPANS or field.item is None else field.item
    places = _differing(old, new)
    before, after = (_counted(items, at) for items, at in zip((old, new), places, strict=True))
    if before == after:
        yield FieldChange(path, How.REORDERED, old, new)
    elif len(old) == len(new) and not before & after:
        for i in places[0]:
            yield from _changes(old[i], new[i], item, (*path, i))
    else:
        yield from (FieldChange((*path, i), How.WENT, old[i], None) for i in _left(old, places[0], before - after))
        yield from (FieldChange((*path, i), How.CAME, None, new[i]) for i in _left(new, places[1], after - before))


def _differing(old: list[Any], new: list[Any]) -> tuple[list[int], list[int]]:
    """The positions in each list that are not equal: one by one for lists of one length, else between what is equal at both ends."""
    if len(old) == len(new):
        same = [i for i in range(len(old)) if old[i] != new[i]]
        return same, same
    shorter = min(len(old), len(new))
    first = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    last = next((i for i in range(shorter - first) if old[-1 - i] != new[-1 - i]), shorter - first)
    return list(range(first, len(old) - last)), list(range(first, len(new) - last))


def canonical(value: Any) -> bytes:
    """The same bytes for equal values."""
    return orjson.dumps(_as_numbers(value), option=orjson.OPT_SORT_KEYS)


def _as_numbers(value: Any) -> Any:
    """``value`` with whole floats as integers: they are equal, and -0.0 is 0."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, list):
        return [_as_numbers(each) for each in value]
    if isinstance(value, dict):
        return {name: _as_numbers(each) for name, each in value.items()}
    return value


def _counted(items: list[Any], places: list[int]) -> Counter[bytes]:
    return Counter(canonical(items[i]) for i in places)


def _left(items: list[Any], places: list[int], wanted: Counter[bytes]) -> list[int]:
    """The positions of so many of each item; of equal ones the last."""
    left, found = Counter(wanted), []
    for i in reversed(places):
        key = canonical(items[i])
        if left[key]:
            left[key] -= 1
            found.append(i)
    return found[::-1]
