"""``corpusbuild detach``."""

from __future__ import annotations

import click

from corpusbuild.cli.exits import FINDINGS, FINE
from corpusbuild.cli.options import corpus_option, open_corpus
from corpusbuild.corpus.storage import Root
from corpusbuild.render.width import printable
from corpusbuild.workflow.borrowing import Borrowed


@click.command("detach")
@corpus_option
@click.argument("articles", metavar="ARTICLE...", nargs=-1, required=True)
@click.option("--allow-words", is_flag=True, help="Detach though words of the text would still stand in the corpus.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
def detach_command(folder: Root | None, articles: tuple[str, ...], allow_words: bool, dry_run: bool) -> int:
    """Take texts that may not be redistributed out of the corpus.

    The metadata of each ARTICLE get the hash and the length of its text, and those of its paragraphs; every quotation
    of every annotator becomes a position with a check value; the text itself moves to .corpusbuild/text/, which git
    does not see. Files stay as they are otherwise; all of them are written, or none.

    Nothing is written where nine or more words of a text in a row would still stand in the corpus, as in a note: these
    places are listed, and the exit status is 1. A headline may be cited. What git has seen before stays in its history.
    """
    detached = open_corpus(folder).detach(articles, allow_words=allow_words, dry_run=dry_run)
    if dry_run:
        from corpusbuild.fixing import as_diff  # noqa: PLC0415  start-up time

        for line in as_diff(detached.before, detached.after):
            click.echo(printable(line))
        for source, target in detached.moved:
            click.echo(f"rename from {printable(source)}\nrename to {printable(target)}")
    for each in detached.borrowed:
        click.echo(f"{printable(_place(each))}: {each.words:,} words in a row of {printable(each.article)}", err=True)
    counted = f"{len(detached.texts):,} articles, {detached.spans:,} quotations, {len(detached.after):,} files"
    if detached.written:
        click.echo(f"detached {counted}")
        for _, target in detached.moved:
            click.echo(f"  the text is now {target}; keep a copy of your own, that folder may be deleted")
        click.echo("  what git has seen of it before stays in its history; `corpusbuild make` takes it out of dist/")
    elif dry_run:
        click.echo(f"would detach {counted}", err=True)
    if detached.borrowed and not allow_words:
        click.echo("these words would still stand in the corpus: take them out, or allow them with --allow-words", err=True)
        return FINDINGS
    return FINE


def _place(each: Borrowed) -> str:
    return f"{each.path}:{each.line}" + (f"  {each.pointer.removeprefix('/')}" if each.pointer else "")
