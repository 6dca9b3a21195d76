"""Rows that do not stand where the other tables say.

## Why
Tables of one split hold the same articles in the same order; plain tables hold the gold rows of `*_by_annotator`, and `documents`
what they hold, nested. Where two tables disagree, results depend on which one is loaded.

## Example
A claim in `documents` of train that `claims` of train does not have.

## How to mend
Compile the data set anew with `corpusbuild make`, or get it again.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InFile, Origin

RULE = Rule("CB622", "rows-out-of-place", Severity.ERROR, since="0.1.0")

_HELP = "compile the data set anew, or get it again"


def check(path: str, row: int, article: str) -> Iterator[Finding]:
    """The row (from 0) of the file at ``path`` is of an article that should stand before the one above."""
    message = f'row {row:,} is of article "{article}", which should stand before the row above it'
    yield RULE.finding(message, InFile(Origin(path)), help=_HELP)


def differs(path: str, table: str, other: str, split: str) -> Iterator[Finding]:
    """``table`` and ``other`` do not hold the same in a split; the file at ``path`` is the first of ``table`` that shows it."""
    message = f"{table} does not hold the same as {other} ({split})"
    yield RULE.finding(message, InFile(Origin(path)), help=_HELP)
