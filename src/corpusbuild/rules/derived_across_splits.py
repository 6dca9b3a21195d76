"""A derived text in another split than its original.

## Why
Whoever trains on one has seen the other.

## Example
`pidato-ringkas` is based on `pidato`; the config, or the lock, holds their groups in `train` and `test`.

## How to mend
Assign both groups to one split, or correct `based_on`.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB502", "derived-across-splits", Severity.ERROR, since="0.1.0", essential=True)


def check(article: str, where: Where, original: str, splits: tuple[str, str]) -> Iterator[Finding]:
    """``article`` and its ``original`` are held in two ``splits``."""
    yield RULE.finding(
        f'"{article}" is held in {splits[0]}, but its original "{original}" in {splits[1]}',
        where,
        help="assign their groups to one split",
    )
