"""Hold a file, so that other processes see that it is in use; whoever dies lets go of it."""

from __future__ import annotations


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
