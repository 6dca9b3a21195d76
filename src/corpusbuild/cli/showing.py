"""Show a report as the options ask, and progress where someone is looking."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click

from corpusbuild.diagnostics.report import Located, Report
from corpusbuild.workflow.corpus import Corpus
from corpusbuild.workflow.progress import Progress, silent

# Work that is done sooner shows nothing.
_PATIENCE = 1.0
_EVERY = 0.1


@dataclass(frozen=True, slots=True)
class Showing:
    """How the options ask for findings to be shown, on standard output."""

    corpus: Corpus
    format_name: str = "human"
    most: int = 100
    colour: str = "auto"
    trusted: bool = False

    @property
    def on_terminal(self) -> bool:
        """Whether a person is looking."""
        return self.format_name == "human" and sys.stdout.isatty()

    def show(self, report: Report, *, new: Callable[[Located], bool] | None = None, most: int | None = None) -> None:
        """Print ``report``; those findings that are ``new`` are marked, and ``most`` bounds how many are shown at length."""
        for line in self._lines(report, new, self.most if most is None else min(most, self.most or most)):
            click.echo(line.encode("utf-8", "replace").decode("utf-8"), color=True)

    def _lines(self, report: Report, new: Callable[[Located], bool] | None, most: int) -> Iterator[str]:
        match self.format_name:
            case "json":
                from corpusbuild.render.as_json import as_json  # noqa: PLC0415  start-up time

                return as_json(report)
            case "concise":
                from corpusbuild.render.concise import concise  # noqa: PLC0415  start-up time

                return concise(report)
            case "github":
                from corpusbuild.render.github import github  # noqa: PLC0415  start-up time

                return github(report)
            case "sarif":
                from corpusbuild.corpus.locate import Locator  # noqa: PLC0415  start-up time
                from corpusbuild.render.sarif import sarif  # noqa: PLC0415  start-up time
                from corpusbuild.workflow.explaining import explanations  # noqa: PLC0415  start-up time

                rules = explanations(self.corpus.rules(trusted=self.trusted or None))
                locator = Locator(self.corpus.root)
                return sarif(report, ((e.rule.code, e.rule.name, e.rule.severity, e.text) for e in rules), locator.words)
            case _:
                from corpusbuild.corpus.locate import Locator  # noqa: PLC0415  start-up time
                from corpusbuild.render.human import Human  # noqa: PLC0415  start-up time

                width = max(shutil.get_terminal_size((100, 24)).columns, 40)
                human = Human(Locator(self.corpus.root).source, colour=wants_colour(self.colour), width=width, is_new=new)
                return human.report(report, most or None)


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
