"""Two documents of one annotator about one article.

## Why
There is one document for each pair; of two, nobody knows which counts.

## Example
`annotations/pidato.json` and `annotations/ana/pidato.json` both say `"article": "pidato", "annotator": "ana"`.

## How to mend
Merge them, or correct `article` or `annotator` in one.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import InJson, Origin

RULE = Rule("CB401", "duplicate-annotation", Severity.ERROR, since="0.1.0", essential=True)


def check(article: str, annotator: str, first: Origin, second: Origin) -> Iterator[Finding]:
    """``second`` is about the same article, by the same annotator, as ``first``."""
    yield RULE.finding(
        f'"{annotator}" has annotated "{article}" already',
        InJson(second, ("article",)),
        also=(Also(InJson(first, ("article",)), "here"),),
        help="merge the two, or correct article or annotator",
    )
