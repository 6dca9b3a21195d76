"""One run at a time: two at once would write over each other. Whoever comes first after a run that was killed finishes for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpusbuild.corpus.holding import hold
from corpusbuild.corpus.own_folder import own_folder
from corpusbuild.corpus.storage import Root
from corpusbuild.errors import CannotGoOn, CannotWrite
from corpusbuild.workflow import journal, unreleased

LOCK = "make.lock"


@contextmanager
def only_run(root: Root) -> Iterator[None]:
    """Hold the lock of a corpus; raises where another run holds it. A run that dies lets go of it.

    What a run has left half done that was killed is finished or undone first. Of a corpus in a storage, the lock is against runs of
    the same user on the same machine.
    """
    with _held(root) as mine:
        if not mine:
            raise CannotGoOn("another run is at work on this corpus", str(root), "wait for it to end")
        if isinstance(root, Path):
            _finish(root)
        yield


def finish_for_killed(root: Path) -> None:
    """Finish or undo what a run has left half done that was killed; nothing where one is at work."""
    with _held(root) as mine:
        if mine:
            _finish(root)


def _finish(root: Path) -> None:
    try:
        journal.finish(root)
        unreleased.settle(root)
    except OSError as error:
        message = f"a run was killed while it wrote, and the rest cannot be written: {error.strerror}"
        raise CannotWrite(message, str(root), "make room, or the corpus folder writable") from error


@contextmanager
def _held(root: Root) -> Iterator[bool]:
    folder = own_folder(root, "", "nothing can be written here")
    try:
        handle = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o644)
    except OSError as error:
        raise CannotWrite(f"nothing can be written here: {error.strerror}", str(folder), "make the corpus folder writable") from error
    try:
        yield hold(handle)
    finally:
        os.close(handle)
