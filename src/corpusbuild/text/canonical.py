"""Canonical text: UTF-8 without a BOM, LF line ends, NFC. Offsets count its code points, half-open, from 0."""

from __future__ import annotations

import re
import unicodedata

from corpusbuild.text.span import Span

BYTE_ORDER_MARK = "\ufeff"

# Category Cc but for the tab and the line feed, which have a meaning in plain text.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")

_PRINTABLE_ASCII = b"\t\n" + bytes(range(0x20, 0x7F))

# Frequent characters that are no control and that NFC neither changes nor combines, whatever stands beside them:
# letters of Latin, punctuation, currencies, CJK ideographs, pictographs.
_INERT = re.compile("[\u00a0-\u02ff\u2010-\u2027\u20a0-\u20bf\u4e00-\u9fa5\U0001f300-\U0001f64f]*")

_PARAGRAPH = re.compile(r"[^\n]+")


def canonical(text: str) -> str:
    """The canonical form of ``text``: no byte order mark, LF line ends, NFC. Idempotent, but for a second mark."""
    plain = text.removeprefix(BYTE_ORDER_MARK).replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", plain)


def is_canonical(text: str) -> bool:
    """Whether ``text`` is what :func:`canonical` makes of it, without making it."""
    return "\r" not in text and not text.startswith(BYTE_ORDER_MARK) and unicodedata.is_normalized("NFC", text)


def is_clean(text: str, data: bytes) -> bool:
    """Whether ``text``, whose UTF-8 are ``data``, is canonical and free of control characters; quick where it is so."""
    if 2 * len(data) <= 3 * len(text):  # mostly ASCII: what is left without it is short
        foreign = data.translate(None, _PRINTABLE_ASCII)
        if not foreign or _INERT.fullmatch(foreign.decode("utf-8")):
            return True
    return is_canonical(text) and CONTROL.search(text) is None


def paragraphs(text: str) -> list[Span]:
    """The paragraphs of a canonical text, in order: its runs of characters other than line feeds."""
    return [Span(*found.span()) for found in _PARAGRAPH.finditer(text)]
