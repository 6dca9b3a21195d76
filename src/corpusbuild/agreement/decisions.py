"""What becomes of two annotators' work: the drafts of the gold, and what is to be decided."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from corpusbuild.diagnostics.where import Place


@dataclass(frozen=True, slots=True)
class Said:
    """What one annotator says: the row's key or where it stands, the value as written, its place in the file, its words.

    ``about`` are the references that a row without words is known by.
    """

    annotator: str
    row: str
    value: object
    place: Place
    words: str | None
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing to decide. Without a ``field``, it is whether the row is to be there: only one has it, or both and it is refused.

    ``key`` is the row's in the draft, None where it has none, or where ``refused`` says why the row is left out.
    ``drafted`` is whose word the draft has for now.
    """

    article: str
    table: str
    field: str | None
    a: Said | None
    b: Said | None
    key: str | None
    drafted: str | None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Drafted:
    """The draft of one article: where it goes, its bytes, how many rows it has, and in how many of these both agree in all."""

    article: str
    path: str
    data: bytes
    rows: int
    agreed: int


@dataclass(frozen=True, slots=True)
class Adjudication:
    """What became of two annotators' work. ``only_a`` and ``only_b`` are the articles that just one has annotated.

    ``provenance`` are the tables whose rows have no property to say where they come from: that stands in the
    decisions only. ``lists`` are the files that the decisions were written to.
    """

    a: str
    b: str
    gold: str
    drafts: tuple[Drafted, ...]
    decisions: tuple[Decision, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    provenance: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


def value_text(value: object) -> str:
    """A value as its author wrote it; null where there is none."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def shortened(text: str, most: int = 240) -> str:
    """The beginning of ``text``, marked where there is more."""
    return text if len(text) <= most else text[: most - 1] + "…"


def said_json(side: Said | None) -> dict[str, Any] | None:
    """What one annotator says, as plain values."""
    if side is None:
        return None
    return {
        "annotator": side.annotator,
        "row": side.row,
        "about": list(side.about),
        "value": side.value,
        "words": side.words,
        "place": _place(side.place),
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "pointer": place.pointer,
    }
