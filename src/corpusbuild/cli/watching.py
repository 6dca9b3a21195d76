"""Check again whenever a file is saved, and show the state as a person wants it: redrawn, what is new marked."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpusbuild.cli.exits import FINE, show
from corpusbuild.corpus.config import FILE
from corpusbuild.errors import CannotGoOn
from corpusbuild.layers.loading import own_checks

if TYPE_CHECKING:
    from corpusbuild.cli.showing import Showing
    from corpusbuild.diagnostics.report import Located, Report
    from corpusbuild.workflow.corpus import Corpus

_WATCHED = ("raw", "annotations", "schema")
_DEBOUNCE = 50  # milliseconds in which further saves count as one
_TICK = 100  # milliseconds between looks at single files
_REDRAW = "\x1b[H\x1b[2J\x1b[3J"


def watch(corpus: Corpus, check: Callable[[], Report], showing: Showing) -> int:
    """Show the report now and after every change, until interrupted."""
    from watchfiles import watch as changes  # noqa: PLC0415  start-up time

    folders = [path for name in _WATCHED if (path := corpus.root / name).is_dir()]
    saves = changes(*folders, debounce=_DEBOUNCE, step=_DEBOUNCE, rust_timeout=_TICK, yield_on_timeout=True, raise_interrupt=True)
    next(saves)  # from here on no save is missed, the first check's time included
    files = _files(corpus)
    seen = _round(check, showing, None)
    for changed in saves:
        now = _files(corpus)
        if changed or now != files:
            files = now
            seen = _round(check, showing, seen)
    return FINE


def _files(corpus: Corpus) -> list[object]:
    """The state of single files that decide what is found: the config, and the corpus's own checks.

    Editors save by putting a new file in the old one's place, of which who watches a single file is not told.
    """
    paths = [corpus.root / FILE]
    for name in own_checks(corpus.config.checks):
        path = corpus.root / name
        paths += sorted(path.glob("*.py")) if path.is_dir() else [path]
    return [_state(path) for path in paths]


def _state(path: Path) -> object:
    try:
        status = path.stat()
    except OSError:
        return path, None
    return path, status.st_mtime_ns, status.st_size, status.st_ino


def _round(check: Callable[[], Report], showing: Showing, before: set[object] | None) -> set[object] | None:
    """One check, shown; what was not there ``before`` is marked. Returns what is there now."""
    started = time.monotonic()
    try:
        report = check()
    except CannotGoOn as error:
        # The config is being edited: say so, and wait for the next save.
        click.echo(_REDRAW if showing.on_terminal else "", nl=False)
        show(error)
        return before
    took = time.monotonic() - started
    if showing.on_terminal:
        click.echo(_REDRAW, nl=False)
    now = {_identity(each) for each in report}
    new = {_identity(each) for each in report} - before if before is not None else set()
    height = shutil.get_terminal_size((100, 24)).lines
    showing.show(report, new=lambda each: _identity(each) in new, most=max(height // 8, 1) if showing.on_terminal else None)
    change = "" if before is None else f", {len(new)} new, {len(before - now)} gone"
    click.echo(f"{datetime.now():%H:%M:%S} checked in {took:.2f} s{change}; waiting for changes (Ctrl-C ends)")  # noqa: DTZ005  the user's clock
    return now


def _identity(each: Located) -> object:
    """What stays the same when lines above a finding come and go."""
    return (each.finding.code, each.place.path, each.place.pointer, each.finding.message)
