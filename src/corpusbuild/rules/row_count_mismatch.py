"""A table with another number of rows than the manifest says.

## Why
Rows were lost or added after the data set was compiled, or the manifest was edited.

## Example
The manifest counts 96 claims, and the Parquet files hold 95.

## How to mend
Get the data set again from where it was published, or compile it anew with `corpusbuild make`.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InFile, InJson, Origin

RULE = Rule("CB614", "row-count-mismatch", Severity.ERROR, since="0.1.0")

_HELP = "get the data set again, or compile it anew"


def check(path: str, of: str, rows: int, wanted: int) -> Iterator[Finding]:
    """The rows of a split, which begin in the file at ``path``, are not as many as ``wanted``."""
    message = f"{of} has {rows:,} rows, and manifest.json says {wanted:,}"
    yield RULE.finding(message, InFile(Origin(path)), help=_HELP)


def of_sum(table: str, rows: int, wanted: int) -> Iterator[Finding]:
    """The rows that the manifest gives the splits of a table do not make up those of the table."""
    where = InJson(Origin("manifest.json"), ("tables", table, "rows"))
    yield RULE.finding(f"the splits of {table} have {rows:,} rows together, not {wanted:,}", where, help=_HELP)
