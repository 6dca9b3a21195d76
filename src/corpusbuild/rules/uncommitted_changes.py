"""A source that is not as the last commit has it.

## Why
The manifest of a release names the commit that it was made from. If one file was different, nobody can make it again.

## Example
`annotations/pasar.json` was edited after the last commit, and `corpusbuild release` is run.

## How to mend
Commit what you mean to release, or take it back.

Only `release` asks for it. What is no source of the data set may be as it likes.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB625", "uncommitted-changes", Severity.ERROR, since="0.1.0")


def check(where: Where) -> Iterator[Finding]:
    """The file at ``where`` is new, gone, or another than in the last commit."""
    yield RULE.finding("this is not as the last commit has it", where, help="commit it, or take it back")


def no_commit(where: Where) -> Iterator[Finding]:
    """There is no commit at all."""
    yield RULE.finding("the corpus is in no git repository, or nothing is committed", where, help="commit it: a release names its commit")
