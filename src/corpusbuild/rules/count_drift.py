"""Rows that came or went since the counts were signed off.

## Why
The counts are what users cite and what tests compare with. A claim that was lost in a merge, or a document that was
deleted by mistake, shows here at once, with its key; what you meant is signed off.

## Example
`corpus.lock` has the claims `c1` to `c18` of an article, and the document has all of these but `c7`.

## How to mend
Put back what was lost, or sign off with `corpusbuild lock`.

Only `make` compares with the lock. `make --locked`, which is what CI should run, counts every difference as an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where
from corpusbuild.rules.signing import HELP, listed, rows

RULE = Rule("CB601", "count-drift", Severity.WARNING, since="0.1.0")


def check(what: str, counts: tuple[int, int], came: Sequence[str], went: Sequence[str], where: Where, signed: Where) -> Iterator[Finding]:
    """``what`` has another number of rows, or other ones; ``counts`` are those signed off and those now."""
    before, now = counts
    parts = [f"{listed(went)} {'is' if len(went) == 1 else 'are'} gone" if went else "", f"{listed(came)} came" if came else ""]
    said = "; ".join(part for part in parts if part)
    number = f"{rows(now)}, signed off were {before:,}" if before != now else f"{rows(now)}, as many as were signed off"
    yield RULE.finding(f"{what}: {number}" + (f"; {said}" if said else ""), where, also=(Also(signed, "signed off"),), help=HELP)


def new(what: str, where: Where) -> Iterator[Finding]:
    """Something that the lock does not know."""
    yield RULE.finding(f"{what} was not signed off", where, help=HELP)


def gone(what: str, signed: Where) -> Iterator[Finding]:
    """Something that only the lock knows."""
    yield RULE.finding(f"{what} was signed off, and is gone", signed, help="put it back, or sign off with `corpusbuild lock`")


def gold(before: str | None, now: str | None, where: Where) -> Iterator[Finding]:
    """Somebody else's labels are the reference."""
    named = [f'"{name}"' if name is not None else "nobody" for name in (now, before)]
    yield RULE.finding(f"the gold annotator is {named[0]}, signed off was {named[1]}", where, help=HELP)
