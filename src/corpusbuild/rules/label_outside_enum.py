"""A label in the data that the schema does not list.

## Why
`datasets` encodes labels as numbers, and takes a value that looks like a number for one: "1" becomes the second label without a word.

## Example
`stances.label` is "favour" in a row, and the schema lists favor, against and neutral.

## How to mend
Compile the data set anew with `corpusbuild make`, which refuses such values, or get it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InFile, Origin

RULE = Rule("CB619", "label-outside-enum", Severity.ERROR, since="0.1.0")


def check(path: str, field: str, row: int, value: str, names: Sequence[str], more: int) -> Iterator[Finding]:
    """The label in a row (from 0) of the file at ``path``, and how many ``more`` are wrong in that field."""
    others = f" (and {more:,} more)" if more else ""
    listed = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    message = f'{field} of row {row:,} is "{value}"{others}, which the schema does not list'
    yield RULE.finding(message, InFile(Origin(path)), help=f"the labels are {listed}")
