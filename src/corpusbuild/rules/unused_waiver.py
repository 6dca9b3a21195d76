"""A waiver that forgives nothing.

## Why
What it was about has been mended, or its path is misspelt. A stale waiver would let the next such fault in.

## Example
```toml
[[tool.corpusbuild.waive]]
rule = "quote-not-found"
where = "annotations/pidato.json"
reason = "the transcript is being corrected"
```
where every quotation of that file is found.

## How to mend
Delete the waiver, or correct its `where`.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB609", "unused-waiver", Severity.WARNING, since="0.1.0")


def check(rule: str, where_glob: str, where: Where) -> Iterator[Finding]:
    """The waiver of ``rule`` at ``where_glob`` matches no finding."""
    yield RULE.finding(f'no finding of "{rule}" is at "{where_glob}"', where, help="delete this waiver, or correct its where")
