"""A config of the card that `datasets` does not load, or loads as other rows.

## Why
`datasets.load_dataset` is what most people will do first.

## Example
The card declares a label that the Parquet files do not have.

## How to mend
Compile the data set anew with `corpusbuild make`, or get it again. If it is new and does not load, that is a bug in corpusbuild.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InFile, Origin

RULE = Rule("CB623", "does-not-load", Severity.ERROR, since="0.1.0")


def check(path: str, config: str, why: str) -> Iterator[Finding]:
    """Loading a config failed, or gave other rows; ``path`` is the file that it begins with."""
    where = InFile(Origin(path))
    yield RULE.finding(f'datasets.load_dataset("…", "{config}"): {why}', where, help="compile the data set anew, or get it again")
