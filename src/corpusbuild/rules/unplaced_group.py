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

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB509", "unplaced-group", Severity.ERROR, since="0.1.0")


def check(article: str, group: str, where: Where) -> Iterator[Finding]:
    """``group``, which ``article`` is the first member of, has no split."""
    yield RULE.finding(
        f'no split is named for "{group}", the group of "{article}"',
        where,
        help=f'assign it: assign = {{ "{group}" = "…" }}; or give ratios',
    )
