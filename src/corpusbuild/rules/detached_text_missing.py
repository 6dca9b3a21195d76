"""A detached article whose text is not at hand, so that its words could not be checked.

## Why
Positions, keys and references were checked; that the words stand there was not. The note says how much was
taken on trust.

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


def check(article: Article, spans: int) -> Iterator[Finding]:
    """``spans`` positions in ``article`` could not be checked."""
    what = "1 span was" if spans == 1 else f"{spans} spans were"
    yield RULE.finding(f"the text of this article is not at hand: {what} not checked against its words", InJson(article.origin, ("text",)))
