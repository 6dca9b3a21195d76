"""Two articles that are nearly the same.

## Why
News is copied. Two versions of one story are not two independent texts: they belong into one split, and
corpusbuild puts them there.

## Example
Two outlets print the same agency report, one with another headline.

## How to mend
Nothing, if both are meant to be there; they share a split. Otherwise delete one.

Similarity is the Jaccard index of the two sets of word n-grams (`[tool.corpusbuild.duplicates]`; n is 5 and the
threshold 0.6 unless the config says otherwise).
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB403", "near-duplicate-article", Severity.WARNING, since="0.1.0")


def check(article: str, where: Where, other: str, other_where: Where, similarity: float) -> Iterator[Finding]:
    """``article`` and ``other`` are this similar."""
    message = f'"{article}" is nearly the same as "{other}" ({similarity:.0%} of their word sequences are shared)'
    yield RULE.finding(message, where, also=(Also(other_where, "the other text"),), help="they share a split; delete one if it is a copy")
