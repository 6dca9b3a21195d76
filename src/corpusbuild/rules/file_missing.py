"""A file that the manifest names, and that is not there.

## Why
A download ended early, or somebody deleted it. What would be loaded is not the data set.

## Example
`data/speakers/registry-00000-of-00001.parquet` is in the manifest and not in the folder.

## How to mend
Get the data set again from where it was published, or compile it anew with `corpusbuild make`.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InFile, Origin

RULE = Rule("CB613", "file-missing", Severity.ERROR, since="0.1.0")


def check(path: str) -> Iterator[Finding]:
    """The manifest names ``path``."""
    yield RULE.finding("this file is missing", InFile(Origin(path)), help="get the data set again, or compile it anew")
