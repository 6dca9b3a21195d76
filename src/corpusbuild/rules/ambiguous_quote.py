"""Words that stand in several places.

## Why
The tool never picks one of several: the wrong one would be a wrong label that nobody sees.

## Example
The annotation says `"source": "Lankov"`, and the sentence names him twice.

## How to mend
Add the prefix or suffix shown for the place that is meant. `corpusbuild quote ARTICLE "words"` prints the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where
from corpusbuild.rules.showing import as_json
from corpusbuild.text.anchors import MANY, Ends, Quote
from corpusbuild.text.context import settle_anchor
from corpusbuild.text.span import Span

RULE = Rule("CB202", "ambiguous-quote", Severity.ERROR, since="0.1.0", essential=True)


_SHOWN = 8


def check(article: Article, where: Where, anchor: Quote | Ends, within: Sequence[Span] | None, found: Sequence[Span]) -> Iterator[Finding]:
    """``anchor`` fits at each of ``found``."""
    text = article.text or ""
    also = tuple(Also(article.where(span), _settling(text, anchor, span, within)) for span in found[:_SHOWN])
    count = f"{len(found)} or more" if len(found) >= MANY else str(len(found))
    more = f" ({len(found) - _SHOWN} more, not shown)" if len(found) > _SHOWN else ""
    help_text = "say which is meant with the context shown beside it"
    yield RULE.finding(f"these words stand in {count} places", where, label=f"which one?{more}", also=also, help=help_text)


def _settling(text: str, anchor: Quote | Ends, span: Span, within: Sequence[Span] | None) -> str:
    if isinstance(anchor, Ends):
        settled: Quote | Ends = settle_anchor(text, Ends(anchor.first, anchor.last), span, within)
    else:
        settled = settle_anchor(text, Quote(anchor.exact), span, within)
    said = {"prefix": settled.prefix, "suffix": settled.suffix, "start": settled.start}
    return ", ".join(f'"{name}": {as_json(value)}' for name, value in said.items() if value not in ("", None))
