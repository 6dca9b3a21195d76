"""The command line starts here: ``python -m corpusbuild``, and the script of that name."""

from __future__ import annotations

import os
import signal
from types import FrameType

INTERRUPTED = 130


def main() -> None:
    """Run the command line, and exit."""
    # Until the command line can say how a run ended, in the tenth of a second that it takes to load, nothing is at work that
    # could be left half done: Ctrl-C ends the process as it stands, where an exception would come with a traceback.
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN  # nohup, or a shell's background
    if not ignored:
        signal.signal(signal.SIGINT, _end)
    from corpusbuild.cli import main as run  # noqa: PLC0415  it takes the time that this is about

    if not ignored:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


def _end(_number: int, _frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
