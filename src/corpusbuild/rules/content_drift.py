"""A file that was changed since it was signed off, with the same rows, fields and labels.

## Why
A lock that says nothing of a corrected span would not be one. `corpusbuild diff` shows record by record what changed.

## Example
The cue of one claim is a word longer than it was.

## How to mend
Compare with the revision that was signed off (`corpusbuild diff REVISION`), then sign it off with `corpusbuild lock`.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB606", "content-drift", Severity.WARNING, since="0.1.0")


def check(what: str, where: Where, signed: Where) -> Iterator[Finding]:
    """``what`` has another hash than it had, and the same rows."""
    yield RULE.finding(
        f"{what} changed since it was signed off",
        where,
        also=(Also(signed, "signed off"),),
        help="see what changed with `corpusbuild diff REVISION`, then sign it off with `corpusbuild lock`",
    )
