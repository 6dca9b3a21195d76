"""How anchors, and objects with anchors in them, are written in a corpus whose text is at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from corpusbuild.interchange.judging import Placed
from corpusbuild.interchange.model import ColumnSpec, Kind
from corpusbuild.text.check import check_value
from corpusbuild.text.span import Span

_ANCHORS = {Kind.WORDS, Kind.SEGMENTS}


def written_anchor(span: Span, text: str) -> dict[str, Any]:
    """The words and where they start, in code points of the canonical text: all that an anchor needs."""
    if span.start == span.end:
        # No words stand between two characters: a position, whose check value proves the paragraph.
        return {"start": span.start, "end": span.end, "check": check_value(text, span)}
    return {"exact": span.of(text), "start": span.start}


def written_object(values: Mapping[str, Any], columns: Iterable[ColumnSpec], text: str) -> dict[str, Any]:
    """An object that a mapping made, as it is written."""
    made: dict[str, Any] = {}
    for column in columns:
        if column.name not in values:
            continue
        value = values[column.name]
        if column.kind in _ANCHORS and isinstance(value, tuple):
            value = written_anchors(column, value, text)
        elif column.kind is Kind.OBJECT and value is not None:
            below = [
                written_object(each, column.columns, text) if each is not None else None for each in (value if column.many else [value])
            ]
            value = below if column.many else below[0]
        made[column.name] = value
    return made


def written_anchors(column: ColumnSpec, value: Any, text: str) -> Any:
    """Anchors as they are written: the words and where they start, which is all that they need."""
    places: Sequence[Placed] = value if column.many else (value,)
    made = [[written_anchor(span, text) for span in place] for place in places]
    if column.kind is Kind.SEGMENTS:
        return made if column.many else made[0]
    return [each[0] for each in made] if column.many else made[0][0]
