"""Run tasks in processes of this machine, and start others for those that are killed. Leaves none behind."""

from __future__ import annotations

import os
import signal
import threading
import time
from _thread import interrupt_main
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from types import FrameType, TracebackType
from typing import Generic, Self

from corpusbuild.engines.tasks import TRIES, Item, Packed, Result, workers_lost
from corpusbuild.startup import spare_pandas

_SAFE_PATH = "PYTHONSAFEPATH"


class Processes:
    """A pool of processes. Twice as many items are at work as there are processes: none waits, and memory stays bounded."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool = _Pool(jobs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pool.end(at_once=error is not None)

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Apply ``function`` to each of ``items``; both must be picklable. A task may run again if its process is killed."""
        packed = Packed.of(function)
        source = iter(items)
        aboard: deque[_Aboard[Item, Result]] = deque()
        while True:
            aboard.extend(self._send(packed, item) for item in islice(source, 2 * self._jobs - len(aboard)))
            if not aboard:
                return
            try:
                result = aboard[0].future.result()
            except BrokenProcessPool as error:
                self._board_again(packed, aboard, error)
                continue
            aboard.popleft()
            yield result

    def _send(self, packed: Packed[Item, Result], item: Item, losses: int = 0) -> _Aboard[Item, Result]:
        return _Aboard(item, self._pool, self._pool.submit(packed, item), losses)

    def _board_again(self, packed: Packed[Item, Result], aboard: deque[_Aboard[Item, Result]], error: BrokenProcessPool) -> None:
        """One process that is lost breaks its pool: start another, and send again whatever has no result."""
        if aboard[0].pool is self._pool:
            self._pool.end(at_once=True)
            self._pool = _Pool(self._jobs)
        for at, each in enumerate(aboard):
            if each.pool is not self._pool and isinstance(each.future.exception(), BrokenProcessPool):
                if each.losses + 1 >= TRIES:
                    remedy = f"try fewer processes than {self._jobs} with --jobs" if self._jobs > 1 else "try it where there is more memory"
                    raise workers_lost(remedy=remedy) from error
                aboard[at] = self._send(packed, each.item, each.losses + 1)


@dataclass(frozen=True, slots=True)
class _Aboard(Generic[Item, Result]):
    """An item that was sent, to which pool, and how many pools were lost with it on board."""

    item: Item
    pool: _Pool
    future: Future[Result]
    losses: int


class _Pool:
    """Processes that end when this one does, or says so: each holds one end of a pipe, this one alone the other.

    They are spawned: a fork copies locks that another thread may hold, and a fork server saves 0.1 s of 0.5.
    """

    def __init__(self, jobs: int) -> None:
        context = get_context("spawn")
        self._theirs, self._ours = context.Pipe(duplex=False)
        with starting():  # its locks start the process that tracks them
            self._executor = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(self._theirs,))

    def submit(self, task: Callable[[Item], Result], item: Item) -> Future[Result]:
        """Run a task some time; in a pool that is broken the future says so."""
        try:
            with starting():
                return self._executor.submit(_work, task, item)
        except BrokenProcessPool as error:
            future: Future[Result] = Future()
            future.set_exception(error)
            return future

    def end(self, *, at_once: bool) -> None:
        """End every process; ``at_once`` in the middle of its task, if it has one, which has some seconds to clean up."""
        if at_once:
            self._ours.close()
        self._executor.shutdown(cancel_futures=True)
        self._ours.close()
        self._theirs.close()


@contextmanager
def starting() -> Iterator[None]:
    """What holds while processes start: Ctrl-C waits, and none looks for modules in the working folder.

    So a process never hears of Ctrl-C, not even before its first line of Python; and a stranger's corpus may have a
    ``multiprocessing.py``.
    """
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        with _uninterrupted():
            yield
    finally:
        if before is None:
            del os.environ[_SAFE_PATH]
        else:
            os.environ[_SAFE_PATH] = before


@contextmanager
def _uninterrupted() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):  # pragma: no cover  Windows
        yield
        return
    # It is started with the first process, and would let through what is kept waiting.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# ---- in each process ----

# Seconds that a task has to take away what it left half done.
_PATIENCE = 5.0

_at_work: list[object] = []
"""The task that this process is at, if any."""


class _NobodyWaits(BaseException):
    """What ends a task whose result is no longer wanted."""


def _begin(lifeline: Connection) -> None:
    """What a process does first. Ctrl-C goes to all of a terminal's processes, and it is the first that ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    spare_pandas()
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()


def _work(task: Callable[[Item], Result], item: Item) -> Result:
    try:
        _at_work.append(task)
        return task(item)
    except _NobodyWaits:
        os._exit(1)
    finally:
        _at_work.clear()


def _leave(_number: int, _frame: FrameType | None) -> None:
    """End this process: through its task, so that this cleans up."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: to hear of it again would interrupt the cleaning up
    if _at_work:
        raise _NobodyWaits
    os._exit(1)


def _end_with(lifeline: Connection) -> None:
    """Nothing is ever sent: the pipe ends when the other process has closed it, or is no more."""
    try:
        lifeline.poll(None)
    finally:
        if hasattr(signal, "pthread_kill"):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)  # also where it waits for something
        else:  # pragma: no cover  Windows
            interrupt_main(signal.SIGTERM)
        # A task in a library of another language may not hear of it.
        time.sleep(_PATIENCE)
        os._exit(1)
