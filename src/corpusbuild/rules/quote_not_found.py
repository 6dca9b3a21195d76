"""Words that are not in the article.

## Why
An annotation is about words at a place. Words that stand nowhere are a typing mistake, or a sign that the
article was changed after it was annotated.

## Example
The annotation says `"cue": "mengtakan"`; the article has *mengatakan*.

## How to mend
Copy the words from the article. The nearest words are shown, and differences that the eye cannot see, such as
a no-break space or a curly quotation mark, are named.

`--fix` copies the words where nothing but such differences keeps them from being found, and they look the same in one
place alone. `--fix --unsafe` writes the nearest words where they stand out: no more than a quarter of the quotation's
characters differ there (Levenshtein distance), and at every other place at least as many more, and two at the least.
Either only where what is written then fits exactly one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Also, Edit, Finding, Fix, Rule, Severity
from corpusbuild.diagnostics.where import InJson
from corpusbuild.rules.showing import as_json
from corpusbuild.text.anchors import Ends, Quote, places
from corpusbuild.text.differing import Change, changes
from corpusbuild.text.nearest import Near, nearest_words, stands_out, unseen_difference, unseen_places
from corpusbuild.text.span import Span
from corpusbuild.text.words import cuts_word

RULE = Rule("CB201", "quote-not-found", Severity.ERROR, since="0.1.0", essential=True)


def check(article: Article, where: InJson, anchor: Quote | Ends, within: Sequence[Span] | None) -> Iterator[Finding]:
    """``anchor`` fits nowhere in the article, or nowhere inside ``within``; ``where`` is that of its (first) words."""
    text = article.text or ""
    written, floating = anchor, replace(anchor, start=None)
    stands = places(floating, text, within)
    if stands:
        also = tuple(Also(article.where(span), "here") for span in stands[:3])
        message = f"these words do not stand at position {anchor.start}"
        yield RULE.finding(message, _beside(where, "start"), also=also, help="correct start, or leave it out")
        return
    anchor = floating
    if within is not None and (elsewhere := places(anchor, text)):
        yield _outside(article, where, elsewhere[0], within)
        return
    bare = replace(anchor, prefix="", suffix="")
    if bare != anchor and places(bare, text, within):
        also = tuple(Also(article.where(span), "the words stand here") for span in places(bare, text, within)[:3])
        halves = {"prefix": replace(anchor, suffix=""), "suffix": replace(anchor, prefix="")}
        wrong = [name for name, half in halves.items() if not places(half, text, within)]
        place = _beside(where, wrong[0]) if len(wrong) == 1 else where
        message = "these words are in the article, but not with this context"
        yield RULE.finding(message, place, also=also, help=f"correct {' and '.join(wrong or ['prefix', 'suffix'])}, spaces included")
        return
    yield _nowhere(article, where, written, within)


def _beside(where: InJson, name: str) -> InJson:
    """Another member of the anchor."""
    return InJson(where.origin, (*where.pointer[:-1], name))


def _outside(article: Article, where: InJson, elsewhere: Span, within: Sequence[Span]) -> Finding:
    also = (
        Also(article.where(elsewhere), "they stand here"),
        *(Also(article.where(home), "and were looked for here") for home in within[:1]),
    )
    return RULE.finding(
        "these words are not inside the span that must hold them", where, also=also, help="quote words from inside it, or widen it"
    )


def _nowhere(article: Article, where: InJson, anchor: Quote | Ends, within: Sequence[Span] | None) -> Finding:
    text = article.text or ""
    words = anchor.exact if isinstance(anchor, Quote) else anchor.first
    if isinstance(anchor, Ends) and places(Quote(anchor.first), text, within):
        words, where = anchor.last, _beside(where, "last")
        stands = places(Quote(words), text, within)
        if stands:
            also = tuple(Also(article.where(span), "they stand here") for span in stands[:3])
            message = "the last words do not stand behind the first"
            return RULE.finding(message, where, also=also, help="correct first and last")
    if within is not None and (elsewhere := places(Quote(words), text)):
        return _outside(article, where, elsewhere[0], within)
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
            fix=_unseen_fix(text, where, anchor, words, within),
        )
    near = nearest_words(words, text, within)
    if near is None:
        return RULE.finding("these words are not in the article", where, label="no such words", help="copy the words from the article")
    near = _trimmed(near, words, text)
    found = near.span.of(text)
    differ = f"nearest, {near.differ} character{'s differ' if near.differ > 1 else ' differs'}"
    wrong = changes(words, found)
    ours, theirs = (Span(wrong[0][side].start, wrong[-1][side].end) for side in (0, 1))
    some = (ours.start, ours.end) != (0, len(words))
    at = Span(near.span.start + theirs.start, near.span.start + theirs.end)
    return RULE.finding(
        "these words are not in the article",
        replace(where, part=(ours.start, ours.end)) if some else where,
        label="differs" if some else "no such words",
        also=(Also(article.where(at), differ),),
        help=f"write {_said(words, found, wrong)}, if that is meant",
        fix=_near_fix(text, where, anchor, near, words, within),
    )


def _said(words: str, found: str, wrong: list[Change]) -> str:
    """What to write; for what, where that is not all of ``words``."""
    if wrong[0][0] == Span(0, len(words)):
        return as_json(found)
    said = [f"{as_json(theirs.of(found))} for {as_json(ours.of(words))}" for ours, theirs in wrong]
    return " and ".join([*([", ".join(said[:-1])] if said[:-1] else []), said[-1]])


def _unseen_fix(text: str, where: InJson, anchor: Quote | Ends, words: str, within: Sequence[Span] | None) -> Fix | None:
    """The words as they stand in the article, where they look like ``words`` in one place alone."""
    found = unseen_places(words, text, within)
    if len(found) > 1 or cuts_word(text, found[0].start, found[0].end):
        return None
    return _quoting(text, where, anchor, found[0], within, safe=True)


def _near_fix(text: str, where: InJson, anchor: Quote | Ends, near: Near, words: str, within: Sequence[Span] | None) -> Fix | None:
    """The nearest words, where they stand out."""
    return _quoting(text, where, anchor, near.span, within, safe=False) if stands_out(near, words, text, within) else None


def _quoting(text: str, where: InJson, anchor: Quote | Ends, span: Span, within: Sequence[Span] | None, *, safe: bool) -> Fix | None:
    """The words at ``span`` for those at ``where``, if the anchor fits exactly one place then, and there."""
    words = span.of(text)
    if isinstance(anchor, Quote):
        fits = places(replace(anchor, exact=words), text, within) == [span]
    elif where.pointer[-1] == "first":
        fits = [each.start for each in places(replace(anchor, first=words), text, within)] == [span.start]
    else:
        fits = [each.end for each in places(replace(anchor, last=words), text, within)] == [span.end]
    return Fix((Edit.to_string(where, words),), safe) if fits else None


def _trimmed(near: Near, words: str, text: str) -> Near:
    """``near`` without white space and punctuation at its edges that ``words`` do not have."""
    start, end = near.span.start, near.span.end
    while start < end - 1 and not text[start].isalnum() and text[start] != words[0]:
        start += 1
    while start < end - 1 and not text[end - 1].isalnum() and text[end - 1] != words[-1]:
        end -= 1
    return Near(Span(start, end), Levenshtein.distance(words, text[start:end]))
