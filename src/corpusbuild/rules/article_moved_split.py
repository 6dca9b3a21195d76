"""An article that is in another split than the one it was signed off in.

## Why
Whoever trained on the last release may have seen an article that is a test today. Membership is locked, so it moves only
where the config says so by hand, or no longer has the split; it is shown each time until it is signed off.

## Example
`corpus.lock` has `pasar` in `train`; the config now says `assign = { "pasar" = "test" }`.

## How to mend
Take the assignment back; or sign it off with `corpusbuild lock`. The next release is then a major one.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB505", "article-moved-split", Severity.WARNING, since="0.1.0")


def check(article: str, signed: str, now: str, where: Where) -> Iterator[Finding]:
    """``article`` was signed off in split ``signed``, and is ``now`` in another."""
    yield RULE.finding(
        f'"{article}" is in {now}, but was signed off in {signed}', where, help="take it back, or sign it off with `corpusbuild lock`"
    )
