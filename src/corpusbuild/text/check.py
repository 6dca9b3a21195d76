"""The check value of a detached span: proof for whoever has the paragraph, of no use to anyone else.

It is the first 16 hex digits of HMAC-SHA256 with the paragraph's text as key and the span's words as
message, both in UTF-8. A paragraph is a run of characters other than line feeds; for a span that
crosses paragraphs, the key runs from the start of the first to the end of the last.
"""

from __future__ import annotations

import hmac

from corpusbuild.text.span import Span

DIGITS = 16


def check_value(text: str, span: Span) -> str:
    """The check value of ``span`` in ``text``: 16 hex digits."""
    # surrogatepass: a text that cannot be written as UTF-8 is refused elsewhere, never here.
    digest = hmac.new(_utf8(key_span(text, span).of(text)), _utf8(span.of(text)), "sha256").hexdigest()
    return digest[:DIGITS]


def key_span(text: str, span: Span) -> Span:
    """Where the key of ``span`` lies: its paragraph, or all from its first to its last."""
    end = text.find("\n", span.end)
    return Span(text.rfind("\n", 0, span.start) + 1, len(text) if end < 0 else end)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
