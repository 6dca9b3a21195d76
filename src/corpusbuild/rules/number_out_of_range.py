"""A number that no column can hold as it is written.

## Why
An `integer` becomes a 64-bit integer, a `number` a 64-bit float. What does not fit would be changed: 2^63 and
above cannot be stored, and 9007199254740993 would become 9007199254740992 as a float.

## Example
```json
{"views": 99999999999999999999}
```

## How to mend
Correct the number. If it is an identifier, make it a string, in the schema as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB009", "number-out-of-range", Severity.ERROR, since="0.1.0", essential=True)


def check(where: Where, value: object, column: str) -> Iterator[Finding]:
    """``value`` has no equal in a column of type ``column``."""
    shown = "a number as large as this" if value in {math.inf, -math.inf} else str(value)
    yield RULE.finding(f"{shown} cannot be stored as {column}", where, help="correct the number, or make it a string in the schema")
