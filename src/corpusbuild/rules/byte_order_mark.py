"""A byte order mark at the start of a file.

## Why
U+FEFF is invisible, but it is a code point: with it, every offset in the article is one too high, and JSON
that begins with it is no JSON.

## Example
`raw/pidato.txt` was saved by an editor as "UTF-8 with BOM".

## How to mend
Save the file as UTF-8 without BOM.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Edit, Finding, Fix, Rule, Severity
from corpusbuild.diagnostics.where import InBytes, InJson, Origin
from corpusbuild.text.canonical import BYTE_ORDER_MARK, canonical

RULE = Rule("CB002", "byte-order-mark", Severity.ERROR, since="0.1.0", essential=True)


def check(origin: Origin, data: bytes) -> Iterator[Finding]:
    """The mark at the start of ``data``, if there is one."""
    if data.startswith(BOM_UTF8):
        end = len(BOM_UTF8)
        while data.startswith(BOM_UTF8, end):
            end += len(BOM_UTF8)
        yield RULE.finding(
            "this file begins with a byte order mark",
            InBytes(origin, 0, len(BOM_UTF8)),
            label="U+FEFF",
            help="save the file as UTF-8 without BOM",
            # One that is left behind the first would be the first.
            fix=Fix((Edit(InBytes(origin, 0, end), ""),), safe=True),
        )


def check_text(article: Article) -> Iterator[Finding]:
    """The mark at the start of a text that is a string of a JSON document, where no byte says so."""
    where, text = article.where(), article.text or ""
    if isinstance(where, InJson) and text.startswith(BYTE_ORDER_MARK):
        fixed = canonical(text.lstrip(BYTE_ORDER_MARK))
        yield RULE.finding(
            "this text begins with a byte order mark",
            where,
            label="U+FEFF",
            help="leave it out",
            fix=Fix((Edit.to_string(where, fixed),), safe=True),
        )
