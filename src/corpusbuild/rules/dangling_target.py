"""A record of a source that is imported names another one, which is not there.

## Why
A relation or an attribute of nothing means nothing.

## Example
`R1	Employs Arg1:T1 Arg2:T9`, in a file that has no T9; or whose T9 was refused itself.

## How to mend
Correct the id, or remove the record.
"""

from __future__ import annotations

from corpusbuild.diagnostics.finding import Rule, Severity

RULE = Rule("CB702", "dangling-target", Severity.ERROR, since="0.1.0")
