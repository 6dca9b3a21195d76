"""Labels that are not as they were signed off: a label is new or gone, or rows have changed theirs.

## Why
A label renamed in half of the files, or a habit that changed between two annotators, changes what a model learns. The
numbers by label show it before a score does.

## Example
`claims.act` had "say" in 80 rows and "believe" in 20; now it has 60 and 40, and no claim came or went.

## How to mend
Take the change back, or sign it off with `corpusbuild lock`.

Numbers count as drift only where they differ by more than the rows that came and went explain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where
from corpusbuild.rules.signing import HELP, listed

RULE = Rule("CB603", "label-drift", Severity.WARNING, since="0.1.0")


def names(field: str, came: Sequence[str], went: Sequence[str], signed: Where) -> Iterator[Finding]:
    """The schema names other labels."""
    said = [f"{listed(came)} {'is' if len(came) == 1 else 'are'} new" if came else ""]
    said += [f"{listed(went)} {'is' if len(went) == 1 else 'are'} gone" if went else ""]
    said += ["" if came or went else "the labels are in another order"]
    yield RULE.finding(f"{field}: {'; '.join(part for part in said if part)}", signed, help=HELP)


def counts(field: str, before: Mapping[str, int], now: Mapping[str, int], signed: Where, also: tuple[Also, ...]) -> Iterator[Finding]:
    """Rows have other labels than they had."""
    changed = ", ".join(f"{name} {before[name]:,} → {now[name]:,}" for name in before if before[name] != now[name])
    yield RULE.finding(f"{field}: {changed}", signed, also=also, help=HELP)
