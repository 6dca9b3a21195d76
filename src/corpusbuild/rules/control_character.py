"""A control character in an article.

## Why
NUL, backspace, escape and their like are never part of what an author wrote. They break terminals, CSV files
and tokenizers, and nobody sees them.

## Example
A form feed from a PDF stands between two paragraphs.

## How to mend
Delete the character, if the article may be edited. Offsets behind it move.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.text.canonical import CONTROL
from corpusbuild.text.span import Span

RULE = Rule("CB005", "control-character", Severity.WARNING, since="0.1.0")


def check(article: Article) -> Iterator[Finding]:
    """The first control character but for line feeds, tabs and carriage returns; the rest are counted."""
    text = article.text or ""
    places = [found.start() for found in CONTROL.finditer(text) if found[0] != "\r"]
    if places:
        more = f", and {len(places) - 1} more" if len(places) > 1 else ""
        yield RULE.finding(
            f"this article has a control character, U+{ord(text[places[0]]):04X}{more}",
            article.where(Span(places[0], places[0] + 1)),
            help="delete it",
        )
