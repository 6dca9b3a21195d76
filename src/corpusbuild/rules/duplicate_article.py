"""Two articles with the same text.

## Why
What is counted twice weighs twice, and a model that is tested on a text it was trained on looks better than it is.
Articles with the same text are always put into the same split.

## Example
`raw/pidato.txt` and `raw/pidato-2.txt` are equal.

## How to mend
Delete one of them, with its annotations.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB402", "duplicate-article", Severity.WARNING, since="0.1.0")


def check(article: str, where: Where, other: str, other_where: Where) -> Iterator[Finding]:
    """``article`` has the text of ``other``."""
    yield RULE.finding(
        f'"{article}" has the same text as "{other}"', where, also=(Also(other_where, "the same text"),), help="delete one of them"
    )
