"""A reference to something that is not there.

## Why
A claim whose speaker is not in the registry has no speaker.

## Example
`"speakers": ["puttin"]`, where the registry has `putin`.

## How to mend
Write the nearest key, if it is the one that is meant; else add the entry. `--fix` writes the key that differs in
nothing but case and white space; `--fix --unsafe`, the nearest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from corpusbuild.diagnostics.finding import Edit, Finding, Fix, Rule, Severity
from corpusbuild.diagnostics.where import InJson
from corpusbuild.text.nearest import meant_name

RULE = Rule("CB302", "unknown-reference", Severity.ERROR, since="0.1.0", essential=True)


def check(where: InJson, reference: str, table: str, known: Collection[str]) -> Iterator[Finding]:
    """``reference`` is no key of ``table``."""
    meant = meant_name(reference, known)
    near = meant.name if meant else None
    yield RULE.finding(
        f'"{reference}" is no key of {table}',
        where,
        label=f'the nearest is "{near}"' if near else "",
        help=f'write "{near}", or add "{reference}" to {table}' if near else f"add it to {table}, or correct it",
        fix=Fix((Edit.to_string(where, meant.name),), meant.certain) if meant and meant.alone else None,
    )
