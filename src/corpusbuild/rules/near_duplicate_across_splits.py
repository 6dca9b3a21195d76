"""Two articles that are nearly the same, in different splits.

## Why
A story that stands in train and in test makes every score on it worthless.

## Example
One agency report, printed by two outlets, under two events that the config assigns to `train` and `test`.

## How to mend
Assign their groups to one split, give them the same group, or delete one.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB503", "near-duplicate-across-splits", Severity.ERROR, since="0.1.0", essential=True)


def check(article: str, where: Where, other: str, other_where: Where, similarity: float, splits: tuple[str, str]) -> Iterator[Finding]:
    """``article`` and ``other`` are this similar, and held in two ``splits``."""
    message = (
        f'"{article}" ({splits[0]}) is nearly the same as "{other}" ({splits[1]}): {similarity:.0%} of their word sequences are shared'
    )
    yield RULE.finding(
        message, where, also=(Also(other_where, "the other text"),), help="assign their groups to one split, or delete one of the two"
    )
