"""``corpusbuild init``."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from corpusbuild.workflow.initialising import TEMPLATES, init


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--template", type=click.Choice(TEMPLATES), default=TEMPLATES[0], show_default=True, help="The layers to start with.")
def init_command(folder: Path, template: str) -> None:
    """Make a new corpus that passes `make` and its own tests at once.

    attribution: claims, speakers and stances. minimal: labelled spans.
    """
    made = init(folder, template)
    click.echo(f"made {made}\n\nnext\n  cd {shlex.quote(str(folder))}\n  corpusbuild make")
