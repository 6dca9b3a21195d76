"""``corpusbuild export``."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import click

from corpusbuild.cli.exits import FINE
from corpusbuild.cli.options import corpus_option, open_corpus
from corpusbuild.corpus.storage import Root
from corpusbuild.interchange.beside import MAPPING
from corpusbuild.interchange.formats import WITH_MAPPING, WRITERS
from corpusbuild.render.counting import counted
from corpusbuild.render.width import printable
from corpusbuild.workflow.exporting import Exported, export_corpus


@click.command("export")
@click.argument("tool", metavar="FORMAT", type=click.Choice(list(WRITERS)))
@click.argument("target", metavar="DST", type=click.Path(path_type=Path))
@click.option("--annotator", "annotators", multiple=True, metavar="NAME", help="Only what NAME annotated; may be given more than once.")
@click.option("--include-detached-text", is_flag=True, help="Write the texts of detached articles too, where they are at hand.")
@click.option("--dry-run", is_flag=True, help="Only list what the format cannot carry.")
@corpus_option
def export_command(tool: str, target: Path, annotators: tuple[str, ...], include_detached_text: bool, dry_run: bool, folder: Root) -> int:
    """Write the annotations in the format of another tool, into DST: a new or empty folder.

    What the format cannot carry is listed first, column by column.
    """

    def listed(found: Exported) -> None:
        for line in _lost(found):
            click.echo(printable(line))

    done = export_corpus(
        open_corpus(folder),
        tool,
        target,
        annotators=annotators,
        include_detached_text=include_detached_text,
        dry_run=dry_run,
        listed=listed,
    )
    what = f"{counted(done.documents, 'annotation document')}, {counted(done.files, 'file')}"
    click.echo(printable(f"nothing was written: {what}" if done.folder is None else f"wrote {done.folder}: {what}"))
    if done.folder is not None and tool in WITH_MAPPING:
        where = shlex.quote(str(done.folder))
        for line in ("", "to make the corpus of it again", f"  corpusbuild import {tool} {where} --map {where}/{MAPPING} --to DIR"):
            click.echo(printable(line))
    return FINE


def _lost(found: Exported) -> Iterator[str]:
    if found.lost:
        yield "not carried"
    for (what, why), values in found.lost.items():
        yield f"{values:>9,}  {what}: {why}"
