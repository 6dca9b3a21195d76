"""``corpusbuild lock``."""

from __future__ import annotations

from datetime import date

import click

from corpusbuild.cli.exits import FINDINGS, FINE
from corpusbuild.cli.options import corpus_option, engine_options, open_corpus
from corpusbuild.cli.progress import progress
from corpusbuild.cli.showing import Showing
from corpusbuild.corpus.storage import Root
from corpusbuild.render.width import printable


@click.command("lock")
@corpus_option
@engine_options
@click.option("--trust", is_flag=True, help="Let the corpus's own checks run, now and until they change.")
@click.option("--dry-run", is_flag=True, help="Show what would be signed off, and write nothing.")
def lock_command(folder: Root | None, jobs: int | None, scheduler: str | None, trust: bool, dry_run: bool) -> int:
    """Sign off the counts, fields and splits as they are now.

    Shows what changes, and writes corpus.lock. A corpus with errors is not signed off.
    """
    from corpusbuild.render.signing import signing  # noqa: PLC0415  start-up time

    corpus = open_corpus(folder)
    if trust:
        corpus.trust()
    with progress() as tell:
        today = date.today()  # noqa: DTZ011  the user's day
        signed = corpus.lock(dry_run=dry_run, today=today, trust=trust, jobs=jobs, scheduler=scheduler, progress=tell)
    if signed.after is None:
        Showing(corpus, trusted=trust).show(signed.report)
        click.echo("nothing was signed off", err=True)
        return FINDINGS
    for each in signed.report:
        if each.finding.name == "untrusted-checks":
            click.echo(f"note: {printable(each.finding.message)}; --trust lets them", err=True)
    for line in signing(signed.before, signed.after, written=signed.written):
        click.echo(line)
    return FINE
