"""Canonical text: one form, and a quick way to see that a text has it."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusbuild.text.canonical import CONTROL, canonical, is_canonical, is_clean

# Control characters of every kind, line ends, a byte order mark, letters with and without marks that combine,
# Hangul in parts, a character that NFC replaces, and characters of every length in UTF-8.
SOME = (
    "ab \n\t\r\x00\x1f\x7f\x80\x85\x9f\xa0\ufeffe\u0301\u0300é\u0327\u1100\u1161\u11a8\u212b\u0340\u3099か“”€平\ud7ff\U0001f600\U0001d15e"
)


def is_clean_by_definition(text: str) -> bool:
    return is_canonical(text) and CONTROL.search(text) is None


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("satu\r\ndua\rtiga\n", "satu\ndua\ntiga\n"),
        ("\r\r\n\n\r", "\n\n\n\n"),
        ("\ufeffsatu", "satu"),
        ("\ufeff\ufeffsatu\ufeff", "\ufeffsatu\ufeff"),  # one mark at the beginning; another is a character
        ("e\u0301", "é"),
    ],
)
def test_canonical_by_example(text: str, made: str) -> None:
    assert canonical(text) == made


@given(st.text(SOME, max_size=12), st.integers(0, 40))
def test_clean_is_canonical_without_control_characters(text: str, padding: int) -> None:
    text += "x" * padding
    assert is_clean(text, text.encode()) == is_clean_by_definition(text)


@given(st.text(max_size=40))
def test_a_text_made_canonical_is_clean_but_for_control_characters(text: str) -> None:
    made = canonical(text).lstrip("\ufeff")
    assert is_clean(made, made.encode()) == (CONTROL.search(made) is None)


def test_each_character_is_judged_right_alone_and_behind_any_letter() -> None:
    """Two characters at most become one in NFC, so all that may are second in a decomposition, or parts of Hangul."""
    firsts, seconds = {"x", "\u1100", "\uac00"}, {chr(at) for at in range(0x1160, 0x1200)}
    for at in range(sys.maxunicode + 1):
        parts = unicodedata.decomposition(chr(at)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            firsts.add(chr(int(parts[0], 16)))
            seconds.add(chr(int(parts[1], 16)))
    # All planes that hold characters with a property of their own; surrogates are no text.
    characters = [chr(at) for at in (*range(0xD800), *range(0xE000, 0x30000), *range(0xE0000, 0xE0200))]
    mingled = ["\u0345" + each for each in characters if unicodedata.combining(each)]  # behind the mark that goes last
    for tail in (*characters, *mingled, *(first + second for first in firsts for second in seconds)):
        text = "x" * 12 + tail  # so many letters that it counts as mostly ASCII
        assert is_clean(text, text.encode()) == is_clean_by_definition(text)
