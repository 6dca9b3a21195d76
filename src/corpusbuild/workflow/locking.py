"""One run at a time: two at once would write over each other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from corpusbuild.corpus.holding import hold
from corpusbuild.corpus.own_folder import OWN, home
from corpusbuild.corpus.storage import Root
from corpusbuild.errors import CannotGoOn, CannotWrite

LOCK = f"{OWN}/make.lock"


@contextmanager
def only_run(root: Root) -> Iterator[None]:
    """Hold the lock of a corpus; raises where another run holds it. A run that dies lets go of it.

    Of a corpus in a storage, against runs of the same user on the same machine.
    """
    path = home(root) / LOCK
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o644)
    except OSError as error:
        raise CannotWrite(f"nothing can be written here: {error.strerror}", str(path.parent), "make the corpus folder writable") from error
    try:
        if not hold(handle):
            raise CannotGoOn("another run is at work on this corpus", str(root), "wait for it to end")
        yield
    finally:
        os.close(handle)
