"""Metadata that name another id than their file.

## Why
An article's id is its file's stem. Two names for one article are one too many.

## Example
`raw/pidato.json` says `"id": "pidato-presiden"`.

## How to mend
Delete `id`, or rename the files.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InJson, Origin
from corpusbuild.rules.showing import excerpt

RULE = Rule("CB018", "id-differs-from-file", Severity.ERROR, since="0.1.0")


def check(origin: Origin, stem: str, wrote: object) -> Iterator[Finding]:
    """The metadata file of ``stem`` says that its id is ``wrote``."""
    yield RULE.finding(
        f'this is article "{stem}", but says its id is {excerpt(wrote)}',
        InJson(origin, ("id",)),
        help="delete the id, or rename the files",
    )
