"""A speaker to whom nothing is attributed.

## Why
Either the entry is left over, or the claims that it was made for are attributed to somebody else.

## Example
`annotations/speakers.json` has both `sari` and `sari-wibowo`; the claims refer to `sari-wibowo` only.

## How to mend
Delete the entry, or refer to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.checks import Corpus, Finding, Rule, Severity

RULE = Rule("CB308", "unused-speaker", Severity.WARNING, since="0.1.0")


def check_corpus(corpus: Corpus) -> Iterator[Finding]:
    """Each entry of the registry that no annotation refers to."""
    for entry in corpus.unused("speakers"):
        name = entry.value.get("id")
        yield RULE.finding(f'no annotation refers to the speaker "{name}"', entry.below("id"), help="delete the entry, or refer to it")
