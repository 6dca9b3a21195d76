"""Blocks in an article's metadata that are not the paragraphs of its text.

## Why
Whoever has only some paragraphs of a detached text is told by `blocks` where they lie. Where these are wrong, words
are looked for in the wrong place, or a paragraph that is the right one is refused.

## Example
`"blocks": [{"start": 0, "end": 40, …}, {"start": 38, "end": 90, …}]`: the second begins before the first has ended.

## How to mend
`corpusbuild detach` writes blocks from the text. A paragraph is a run of characters other than line feeds; `start` and
`end` count code points of the canonical text, half-open; `sha256` is that of the paragraph in UTF-8.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InJson
from corpusbuild.text.pieces import Paragraph, out_of_order, paragraphs_of, parse_blocks

RULE = Rule("CB214", "inconsistent-blocks", Severity.ERROR, since="0.1.0")


def check(article: Article) -> Iterator[Finding]:
    """The first of the article's blocks that cannot be a paragraph where it is said to lie."""
    blocks = parse_blocks(article.metadata.get("blocks")) or ()
    at = out_of_order(blocks, article.chars)
    if at is not None:
        yield _finding(article, at, f"{_where(blocks[at])} {_why(blocks, at, article.chars)}", "put blocks in order, each where it lies")


def check_text(article: Article) -> Iterator[Finding]:
    """The first of the article's blocks, if they can be paragraphs, that is none of its text's."""
    blocks = parse_blocks(article.metadata.get("blocks"))
    if blocks is None or article.text is None or out_of_order(blocks, article.chars) is not None:
        return
    for i, (said, true) in enumerate(zip_longest(blocks, paragraphs_of(article.text))):
        if said == true:
            continue
        if true is None:
            yield _finding(article, i, f"the text has {i:,} paragraphs, and this is one more", "delete it")
        elif said is None:
            yield RULE.finding(
                f"the paragraph at {_where(true)} is not among these", InJson(article.origin, ("blocks",)), help=_again(true)
            )
        elif (said.start, said.end) != (true.start, true.end):
            yield _finding(article, i, f"no paragraph lies at {_where(said)}; this one lies at {_where(true)}", _again(true))
        else:
            yield _finding(article, i, f"the paragraph at {_where(said)} has another SHA-256", _again(true))
        return


def _finding(article: Article, at: int, message: str, help_text: str) -> Finding:
    return RULE.finding(message, InJson(article.origin, ("blocks", at)), help=help_text)


def _where(block: Paragraph) -> str:
    return f"{block.start}..{block.end}"


def _why(blocks: tuple[Paragraph, ...], at: int, chars: int) -> str:
    block = blocks[at]
    if block.start >= block.end:
        return "is no paragraph"
    if block.end > chars:
        return f"ends behind the text, which has {chars:,} characters"
    return f"does not lie behind the block before it, {_where(blocks[at - 1])}"


def _again(true: Paragraph) -> str:
    return f'write {{"start": {true.start}, "end": {true.end}, "sha256": "{true.sha256}"}}'
