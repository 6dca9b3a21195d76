"""Ctrl-C and SIGTERM, from the first line on: a run that was asked to end says so, and leaves nothing half done. Loads next to nothing."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

STATUS = 130
"""How a run ends that was interrupted: 128 and the number of the signal, as shells have it."""

TERMINATED = 143
"""How a run ends that was asked to end by SIGTERM, as systems do that shut down, and schedulers whose time is over."""


class Terminated(KeyboardInterrupt):
    """The run was asked to end by SIGTERM: it cleans up as it does after Ctrl-C."""


def end_at_once(_number: int, _frame: FrameType | None) -> None:
    """End this process as it stands; a handler for as long as nothing is at work that could be left half done."""
    os._exit(STATUS)


def end_while_loading() -> None:
    """Until somebody listens: Ctrl-C ends this process at once, where an exception would come with a traceback."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, end_at_once)


class Interrupt:
    """Raises KeyboardInterrupt as Python does, or :class:`Terminated`, and remembers that the run was asked to end.

    The exception may be lost: a library in another language fails in a way of its own when an import of its is interrupted.
    """

    def __init__(self) -> None:
        self.heard = 0
        self._before: dict[signal.Signals, Any] = {}

    @property
    def status(self) -> int:
        """How the run ends."""
        return TERMINATED if self.heard == signal.SIGTERM else STATUS

    def listen(self) -> None:
        """Hear both from now on, unless this process ignores them, or somebody else has a use for them."""
        if not _is_main():
            return
        for each, free in _FREE.items():
            if signal.getsignal(each) in free:
                self._before[each] = signal.signal(each, self)

    def ignore(self) -> None:
        """Leave them to whoever heard them before."""
        for each, handler in self._before.items():
            signal.signal(each, handler)
        self._before = {}

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Note it, and raise."""
        self.heard = number
        if number == signal.SIGTERM:
            raise Terminated
        signal.default_int_handler(number, frame)


_FREE: dict[signal.Signals, tuple[Any, ...]] = {
    signal.SIGINT: (signal.default_int_handler, end_at_once),
    signal.SIGTERM: (signal.SIG_DFL,),
}
"""What handles a signal as long as nobody has a use for it."""


@contextmanager
def kept_waiting() -> Iterator[None]:
    """Have what asks the run to end wait until this is done: things are put in place, or taken away. Other threads never hear of it."""
    if not _is_main():
        yield
        return
    heard: list[int] = []
    before: dict[signal.Signals, Callable[..., Any]] = {each: handler for each in _FREE if callable(handler := signal.getsignal(each))}
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
