"""A value that some other keyword of the schema refuses: a bound, a length, `uniqueItems`, `not`, `if`/`then`, …

## Why
The corpus's own schema says that this value would be wrong.

## Example
```json
{"intensity": 11}
```
where the schema says `"maximum": 10`.

## How to mend
Correct the value, or the schema where it asks too much.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where
from corpusbuild.schema.judging import ShapeFault

RULE = Rule("CB110", "constraint-not-met", Severity.ERROR, since="0.1.0")


def check(where: Where, fault: ShapeFault) -> Iterator[Finding]:
    """Any keyword that has no rule of its own says no."""
    message = fault.message if len(fault.message) <= 160 else f"{fault.message[:159]}…"
    yield RULE.finding(
        f'this does not meet "{fault.keyword}": {message}', where, help="correct the value, or the schema where it asks too much"
    )
