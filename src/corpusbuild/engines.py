"""Where tasks run: in this process, or in others. The result is the same, in the same order."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Generic, Protocol, TypeVar

from corpusbuild.startup import spare_pandas

Item = TypeVar("Item")
Result = TypeVar("Result")

# Starting processes takes longer than compiling this much in one.
WORTH_A_POOL = 32 << 20


class Engine(Protocol):
    """Applies a function to items; results come in the order of the items."""

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Apply ``function`` to each of ``items``."""
        ...


@dataclass(frozen=True, slots=True)
class Quietly(Generic[Item, Result]):
    """A task without the garbage collector: it would look again and again at documents that make no cycles."""

    function: Callable[[Item], Result]

    def __call__(self, item: Item) -> Result:
        """Run the task."""
        enabled = gc.isenabled()
        gc.disable()
        try:
            return self.function(item)
        finally:
            if enabled:
                gc.enable()


class InProcess:
    """Runs everything here, one item after the other."""

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Apply ``function`` to each of ``items``."""
        return map(Quietly(function), items)


class Processes:
    """Runs items in a pool of processes, a few more at a time than there are processes: memory stays bounded."""

    def __init__(self, pool: ProcessPoolExecutor, jobs: int) -> None:
        self._pool, self._ahead = pool, jobs + 1

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Apply ``function`` to each of ``items``; both must be picklable."""
        waiting: deque[Future[Result]] = deque()
        for item in items:
            waiting.append(self._pool.submit(Quietly(function), item))
            if len(waiting) > self._ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def engine(jobs: int | None, input_bytes: int) -> Iterator[Engine]:
    """An engine for so many processes; None chooses by the size of the input and the processors there are."""
    if jobs is None:
        jobs = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        jobs = jobs if input_bytes >= WORTH_A_POOL else 1
    if jobs <= 1:
        yield InProcess()
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=spare_pandas) as pool:
        try:
            yield Processes(pool, jobs)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
