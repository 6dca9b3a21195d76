"""``corpusbuild make``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from corpusbuild.cli.exits import FINDINGS, FINE
from corpusbuild.cli.options import PLACE, corpus_option, engine_options, format_option, open_corpus, policy_options
from corpusbuild.cli.progress import progress
from corpusbuild.cli.showing import Showing, say, terminal
from corpusbuild.corpus.storage import Root
from corpusbuild.workflow.making import Made


@click.command("make")
@corpus_option
@click.option("--out", type=PLACE, metavar="DIR|URL", help="Where the data set goes; dist/<name> of the corpus unless given.")
@engine_options
@policy_options
@click.option("--locked", is_flag=True, help="Count it as an error if anything is not as corpus.lock has it, or there is none; for CI.")
@click.option("--include-detached-text", is_flag=True, help="Put the text of detached articles into the data set, where it is at hand.")
@format_option
def make_command(
    folder: Root | None,
    out: Root | None,
    jobs: int | None,
    scheduler: str | None,
    strict: bool,
    trust: bool,
    locked: bool,
    include_detached_text: bool,
    format_name: str,
    most: int,
    colour: str,
) -> int:
    """Check, then compile into dist/<name>/.

    If anything counts as an error, nothing is written, and the data set that stood there stands.
    """
    corpus = open_corpus(folder)
    if trust:
        corpus.trust()
    with progress() as tell:
        made = corpus.make(
            out,
            strict=strict,
            locked=locked,
            today=date.today(),  # noqa: DTZ011  the user's day: waivers end when it does
            trust=trust,
            jobs=jobs,
            scheduler=scheduler,
            include_detached_text=include_detached_text,
            progress=tell,
        )
    if len(made.report) or format_name != "human":
        Showing(corpus, format_name, most, colour, trusted=trust).show(made.report)
    if not made.ok:
        click.echo(f"nothing was written to {_shown(made.path)}", err=True)
        return FINDINGS
    if format_name == "human":
        say(_told(made, colour))
    return FINE


def _told(made: Made, colour: str) -> Iterator[str]:
    """What was written, with the rows of each table, and how to load it."""
    path = _shown(made.path)
    if made.up_to_date:
        yield f"{path} is up to date"
        return
    yield f"wrote {path}"
    if made.summary is not None:
        from corpusbuild.render.statistics import tables  # noqa: PLC0415  start-up time

        yield from tables(made.summary.rows, terminal(colour), indent=2)
    yield ""
    yield "load it with"
    yield f"  {_loading(made, path)}"


def _loading(made: Made, path: str) -> str:
    if isinstance(made.path, Path) or made.summary is None:
        return f'datasets.load_dataset("{path}")'
    # Of a URL, datasets takes files alone.
    return f'datasets.load_dataset("parquet", data_files="{path}/data/articles/{made.summary.splits[0]}-*.parquet")'


def _shown(path: Root) -> str:
    """A path as the user would type it."""
    if not isinstance(path, Path):
        return str(path)
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
