"""The command line on a terminal of its own."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Terminal:
    """A process on a terminal of its own, and what it has written."""

    def __init__(self, handle: int, process: subprocess.Popen[bytes]) -> None:
        self.handle, self.process, self.said = handle, process, ""

    def _read(self, timeout: float) -> bool:
        ready, _, _ = select.select([self.handle], [], [], timeout)
        if not ready:
            return True
        try:
            data = os.read(self.handle, 65536)
        except OSError:  # Linux says so when the other end is closed
            return False
        self.said += data.decode("utf-8", "replace")
        return bool(data)

    def wait_for(self, words: str, timeout: float = 60) -> str:
        """What was written up to ``words``; that is then forgotten."""
        end = time.monotonic() + timeout
        while words not in self.said:
            assert time.monotonic() < end, f"no {words!r} in {self.said!r}"
            assert self._read(0.1), f"ended without {words!r}: {self.said!r}"
        before, _, self.said = self.said.partition(words)
        return before + words

    def interrupt(self) -> int:
        """Ctrl-C; how the process ends then."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)

    def read_to_end(self, timeout: float = 60) -> str:
        end = time.monotonic() + timeout
        while self._read(0.1) and time.monotonic() < end:
            pass
        return self.said


@contextmanager
def on_terminal(
    folder: Path,
    *words: str,
    env: dict[str, str] | None = None,
    columns: int = 100,
    lines: int = 60,
    program: tuple[str, ...] = ("-m", "corpusbuild"),
) -> Iterator[Terminal]:
    """Run the command line where it finds a terminal on all three of its streams."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (lines, columns))
    plain = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS", "LINES", "FORCE_COLOR", "CI"}}
    process = subprocess.Popen(
        [sys.executable, *program, *words],
        cwd=folder,
        env={**plain, "TERM": "xterm-256color", **(env or {})},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield Terminal(ours, process)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
