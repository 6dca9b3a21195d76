"""A text that is not the one whose hash its metadata give.

## Why
The positions of a detached article count in one text only. In another they point at other words.

## Example
`raw/berita.txt` was put beside metadata that hold another text's SHA-256.

## How to mend
Find the right text. Hashes are of the canonical text in UTF-8.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InJson

RULE = Rule("CB211", "detached-text-mismatch", Severity.ERROR, since="0.1.0", essential=True)


def check(article: Article, sha256: str, chars: int) -> Iterator[Finding]:
    """The text of ``article`` has not the hash or length that its metadata give."""
    if article.sha256 == sha256:
        message = f"this text has {article.chars:,} characters, not {chars:,}"
        yield RULE.finding(message, InJson(article.origin, ("text", "chars")), help=f"write {article.chars}")
        return
    reason = (
        f"it has {article.chars:,} characters, not {chars:,}"
        if article.chars != chars
        else f"its SHA-256 begins {article.sha256[:12]}, not {sha256[:12]}"
    )
    yield RULE.finding(
        f"this is not the text that was detached: {reason}",
        InJson(article.origin, ("text", "sha256")),
        help="find the text with that hash, or detach it again",
    )
