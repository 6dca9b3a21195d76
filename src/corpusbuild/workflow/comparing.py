"""Say why a copy is not the text it nearly is: the first place at which it differs, as far as that can be known."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from corpusbuild.text.pieces import Paragraph
from corpusbuild.text.telling_apart import Difference, explain, first_difference
from corpusbuild.workflow.copies import Copy

_NEAR = 0.5


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is nearly the text of an article, and where it first differs.

    ``paragraph`` is the number of the first paragraph that is not there, from 1, of ``paragraphs``; ``line`` and
    ``column`` are where another stands in its place, from 1, and 0 where none does. ``chars`` are the lengths of the
    two. ``difference`` is known where one of the usual changes, or one character, makes up for all of it.
    """

    path: str
    article: str
    paragraph: int
    paragraphs: int
    line: int = 0
    column: int = 0
    chars: tuple[int, int] = (0, 0)
    difference: Difference | None = None


def has_half(copy: Copy, blocks: Sequence[Paragraph]) -> bool:
    """Whether ``copy`` has half of a text's words or more, paragraph by paragraph."""
    there = sum(block.end - block.start for block in blocks if block.sha256 in copy.hashes)
    return there > 0 and there >= _NEAR * sum(block.end - block.start for block in blocks)


def is_near(copy: Copy, blocks: Sequence[Paragraph], chars: int) -> bool:
    """Whether ``copy`` may be a text nearly: it has half of it, or is as long but for one character."""
    return min(abs(len(copy.text.strip()) - chars), abs(len(copy.text) - chars)) <= 1 or has_half(copy, blocks)


def refused_whole(copy: Copy, article: str, whole: Paragraph, text: str | None) -> Refused | None:
    """The same as :func:`refused` for a text of which nothing says where its paragraphs lie."""
    difference = _compared(copy.text, whole, text)
    if difference is None:
        return None
    return Refused(copy.path, article, 1, 1, *copy.place(difference.at), (len(copy.text), whole.end), difference)


def refused(
    copy: Copy, article: str, blocks: Sequence[Paragraph], text: str | None, blank: Collection[str] = frozenset()
) -> Refused | None:
    """Where ``copy`` first differs from the text with these paragraphs, which may be at hand as ``text``; None where it has them all.

    Those whose hashes are ``blank`` are not missed.
    """
    at = next((i for i, block in enumerate(blocks) if block.sha256 not in copy.hashes and block.sha256 not in blank), None)
    if at is None:
        return None
    # What stands in the place of a paragraph stands between the one before it and the next that is there.
    before = max((copy.hashes.get(block.sha256, -1) for block in blocks[:at]), default=-1)  # blank ones need not be there
    after = min((i for block in blocks[at:] if (i := copy.hashes.get(block.sha256, -1)) > before), default=len(copy.paragraphs))
    known = {block.sha256 for block in blocks}
    taken = {i for sha256, i in copy.hashes.items() if sha256 in known}
    there = [copy.paragraphs[i] for i in range(before + 1, after) if i not in taken and copy.paragraphs[i].of(copy.text).strip()]
    if not there:
        return Refused(copy.path, article, at + 1, len(blocks))
    block = blocks[at]
    wanted = block.end - block.start
    # The likeliest first: of a page with its furniture, several may stand there.
    there.sort(key=lambda span: (abs(span.end - span.start - wanted), span.start))
    meant = None if text is None else text[block.start : block.end]
    for span in there:
        words = span.of(copy.text)
        difference = _compared(words, block, meant)
        if difference is not None:
            line, column = copy.place(span.start + difference.at)
            return Refused(copy.path, article, at + 1, len(blocks), line, column, (len(words), wanted), difference)
    span = there[0]
    return Refused(copy.path, article, at + 1, len(blocks), *copy.place(span.start), (span.end - span.start, wanted))


def _compared(words: str, block: Paragraph, meant: str | None) -> Difference | None:
    """Where ``words`` differ from a paragraph; by its hash, where what is ``meant`` is not at hand."""
    if meant is None:
        return explain(words, block)

    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415  start-up time

    return first_difference(words, meant) if Levenshtein.normalized_similarity(words, meant) >= _NEAR else None
