"""Lines of an ``.ann`` file, from what they say; a value that a line cannot hold is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable

from corpusbuild.text.span import Span

_LABEL = re.compile(r"\S+")
_LINE = re.compile(r"[^\n]*(?<!\r)")


class CannotHoldError(Exception):
    """A line cannot hold a value: of which column, and why."""

    def __init__(self, column: str, why: str) -> None:
        super().__init__(column, why)
        self.column, self.why = column, why


def label(value: object, column: str, without: str = "") -> str:
    """A name with no white space in it, nor the character ``without``."""
    if not isinstance(value, str) or not _LABEL.fullmatch(value) or (without and without in value):
        raise CannotHoldError(column, "white space or a colon stands in a name" if value is not None else "null where brat needs a name")
    return value


def one_line(value: object, column: str) -> str:
    """A string that stands on one line."""
    if not isinstance(value, str) or not _LINE.fullmatch(value):
        raise CannotHoldError(column, "a line end in a string" if value is not None else "null where brat needs a string")
    return value


def span_line(key: str, kind: str, spans: Iterable[Span], text: str) -> str:
    """A text-bound line. A line end in the words is written as a space, as brat does."""
    places = list(spans)
    offsets = ";".join(f"{each.start} {each.end}" for each in places)
    words = " ".join(each.of(text).replace("\n", " ") for each in places)
    return f"{key}\t{kind} {offsets}\t{words}"
