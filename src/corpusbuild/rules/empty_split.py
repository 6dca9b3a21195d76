"""A split that the config names and no article is in.

## Why
`load_dataset(…, split="validation")` would fail. With few groups, a hash may leave a split empty; a group is
never cut to fill it.

## Example
Three events, ratios for `train`, `validation` and `test`, and nothing falls into `validation`.

## How to mend
Assign a group to it by hand, or leave the split out.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB506", "empty-split", Severity.WARNING, since="0.1.0")


def check(split: str, where: Where) -> Iterator[Finding]:
    """No article is in ``split``."""
    yield RULE.finding(f'no article is in the split "{split}"', where, help=f'assign a group to it: assign = {{ "…" = "{split}" }}')
