"""A group that no split is named for.

## Why
The config assigns groups by hand and gives no ratios, so nothing says where this one belongs.

## Example
`assign = { "summit-2023" = "train" }`, and an article of the event `summit-2025`.

## How to mend
Assign the group, or give ratios for what is not assigned.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB509", "unplaced-group", Severity.ERROR, since="0.1.0", essential=True)


def check(article: str, group: str, where: Where, misspelt: Where | None = None) -> Iterator[Finding]:
    """``group``, which ``article`` is the first member of, has no split; ``misspelt`` is the entry that was probably meant for it."""
    if misspelt is not None:
        yield RULE.finding(
            f'no split is named for "{group}", the group of "{article}"',
            where,
            also=(Also(misspelt, "the nearest, of which there are no articles"),),
            help=f'write "{group}" there, if that is meant',
        )
        return
    yield RULE.finding(
        f'no split is named for "{group}", the group of "{article}"',
        where,
        help=f'assign it: assign = {{ "{group}" = "…" }}; or give ratios',
    )
