"""How an anchor is written in a corpus whose text is at hand."""

from __future__ import annotations

from typing import Any

from corpusbuild.text.check import check_value
from corpusbuild.text.span import Span


def written_anchor(span: Span, text: str) -> dict[str, Any]:
    """The words and where they start, in code points of the canonical text: all that an anchor needs."""
    if span.start == span.end:
        # No words stand between two characters: a position, whose check value proves the paragraph.
        return {"start": span.start, "end": span.end, "check": check_value(text, span)}
    return {"exact": span.of(text), "start": span.start}
