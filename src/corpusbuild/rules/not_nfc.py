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

import re
import unicodedata
from collections.abc import Iterator

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.text.span import Span

# A character with what combines with it: the smallest run that normalisation can change in ordinary text.
_CLUSTER = re.compile(r"\w[^\w\s]*|[^\w\s]+")

RULE = Rule("CB004", "not-nfc", Severity.ERROR, since="0.1.0")


def check(article: Article) -> Iterator[Finding]:
    """The first place that NFC would change."""
    text = article.text or ""
    if unicodedata.is_normalized("NFC", text):
        return
    for found in _CLUSTER.finditer(text):
        if not unicodedata.is_normalized("NFC", found[0]):
            names = " ".join(f"U+{ord(character):04X}" for character in found[0])
            normal = " ".join(f"U+{ord(character):04X}" for character in unicodedata.normalize("NFC", found[0]))
            yield RULE.finding(
                "this article is not in normal form NFC",
                article.where(Span(*found.span())),
                label=f"{names}, in NFC {normal}",
                help="save the text in NFC",
            )
            return
    yield RULE.finding("this article is not in normal form NFC", article.where(), help="save the text in NFC")
