"""Tasks for engines to run, in a module that other processes import quickly."""

from __future__ import annotations

import gc
import os
import signal
import time
from pathlib import Path


def times(factor: int, number: int) -> int:
    """A product, of something that is given beforehand."""
    return factor * number


def slow_first(number: int) -> int:
    """What comes first is done last."""
    time.sleep(0.3 if number == 0 else 0)
    return number


def collects(_: int) -> bool:
    """Whether the garbage collector is on."""
    return gc.isenabled()


def hears_of_ctrl_c(_: int) -> bool:
    """Whether this process, started a moment ago, would have been interrupted with the one that started it."""
    return signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def fail_at(bad: int, number: int) -> int:
    """The number, but for one that raises."""
    if number == bad:
        raise ValueError(f"this is {bad}")
    return number


def die_once(folder: str, number: int) -> int:
    """The number; for 3, only when it is tried again: the first process is killed."""
    marker = Path(folder) / f"died-{number}"
    if number == 3 and not marker.exists():
        marker.touch()
        kill()
    return number


def die_always(number: int) -> int:
    """The number; for 3, the process is killed."""
    if number == 3:
        kill()
    return number


def half_done(folder: str, busy: bool, number: int) -> int:  # noqa: FBT001  tasks have no names for what they are given
    """Leave a file half done for a minute, waiting or ``busy``, and take it away in the end, slowly."""
    part = Path(folder) / f"part-{number}"
    try:
        part.touch()
        _be(busy)
    finally:
        end = time.monotonic() + 0.3
        while time.monotonic() < end:
            pass
        part.unlink()
    return number


def _be(busy: bool) -> None:  # noqa: FBT001  as above
    """Take a minute. In a function of its own: from Python 3.12 on, a loop that ends in a condition jumps back outside of its ``try``."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if not busy:
            time.sleep(60)


def kill() -> None:
    """What the kernel does where memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)


def unpicklings(packed: Counted, _: int) -> int:
    """How often this process has unpickled what it was given."""
    return packed.times


class Counted:
    """Counts how often it is unpickled in a process."""

    times = 0

    def __setstate__(self, _: object) -> None:
        type(self).times += 1

    def __getstate__(self) -> object:
        return 1
