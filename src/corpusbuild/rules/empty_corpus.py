"""A corpus without articles.

## Why
There is nothing to compile. Most often the articles were put elsewhere, or not fetched.

## Example
`raw/` holds a README and nothing else.

## How to mend
Put articles into `raw/`: `<id>.txt` with `<id>.json`.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB015", "empty-corpus", Severity.ERROR, since="0.1.0")


def check(where: Where) -> Iterator[Finding]:
    """There is no article in ``raw/``; ``where`` is the corpus's name in its config."""
    yield RULE.finding("this corpus has no articles", where, help="put articles into raw/: <id>.txt with <id>.json")
