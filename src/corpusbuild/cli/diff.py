"""``corpusbuild diff``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from corpusbuild.cli.exits import FINDINGS, FINE
from corpusbuild.cli.options import NAMED, colour_option, corpus_option, open_corpus
from corpusbuild.cli.progress import progress
from corpusbuild.cli.showing import Showing, wants_colour
from corpusbuild.corpus.storage import Root

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpusbuild.difference.difference import Difference


@click.command("diff")
@corpus_option
@click.argument("old", type=NAMED)
@click.argument("new", type=NAMED, required=False)
@click.option("--table", metavar="T", help="Look at one table, and at other annotators' rows of it; no version is computed.")
@click.option("--include-detached-text", is_flag=True, help="Compile what is compiled here as `make --include-detached-text` does.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["human", "json", "markdown"]),
    default="human",
    show_default=True,
    help="How the difference is shown.",
)
@click.option(
    "--max",
    "most",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    metavar="N",
    help="Show at most N records of a kind in each table; 0 shows all, and json always does.",
)
@colour_option
def diff_command(
    folder: Root | None, old: str, new: str | None, table: str | None, include_detached_text: bool, format_name: str, most: int, colour: str
) -> int:
    """Show which records were added, removed or changed, field by field, and what that demands of the version.

    OLD and NEW are each a URL of a data set (it has "://"), a path that exists (a data set, its archive, or a corpus
    folder), or a revision of the corpus's git repository, in this order; without NEW, the corpus as it is now. A corpus
    and a revision are compiled aside: nothing in them is run or touched.
    """
    from corpusbuild.workflow.aside import DoesNotCompile  # noqa: PLC0415  start-up time
    from corpusbuild.workflow.differing import NOW, diff  # noqa: PLC0415  start-up time

    corpus = open_corpus(folder) if folder is not None or new is None else None
    try:
        with progress() as tell:
            found = diff(old, new, corpus=corpus, table=table, include_detached_text=include_detached_text, progress=tell)
    except DoesNotCompile as error:
        if error.place != NOW or corpus is None:
            raise
        Showing(corpus, colour=colour).show(error.report)
        click.echo("the corpus as it is now does not compile, so there is nothing to compare", err=True)
        return FINDINGS
    for line in _lines(found, format_name, most or None, colour=wants_colour(colour)):
        click.echo(line, color=True)
    return FINE


def _lines(found: Difference, format_name: str, most: int | None, *, colour: bool) -> Iterator[str]:
    from corpusbuild.release.versioning import next_version, schema_text  # noqa: PLC0415  start-up time

    schema = [schema_text(each) for each in found.schema]
    least = None if found.demand is None else next_version(found.old.version, found.demand.bump)
    match format_name:
        case "json":
            from corpusbuild.render.difference_json import difference_json  # noqa: PLC0415  start-up time

            return difference_json(found, least)
        case "markdown":
            from corpusbuild.render.difference_markdown import difference_markdown  # noqa: PLC0415  start-up time

            return difference_markdown(found, schema, least, most)
        case _:
            from corpusbuild.render.difference_human import HumanDifference  # noqa: PLC0415  start-up time

            return HumanDifference(colour=colour, most=most).lines(found, schema, least)
