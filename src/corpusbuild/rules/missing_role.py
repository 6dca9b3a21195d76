"""A relation or an event of a source that is imported lacks an argument that it must have.

## Why
A relation needs both its ends; an event needs what triggers it.

## Example
`R2	Employs Arg1:T1`, which has no `Arg2`.

## How to mend
Add the argument in the source, or remove the record.
"""

from __future__ import annotations

from corpusbuild.diagnostics.finding import Rule, Severity

RULE = Rule("CB704", "missing-role", Severity.ERROR, since="0.1.0")
