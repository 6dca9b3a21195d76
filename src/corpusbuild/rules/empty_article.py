"""An article without words.

## Why
Nothing can be annotated in it; more often than not, capturing it failed.

## Example
`raw/pidato.txt` has no bytes.

## How to mend
Put the text in, or delete the article with its metadata.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Finding, Rule, Severity

RULE = Rule("CB006", "empty-article", Severity.ERROR, since="0.1.0")


def check(article: Article) -> Iterator[Finding]:
    """Whether ``article`` has nothing but white space."""
    if article.text is not None and not article.text.strip():
        yield RULE.finding("this article is empty", article.where(), help="put its text in, or delete it with its metadata")
