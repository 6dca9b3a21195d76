"""``corpusbuild release``."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

import click

from corpusbuild.cli.exits import FINDINGS, FINE
from corpusbuild.cli.options import corpus_option, open_corpus
from corpusbuild.cli.progress import progress
from corpusbuild.cli.showing import Showing
from corpusbuild.corpus.storage import Root
from corpusbuild.render.counting import counted
from corpusbuild.render.width import printable

if TYPE_CHECKING:
    from corpusbuild.workflow.releasing import Released


@click.command("release")
@corpus_option
@click.argument("version", required=False)
@click.option("--against", metavar="OLD", help="What to compare with, as `diff` takes it; the last tag or archive unless given.")
@click.option("--commit", is_flag=True, help="Commit the version and the changelog; the manifest then names that commit.")
@click.option("--tag", is_flag=True, help="Tag the commit, as `tag` in the config says.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="The day of the release; today unless given.")
@click.option("--trust", is_flag=True, help="Let the corpus's own checks run, now and until they change.")
@click.option("--dry-run", is_flag=True, help="Show the version and the changelog entry, and write nothing.")
def release_command(
    folder: Root | None, version: str | None, against: str | None, commit: bool, tag: bool, day: date | None, trust: bool, dry_run: bool
) -> int:
    """Give the corpus the version that its changes demand, and pack it.

    Compares with the last release, refuses a version that rises too little, a source that is not committed, and whatever
    is not as it was signed off. Writes version and changelog, compiles, packs into dist/<name>-<version>.tar.gz, and verifies
    what was packed.
    """
    corpus = open_corpus(folder)
    if trust:
        corpus.trust()
    today = date.today() if day is None else date(day.year, day.month, day.day)  # noqa: DTZ011  the user's day
    with progress() as tell:
        done = corpus.release(version, today=today, against=against, commit=commit, tag=tag, dry_run=dry_run, trust=trust, progress=tell)
    if not done.report.ok:
        Showing(corpus, trusted=trust).show(done.report)
    if done.verified is not None and not done.verified.ok:
        Showing(corpus).show(done.verified.report)
    if not done.ok:
        click.echo("nothing was released", err=True)
        return FINDINGS
    _tell(done, dry_run=dry_run)
    return FINE


def _tell(done: Released, *, dry_run: bool) -> None:
    demand = None if done.difference is None else done.difference.demand
    if done.last is None:
        click.echo(f"{done.version}: the first release")
    elif demand is not None:
        click.echo(f"{done.last.version} → {done.version}: {demand.bump}")
        for reason in demand.reasons[:10]:
            click.echo(printable(f"  {reason.bump}: {reason.text}"))
        if len(demand.reasons) > 10:
            click.echo(f"  … and {counted(len(demand.reasons) - 10, 'more reason')}")
    if dry_run:
        click.echo(f"\n{done.entry}")
        click.echo("nothing was written")
        return
    for path in done.written:
        click.echo(f"wrote {path}")
    if done.archive is not None:
        click.echo(f"wrote {os.path.relpath(done.archive)}")
    click.echo(f"made from commit {done.commit}" if done.commit else "made from no commit: --commit would name one")
    if done.tag is not None:
        click.echo(f"tagged {done.tag}")
    click.echo(f"proved whole: {len(done.verified.proved) if done.verified is not None else 0} statements, see `corpusbuild verify`")
