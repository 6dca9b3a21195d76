"""What stands in a cell of WebAnno TSV: escapes, stacked values, and the numbers that tell annotations apart."""

from __future__ import annotations

import re
from typing import NamedTuple

NOTHING = "_"
"""No annotation of the layer is here."""
NULL = "*"
"""There is one, and it has no value."""

_ESCAPED_VALUE = re.compile(r"\\(->|[\\\[\]|_;tn*])")
_ESCAPED_TEXT = re.compile(r"\\([tnfrb\\\x00-\x07\x0e-\x1f])")
_ESCAPED_JAVA = re.compile(r"\\(u+[0-9a-fA-F]{4}|[0-3]?[0-7]{1,2}|.)")
_LETTERS = {"t": "\t", "n": "\n", "f": "\f", "r": "\r", "b": "\b"}
_NAMES = {meant: letter for letter, meant in _LETTERS.items()}
_TO_ESCAPE = re.compile(r"->|[\\\[\]|_;\t\n*]")
_TEXT_TO_ESCAPE = re.compile(r"[\t\n\f\r\x08\\\x00-\x07\x0e-\x1f]")
_STACKED = re.compile(r"(?:\\.|[^\\|])*", re.DOTALL)
_SLOTS = re.compile(r"(?:\\.|[^\\;])*", re.DOTALL)
_NUMBERED = re.compile(r"((?:\\.|[^\\])*?)\[(\d{1,18})(?:_(\d{1,18}))?\]", re.DOTALL)
_LINK = re.compile(r"((?:\\.|[^\\])*?)->(\d{1,18})-(\d{1,18})", re.DOTALL)


class Numbered(NamedTuple):
    """A raw value, and the numbers in brackets behind it; 0 where there is none."""

    raw: str
    number: int = 0
    second: int = 0


def stacked(cell: str) -> list[str]:
    """The raw values of the annotations that are stacked here: one for each, none where there is nothing."""
    return [] if cell == NOTHING else _split(cell, _STACKED)


def in_slots(raw: str) -> list[str]:
    """The raw values of an annotation's slots."""
    return [] if raw == NOTHING else _split(raw, _SLOTS)


def _split(cell: str, item: re.Pattern[str]) -> list[str]:
    found, at = [], 0
    while True:
        match = item.match(cell, at)
        end = match.end() if match else at
        # A backslash at the very end escapes nothing.
        end = end + 1 if cell[end : end + 1] == "\\" else end
        found.append(cell[at:end])
        if end >= len(cell):
            return found
        at = end + 1


def numbered(raw: str) -> Numbered:
    """A raw value without the brackets that follow it."""
    match = _NUMBERED.fullmatch(raw)
    return Numbered(raw) if match is None else Numbered(match[1], int(match[2]), int(match[3] or 0))


def link(raw: str) -> tuple[str, int, int] | None:
    """Of ``value->chain-link``, the raw value, the chain's number and the link's; None for what is not such a thing."""
    match = _LINK.fullmatch(raw)
    return None if match is None else (match[1], int(match[2]), int(match[3]))


def value(raw: str) -> str | None:
    """A feature's value as it was before it was written."""
    return None if raw in {NULL, NOTHING} else _ESCAPED_VALUE.sub(lambda match: _LETTERS.get(match[1], match[1]), raw)


def text(raw: str, version: tuple[int, int]) -> str:
    """Text of a sentence as it was before it was written: up to version 3.1 with Java's escapes, with fewer from 3.2."""
    if "\\" not in raw:
        return raw
    if version >= (3, 2):
        return _ESCAPED_TEXT.sub(lambda match: _LETTERS.get(match[1], match[1]), raw)
    # Java writes what lies beyond U+FFFF as two escapes.
    return _ESCAPED_JAVA.sub(_of_java, raw).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def escaped_value(value: str) -> str:
    """A feature's value as it is written."""
    return _TO_ESCAPE.sub(lambda match: f"\\{_NAMES.get(match[0], match[0])}", value)


def escaped_text(text: str) -> str:
    """One line of a sentence's text as it is written from version 3.2 on."""
    return _TEXT_TO_ESCAPE.sub(lambda match: f"\\{_NAMES.get(match[0], match[0])}", text)


def _of_java(match: re.Match[str]) -> str:
    if match[1][0] == "u" and len(match[1]) > 1:
        return chr(int(match[1].lstrip("u"), 16))
    return chr(int(match[1], 8)) if match[1][0] in "01234567" else _LETTERS.get(match[1], match[1])
