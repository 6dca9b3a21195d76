"""An article that nobody has annotated.

## Why
It has empty lists in the data set, which look like "nothing found". Perhaps its annotation was not saved, or
names another article.

## Example
`raw/pidato.txt` has no document in `annotations/`.

## How to mend
Annotate it (`corpusbuild new pidato` writes the skeleton), or take it out of `raw/`.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB404", "article-without-annotation", Severity.WARNING, since="0.1.0")


def check(article: str, where: Where) -> Iterator[Finding]:
    """No document is about ``article``."""
    yield RULE.finding(
        f'nobody has annotated "{article}"', where, help=f"`corpusbuild new {article}` writes the skeleton of an annotation document"
    )
