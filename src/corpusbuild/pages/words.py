"""Words as a page holds them, made fit for a canonical text; and what is compared of them."""

from __future__ import annotations

import re
from html import unescape

from corpusbuild.text.canonical import BYTE_ORDER_MARK, CONTROL, canonical

# White space as HTML has it, and line ends of other systems; a no-break space is no such white space, and stays.
_SPACE = re.compile("[ \t\n\r\f\x0b\x85\u2028\u2029]+")
_EDGES = " \u00a0\u200b\u2007\u202f"
_COMPARED = re.compile(r"[\W_]+")


def tidy(text: str) -> str:
    """``text`` on one line, canonical, without control characters, white space at its edges or byte order marks."""
    line = CONTROL.sub("", _SPACE.sub(" ", text.replace(BYTE_ORDER_MARK, "")))
    return canonical(_SPACE.sub(" ", line).strip(_EDGES))


def from_attribute(value: str) -> str:
    """A value of an attribute or of JSON in a page, where some sites escape the escapes."""
    return tidy(unescape(value))


def essence(text: str) -> str:
    """What is compared: letters and digits alone, in lower case; the text itself where it has none."""
    return _COMPARED.sub("", text).casefold() or text.strip()
