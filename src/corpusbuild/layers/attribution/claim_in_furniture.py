"""A claim in a part of the page that is no part of the article.

## Why
Links to other stories, captions of buttons and notes of the editors are no news text. A claim there is nobody's
in this article, and it is another one's in the next, where the same line stands again.

## Example
The zone "Baca juga: Tarif kapal naik, kata bupati" is `furniture`, and a claim has "kata" as its cue and "bupati"
as its source.

## How to mend
Leave the claim out; or, if the line does belong to the article, correct the zone's extent or kind.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.checks import Also, Document, Finding, Row, Rule, Severity, Span
from corpusbuild.layers.attribution.claims import Part, parts

RULE = Rule("CB207", "claim-in-furniture", Severity.ERROR, since="0.1.0")


def check(document: Document) -> Iterator[Finding]:
    """The first part of each claim that shares words with a zone of furniture; the extent of one that has no parts."""
    furniture = [(zone, span) for zone in document.rows("zones") if zone.get("kind") == "furniture" for span in zone.spans("extent")]
    if not furniture:
        return
    for claim in document.rows("claims"):
        found = next(((part, zone) for part in _parts(claim) for zone, span in furniture if _share(part.span, span)), None)
        if found is not None:
            part, zone = found
            yield RULE.finding(
                f"this {part.name} lies in furniture",
                part.where,
                also=(Also(zone.where("extent"), "the furniture"),),
                help="leave this claim out, or correct the zone",
            )


def _parts(claim: Row) -> list[Part]:
    found = list(parts(claim))
    return found or [Part("extent", claim.where("extent"), span) for span in claim.spans("extent")]


def _share(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
