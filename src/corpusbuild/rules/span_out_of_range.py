"""A position that is not in the article.

## Why
A span is `text[start:end]`, in code points of the canonical text. One that ends behind the text, or before it
starts, was counted in other units (bytes, UTF-16) or in another version of the text.

## Example
`{"start": 5210, "end": 5230, "check": "…"}` in an article of 4,100 characters.

## How to mend
Count again, in code points.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InJson
from corpusbuild.text.anchors import Position

RULE = Rule("CB203", "span-out-of-range", Severity.ERROR, since="0.1.0", essential=True)


def check(article: Article, where: InJson, anchor: Position) -> Iterator[Finding]:
    """``anchor`` is no range of the article."""
    backwards = anchor.end < anchor.start
    reason = "it ends before it starts" if backwards else f"the article has {article.chars:,} characters"
    place = where if backwards or anchor.start > article.chars else InJson(where.origin, (*where.pointer, "end"))
    yield RULE.finding(
        f"there is nothing at {anchor.start}..{anchor.end}: {reason}", place, help="offsets count code points of the canonical text, from 0"
    )
