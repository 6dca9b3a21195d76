"""A date and time that no column can hold as it is written.

## Why
A `date-time` becomes a timestamp in microseconds. A leap second, or a digit below a microsecond, would be
changed in silence.

## Example
```json
{"captured": "2024-06-19T03:00:00.1234567Z"}
```

## How to mend
Round it by hand, so that it says what the column will say.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB017", "instant-out-of-range", Severity.ERROR, since="0.1.0", essential=True)


def check(where: Where, value: str, reason: str) -> Iterator[Finding]:
    """The instant ``value`` has no equal among timestamps, because of ``reason``."""
    yield RULE.finding(f'"{value}" cannot be stored as a timestamp: {reason}', where, help="write an instant of whole microseconds")
