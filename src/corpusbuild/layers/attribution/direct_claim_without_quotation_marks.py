"""A claim said to be quoted word for word, in a text that has no quotation marks there.

## Why
Direct means that the paper vouches for the words, and quotation marks are how it does. Without them it is the
paper's wording: indirect, or mixed where only some of the words are quoted.

## Example
The text has: Tono menyebut dermaga itu aman. The claim has `"content": ["dermaga itu aman"], "attribution": "direct"`.

## How to mend
Set `attribution` to `indirect`, or to `mixed` where a part of the content is quoted; or correct the content.

All of “ ” „ " « » ‘ ’ ' count. The marks may stand inside the content or around it, at any distance within the
paragraph; a quotation that is still open at the end of its paragraph goes on to that end. A text that may not be
redistributed is not looked at.
"""  # noqa: RUF002  the marks themselves

from __future__ import annotations

import re
from collections.abc import Iterator

from corpusbuild.checks import Document, Finding, Rule, Severity, Span
from corpusbuild.layers.attribution.claims import parts

RULE = Rule("CB305", "direct-claim-without-quotation-marks", Severity.WARNING, since="0.1.0")

CLOSERS = {"“": "”", "„": "“”", '"': '"', "”": "”", "«": "»", "»": "«»", "‘": "’", "'": "'", "’": "’"}  # noqa: RUF001  as above
"""Opening marks, each with what can close it: „German“, »reversed« and ”Swedish” included."""

APOSTROPHES = "'‘’"  # noqa: RUF001  as above

_MARK = re.compile(f"[\n{''.join(CLOSERS)}]")


def check(document: Document) -> Iterator[Finding]:
    """The first segment of each direct claim that does not begin and end in a quotation."""
    text = document.article.text
    direct = [claim for claim in document.rows("claims") if claim.get("attribution") == "direct"]
    if text is None or document.article.detached or not direct:
        return
    quoted = list(quotations(text))
    for claim in direct:
        content = [part for part in parts(claim) if part.name == "content"]
        bare = next((part for part in content if not _is_quoted(text, part.span, quoted)), None)
        if bare is not None:
            yield RULE.finding(
                "this claim is direct, but these words are not in quotation marks",
                bare.where,
                help='set attribution to "indirect", or to "mixed" where a part is quoted',
            )


def quotations(text: str) -> Iterator[Span]:
    """Where quotations are in ``text``, their marks included. What is quoted inside a quotation is a part of it."""
    start = None
    for found in _MARK.finditer(text):
        i, character = found.start(), found[0]
        if start is None:
            start = i if character in CLOSERS and not _is_apostrophe(text, i, opening=True) else None
        elif character == "\n":
            yield Span(start, i)
            start = None
        elif character in CLOSERS[text[start]] and not _is_apostrophe(text, i, opening=False):
            yield Span(start, i + 1)
            start = None
    if start is not None:
        yield Span(start, len(text))


def _is_apostrophe(text: str, at: int, *, opening: bool) -> bool:
    """Whether a mark that could be an apostrophe is one: a quotation opens before a word, and closes behind one."""
    if text[at] not in APOSTROPHES:
        return False
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return (before.isalnum() or not after.strip()) if opening else after.isalnum()


def _is_quoted(text: str, span: Span, quoted: list[Span]) -> bool:
    """Whether the first and the last word of ``span`` are quoted: a quotation of several paragraphs is several."""
    words = [i for i in range(span.start, span.end) if text[i].isalnum()]
    edges = {words[0], words[-1]} if words else {span.start}
    return all(any(each.start <= edge < each.end for each in quoted) for edge in edges)
