"""``corpusbuild stats``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from corpusbuild.cli.exits import FINDINGS, FINE
from corpusbuild.cli.options import colour_option, corpus_option, open_corpus
from corpusbuild.cli.progress import progress
from corpusbuild.cli.showing import Showing, say, terminal
from corpusbuild.corpus.storage import Root

if TYPE_CHECKING:
    from corpusbuild.emit.summary import Summary
    from corpusbuild.render.statistics import Counted
    from corpusbuild.workflow.statistics import Statistics


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
    from corpusbuild.render.statistics import as_json, statistics  # noqa: PLC0415  start-up time

    shown = _counted(found, found.summary)
    say([as_json(shown)] if format_name == "json" else statistics(shown, terminal(colour), top or None))
    return FINE


def _counted(found: Statistics, summary: Summary) -> Counted:
    from corpusbuild.emit.tally import path_text  # noqa: PLC0415  start-up time
    from corpusbuild.render.statistics import Counted, Field  # noqa: PLC0415  start-up time

    labels = [
        Field(table, path_text(path), counts, nulls=summary.fields[table][path].nulls) for (table, path), counts in summary.labels.items()
    ]
    uses = [
        Field(table, path_text(path), each.counts, registry=each.registry, entries=summary.tables[each.registry].rows)
        for (table, path), each in summary.uses.items()
    ]
    stand = found.agreements_stand
    return Counted(summary.rows, labels, uses, found.characters, summary.splits, summary.gold, found.agreements, stand)
