"""An article: one text and what is known about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corpusbuild.diagnostics.where import InJson, InText, Origin, Where
from corpusbuild.text.pieces import Pieces
from corpusbuild.text.span import Span


@dataclass(frozen=True, slots=True)
class Article:
    """One text and its metadata; the text never changes after reading.

    ``text`` is None where the article is detached and no copy of its text is at hand; ``chars`` and
    ``sha256`` (of the text in UTF-8) are known all the same, and ``pieces`` where some paragraphs are at
    hand. ``text_origin`` is the file of the text, None where the text stands in the metadata document
    (a line of a shard).
    """

    id: str
    text: str | None
    sha256: str
    chars: int
    metadata: Mapping[str, Any]
    origin: Origin
    text_origin: Origin | None = None
    detached: bool = False
    pieces: Pieces | None = None

    def where(self, span: Span | None = None) -> Where:
        """Where words of the text stand, for a finding; without a span, the text as a whole."""
        if self.text_origin is None:
            return InJson(self.origin, ("text",))
        return InText(self.text_origin, span.start, span.end) if span is not None else InText(self.text_origin, 0, 0)
