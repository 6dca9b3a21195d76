"""Checks that the corpus brings, and that did not run.

## Why
They are code, and the corpus may be a stranger's. What they would have found is not known.

## Example
`[tool.corpusbuild]` says `checks = ["checks/"]`, in a folder that was cloned a minute ago.

## How to mend
Read the files named, then run `corpusbuild check --trust`. The folder is trusted from then on, until one of these files changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB019", "untrusted-checks", Severity.NOTE, since="0.1.0")


def check(files: Sequence[str], where: Where) -> Iterator[Finding]:
    """These ``files`` of the corpus did not run."""
    yield _finding(files, where, "read them, then run with --trust")


def in_storage(files: Sequence[str], where: Where) -> Iterator[Finding]:
    """These ``files`` did not run, and never do from where they are."""
    yield _finding(files, where, "they run only from a folder: copy the corpus to one, and read them")


def _finding(files: Sequence[str], where: Where, remedy: str) -> Finding:
    names = ", ".join(files)
    return RULE.finding(f"this corpus's own checks did not run: {names}", where, help=remedy)
