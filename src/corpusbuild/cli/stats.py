"""``corpusbuild stats``."""

from __future__ import annotations

import click

from corpusbuild.cli.exits import FINDINGS, FINE
from corpusbuild.cli.options import colour_option, corpus_option, open_corpus
from corpusbuild.cli.progress import progress
from corpusbuild.cli.showing import Showing, say, terminal
from corpusbuild.corpus.storage import Root


@click.command("stats")
@corpus_option
@click.option(
    "--top",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    metavar="N",
    help="Of the entries of a registry, show the N that each field means most often; 0 shows all.",
)
@click.option("--format", "format_name", type=click.Choice(["human", "json"]), default="human", show_default=True, help="How it is shown.")
@colour_option
def stats_command(folder: Root | None, top: int, format_name: str, colour: str) -> int:
    """Count tables, splits, labels and references to registries.

    Who speaks how often is one of these: every field that refers to a registry (x-ref) is counted. Agreement is shown
    where agreement.json keeps it, and it is of the documents as they are.
    """
    corpus = open_corpus(folder)
    with progress() as tell:
        found = corpus.stats(progress=tell)
    if found.summary is None:
        Showing(corpus, format_name, colour=colour).show(found.report)
        return FINDINGS
    from corpusbuild.render.statistics import Counted, as_json, statistics  # noqa: PLC0415  start-up time

    shown = Counted(found.summary, found.characters, found.agreements, found.agreements_stand)
    say([as_json(shown)] if format_name == "json" else statistics(shown, terminal(colour), top or None))
    return FINE
