"""Two relations of one type between the same two claims.

## Why
It is counted twice. `restates`, `agrees` and `contradicts` are symmetric and stored once: `c1` contradicts `c2`
is the same relation as `c2` contradicts `c1`.

## Example
`{"id": "r1", "from": "c1", "to": "c2", "type": "contradicts"}` and
`{"id": "r4", "from": "c2", "to": "c1", "type": "contradicts"}`

## How to mend
Delete one of them, or correct its type.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.checks import Also, Document, Finding, Row, Rule, Severity
from corpusbuild.layers.attribution.claims import claim_name

RULE = Rule("CB312", "duplicate-relation", Severity.WARNING, since="0.1.0")

SYMMETRIC = frozenset({"restates", "agrees", "contradicts"})


def check(document: Document) -> Iterator[Finding]:
    """Each relation that another one of the document has said before."""
    first: dict[tuple[str, str, str], Row] = {}
    for relation in document.rows("relations"):
        kind = relation.get("type")
        start, end = (claim_name(document, relation.get(name) or "") for name in ("from", "to"))
        if kind is None or start == end:
            continue
        key = (kind, *sorted((start, end))) if kind in SYMMETRIC else (kind, start, end)
        other = first.setdefault(key, relation)
        if other is not relation:
            turned = claim_name(document, other.get("from") or "") != start
            yield RULE.finding(
                f'{kind} from "{start}" to "{end}" is there twice',
                relation.where("type"),
                label="again here",
                also=(Also(other.where("type"), "first here, the other way round" if turned else "first here"),),
                help="delete one of them, or correct its type",
            )
