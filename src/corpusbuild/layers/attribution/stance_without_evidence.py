"""A stance that is said to be explicit and names no claim.

## Why
Explicit means that the speaker says it, so there is a claim that says it. Whoever wants to check the label has
nowhere to look.

## Example
`{"id": "s2", "speaker": "tono", "target": "kenaikan-tarif", "label": "against", "basis": "explicit", "evidence": []}`

## How to mend
Name the claims that express it, or, if it only follows from what the speaker does, set `basis` to `inferred`.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.checks import Document, Finding, Rule, Severity

RULE = Rule("CB307", "stance-without-evidence", Severity.WARNING, since="0.1.0")


def check(document: Document) -> Iterator[Finding]:
    """Each explicit stance whose evidence is empty."""
    for stance in document.rows("stances"):
        if stance.get("basis") == "explicit" and not stance.get("evidence"):
            where = stance.where("evidence") if "evidence" in stance.value else stance.where("basis")
            help_text = 'name the claims that express it, or set basis to "inferred"'
            yield RULE.finding("this stance is explicit but names no claim", where, help=help_text)
