"""A detached article whose text is not at hand, so that its words could not be checked.

## Why
Positions, keys and references were checked; that the words stand there was not. The note says how much was
taken on trust: every span, or those whose paragraphs are not at hand.

## Example
`raw/berita.json` has `"text": {"sha256": …, "chars": 3090}`.

## How to mend
Nothing needs mending. `corpusbuild hydrate DIR` takes texts that you have into the cache and checks every span.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InJson

RULE = Rule("CB210", "detached-text-missing", Severity.NOTE, since="0.1.0")


def check(article: Article, unproven: int, spans: int) -> Iterator[Finding]:
    """Of ``spans`` positions in ``article``, as many could not be checked as are ``unproven``."""
    if article.pieces is None:
        what = f"not at hand: {unproven:,} {'span' if unproven == 1 else 'spans'} {_was(unproven)}"
    else:
        have, lack = len(article.pieces.at_hand), len(article.pieces.missing)
        what = f"at hand in part ({have:,} of {have + lack:,} paragraphs): of {spans:,} spans, {unproven:,} {_was(unproven)}"
    yield RULE.finding(f"the text of this article is {what} not checked against its words", InJson(article.origin, ("text",)))


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
