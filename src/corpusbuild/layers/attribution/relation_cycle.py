"""Claims that support, or update, each other in a circle.

## Why
`updates` leads from the newer claim to the older one, `supports` from the reason to what it is a reason for.
In a circle each would be newer than itself, or its own reason: one of the relations is the wrong way round.
(Two claims can well deny each other.)

## Example
`c3` updates `c2`, `c2` updates `c1`, and `c1` updates `c3`.

## How to mend
Turn the relation round that is the wrong way, or delete it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from corpusbuild.checks import Also, Document, Finding, Row, Rule, Severity
from corpusbuild.layers.attribution.claims import local_key

RULE = Rule("CB304", "relation-cycle", Severity.ERROR, since="0.1.0")

ACYCLIC = ("supports", "updates")
"""The directed types that cannot hold in both directions."""


def check(document: Document) -> Iterator[Finding]:
    """Each relation of the document that closes a circle which those listed before it leave open."""
    # Type → claim → the claims that its relations lead to, each with the relation.
    edges: dict[str, dict[str, dict[str, Row]]] = {kind: {} for kind in ACYCLIC}
    for relation in document.rows("relations"):
        kind = relation.get("type")
        start, end = (local_key(document, relation.get(name) or "") for name in ("from", "to"))
        if kind not in edges or not start or not end or start == end or end in edges[kind].get(start, {}):
            continue  # a relation to itself, and one that is there twice, have findings of their own
        way = _way(edges[kind], end, start)
        if way is None:
            edges[kind].setdefault(start, {})[end] = relation
            continue
        circle = " → ".join([start, end, *(str(each.get("to")) for each in way)])
        also = tuple(Also(each.where("to"), f"{each.get('from')} {kind} {each.get('to')}") for each in way)
        yield RULE.finding(
            f"these claims {kind.removesuffix('s')} each other in a circle: {circle}",
            relation.where("to"),
            label="here it closes",
            also=also,
            help="turn the relation round that is the wrong way",
        )


def _way(edges: Mapping[str, Mapping[str, Row]], start: str, end: str) -> list[Row] | None:
    """The shortest way from one claim to another; None where there is none."""
    ways: dict[str, list[Row]] = {start: []}
    waiting = [start]
    for here in waiting:
        for there, relation in edges.get(here, {}).items():
            if there not in ways:
                ways[there] = [*ways[here], relation]
                waiting.append(there)
    return ways.get(end)
