"""A waiver whose time is over.

## Why
It was given until a date or a version, so that the fault would be mended by then. What it forgave counts again.

## Example
```toml
[[tool.corpusbuild.waive]]
rule = "near-duplicate-article"
where = "raw/*"
reason = "to be sorted out before 1.0"
until = "1.0.0"
```
in a corpus whose version is 1.0.0.

## How to mend
Mend what it forgave and delete it, or give it more time.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB610", "expired-waiver", Severity.WARNING, since="0.1.0")


def check(rule: str, until: str | None, where: Where) -> Iterator[Finding]:
    """The waiver of ``rule`` was given until ``until``."""
    yield RULE.finding(f'this waiver of "{rule}" ended with {until}', where, help="mend what it forgave, or give it more time")
