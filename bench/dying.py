"""Run the command line in this process, and send it a signal just before its n-th change to the file system.

    python bench/dying.py ROOT N SIGNAL WORDS…

Changes are counted in ``ROOT`` and below it: files opened for writing, names given, changed and taken away, and programs started
(git). N counts from 1; 0 means none, and the number of changes is then the last line on standard error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

_NAMES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.truncate"}


def changes(event: str, args: tuple[Any, ...], root: str) -> bool:
    """Whether an audit event says that something below ``root`` is about to change."""
    if event == "subprocess.Popen":
        return True
    if event == "open":
        path, _, flags = args
        if not isinstance(flags, int) or not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return False
        return not isinstance(path, int) and _below(path, root)
    return event in _NAMES and any(_below(path, root) for path in args[:2])


def _below(path: Any, root: str) -> bool:
    # What is named from an open folder (as rmtree does) is not known to lie elsewhere.
    if not isinstance(path, str | bytes | os.PathLike):
        return False
    name = os.fsdecode(os.fspath(path))
    return not name.startswith("/") or name.startswith(root)


class Dying:
    """Counts changes, and sends the signal before the n-th."""

    def __init__(self, root: str, number: int, signal: int) -> None:
        self.root, self.number, self.signal, self.count = root, number, signal, 0

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        """What Python calls with each event."""
        if changes(event, args, self.root):
            self.count += 1
            if self.count == self.number:
                os.kill(os.getpid(), self.signal)


def run_dying(dying: Dying, words: Sequence[str]) -> None:
    """Run the command line, and die as asked; below 0, changes are not counted."""
    from corpusbuild.cli import main as run  # noqa: PLC0415  what is imported changes nothing

    sys.argv = ["corpusbuild", *words]
    if dying.number >= 0:
        sys.addaudithook(dying)
    try:
        run()
    finally:
        if not dying.number:
            print(dying.count, file=sys.stderr)


if __name__ == "__main__":
    place, which, sent, *given = sys.argv[1:]
    run_dying(Dying(place, int(which), int(sent)), given)
