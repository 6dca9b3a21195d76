"""Show a report as the options ask, and progress where someone is looking."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from corpusbuild.diagnostics.report import Report
from corpusbuild.workflow.progress import Progress, silent

# Work that is done sooner shows nothing.
_PATIENCE = 1.0
_EVERY = 0.1


def show_report(report: Report, root: Path, format_name: str, most: int, colour: str) -> None:
    """Print ``report`` on standard output."""
    if format_name == "json":
        from corpusbuild.render.as_json import as_json  # noqa: PLC0415  start-up time

        lines = as_json(report)
    elif format_name == "concise":
        from corpusbuild.render.concise import concise  # noqa: PLC0415  start-up time

        lines = concise(report)
    else:
        from corpusbuild.corpus.locate import Locator  # noqa: PLC0415  start-up time
        from corpusbuild.render.human import Human  # noqa: PLC0415  start-up time

        width = shutil.get_terminal_size((100, 24)).columns
        lines = Human(Locator(root).source, wants_colour(colour), max(width, 40)).report(report, most or None)
    for line in lines:
        click.echo(line.encode("utf-8", "replace").decode("utf-8"), color=True)


def wants_colour(choice: str) -> bool:
    """Whether to use colour: on a terminal, unless NO_COLOR is set or the user said otherwise."""
    if choice != "auto":
        return choice == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextmanager
def progress() -> Iterator[Progress]:
    """Progress on standard error for work that takes over a second; nothing where it is not a terminal."""
    if not sys.stderr.isatty():
        yield silent
        return
    started = shown = time.monotonic()
    width = 0

    def tell(what: str, done: int, total: int) -> None:
        nonlocal shown, width
        now = time.monotonic()
        if now - started < _PATIENCE or now - shown < _EVERY:
            return
        shown = now
        line = f"{what} {done:,} of {total:,}" if total else what
        width = max(width, len(line))
        click.echo("\r" + line.ljust(width), err=True, nl=False)

    try:
        yield tell
    finally:
        if width:
            click.echo("\r" + " " * width + "\r", err=True, nl=False)
