"""A reference in the data to what is not there.

## Why
A join loses the row without a word, or fails far from here.

## Example
`stances.speaker` is "bima", and the table `speakers` has no such row.

## How to mend
Compile the data set anew with `corpusbuild make`, which resolves every reference, or get it again.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InFile, Origin

RULE = Rule("CB620", "dangling-reference", Severity.ERROR, since="0.1.0")


def check(path: str, field: str, row: int, value: str, table: str, more: int) -> Iterator[Finding]:
    """The reference in a row (from 0) of the file at ``path``, and how many ``more`` lead nowhere in that field."""
    others = f" (and {more:,} more)" if more else ""
    message = f'{field} of row {row:,} is "{value}"{others}, which no row of {table} is'
    yield RULE.finding(message, InFile(Origin(path)), help="compile the data set anew, or get it again")
