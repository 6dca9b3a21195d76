"""``corpusbuild new``."""

from __future__ import annotations

import click

from corpusbuild.cli.options import corpus_option, open_corpus
from corpusbuild.corpus.storage import Root


@click.command("new")
@corpus_option
@click.argument("article")
@click.option("--annotator", metavar="NAME", help="Who annotates; the gold annotator unless given.")
def new_command(folder: Root | None, article: str, annotator: str | None) -> None:
    """Write the skeleton of an annotation document for ARTICLE."""
    corpus = open_corpus(folder)
    click.echo(f"wrote {corpus.new(article, annotator).relative_to(corpus.folder)}")
