"""A corpus that was never signed off, where `make --locked` asks for it.

## Why
Without a lock there is nothing to compare with, and a green CI would mean nothing.

## Example
`corpusbuild make --locked` in a corpus without `corpus.lock`.

## How to mend
Run `corpusbuild lock`, look at what it shows, and commit `corpus.lock`.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB607", "missing-lock", Severity.ERROR, since="0.1.0")


def check(where: Where) -> Iterator[Finding]:
    """There is no lock at ``where``."""
    yield RULE.finding(
        "there is no lock, so nothing was signed off", where, help="sign off with `corpusbuild lock`, and commit what it writes"
    )
