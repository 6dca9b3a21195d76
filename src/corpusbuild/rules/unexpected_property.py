"""A property that the schema does not know.

## Why
It has no column, so it would be dropped in silence. Most often it is a known one, misspelt.

## Example
```json
{"id": "c1", "spekers": ["ana"]}
```

## How to mend
Correct the name, delete the property, or declare it in the schema.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InJson
from corpusbuild.schema.judging import ShapeFault
from corpusbuild.text.nearest import nearest_name

RULE = Rule("CB106", "unexpected-property", Severity.ERROR, since="0.1.0", essential=True)


def check(where: InJson, fault: ShapeFault) -> Iterator[Finding]:
    """``additionalProperties`` or ``unevaluatedProperties`` says no."""
    near = nearest_name(fault.unexpected or "", fault.known)
    yield RULE.finding(
        f'"{fault.unexpected}" is not a property that the schema knows',
        InJson(where.origin, where.pointer, key=True),
        label=f'the nearest is "{near}"' if near else "",
        help=f'write "{near}"' if near else "delete it, or declare it in the schema",
    )
