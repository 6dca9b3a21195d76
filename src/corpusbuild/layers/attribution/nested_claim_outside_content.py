"""A nested claim that does not stand in the content of the claim that it is within.

## Why
`within_claim` says: what is attributed there is that somebody said this. The source, the cue and the content of
the nested claim must then all be words of the outer content. If one is not, either the outer content is cut short
or the claim is within another one, and whoever follows the chain of sources reads it wrongly. The extents of the
two may well be equal.

## Example
"Menurut Tono, Sari berjanji bahwa tarif tidak naik": the outer claim's content is "bahwa tarif tidak naik", while
the nested one has "Sari" as its source and "berjanji" as its cue.

## How to mend
Widen the content of the outer claim, here to "Sari berjanji bahwa tarif tidak naik", or correct `within_claim`.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.checks import Also, Document, Finding, Row, Rule, Severity
from corpusbuild.layers.attribution.claims import local_key, parts

RULE = Rule("CB208", "nested-claim-outside-content", Severity.ERROR, since="0.1.0")


def check(document: Document) -> Iterator[Finding]:
    """The first part of each nested claim that lies outside; the reference, where all of them do."""
    claims = {claim.get("id"): claim for claim in document.rows("claims")}
    for claim in claims.values():
        reference = claim.get("within_claim")
        outer = claims.get(local_key(document, reference)) if reference is not None else None
        if outer is claim:
            yield RULE.finding("this claim is said to be within itself", claim.where("within_claim"), help="name the claim around it")
        elif outer is not None:
            yield from _judge(claim, outer)


def _judge(claim: Row, outer: Row) -> Iterator[Finding]:
    name, homes, own = outer.get("id"), outer.spans("content"), list(parts(claim))
    outside = [part for part in own if not any(home.holds(part.span) for home in homes)]
    if not outside:
        return
    also = (Also(outer.where("content"), f'the content of "{name}"'),) if "content" in outer.value else ()
    if outside == own:
        yield RULE.finding(
            f'this claim does not stand in the content of "{name}"',
            claim.where("within_claim"),
            also=also,
            help=f'name the claim that it stands in, or widen the content of "{name}"',
        )
    else:
        yield RULE.finding(
            f'this {outside[0].name} lies outside the content of "{name}", which the claim is within',
            outside[0].where,
            also=also,
            help=f'widen the content of "{name}", or correct within_claim',
        )
