"""Fewer groups than splits.

## Why
A group is never cut, so some split would be empty whatever is done.

## Example
Two events and three splits.

## How to mend
Name fewer splits, or collect articles of more groups.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB507", "too-few-groups", Severity.ERROR, since="0.1.0")


def check(groups: int, splits: int, where: Where) -> Iterator[Finding]:
    """There are fewer ``groups`` than ``splits``."""
    have = "is 1 group" if groups == 1 else f"are {groups} groups"
    yield RULE.finding(
        f"there {have} for {splits} splits, and a group is never cut", where, help="name fewer splits, or add articles of other groups"
    )
