"""A carriage return in an article.

## Why
Offsets count code points, and a line end that is CR LF counts two where LF counts one. Annotation tools
disagree about which of them to count, and that is the commonest way for offsets to drift.

## Example
`raw/pidato.txt` was saved on Windows, with CR LF line ends.

## How to mend
Save the file with LF line ends. In git, `* text=auto eol=lf` in `.gitattributes` keeps them so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Edit, Finding, Fix, Rule, Severity
from corpusbuild.diagnostics.where import InJson
from corpusbuild.text.canonical import canonical
from corpusbuild.text.span import Span

RULE = Rule("CB003", "carriage-return", Severity.ERROR, since="0.1.0", essential=True)

_LINE_END = re.compile(r"\r\n?")


def check(article: Article) -> Iterator[Finding]:
    """The first carriage return; one finding, however many there are."""
    text = article.text or ""
    at = text.find("\r")
    if at >= 0:
        lines = text.count("\r")
        yield RULE.finding(
            f"this article has carriage returns ({lines} of them)" if lines > 1 else "this article has a carriage return",
            article.where(Span(at, at + 1)),
            label="" if article.text_origin is None else "U+000D" if lines == 1 else "the first U+000D",
            help="save the file with LF line ends",
            fix=Fix(tuple(_edits(article, text)), safe=True),
        )


def _edits(article: Article, text: str) -> Iterator[Edit]:
    """LF for each line end; a text in a JSON document becomes canonical as a whole, as it is one string."""
    where = article.where()
    if isinstance(where, InJson):
        yield Edit.to_string(where, canonical(text))
        return
    for line_end in _LINE_END.finditer(text):
        at = line_end.start()
        yield Edit(article.where(Span(at, at + 1)), "" if line_end[0] == "\r\n" else "\n")
