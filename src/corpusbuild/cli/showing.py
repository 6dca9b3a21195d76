"""Show a report as the options ask."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from corpusbuild.cli.exits import FINDINGS, FINE, PipeClosed
from corpusbuild.diagnostics.report import Located, Report
from corpusbuild.workflow.corpus import Corpus

if TYPE_CHECKING:
    from corpusbuild.render.human import Human
    from corpusbuild.render.terminal import Terminal


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

    def show(self, report: Report, *, new: Callable[[Located], bool] | None = None) -> None:
        """Print ``report``; those findings that are ``new`` are marked."""
        say(self._lines(report, new), FINE if report.ok else FINDINGS)

    def show_fitted(self, report: Report, height: int, *, new: Callable[[Located], bool] | None = None) -> None:
        """Print what ``height`` rows of the terminal hold of ``report``: what is ``new`` first, and always what was found in all."""
        from corpusbuild.render.fitting import fitted  # noqa: PLC0415  start-up time

        say(fitted(self._human(new), report, height, terminal_size().columns, self.most or None))

    def _lines(self, report: Report, new: Callable[[Located], bool] | None) -> Iterator[str]:
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
                return self._human(new).report(report, self.most or None)

    def _human(self, new: Callable[[Located], bool] | None) -> Human:
        from corpusbuild.corpus.locate import Locator  # noqa: PLC0415  start-up time
        from corpusbuild.render.human import Human  # noqa: PLC0415  start-up time

        width = max(terminal_size().columns, 40)
        return Human(Locator(self.corpus.root).source, colour=wants_colour(self.colour), width=width, is_new=new)


def terminal_size() -> os.terminal_size:
    """How large the terminal is now."""
    return shutil.get_terminal_size((100, 24))


def terminal(colour: str = "auto") -> Terminal:
    """Standard output as it is now; the same width wherever it is no terminal."""
    from corpusbuild.render.terminal import Terminal  # noqa: PLC0415  start-up time

    return Terminal(max(terminal_size().columns, 20), wants_colour(colour), _encoding())


def say(lines: Iterable[str], status: int = FINE) -> None:
    """Print lines, whatever characters they have. Where nobody reads them, the run ends with ``status``."""
    encoding = _encoding()
    try:
        for line in lines:
            click.echo(line.encode(encoding, "replace").decode(encoding), color=True)
    except BrokenPipeError as error:
        raise PipeClosed(status) from error


def _encoding() -> str:
    return sys.stdout.encoding or "utf-8"


def wants_colour(choice: str) -> bool:
    """Whether to use colour: on a terminal, unless NO_COLOR is set or the user said otherwise."""
    if choice != "auto":
        return choice == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
