"""A string that does not match the pattern of the schema.

## Why
Patterns keep keys, codes and identifiers in one form, so that they can be compared.

## Example
```json
{"country": "Indonesia"}
```
where the pattern is `^[A-Z]{2}$`.

## How to mend
Write it in the form wanted; the schema's description says more.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where
from corpusbuild.rules.showing import excerpt
from corpusbuild.schema.judging import ShapeFault

RULE = Rule("CB108", "pattern-mismatch", Severity.ERROR, since="0.1.0", essential=True)


def check(where: Where, fault: ShapeFault) -> Iterator[Finding]:
    """``pattern`` says no."""
    yield RULE.finding(
        f"{excerpt(fault.value)} does not match {fault.wanted}",
        where,
        help="write it in the form that the pattern wants",
    )
