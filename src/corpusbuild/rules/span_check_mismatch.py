"""A position whose check value is that of other words.

## Why
A detached span says where words are and proves which. If the proof fails, the position or the text has changed.

## Example
`{"start": 120, "end": 128, "check": "9f2c…"}`, and the words at 120..128 have another check value.

## How to mend
Find out whether text or position is right. Check values are made by the tool, never by hand.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where
from corpusbuild.text.anchors import Position
from corpusbuild.text.span import Span

RULE = Rule("CB204", "span-check-mismatch", Severity.ERROR, since="0.1.0", essential=True)


def check(article: Article, where: Where, anchor: Position) -> Iterator[Finding]:
    """The words at ``anchor`` have another check value."""
    also = () if article.detached else (Also(article.where(Span(anchor.start, anchor.end)), "these words stand there"),)
    yield RULE.finding(
        f"the words at {anchor.start}..{anchor.end} are not the ones that were annotated",
        where,
        label="this check value is of other words",
        also=also,
        help="find out whether the text or the position has changed",
    )
