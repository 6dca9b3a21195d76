"""A key that two rows have.

## Why
What refers to it could mean either, and a join doubles rows. An article in two splits is training data in the test.

## Example
Two rows of `articles` have the `article_id` "pasar", one in train and one in test.

## How to mend
Compile the data set anew with `corpusbuild make`, which refuses such keys, or get it again.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InFile, Origin

RULE = Rule("CB621", "repeated-key", Severity.ERROR, since="0.1.0")

_HELP = "compile the data set anew, or get it again"


def check(path: str, field: str, row: int, key: str, more: int) -> Iterator[Finding]:
    """The key of a row (from 0) of the file at ``path`` is that of a row before, and so with ``more`` of that table."""
    others = f" (and {more:,} more)" if more else ""
    yield RULE.finding(f'{field} of row {row:,} is "{key}"{others}, as in a row before', InFile(Origin(path)), help=_HELP)


def across(path: str, article: str, one: str, other: str) -> Iterator[Finding]:
    """An article is in two splits; the file at ``path`` is that of the second."""
    message = f'the article "{article}" is in {one} and in {other}'
    yield RULE.finding(message, InFile(Origin(path)), help=_HELP)
