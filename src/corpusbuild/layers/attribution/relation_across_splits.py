"""A relation between claims of articles in different splits.

## Why
Whoever trains on one split and tests on another has half of the relation: the claim it leads to is in rows that
were not loaded, and what it says of that claim has been seen in training.

## Example
`c2` of `kapal` restates `dermaga#c5`; `kapal` is in `train`, and `dermaga` in `test`.

## How to mend
Give the two articles one group, if they are of one event; else delete the relation, or waive it with a reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.checks import Corpus, Finding, InJson, Rule, Severity

RULE = Rule("CB504", "relation-across-splits", Severity.WARNING, since="0.1.0")


def check_corpus(corpus: Corpus) -> Iterator[Finding]:
    """The first end of each relation that lies in another split than the document it stands in."""
    for document in corpus.annotations:
        here = corpus.splits.get(document.article)
        seen: set[str | int] = set()
        for reference in document.foreign:
            there = corpus.splits.get(reference.article)
            if reference.pointer[0] != "relations" or here is None or there is None or here == there:
                continue
            number = reference.pointer[1]
            if number not in seen:
                seen.add(number)
                ends = (f'"{document.article}" in {here}', f'"{reference.article}" in {there}')
                start, end = reversed(ends) if reference.pointer[-1] == "from" else ends
                yield RULE.finding(
                    f"this relation leads from {start} to {end}",
                    InJson(document.origin, reference.pointer),
                    help="give the two articles one group, or delete the relation",
                )
