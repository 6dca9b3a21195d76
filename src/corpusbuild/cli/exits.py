"""How a run ends: the three kinds of failure, never mixed."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

import click

from corpusbuild.errors import CannotGoOn, Refused
from corpusbuild.interrupts import Interrupt
from corpusbuild.render.colours import BOLD_RED, RESET

FINE, FINDINGS, CANNOT = 0, 1, 2


class PipeClosed(Exception):
    """Whoever read our output has gone, as `head` does: no failure of ours. The run ends with ``status``, as it would have."""

    def __init__(self, status: int = FINE) -> None:
        super().__init__(status)
        self.status = status


def run(command: click.Command) -> NoReturn:
    """Run ``command`` and exit as the contract says: never with a traceback but for a bug, which says that it is one."""
    interrupt = Interrupt()
    try:
        try:
            status = _status(command, interrupt)
        finally:
            interrupt.ignore()
    except KeyboardInterrupt:
        # When all was done, or while another way to end was taken.
        interrupt.ignore()
        status = _interrupted(interrupt)
    sys.exit(status)


def _status(command: click.Command, interrupt: Interrupt) -> int:
    """Run ``command``; how it ends, once that is said."""
    try:
        interrupt.listen()
        status = command.main(standalone_mode=False)
    except click.ClickException as error:
        from corpusbuild.render.width import printable  # noqa: PLC0415  start-up time

        # What was typed is in it, control characters and all.
        error.message = printable(error.message)  # type: ignore[misc]
        error.show()
        return CANNOT
    except (KeyboardInterrupt, click.Abort):
        return _interrupted(interrupt)
    except CannotGoOn as error:
        show(error)
        return FINDINGS if isinstance(error, Refused) else CANNOT
    except MemoryError:
        show(CannotGoOn("there is not enough memory", help="try fewer processes with --jobs, or where there is more memory"))
        return CANNOT
    except PipeClosed as closed:
        # What is still in the buffers has to go somewhere when they are emptied at the end.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
        return closed.status
    except BaseException as error:
        if interrupt.heard:
            # Whatever came of it: see Interrupt.
            return _interrupted(interrupt)
        if not isinstance(error, Exception):
            raise
        # The roof: what nobody foresaw is a bug, and is said to be one.
        import traceback  # noqa: PLC0415  needed only for a bug

        traceback.print_exc()
        click.echo("this is a bug in corpusbuild; please report it with the lines above", err=True)
        return CANNOT
    return status if isinstance(status, int) else FINE


def _interrupted(interrupt: Interrupt) -> int:
    click.echo("interrupted" if interrupt.heard != signal.SIGTERM else "terminated", err=True)
    return interrupt.status


def show(error: CannotGoOn) -> None:
    """An error, its place and its remedy, on standard error."""
    from corpusbuild.render.width import printable  # noqa: PLC0415  start-up time

    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    colour = False if plain else None  # None: where it is a terminal
    click.echo(f"{BOLD_RED}error{RESET}: {printable(error.message)}", err=True, color=colour)
    if error.place:
        click.echo(f"  --> {printable(error.place)}", err=True)
    if error.help:
        click.echo(f"   = help: {printable(error.help)}", err=True)
