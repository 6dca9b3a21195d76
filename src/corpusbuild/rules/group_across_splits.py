"""A group whose members the lock holds in different splits.

## Why
A group is never cut: articles about one event share names, figures and sentences, and whoever trains on one has seen
the others. The lock says where its articles were released, and nothing moves an article by itself.

## Example
`banjir-barat` was released in `train` and `banjir-timur` in `test`. Then both get the event `banjir`.

## How to mend
Give the articles different groups again, or say by hand where the group belongs, which moves one of them:
`assign = { "banjir" = "train" }`.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB501", "group-across-splits", Severity.ERROR, since="0.1.0", essential=True)


def check(group: str, articles: tuple[str, str], splits: tuple[str, str], where: Where, other: Where) -> Iterator[Finding]:
    """Two ``articles`` of ``group`` are locked in two ``splits``; ``where`` is the group of the second, ``other`` of the first."""
    yield RULE.finding(
        f'"{articles[1]}" is locked in {splits[1]}, but "{articles[0]}", of the same group "{group}", in {splits[0]}',
        where,
        also=(Also(other, f"locked in {splits[0]}"),),
        help=f'give them different groups, or decide for both: assign = {{ "{group}" = "…" }}',
    )
