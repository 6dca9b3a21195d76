"""A span whose words are not those of the article at that place.

## Why
Offsets are all that many users take. Where they point at other words, every span after them is in doubt.

## Example
A claim's `extent` has `start` 31, `end` 54 and the text "atap pasar masih bocor", and the article has these words from 30 to 52.

## How to mend
Compile the data set anew with `corpusbuild make`, which places every quotation, or get it again.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InFile, Origin

RULE = Rule("CB618", "span-differs-from-text", Severity.ERROR, since="0.1.0")

_HELP = "compile the data set anew, or get it again"


def check(path: str, field: str, row: int, why: str, more: int) -> Iterator[Finding]:
    """What is wrong with the span in a row (from 0) of the file at ``path``, and how many ``more`` are wrong in that field."""
    others = f" (and {more:,} more)" if more else ""
    yield RULE.finding(f"the span {field} of row {row:,} {why}{others}", InFile(Origin(path)), help=_HELP)
