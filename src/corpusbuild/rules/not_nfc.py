"""An article that is not in Unicode normal form C.

## Why
`é` can be written as one code point or as two. They look the same, so a quotation that was typed would not be
found, and offsets would depend on who saved the file.

## Example
`raw/pidato.txt` came from a Mac, and holds `e` followed by U+0301 COMBINING ACUTE ACCENT.

## How to mend
Save the text in NFC.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.text.span import Span

RULE = Rule("CB004", "not-nfc", Severity.ERROR, since="0.1.0", essential=True)


def check(article: Article) -> Iterator[Finding]:
    """The first place that NFC would change."""
    text = article.text or ""
    if unicodedata.is_normalized("NFC", text):
        return
    span = _first_change(text)
    yield RULE.finding(
        "this article is not in normal form NFC",
        article.where(span),
        label=f"{_names(span.of(text))}, in NFC {_names(unicodedata.normalize('NFC', span.of(text)))}",
        help="save the text in NFC",
    )


def _first_change(text: str) -> Span:
    """The smallest run of code points, from the first that NFC changes, that is not in NFC, with the marks behind it."""
    normal = unicodedata.normalize("NFC", text)
    start = next((i for i, (ours, theirs) in enumerate(zip(text, normal, strict=False)) if ours != theirs), len(normal))
    end = start + 1
    while end < len(text) and (unicodedata.is_normalized("NFC", text[start:end]) or unicodedata.combining(text[end])):
        end += 1
    return Span(start, end)


def _names(characters: str) -> str:
    return " ".join(f"U+{ord(character):04X}" for character in characters)
