"""An annotation of an article that is not in the corpus.

## Why
Its quotations cannot be checked, and its rows would belong to nothing.

## Example
`annotations/pidato.json` says `"article": "pidto"`, and there is no `raw/pidto.txt`.

## How to mend
Correct the name, or put the article into `raw/`. `--fix --unsafe` writes the nearest name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from corpusbuild.diagnostics.finding import Edit, Finding, Fix, Rule, Severity
from corpusbuild.diagnostics.where import InJson, Origin
from corpusbuild.text.nearest import Meant, meant_name

RULE = Rule("CB011", "annotation-without-article", Severity.ERROR, since="0.1.0", essential=True)


def check(origin: Origin, article: str, known: Collection[str], annotated: Collection[str] = ()) -> Iterator[Finding]:
    """``article`` is none of the corpus's articles; its annotator has ``annotated`` some already."""
    meant = meant_article(article, known)
    where = InJson(origin, ("article",))
    yield RULE.finding(
        f'there is no article "{article}"',
        where,
        label=f'the nearest is "{meant.name}"' if meant else "",
        help=f'write "{meant.name}", or put the article into raw/' if meant else "correct the name, or put the article into raw/",
        # An annotation of another article is not certainly one of this, however alike their names are.
        fix=Fix((Edit.to_string(where, meant.name),), safe=False) if meant and meant.alone and meant.name not in annotated else None,
    )


def meant_article(article: str, known: Collection[str]) -> Meant | None:
    """The article that was probably meant."""
    return meant_name(article, known, " -_")
