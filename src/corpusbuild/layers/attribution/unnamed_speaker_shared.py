"""An unnamed speaker to whom several articles attribute something.

## Why
"Some analysts" of one article are not those of another. With one entry for both, they look like a source that is
often heard, and agree with themselves. An article and the text that it is based on count as one.

## Example
The claims of two articles are attributed to `beberapa-nelayan`, whose entry says `"named": false`.

## How to mend
Give each article an entry of its own. If it is certain who is meant, name them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from corpusbuild.checks import Corpus, Finding, Rule, Severity

RULE = Rule("CB311", "unnamed-speaker-shared", Severity.WARNING, since="0.1.0")


def check_corpus(corpus: Corpus) -> Iterator[Finding]:
    """Each unnamed entry that articles of different origin refer to."""
    originals = {article.id: article.originals for article in corpus.articles}
    for entry in corpus.registry("speakers"):
        name = str(entry.value.get("id"))
        if entry.value.get("named") is not False:
            continue
        articles = sorted(corpus.articles_with("speakers", name))
        families = {article: {article, *_ancestors(article, originals)} for article in articles}
        other = next((article for article in articles if not families[article] & families[articles[0]]), None)
        if other is not None:
            yield RULE.finding(
                f'the unnamed speaker "{name}" is referred to from "{articles[0]}" and "{other}"',
                entry.below("id"),
                help="give each article an entry of its own, or name the speaker",
            )


def _ancestors(article: str, originals: Mapping[str, Sequence[str]]) -> set[str]:
    """The texts that an article is based on, and those that they are based on."""
    found: set[str] = set()
    waiting = [article]
    while waiting:
        new = set(originals.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return found
