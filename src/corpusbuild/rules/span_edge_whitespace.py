"""A span that begins or ends with white space.

## Why
Two annotators who mean the same words must mark the same span. White space at an edge is nearly always a slip
of the mouse, and it costs agreement.

## Example
`"cue": "mengatakan "`

## How to mend
Leave out the white space. `--fix` does where the words are quoted and fit the same place without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Also, Edit, Finding, Fix, Rule, Severity
from corpusbuild.diagnostics.where import InJson
from corpusbuild.text.anchors import Anchor, Quote, places
from corpusbuild.text.span import Span

RULE = Rule("CB209", "span-edge-whitespace", Severity.WARNING, since="0.1.0")


def check(article: Article, where: InJson, anchor: Anchor, span: Span, within: Sequence[Span] | None) -> Iterator[Finding]:
    """``span``, where ``anchor`` fits inside ``within``, has white space at an edge; ``where`` is that of its words."""
    words = span.of(article.text or "")
    edge = " and ".join(edge for edge, character in (("begins", words[:1]), ("ends", words[-1:])) if character.isspace())
    also = (Also(article.where(span), "here"),)
    fix = _fix(article.text or "", where, anchor, span, within)
    yield RULE.finding(f"this span {edge} with white space", where, also=also, help="leave it out", fix=fix)


def kept_wide(findings: list[Finding], holding: Sequence[Finding]) -> list[Finding]:
    """``findings`` of one document; those in ``holding`` are about anchors that others lie within.

    An anchor loses no white space as long as one inside it may have to keep its own: that would lie outside then.
    """
    if not any(each.code == RULE.code and each.fix is None for each in findings):
        return findings
    return [replace(each, fix=None) if each.code == RULE.code and each in holding else each for each in findings]


def _fix(text: str, where: InJson, anchor: Anchor, span: Span, within: Sequence[Span] | None) -> Fix | None:
    """The quotation without its edges, if it fits the same place alone."""
    if not isinstance(anchor, Quote):
        return None
    words = anchor.exact
    start = span.start + len(words) - len(words.lstrip())
    stripped = Span(start, start + len(words.strip())) if words.strip() else None
    if stripped is None or places(replace(anchor, exact=words.strip()), text, within) != [stripped]:
        return None
    return Fix((Edit.to_string(where, words.strip()),), safe=True)
