"""A target towards which nobody has a stance.

## Why
Either the entry is left over, or the stances that it was made for name another target.

## Example
`annotations/targets.json` has `tarif-naik` and `kenaikan-tarif`; every stance is towards `kenaikan-tarif`.

## How to mend
Delete the entry, or refer to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.checks import Corpus, Finding, Rule, Severity

RULE = Rule("CB309", "unused-target", Severity.WARNING, since="0.1.0")


def check_corpus(corpus: Corpus) -> Iterator[Finding]:
    """Each entry of the registry that no annotation refers to."""
    for entry in corpus.unused("targets"):
        name = entry.value.get("id")
        yield RULE.finding(f'no annotation refers to the target "{name}"', entry.below("id"), help="delete the entry, or refer to it")
