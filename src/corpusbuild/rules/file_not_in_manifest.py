"""A file of a data set that its manifest does not name.

## Why
Nobody signed for it. A Parquet file in the wrong place can be loaded with the others; a note or a draft may not be public.

## Example
`data/claims/train-00000-of-00001 (copy).parquet`, left by a file manager.

## How to mend
Delete it, or compile the data set anew with `corpusbuild make`.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InFile, Origin

RULE = Rule("CB611", "file-not-in-manifest", Severity.ERROR, since="0.1.0")


def check(path: str) -> Iterator[Finding]:
    """The manifest does not name ``path``."""
    yield RULE.finding("manifest.json does not name this file", InFile(Origin(path)), help="delete it, or compile the data set anew")


def no_file(path: str) -> Iterator[Finding]:
    """At ``path`` is a link, a pipe or a device."""
    yield RULE.finding(
        "this is neither a file nor a folder", InFile(Origin(path)), help="delete it: what it leads to is no part of the data"
    )
