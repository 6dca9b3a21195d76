"""A text without its metadata.

## Why
`raw/<id>.txt` goes with `raw/<id>.json`. Without it nobody knows where the text is from, whether it may be
shared, or which event it belongs to.

## Example
`raw/pidato.txt` stands alone.

## How to mend
Write the metadata, or delete the text. Where one of the two files was renamed, rename the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InFile, Origin

RULE = Rule("CB010", "article-without-metadata", Severity.ERROR, since="0.1.0", essential=True)


def check(text: str, metadata: str) -> Iterator[Finding]:
    """The path of a text that has no metadata, and the path where they should be."""
    yield RULE.finding("this article has no metadata", InFile(Origin(text)), help=f"write {metadata}")
