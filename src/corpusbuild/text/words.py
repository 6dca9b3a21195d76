"""What a word is when a quotation must not cut one."""

from __future__ import annotations

import unicodedata

from corpusbuild.text.span import Span


def is_word_character(character: str) -> bool:
    """Letters, digits, the underscore, and the marks that combine with them."""
    if character.isascii():
        return character.isalnum() or character == "_"
    return character.isalnum() or unicodedata.category(character).startswith("M")


def cuts_word(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` begins or ends in the middle of a word."""
    return joined(text, start) or joined(text, end)


def joined(text: str, at: int) -> bool:
    """Whether a word goes on across ``at``."""
    return 0 < at < len(text) and is_word_character(text[at - 1]) and is_word_character(text[at])


def widen(text: str, span: Span) -> Span:
    """The smallest span around ``span`` that cuts no word."""
    start, end = span.start, span.end
    while joined(text, start):
        start -= 1
    while joined(text, end):
        end += 1
    return Span(start, end)
