"""A relation of a claim to itself.

## Why
Every claim agrees with itself, and none contradicts itself. Such a row is nearly always a slip of the key: the
claim that was meant has no relation now.

## Example
`{"id": "r2", "from": "c4", "to": "c4", "type": "supports"}`

## How to mend
Name the claim that is meant, or delete the relation.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.checks import Document, Finding, Rule, Severity
from corpusbuild.layers.attribution.claims import claim_name

RULE = Rule("CB303", "relation-to-itself", Severity.ERROR, since="0.1.0")


def check(document: Document) -> Iterator[Finding]:
    """Each relation that leads to where it comes from."""
    for relation in document.rows("relations"):
        start, end = relation.get("from"), relation.get("to")
        if start is not None and end is not None and claim_name(document, start) == claim_name(document, end):
            help_text = "name the claim that is meant, or delete the relation"
            yield RULE.finding(f'this relation leads from "{start}" to itself', relation.where("to"), help=help_text)
