"""A group that the config assigns and no article has.

## Why
It is misspelt, or its articles are gone; either way the config does not do what it seems to.

## Example
`assign = { "sumit-2023" = "train" }`

## How to mend
Correct the name, or delete the entry.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where
from corpusbuild.text.nearest import nearest_name

RULE = Rule("CB510", "unknown-group", Severity.WARNING, since="0.1.0")


def check(group: str, known: Collection[str], where: Where) -> Iterator[Finding]:
    """No article is in ``group``."""
    near = nearest_name(group, known)
    yield RULE.finding(
        f'no article is in the group "{group}"', where, help=f'did you mean "{near}"?' if near else "correct the name, or delete the entry"
    )
