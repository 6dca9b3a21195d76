"""A label that is in one split and in no row of another.

## Why
What no row of `train` has cannot be learned, and what no row of `test` has is not tested: a score over all labels
is then a score over some. In a small corpus that can hardly be helped, so it is a note.

## Example
`claims.act` has "promise" in four rows of `train`, and in none of `test`.

## How to mend
Assign groups so that each split has the label, or say where results are reported which labels they are about.

Only `make` reports it: the labels are counted as the tables are written, of the rows that are the reference. A table
without rows in a split is left out there. To hear no more of it, set its severity to "off".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB508", "label-missing-from-split", Severity.NOTE, since="0.1.0")


def check(column: str, missing: Mapping[str, Sequence[str]], where: Where) -> Iterator[Finding]:
    """``missing`` maps splits to the labels of ``column`` that they have no row with, but another split has."""
    lacks = "; ".join(f"{split} has no {_listed(labels)}" for split, labels in missing.items())
    yield RULE.finding(f"{column}: {lacks}", where, help="assign groups so that each split has them, or report results without them")


def _listed(labels: Sequence[str]) -> str:
    *others, last = (f'"{label}"' for label in labels)
    return f"{', '.join(others)} or {last}" if others else last
