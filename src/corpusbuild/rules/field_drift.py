"""A field that is not as it was signed off: new, gone, of another type, or null where it was not.

## Why
Programs read fields by name and type. One that is renamed in the schema, or is suddenly empty in half of the rows, breaks
them without a word.

## Example
`claims.act` was null in 9 rows when it was signed off. Now it is in 48, and only two claims are new.

## How to mend
Take the change back, or sign it off with `corpusbuild lock`.

Nulls count as drift only where there are more, or fewer, than the rows that came and went explain.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where
from corpusbuild.rules.signing import HELP, rows

RULE = Rule("CB602", "field-drift", Severity.WARNING, since="0.1.0")


def new(name: str, kind: str, where: Where) -> Iterator[Finding]:
    """A field that the lock does not know."""
    yield RULE.finding(f"{name} ({kind}) was not signed off", where, help=HELP)


def gone(name: str, kind: str, signed: Where) -> Iterator[Finding]:
    """A field that only the lock knows."""
    yield RULE.finding(f"{name} ({kind}) was signed off, and is gone", signed, help=HELP)


def retyped(name: str, before: str, now: str, signed: Where) -> Iterator[Finding]:
    """A field of another type."""
    yield RULE.finding(f"{name} is {now}, signed off was {before}", signed, help=HELP)


def nulls(name: str, before: int, now: int, signed: Where, also: tuple[Also, ...]) -> Iterator[Finding]:
    """A field that is null in more rows, or fewer, than came and went."""
    yield RULE.finding(f"{name} is null in {rows(now)}, signed off were {before:,}", signed, also=also, help=HELP)
