"""A manifest that is not one.

## Why
Everything else is compared with it. `docs/data-set.md` says what it holds; no path in it leads out of the data set.

## Example
A manifest that names `../notes.txt` among its files.

## How to mend
Get the data set again from where it was published, or compile it anew with `corpusbuild make`.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InFile, Origin

RULE = Rule("CB616", "manifest-invalid", Severity.ERROR, since="0.1.0")


def check(why: str) -> Iterator[Finding]:
    """What is wrong with it."""
    where = InFile(Origin("manifest.json"))
    yield RULE.finding(f"this is no manifest: {why}", where, help="get the data set again, or compile it anew")
