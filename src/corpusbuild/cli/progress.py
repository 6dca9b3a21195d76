"""Show on standard error how far work is, where a person is looking: one line, gone in the end."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from corpusbuild.workflow.progress import UNITS, Progress, silent

# Work that is done sooner shows nothing.
_PATIENCE = 0.5
_EVERY = 0.1


@contextmanager
def progress() -> Iterator[Progress]:
    """Progress on standard error for work that takes over half a second; nothing where nobody looks."""
    if not _is_watched():
        yield silent
        return
    shown = _Line(sys.stderr)
    try:
        yield shown.tell
    finally:
        shown.end()


def _is_watched() -> bool:
    """Whether a person looks at standard error, and the terminal lets a line be written over."""
    if os.environ.get("CI", "").lower() not in {"", "0", "false"} or os.environ.get("TERM") == "dumb":
        return False
    return sys.stderr is not None and sys.stderr.isatty()


class _Line:
    """The line. It is drawn by a thread of its own: the work only leaves word, and a long step is seen to go on.

    Rendering is loaded by that thread, so that short work does not pay for it.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._word = ("", 0, 0)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def tell(self, what: str, done: int, total: int) -> None:
        """Leave word of how far a step is."""
        self._word = (what, done, total)

    def end(self) -> None:
        """Take the line away."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        if hasattr(signal, "pthread_sigmask"):
            # Ctrl-C is for the thread of the work, which keeps it waiting where it must not be disturbed.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        if self._ended.wait(_PATIENCE):
            return
        # Whoever closed the terminal does not look any more, and the work goes on.
        with suppress(OSError, ValueError):
            self._draw()

    def _draw(self) -> None:
        """Draw, until the work has ended."""
        from corpusbuild.render.progress import Pace, line  # noqa: PLC0415  start-up time
        from corpusbuild.render.terminal import Terminal  # noqa: PLC0415  start-up time
        from corpusbuild.render.width import cells  # noqa: PLC0415  start-up time

        pace = Pace()
        before, wide = "", 0
        while not self._ended.is_set():
            what, done, total = self._word
            now = time.monotonic()
            stage = pace.note(now, what, done, total, UNITS.get(what, ""))
            columns = _columns(self._stream)
            # Without colour: whoever wants none has said so to the command, and whoever wants some misses nothing.
            drawn = line(stage, now, Terminal(columns, encoding=self._stream.encoding)) if what else ""
            if drawn != before:
                # What stood there is written over with blanks: not every terminal knows how to clear a line.
                blanks = " " * (min(wide, columns - 1) - cells(drawn))
                before, wide = drawn, cells(drawn)
                self._write(f"\r{drawn}{blanks}")
            self._ended.wait(_EVERY)
        if wide:
            self._write(f"\r{' ' * min(wide, _columns(self._stream) - 1)}\r")

    def _write(self, text: str) -> None:
        self._stream.write(text.encode(self._stream.encoding, "replace").decode(self._stream.encoding))
        self._stream.flush()


def _columns(stream: TextIO) -> int:
    """How wide the terminal is now; 80 where it does not say."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except OSError:
        return 80
