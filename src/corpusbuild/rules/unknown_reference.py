"""A reference to something that is not there.

## Why
A claim whose speaker is not in the registry has no speaker.

## Example
`"speakers": ["puttin"]`, where the registry has `putin`.

## How to mend
Write the nearest key, if it is the one that is meant; else add the entry.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where
from corpusbuild.text.nearest import nearest_name

RULE = Rule("CB302", "unknown-reference", Severity.ERROR, since="0.1.0", essential=True)


def check(where: Where, reference: str, table: str, known: Collection[str]) -> Iterator[Finding]:
    """``reference`` is no key of ``table``."""
    near = nearest_name(reference, known)
    yield RULE.finding(
        f'"{reference}" is no key of {table}',
        where,
        label=f'the nearest is "{near}"' if near else "",
        help=f'write "{near}", or add "{reference}" to {table}' if near else f"add it to {table}, or correct it",
    )
