"""An object without a property that the schema requires.

## Why
What is required becomes a column without nulls; users rely on it.

## Example
```json
{"id": "c1", "type": "fact"}
```
where the schema also requires `certainty`.

## How to mend
Add the property. If it need not be there, take it out of `required`.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where
from corpusbuild.schema.judging import ShapeFault

RULE = Rule("CB105", "missing-property", Severity.ERROR, since="0.1.0", essential=True)


def check(where: Where, fault: ShapeFault) -> Iterator[Finding]:
    """``required`` or ``dependentRequired`` says no."""
    name, why = fault.missing, ""
    if fault.keyword == "dependentRequired":
        pairs = ((missing, there) for there, names in fault.wanted.items() for missing in names)
        absent = (pair for pair in pairs if pair[0] not in fault.value and pair[1] in fault.value)
        name, there = next(pair for pair in absent if all(repr(each) in fault.message for each in pair))  # only the message tells which
        why = f', where "{there}" is there'
    yield RULE.finding(f'"{name}" is missing here{why}', where, help=f'add "{name}"')
