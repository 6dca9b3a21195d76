"""``corpusbuild report``."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import click

from corpusbuild.cli.exits import FINDINGS, FINE
from corpusbuild.cli.options import corpus_option, engine_options, format_option, open_corpus, policy_options
from corpusbuild.cli.progress import progress
from corpusbuild.cli.showing import Showing
from corpusbuild.corpus.storage import Root
from corpusbuild.render.counting import counted
from corpusbuild.workflow.reporting import ARTICLES_SHOWN, ROWS_SHOWN


@click.command("report")
@corpus_option
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Where the site goes; dist/report of the corpus unless given.")
@click.option(
    "--articles",
    type=click.IntRange(min=1),
    default=ARTICLES_SHOWN,
    show_default=True,
    metavar="N",
    help="Write pages for at most N articles, and N entries of each registry; of more, a sample by the hash of their ids.",
)
@click.option(
    "--rows",
    type=click.IntRange(min=1),
    default=ROWS_SHOWN,
    show_default=True,
    metavar="N",
    help="Let the search look in at most N rows of each table.",
)
@engine_options
@policy_options
@click.option("--include-detached-text", is_flag=True, help="Show the text of detached articles, where it is at hand.")
@format_option
def report_command(
    folder: Root | None,
    out: Path | None,
    articles: int,
    rows: int,
    jobs: int | None,
    scheduler: str | None,
    strict: bool,
    trust: bool,
    include_detached_text: bool,
    format_name: str,
    most: int,
    colour: str,
) -> int:
    """Make a site to read the corpus in, in dist/report/.

    It needs no server and no network: open its index.html, or publish the folder as it is. If anything counts as an
    error, nothing is written, and the site that stood there stands.
    """
    corpus = open_corpus(folder)
    if trust:
        corpus.trust()
    with progress() as tell:
        made = corpus.report(
            out,
            articles=articles,
            rows=rows,
            strict=strict,
            today=date.today(),  # noqa: DTZ011  the user's day: waivers end when it does
            trust=trust,
            jobs=jobs,
            scheduler=scheduler,
            include_detached_text=include_detached_text,
            progress=tell,
        )
    if not made.ok or format_name != "human":
        Showing(corpus, format_name, most, colour, trusted=trust).show(made.report)
    relative = Path(os.path.relpath(made.path))
    path = made.path if relative.parts[0] == ".." else relative
    if not made.ok:
        click.echo(f"nothing was written to {path}", err=True)
        return FINDINGS
    if format_name == "human":
        click.echo(f"wrote {path}: {counted(made.pages, 'page')}, {made.size / 1e6:,.1f} MB; open {path / 'index.html'}")
        if made.sample is not None and not made.sample.is_whole:
            click.echo(f"it shows {made.sample.shown:,} of {counted(made.sample.total, 'article')}; --articles N shows more")
    return FINE
