"""A data file that is no Parquet file, or one that nobody should load.

## Why
Readers fail on it, or run out of memory: a file of some kilobytes can claim to hold terabytes.

## Example
A page of HTML that was saved as `data/claims/test-00000-of-00001.parquet`.

## How to mend
Get the data set again from where it was published, or compile it anew with `corpusbuild make`.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InFile, Origin

RULE = Rule("CB617", "unreadable-data", Severity.ERROR, since="0.1.0")


def check(path: str, why: str) -> Iterator[Finding]:
    """Why the file at ``path`` is not read."""
    where = InFile(Origin(path))
    yield RULE.finding(f"this Parquet file cannot be read: {why}", where, help="get the data set again, or compile it anew")
