"""How many cells of a terminal text takes, and text that is safe to show in one."""

from __future__ import annotations

import re

from wcwidth import iter_graphemes, wcswidth

TAB = 4

_REORDERING = "\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"

# Control characters, what is no character, marks that reorder what is shown (a label could hide behind them),
# and the two line ends that no editor counts as such.
_UNSAFE = re.compile(f"[\x00-\x1f\ud800-\udfff{_REORDERING}]")
_UNSAFE_IN_JSON = re.compile(f"[{_REORDERING}]")


def printable(text: str) -> str:
    """``text`` with tabs as spaces and control characters as their pictures, so that no terminal obeys it."""
    return _UNSAFE.sub(lambda found: _picture(found[0]), text)


def inert(json_text: str) -> str:
    """JSON that says the same, in which no terminal finds anything to obey: such characters are escapes."""
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", json_text)


def _picture(character: str) -> str:
    code = ord(character)
    if character == "\t":
        return " " * TAB
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"


def graphemes(text: str) -> list[str]:
    """What people take for the characters of ``text``: a letter with its marks, an emoji of several parts (UAX 29)."""
    return list(text) if text.isascii() else list(iter_graphemes(text))


def cells(text: str) -> int:
    """The cells that printable ``text`` takes."""
    return len(text) if text.isascii() else max(wcswidth(text), 0)


def rows(text: str, columns: int) -> int:
    """The rows that a printable line takes on a terminal so wide; what is two cells wide is never put half on a row."""
    if text.isascii():
        return max(-(-len(text) // columns), 1)
    count, used = 1, 0
    for character in graphemes(text):
        wide = cells(character)
        if used + wide > columns:
            count, used = count + 1, 0
        used += wide
    return count
