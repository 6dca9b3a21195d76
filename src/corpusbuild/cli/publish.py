"""``corpusbuild publish``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from corpusbuild.cli.exits import FINDINGS, FINE, show
from corpusbuild.cli.options import NAMED
from corpusbuild.cli.progress import progress
from corpusbuild.render.concise import concise
from corpusbuild.render.width import printable
from corpusbuild.workflow.publishing import NotWhole, publish

if TYPE_CHECKING:
    from corpusbuild.release.publishing import Published


@click.command("publish")
@click.argument("path", type=NAMED)
@click.option("--repo", required=True, metavar="OWNER/NAME", help="The repository on the Hugging Face Hub; made if it is not there.")
@click.option("--dry-run", is_flag=True, help="Show what would be sent and deleted, and change nothing.")
@click.option("--private", is_flag=True, help="Make the repository private; refuse one that is public.")
@click.option("--message", metavar="WORDS", help="The commit's message; the name and the version unless given.")
def publish_command(path: str, repo: str, dry_run: bool, private: bool, message: str | None) -> int:
    """Put a data set on the Hugging Face Hub, once it is proved whole.

    PATH is a folder that `make` wrote, or an archive. It becomes one commit, tagged with the version; a tag that is there is
    never moved. What is there already is not sent again: whatever breaks off is finished by publishing again. The token
    comes from HF_TOKEN or from `hf auth login`, and needs write access.
    """
    try:
        with progress() as tell:
            done = publish(path, repo, dry_run=dry_run, private=private, message=message, bars=sys.stderr.isatty(), progress=tell)
    except NotWhole as error:
        for line in concise(error.verified.report):
            click.echo(line)
        show(error)
        return FINDINGS
    for line in _planned(done, private=private) if dry_run else _done(done, repo):
        click.echo(printable(line))
    return FINE


def _planned(published: Published, *, private: bool) -> Iterator[str]:
    """What a dry run tells."""
    if published.was_there:
        yield f"{published.url} has {published.tag} already, with this content"
        return
    if published.is_new:
        yield f"would make {published.url}{', private' if private else ''}"
    yield from (f"would send {path}" for path in published.sent)
    yield from (f"would delete {path}" for path in published.deleted)
    counts = f"{len(published.sent):,} files to send, {len(published.unchanged):,} there, {len(published.deleted):,} to delete"
    yield f"would tag {published.url} with {published.tag}: {counts}"


def _done(published: Published, repo: str) -> Iterator[str]:
    if published.was_there:
        yield f"{published.url} has {published.tag} already, with this content"
    else:
        counts = f"{len(published.sent):,} files sent, {len(published.unchanged):,} were there, {len(published.deleted):,} deleted"
        yield f"published {published.tag} at {published.url}: {counts}"
        yield f"commit {published.commit}"
    yield ""
    yield "load it with"
    yield f'  datasets.load_dataset("{repo}", revision="{published.tag}")'
