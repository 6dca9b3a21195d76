"""A text that is known by its paragraphs: where they lie, what their hashes are, and the words of those that are at hand."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpusbuild.text.canonical import paragraphs
from corpusbuild.text.check import key_span
from corpusbuild.text.span import Span

SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Where a paragraph is said to lie (code points of the canonical text, half-open), and the SHA-256 of its words in UTF-8."""

    start: int
    end: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text of which some paragraphs are at hand; ``text`` has blanks in the place of the others, which are ``missing``, in order."""

    text: str
    at_hand: tuple[Span, ...]
    missing: tuple[Span, ...]

    def proves(self, span: Span) -> bool:
        """Whether every paragraph that ``span`` touches is at hand, so that its check value can be made."""
        key = key_span(self.text, span)
        return _touched(self.at_hand, key) and not _touched(self.missing, key)


def sha256_of(words: str) -> str:
    """The SHA-256 of ``words`` in UTF-8, as hex digits."""
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def paragraphs_of(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs of a canonical text, in order: its runs of characters other than line feeds."""
    return tuple(Paragraph(span.start, span.end, sha256_of(span.of(text))) for span in paragraphs(text))


def parse_blocks(value: object) -> tuple[Paragraph, ...] | None:
    """The ``blocks`` of an article's metadata; None where they are something else."""
    if not isinstance(value, list):
        return None
    found = [_block(each) for each in value]
    return tuple(each for each in found if each is not None) if None not in found else None


def _block(value: object) -> Paragraph | None:
    if not isinstance(value, dict) or not value.keys() >= {"start", "end", "sha256"}:
        return None
    start, end, sha256 = _whole(value["start"]), _whole(value["end"]), value["sha256"]
    if start is None or end is None or not isinstance(sha256, str) or not SHA256.fullmatch(sha256):
        return None
    return Paragraph(start, end, sha256)


def _whole(number: object) -> int | None:
    # In JSON Schema, 1.0 is an integer.
    if isinstance(number, bool) or not isinstance(number, int | float) or number != number // 1:
        return None
    return int(number)


def out_of_order(blocks: Sequence[Paragraph], chars: int) -> int | None:
    """The first of ``blocks`` that cannot be a paragraph of a text of ``chars`` characters, where the ones before it are."""
    # A line feed at least lies between two.
    last = -1
    for i, block in enumerate(blocks):
        if not last < block.start < block.end <= chars:
            return i
        last = block.end
    return None


def put_together(blocks: Sequence[Paragraph], chars: int, words: Iterable[str]) -> Pieces:
    """What is known of a text of ``chars`` characters by those of its paragraphs whose ``words`` are at hand, in any order.

    ``blocks`` are in order (:func:`out_of_order`).
    """
    by_hash = {sha256_of(each): each for each in words}
    parts: list[str] = []
    at_hand: list[Span] = []
    missing: list[Span] = []
    at = 0
    for block in blocks:
        span, known = Span(block.start, block.end), by_hash.get(block.sha256)
        # Between paragraphs are line feeds and nothing else.
        parts.append("\n" * (span.start - at))
        fits = known is not None and len(known) == span.end - span.start and "\n" not in known
        parts.append(known if known is not None and fits else " " * (span.end - span.start))
        (at_hand if fits else missing).append(span)
        at = span.end
    parts.append("\n" * (chars - at))
    return Pieces("".join(parts), tuple(at_hand), tuple(missing))


def _touched(spans: Sequence[Span], key: Span) -> bool:
    return any(span.start < key.end and key.start < span.end for span in spans)
