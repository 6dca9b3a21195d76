"""A span that begins or ends inside what readers see as one character.

## Why
Some characters are several code points: a base with its accents, a family of emoji, a flag, a Hangul syllable in
parts. Half of one is not a word that anybody said, is shown as something else, and is a span that no other
annotator will mark.

## Example
The text has 👍🏽, which is U+1F44D with the skin tone U+1F3FD, and the span ends between the two.

## How to mend
Take in the whole character, or leave it out.

Characters are the extended grapheme clusters of Unicode Standard Annex #29.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where
from corpusbuild.text.span import Span

RULE = Rule("CB213", "span-splits-grapheme", Severity.WARNING, since="0.1.0")


def check(article: Article, where: Where, first: Span | None, last: Span | None) -> Iterator[Finding]:
    """The span begins inside the cluster ``first``, and ends inside ``last``, as far as these are there."""
    cut = [cluster for cluster in dict.fromkeys((first, last)) if cluster is not None]
    if not cut:
        return
    edge = " and ".join(edge for edge, cluster in (("begins", first), ("ends", last)) if cluster is not None)
    points = " ".join(f"U+{ord(character):04X}" for character in cut[0].of(article.text or ""))
    yield RULE.finding(
        f"this span {edge} inside a character ({points})",
        where,
        also=tuple(Also(article.where(cluster), "one character") for cluster in cut),
        help="take in the whole character, or leave it out",
    )
