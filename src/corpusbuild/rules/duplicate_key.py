"""A key that is used twice.

## Why
References name things by key. With two things of one name, a reference means both or neither.

## Example
Two claims of one document have `"id": "c3"`.

## How to mend
Give one of them another key, and correct the references that mean it.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB301", "duplicate-key", Severity.ERROR, since="0.1.0", essential=True)


def check(where: Where, key: str, table: str, first: Where) -> Iterator[Finding]:
    """``key`` of ``table`` stands at ``where`` and before that at ``first``."""
    yield RULE.finding(
        f'the key "{key}" of {table} is used twice',
        where,
        label="again here",
        also=(Also(first, "first here"),),
        help="give one of them another key",
    )
