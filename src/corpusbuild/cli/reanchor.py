"""``corpusbuild reanchor``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpusbuild.cli.exits import FINDINGS, FINE
from corpusbuild.cli.options import NAMED, colour_option, corpus_option, open_corpus
from corpusbuild.cli.progress import progress
from corpusbuild.cli.showing import terminal_size, wants_colour
from corpusbuild.render.colours import GREEN, RED, RESET, TEAL
from corpusbuild.render.counting import counted
from corpusbuild.render.width import printable
from corpusbuild.text.reanchoring import MARGIN, THRESHOLD, Candidate

if TYPE_CHECKING:
    from corpusbuild.workflow.corpus import Corpus
    from corpusbuild.workflow.reanchoring import Reanchored


@click.command("reanchor")
@corpus_option
@click.argument("articles", metavar="[ARTICLE]...", nargs=-1)
@click.option(
    "--from",
    "source",
    type=NAMED,
    metavar="PLACE",
    help="Where the texts are as they were: a text, a data set, or a revision; the git repository, then the data set, unless given.",
)
@click.option(
    "--threshold",
    type=click.FloatRange(0.5, 1),
    default=THRESHOLD,
    show_default=True,
    metavar="X",
    help="How like the words must be to those that were there, from 0.5 to 1.",
)
@click.option(
    "--margin",
    type=click.FloatRange(0, 2),
    default=MARGIN,
    show_default=True,
    metavar="X",
    help="How much more any other reading must cost, as a share of the words' length.",
)
@click.option("--write", is_flag=True, help="Write what is shown.")
@click.option("--format", "format_name", type=click.Choice(["human", "json"]), default="human", show_default=True, help="How it is shown.")
@colour_option
def reanchor_command(
    folder: Path | None,
    articles: tuple[str, ...],
    source: str | None,
    threshold: float,
    margin: float,
    write: bool,
    format_name: str,
    colour: str,
) -> int:
    """Move the anchors of a corrected article to where their words are now.

    Of every ARTICLE, or of all: anchors that fit are left alone. One that does not is moved where its words have exactly
    one place, as the text as it was tells it; it keeps its form. All others are listed, with the places that come near,
    and the exit status is 1. Without the earlier text, only what proves itself is moved.

    What would change is shown as a diff, and nothing is written without --write; then all files are, or none.
    """
    corpus = open_corpus(folder)
    with progress() as tell:
        found = corpus.reanchor(articles, source=source, threshold=threshold, margin=margin, write=write, progress=tell)
    if format_name == "json":
        click.echo(json.dumps(_values(corpus, found), indent=2))
        return FINDINGS if found.unsettled else FINE
    for line in _lines(corpus, found, colour=wants_colour(colour)):
        click.echo(line.encode("utf-8", "replace").decode("utf-8"), color=True)
    did = "moved" if found.written or not found.moved else "would move"
    files = f" in {counted(len(found.after), 'file')}" if found.after else ""
    click.echo(
        f"{did} {counted(len(found.moved), 'anchor')}{files}, {len(found.unsettled):,} left without a clear home", err=not found.written
    )
    if found.moved and not found.written:
        click.echo("nothing was written: --write writes what is shown", err=True)
    return FINDINGS if found.unsettled else FINE


def _lines(corpus: Corpus, found: Reanchored, *, colour: bool) -> Iterator[str]:
    from corpusbuild.corpus.locate import Locator  # noqa: PLC0415  start-up time
    from corpusbuild.fixing import as_diff  # noqa: PLC0415  start-up time
    from corpusbuild.render.human import Human  # noqa: PLC0415  start-up time

    if not found.written:
        for line in as_diff(found.before, found.after):
            yield _coloured(printable(line)) if colour else printable(line)
    locator = Locator(corpus.root)
    human = Human(locator.source, colour=colour, width=max(terminal_size().columns, 40))
    for each in found.unsettled:
        yield from human.finding(locator.locate(each.finding))
        yield ""


def _coloured(line: str) -> str:
    colour = None if line.startswith(("+++", "---")) else {"+": GREEN, "-": RED, "@": TEAL}.get(line[:1])
    return line if colour is None else f"{colour}{line}{RESET}"


def _values(corpus: Corpus, found: Reanchored) -> dict[str, Any]:
    """The result as plain values. Offsets count code points of the canonical text, half-open, from 0."""
    from corpusbuild.corpus.locate import Locator  # noqa: PLC0415  start-up time
    from corpusbuild.render.as_json import place  # noqa: PLC0415  start-up time

    locator = Locator(corpus.root)
    moved = [
        {
            "article": each.article,
            "annotator": each.annotator,
            "place": place(locator.place(each.where)),
            "before": each.before,
            "after": each.after,
            "old": None if each.old is None else {"start": each.old.start, "end": each.old.end},
            "new": _candidate(each.new),
            "margin": each.margin,
        }
        for each in found.moved
    ]
    unsettled = [
        {
            "article": each.article,
            "annotator": each.annotator,
            "place": place(locator.place(each.finding.where)),
            "anchor": each.value,
            "why": each.why.value,
            "message": each.finding.message,
            "help": each.finding.help,
            "candidates": [{**_candidate(candidate), "words": words} for candidate, words in each.candidates],
        }
        for each in found.unsettled
    ]
    return {"format": 1, "written": found.written, "files": sorted(found.after), "moved": moved, "unsettled": unsettled}


def _candidate(each: Candidate) -> dict[str, Any]:
    return {"start": each.span.start, "end": each.span.end, "score": each.score}
