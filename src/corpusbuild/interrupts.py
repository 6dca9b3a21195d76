"""Ctrl-C, from the first line on: a run that was interrupted says so, whatever it was doing. Loads next to nothing."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType

STATUS = 130
"""How a run ends that was interrupted: 128 and the number of the signal, as shells have it."""


def end_at_once(_number: int, _frame: FrameType | None) -> None:
    """End this process as it stands; a handler for as long as nothing is at work that could be left half done."""
    os._exit(STATUS)


def end_while_loading() -> None:
    """Until somebody listens: Ctrl-C ends this process at once, where an exception would come with a traceback."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, end_at_once)


class Interrupt:
    """Raises KeyboardInterrupt as Python does, and remembers that Ctrl-C was pressed.

    The exception may be lost: a library in another language fails in a way of its own when an import of its is interrupted.
    """

    def __init__(self) -> None:
        self.heard = False

    def listen(self) -> None:
        """Hear it from now on, unless this process ignores it, or somebody else has a use for it."""
        free = signal.getsignal(signal.SIGINT) in (signal.default_int_handler, end_at_once)
        if free and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self)

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Note it, and raise."""
        self.heard = True
        signal.default_int_handler(number, frame)
