"""Words that are not in the article.

## Why
An annotation is about words at a place. Words that stand nowhere are a typing mistake, or a sign that the
article was changed after it was annotated.

## Example
The annotation says `"cue": "mengtakan"`; the article has *mengatakan*.

## How to mend
Copy the words from the article. The nearest words are shown, and differences that the eye cannot see, such as
a no-break space or a curly quotation mark, are named.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where
from corpusbuild.text.anchors import Ends, Quote, places
from corpusbuild.text.nearest import nearest_words, unseen_difference
from corpusbuild.text.span import Span

RULE = Rule("CB201", "quote-not-found", Severity.ERROR, since="0.1.0")


def check(article: Article, where: Where, anchor: Quote | Ends, within: Sequence[Span] | None) -> Iterator[Finding]:
    """``anchor`` fits nowhere in the article, or nowhere inside ``within``."""
    text = article.text or ""
    if anchor.start is not None:
        stands = places(replace(anchor, start=None), text, within)
        also = tuple(Also(article.where(span), "here") for span in stands[:3])
        here = Also(
            article.where(Span(min(anchor.start, len(text)), min(anchor.start + len(_words(anchor)), len(text)))), "instead of these"
        )
        message = f"these words do not stand at position {anchor.start}"
        yield RULE.finding(message, where, also=also or (here,), help="correct start, or leave it out")
        return
    elsewhere = places(anchor, text) if within is not None else []
    if elsewhere and within is not None:
        also = (
            Also(article.where(elsewhere[0]), "they stand here"),
            *(Also(article.where(home), "and were looked for here") for home in within[:1]),
        )
        yield RULE.finding(
            "these words are not inside the span that must hold them", where, also=also, help="quote words from inside it, or widen it"
        )
        return
    bare = replace(anchor, prefix="", suffix="")
    if bare != anchor and places(bare, text, within):
        stands = places(bare, text, within)
        also = tuple(Also(article.where(span), "the words stand here") for span in stands[:3])
        yield RULE.finding(
            "these words are in the article, but not with this context", where, also=also, help="correct prefix and suffix, spaces included"
        )
        return
    yield _nowhere(article, where, anchor, within)


def _nowhere(article: Article, where: Where, anchor: Quote | Ends, within: Sequence[Span] | None) -> Finding:
    text = article.text or ""
    words = _words(anchor)
    if isinstance(anchor, Ends) and places(Quote(anchor.first), text, within):
        words = anchor.last
    unseen = unseen_difference(words, text, within)
    if unseen is not None:
        span, difference = unseen
        also = (Also(article.where(span), "they look the same here"),)
        return RULE.finding(
            f"these words are not in the article: {difference}",
            where,
            label="no such words",
            also=also,
            help="copy the words from the article",
        )
    near = nearest_words(words, text, within)
    if near is None:
        return RULE.finding("these words are not in the article", where, label="no such words", help="copy the words from the article")
    found = near.span.of(text)
    differ = f"nearest, {near.differ} character{'s differ' if near.differ > 1 else ' differs'}"
    shown = found if len(found) <= 80 else f"{found[:40]} … {found[-35:]}"
    return RULE.finding(
        "these words are not in the article",
        where,
        label="no such words",
        also=(Also(article.where(near.span), differ),),
        help=f"write {json.dumps(shown, ensure_ascii=False)}, if that is meant",
    )


def _words(anchor: Quote | Ends) -> str:
    return anchor.exact if isinstance(anchor, Quote) else anchor.first
