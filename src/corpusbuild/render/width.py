"""How many cells of a terminal text takes, and text that is safe to show in one."""

from __future__ import annotations

from wcwidth import wcswidth, wcwidth

TAB = 4


def printable(text: str) -> str:
    """``text`` with tabs as spaces and control characters as their pictures, so that no terminal obeys it."""
    return "".join(_picture(character) for character in text)


def _picture(character: str) -> str:
    code = ord(character)
    if character == "\t":
        return " " * TAB
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0x80 <= code < 0xA0 or 0xD800 <= code < 0xE000 or code in _DIRECTIONS:
        return "\ufffd"
    return character


# Marks that reorder what is shown; a label could hide behind them.
_DIRECTIONS = frozenset([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def cells(text: str) -> int:
    """The cells that printable ``text`` takes."""
    width = wcswidth(text)
    return width if width >= 0 else sum(max(wcwidth(character), 0) for character in text)
