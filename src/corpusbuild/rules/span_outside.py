"""A position outside the span that must hold it.

## Why
The schema says that this anchor lies within another (`x-anchor: {"within": …}`).

## Example
A cue at 300..308, in a claim whose extent is 400..520.

## How to mend
Correct the position, or widen the span around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where
from corpusbuild.text.span import Span

RULE = Rule("CB206", "span-outside", Severity.ERROR, since="0.1.0", essential=True)


def check(article: Article, where: Where, span: Span, within: Sequence[Span]) -> Iterator[Finding]:
    """``span`` lies inside none of ``within``."""
    homes = ", ".join(f"{home.start}..{home.end}" for home in within)
    also = (
        ()
        if article.detached
        else (Also(article.where(span), "these words"), *(Also(article.where(home), "must lie in here") for home in within))
    )
    yield RULE.finding(
        f"{span.start}..{span.end} is not inside {homes}", where, also=also, help="correct the position, or widen the span around it"
    )
