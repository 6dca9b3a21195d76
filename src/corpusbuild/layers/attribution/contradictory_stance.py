"""One speaker who is for and against the same target at the same time.

## Why
A stance is one label for a speaker, a target and a date. With both labels, every count and every score depends on
which row is read. Speakers change their minds; then the two stances have different dates.

## Example
`s1` says that `tono` is in favor of `kenaikan-tarif`, `s3` that he is against it; both are of the article's date.

## How to mend
Correct the label that is wrong. If the speaker changed sides, give each stance its `as_of`; if the two are about
different things, they have different targets.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.checks import Also, Document, Finding, Row, Rule, Severity

RULE = Rule("CB306", "contradictory-stance", Severity.ERROR, since="0.1.0")

OPPOSITE = {"favor": "against", "against": "favor"}


def check(document: Document) -> Iterator[Finding]:
    """Each stance of a document with an opposite one before it. Without a date of its own, a stance has the article's."""
    first: dict[tuple[object, ...], Row] = {}
    for stance in document.rows("stances"):
        label = stance.get("label")
        if label not in OPPOSITE:
            continue
        date = stance.get("as_of") or document.article.metadata.get("date")
        about = (stance.get("speaker"), stance.get("target"), date)
        first.setdefault((*about, label), stance)
        other = first.get((*about, OPPOSITE[label]))
        if other is not None:
            yield RULE.finding(
                f'"{stance.get("speaker")}" is both in favor of "{stance.get("target")}" and against it',
                stance.where("label"),
                also=(Also(other.where("label"), "the opposite"),),
                help="correct one label, or give the stances their dates in as_of",
            )
