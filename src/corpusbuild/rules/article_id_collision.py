"""Two articles whose ids are one.

## Why
Ids are file names, and on many systems `Pidato` and `pidato` are one file. Rows of both would have the same key.

## Example
`raw/Pidato.txt` beside `raw/pidato.txt`; or an id that stands in two shards.

## How to mend
Rename one of them, in its annotations as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB405", "article-id-collision", Severity.ERROR, since="0.1.0", essential=True)


def check(article: str, where: Where, other: str, other_where: Where) -> Iterator[Finding]:
    """``article`` is the id of another article, or differs from it in case only."""
    how = "is the id of two articles" if article == other else f'differs from "{other}" only in case or normal form'
    yield RULE.finding(
        f'"{article}" {how}', where, also=(Also(other_where, "the other"),), help="rename one of them, in its annotations as well"
    )
