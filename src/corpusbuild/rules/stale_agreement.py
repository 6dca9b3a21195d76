"""Figures of agreement that are about other documents than those in the corpus.

## Why
The card prints them. A figure that was measured on other annotations than the ones that are shipped says nothing of these.

## Example
`corpusbuild agree --save` was run, and then a claim of one of the two annotators was mended.

## How to mend
Measure again with `corpusbuild agree --save`; or, where the figure is of the one round before anybody saw the other's work,
take the edit back: what annotators wrote then is not edited, the gold is.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB626", "stale-agreement", Severity.WARNING, since="0.1.0")


def check(article: str, annotator: str, where: Where) -> Iterator[Finding]:
    """The document of ``annotator`` about ``article`` is not the one that was compared."""
    yield RULE.finding(
        f'the annotation of "{article}" by "{annotator}" is not the one that was compared',
        where,
        help="measure again with `corpusbuild agree --save`, or take the edit back",
    )
