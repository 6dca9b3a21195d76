"""``corpusbuild quote``."""

from __future__ import annotations

import json

import click

from corpusbuild.cli.options import corpus_option, open_corpus
from corpusbuild.corpus.storage import Root
from corpusbuild.render.width import inert
from corpusbuild.text.anchors import Position, Quote


@click.command("quote")
@corpus_option
@click.argument("article")
@click.argument("words")
def quote_command(folder: Root | None, article: str, words: str) -> None:
    """Show the shortest anchor for some words of an article.

    One line for each place where WORDS stand: its offsets in code points, and the anchor to paste. Several
    places have an anchor each that fits there alone. In a detached article whose text is at hand, an anchor is a
    position with its check value.
    """
    for start, end, quote in open_corpus(folder).quote(article, words):
        click.echo(f"{start}..{end}\t{anchor_json(quote)}")


def anchor_json(quote: Quote | Position) -> str:
    """An anchor as an author would write it."""
    if isinstance(quote, Position):
        return json.dumps({"start": quote.start, "end": quote.end, "check": quote.check})
    said = {"exact": quote.exact, "prefix": quote.prefix, "suffix": quote.suffix, "start": quote.start}
    kept = {name: value for name, value in said.items() if value not in ("", None)}
    return inert(json.dumps(quote.exact if len(kept) == 1 else kept, ensure_ascii=False))
