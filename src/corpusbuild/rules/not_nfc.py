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
from corpusbuild.diagnostics.finding import Edit, Finding, Fix, Rule, Severity
from corpusbuild.diagnostics.where import InJson
from corpusbuild.text.canonical import canonical
from corpusbuild.text.span import Span

RULE = Rule("CB004", "not-nfc", Severity.ERROR, since="0.1.0", essential=True)

# NFC changes no ASCII character but by what stands behind it, so that a text can be cut before each; U+FEFF it never changes.
_PIECE = re.compile(r"[\x00-\x7f]?[^\x00-\x7f\ufeff]+")


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
        fix=Fix(tuple(_edits(article, text)), safe=True),
    )


def _edits(article: Article, text: str) -> Iterator[Edit]:
    """NFC for each piece that is not; a text in a JSON document becomes canonical as a whole, as it is one string."""
    where = article.where()
    if isinstance(where, InJson):
        yield Edit.to_string(where, canonical(text))
        return
    for piece in _PIECE.finditer(text):
        if not unicodedata.is_normalized("NFC", piece[0]):
            yield Edit(article.where(Span(*piece.span())), unicodedata.normalize("NFC", piece[0]))


def _first_change(text: str) -> Span:
    """The smallest run of code points, from the first that NFC changes, that is not in NFC, with the marks behind it."""
    normal = unicodedata.normalize("NFC", text)
    start = next(i for i, (ours, theirs) in enumerate(zip(text, normal, strict=False)) if ours != theirs)  # neither begins with the other
    end = start + 1
    while end < len(text) and (unicodedata.is_normalized("NFC", text[start:end]) or unicodedata.combining(text[end])):
        end += 1
    return Span(start, end)


def _names(characters: str) -> str:
    return " ".join(f"U+{ord(character):04X}" for character in characters)
