"""An annotation of an article that is not in the corpus.

## Why
Its quotations cannot be checked, and its rows would belong to nothing.

## Example
`annotations/pidato.json` says `"article": "pidto"`, and there is no `raw/pidto.txt`.

## How to mend
Correct the name, or put the article into `raw/`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InJson, Origin
from corpusbuild.text.nearest import nearest_name

RULE = Rule("CB011", "annotation-without-article", Severity.ERROR, since="0.1.0", essential=True)


def check(origin: Origin, article: str, known: Collection[str]) -> Iterator[Finding]:
    """``article`` is none of the corpus's articles."""
    near = nearest_name(article, known)
    yield RULE.finding(
        f'there is no article "{article}"',
        InJson(origin, ("article",)),
        help=f'did you mean "{near}"?' if near else "correct the name, or put the article into raw/",
    )
