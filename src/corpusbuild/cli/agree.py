"""``corpusbuild agree``."""

from __future__ import annotations

import click

from corpusbuild.cli.options import corpus_option, open_corpus
from corpusbuild.cli.showing import say, terminal
from corpusbuild.corpus.storage import Root


@click.command("agree")
@corpus_option
@click.argument("a", required=False)
@click.argument("b", required=False)
@click.option("--table", "tables", multiple=True, metavar="NAME", help="This table only; may be given more than once.")
@click.option("--items", "with_items", is_flag=True, help="List what differs, side by side, each with its place.")
@click.option("--save", is_flag=True, help="Keep the figures in agreement.json, which the card of the data set shows.")
@click.option("--format", "format_name", type=click.Choice(["human", "json"]), default="human", show_default=True, help="How it is shown.")
def agree_command(
    folder: Root | None, a: str | None, b: str | None, tables: tuple[str, ...], with_items: bool, save: bool, format_name: str
) -> None:
    """Measure how far two annotators agree, table by table.

    A gold and a system are compared alike: `agree gold SYSTEM` scores the system. Without A and B: the two annotators,
    if there are two besides the gold and systems; else the gold and each of the others.

    What is compared follows from the schemas. Anchors: alpha on words (UAX #29), agr in both directions, F1 of exact and of
    overlapping spans, alpha for unitizing. Rows are then matched one to one, those with anchors by their overlap, others by
    what they refer to; of those that are the same, labels and references are compared (alpha, kappa; ordinal alpha
    where the config says so), lists by alpha with MASI distance. Every figure says how much it used and dropped, how often
    each label was used (A|B), and has a bootstrap interval over articles.
    """
    from corpusbuild.render.agreement import as_json, figures, items  # noqa: PLC0415  start-up time

    if (a is None) != (b is None):
        raise click.UsageError("name two annotators, or none")
    corpus = open_corpus(folder)
    pairs = [(a, b)] if a is not None and b is not None else corpus.agreement_pairs()
    found = [corpus.agree(one, other, tables=tables) for one, other in pairs]
    if save:
        corpus.save_agreement(found)
    if format_name == "json":
        click.echo(as_json(found, with_items=with_items))
        return
    for i, each in enumerate(found):
        say([*([""] if i else []), *figures(each, terminal()), *(items(each.differences) if with_items else ())])
