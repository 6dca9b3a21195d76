"""Hold a file, so that other processes see that it is in use; whoever dies lets go of it."""

from __future__ import annotations

import time

_TURNS = 500
_PAUSE = 0.01  # seconds


def hold(handle: int) -> bool:
    """Hold an open file until it is closed; False where another process holds it."""
    try:
        import fcntl  # noqa: PLC0415  not on Windows
    except ImportError:  # pragma: no cover  Windows
        import msvcrt  # noqa: PLC0415  only on Windows

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]  # only on Windows
        except OSError:
            return False
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def hold_in_turn(handle: int) -> None:
    """The same, for what takes a moment: wait for whoever holds it. Raises :class:`TimeoutError` after some seconds."""
    for _ in range(_TURNS):
        if hold(handle):
            return
        time.sleep(_PAUSE)
    raise TimeoutError(None, "another process holds it")
