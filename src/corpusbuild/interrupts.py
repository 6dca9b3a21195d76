"""Be interrupted where nothing is half done: Ctrl-C and a request to end wait while files are put in place, or taken away."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

ASKING = (signal.SIGINT, signal.SIGTERM)
"""What asks a run to end, and waits for it to clean up."""


class Terminated(KeyboardInterrupt):
    """The run was asked to end, as systems do that shut down, and schedulers whose time is over (SIGTERM)."""


@contextmanager
def termination_heard() -> Iterator[None]:
    """Have SIGTERM end a run as Ctrl-C does, with everything cleaned up; for the main thread of a program of our own."""
    before = signal.getsignal(signal.SIGTERM)
    # Whoever has chosen to ignore it has a reason; and what C has set cannot be set again from here.
    if before is not signal.SIG_DFL or not _is_main():
        yield
        return
    signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def kept_waiting() -> Iterator[None]:
    """Have what asks the run to end wait until this is done; other threads never hear of it."""
    if not _is_main():
        yield
        return
    heard: list[int] = []
    before = {each: handler for each in ASKING if callable(handler := signal.getsignal(each))}
    try:
        for each in before:
            signal.signal(each, lambda number, _: heard.append(number))
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        for number in heard[:1]:
            signal.raise_signal(number)


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


def _terminate(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001  what a handler is given
    raise Terminated
