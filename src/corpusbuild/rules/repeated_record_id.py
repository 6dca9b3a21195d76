"""A record of a source that is imported has the id of an earlier one.

## Why
Whatever names that id could mean either.

## Example
Two lines `T4	…` in one `.ann` file, as a merge leaves them.

## How to mend
Give the later record an id of its own, or remove it. The earlier record is kept.
"""

from __future__ import annotations

from corpusbuild.diagnostics.finding import Rule, Severity

RULE = Rule("CB703", "repeated-record-id", Severity.ERROR, since="0.1.0")
