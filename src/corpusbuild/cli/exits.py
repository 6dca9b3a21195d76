"""How a run ends: the three kinds of failure, never mixed."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import click

from corpusbuild.errors import CannotGoOn, Refused
from corpusbuild.interrupts import Terminated, termination_heard
from corpusbuild.render.colours import BOLD_RED, RESET

FINE, FINDINGS, CANNOT, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143


def run(command: click.Command) -> NoReturn:
    """Run ``command`` and exit as the contract says: never with a traceback but for a bug, which says that it is one."""
    try:
        with termination_heard():
            status = command.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        status = CANNOT
    except (KeyboardInterrupt, click.Abort) as end:
        terminated = isinstance(end, Terminated) or isinstance(end.__cause__, Terminated)
        click.echo("terminated" if terminated else "interrupted", err=True)
        status = TERMINATED if terminated else INTERRUPTED
    except CannotGoOn as error:
        show(error)
        status = FINDINGS if isinstance(error, Refused) else CANNOT
    except MemoryError:
        show(CannotGoOn("there is not enough memory", help="try fewer processes with --jobs, or where there is more memory"))
        status = CANNOT
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does; that is no failure of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = FINE
    except Exception:  # noqa: BLE001  the roof: what nobody foresaw is a bug, and is said to be one
        import traceback  # noqa: PLC0415  needed only for a bug

        traceback.print_exc()
        click.echo("this is a bug in corpusbuild; please report it with the lines above", err=True)
        status = CANNOT
    sys.exit(status if isinstance(status, int) else FINE)


def show(error: CannotGoOn) -> None:
    """An error, its place and its remedy, on standard error."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    colour = False if plain else None  # None: where it is a terminal
    click.echo(f"{BOLD_RED}error{RESET}: {error.message}", err=True, color=colour)
    if error.place:
        click.echo(f"  --> {error.place}", err=True)
    if error.help:
        click.echo(f"   = help: {error.help}", err=True)
