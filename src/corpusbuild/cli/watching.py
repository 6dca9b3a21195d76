"""Check again whenever a file is saved, and show the state as a person wants it: redrawn, what is new marked."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from corpusbuild.cli.exits import show
from corpusbuild.cli.showing import terminal_size
from corpusbuild.corpus.config import FILE
from corpusbuild.diagnostics.report import Report
from corpusbuild.errors import CannotGoOn
from corpusbuild.layers.loading import own_checks
from corpusbuild.render.width import rows

if TYPE_CHECKING:
    from corpusbuild.cli.showing import Showing
    from corpusbuild.diagnostics.report import Located
    from corpusbuild.workflow.corpus import Corpus

_WATCHED = ("raw", "annotations", "schema")
_DEBOUNCE = 50  # milliseconds in which further saves count as one
_TICK = 100  # milliseconds between looks at single files
_REDRAW = "\x1b[H\x1b[2J\x1b[3J"


def watch(corpus: Corpus, check: Callable[[], Report], showing: Showing) -> NoReturn:
    """Show the report now and after every change, until interrupted."""
    from watchfiles import watch as changes  # noqa: PLC0415  start-up time

    folders = [path for name in _WATCHED if (path := corpus.folder / name).is_dir()]
    saves = changes(*folders, debounce=_DEBOUNCE, step=_DEBOUNCE, rust_timeout=_TICK, yield_on_timeout=True, raise_interrupt=True)
    next(saves)  # from here on no save is missed, the first check's time included
    files = _files(corpus)
    last = _round(check, None)
    size = _draw(last, showing)
    while True:
        changed = next(saves)
        now = _files(corpus)
        if changed or now != files:
            files = now
            last = _round(check, last.there)
            size = _draw(last, showing)
        elif showing.on_terminal and terminal_size() != size:  # as often as files are looked at, so no signal is needed
            size = _draw(last, showing)


def _files(corpus: Corpus) -> list[object]:
    """The state of single files that decide what is found: the config, and the corpus's own checks.

    Editors save by putting a new file in the old one's place, of which who watches a single file is not told.
    """
    paths = [corpus.folder / FILE]
    for name in own_checks(corpus.config.checks):
        path = corpus.folder / name
        paths += sorted(path.glob("*.py")) if path.is_dir() else [path]
    return [_state(path) for path in paths]


def _state(path: Path) -> object:
    try:
        status = path.stat()
    except OSError:
        return path, None
    return path, status.st_mtime_ns, status.st_size, status.st_ino


@dataclass(frozen=True, slots=True)
class _Round:
    """How one check ended, what is there now (None: never known), and what of it was not before."""

    outcome: Report | CannotGoOn
    status: str
    there: frozenset[object] | None
    new: frozenset[object] = frozenset()


def _round(check: Callable[[], Report], before: frozenset[object] | None) -> _Round:
    """One check; what was not there ``before`` is new."""
    started = time.monotonic()
    try:
        report = check()
    except CannotGoOn as error:
        # The config is being edited: say so, and wait for the next save.
        return _Round(error, f"{_clock()} not checked", before)
    took = time.monotonic() - started
    there = frozenset(_identity(each) for each in report)
    if before is None:
        return _Round(report, f"{_clock()} checked in {took:.2f} s", there)
    new = there - before
    return _Round(report, f"{_clock()} checked in {took:.2f} s, {len(new)} new, {len(before - there)} gone", there, new)


def _clock() -> str:
    return f"{datetime.now():%H:%M:%S}"  # noqa: DTZ005  the user's clock


def _draw(last: _Round, showing: Showing) -> os.terminal_size:
    """Show how the last check ended; returns the size of the terminal that this was fitted to."""
    size = terminal_size()
    status = f"{last.status}; waiting for changes (Ctrl-C ends)"
    if showing.on_terminal:
        click.echo(_REDRAW, nl=False)
    if isinstance(last.outcome, CannotGoOn):
        show(last.outcome)
    elif showing.on_terminal:
        below = rows(status, size.columns) + 1  # the cursor's own
        showing.show_fitted(last.outcome, size.lines - below, new=lambda each: _identity(each) in last.new)
    else:
        showing.show(last.outcome, new=lambda each: _identity(each) in last.new)
    click.echo(status)
    return size


def _identity(each: Located) -> object:
    """What stays the same when lines above a finding come and go."""
    return (each.finding.code, each.place.path, each.place.pointer, each.finding.message)
