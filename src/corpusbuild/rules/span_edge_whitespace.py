"""A span that begins or ends with white space.

## Why
Two annotators who mean the same words must mark the same span. White space at an edge is nearly always a slip
of the mouse, and it costs agreement.

## Example
`"cue": "mengatakan "`

## How to mend
Leave out the white space.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where
from corpusbuild.text.span import Span

RULE = Rule("CB209", "span-edge-whitespace", Severity.WARNING, since="0.1.0")


def check(article: Article, where: Where, span: Span) -> Iterator[Finding]:
    """``span`` has white space at an edge."""
    words = span.of(article.text or "")
    edge = " and ".join(edge for edge, character in (("begins", words[:1]), ("ends", words[-1:])) if character.isspace())
    yield RULE.finding(f"this span {edge} with white space", where, also=(Also(article.where(span), "here"),), help="leave it out")
