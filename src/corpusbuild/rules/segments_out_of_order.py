"""Parts of a discontinuous span that overlap, or do not stand in text order.

## Why
A span in several parts is one span: its parts in another order, or counted twice, would be another.

## Example
`"content": ["kunjungan itu", "Putin membatalkan"]`, where the second part stands first.

## How to mend
List the parts in the order in which they stand in the text.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where
from corpusbuild.text.span import Span

RULE = Rule("CB205", "segments-out-of-order", Severity.ERROR, since="0.1.0", essential=True)


def check(article: Article, where: Where, before: Span, here: Span) -> Iterator[Finding]:
    """The segment at ``where`` begins, at ``here``, before the one listed before it has ended, at ``before``."""
    fault = "overlaps" if before.start < here.end else "stands before"
    also = () if article.detached else (Also(article.where(before), "listed before it"), Also(article.where(here), "this one"))
    yield RULE.finding(f"this segment {fault} the one listed before it", where, also=also, help="list the segments in text order")
