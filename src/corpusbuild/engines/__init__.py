"""Where tasks run: in this process, in others, or on a cluster. The result is the same, in the same order."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from corpusbuild.engines.processes import Processes
from corpusbuild.engines.tasks import Engine, InProcess
from corpusbuild.errors import CannotGoOn

__all__ = ["WORTH_A_POOL", "Engine", "InProcess", "Processes", "engine", "runs_elsewhere"]

# Two processes take 0.5 s to start, with what they import; they save a quarter to a third of the time of one. At 10 MB a
# second they make up for it from 20 MB on, at 60 MB a second from 100 MB on.
WORTH_A_POOL = 32 << 20


@contextmanager
def engine(jobs: int | None, input_bytes: int, scheduler: str | None = None) -> Iterator[Engine]:
    """An engine for so many processes; None chooses by the size of the input and the processors there are.

    With a ``scheduler``, the Dask cluster there: ``tcp://host:port``, ``local``, or ``local:N`` for N workers here.
    Raises :class:`~corpusbuild.errors.CannotGoOn` where there is none; so does the engine when its workers are lost.
    """
    if scheduler is not None:
        if jobs is not None:
            raise CannotGoOn("--jobs is about processes of our own, and a cluster has its own workers", help="leave out --jobs")
        from corpusbuild.engines.cluster import cluster  # noqa: PLC0415  start-up time

        with cluster(scheduler) as runs:
            yield runs
        return
    if jobs is None:
        jobs = _processors() if input_bytes >= WORTH_A_POOL else 1
    if jobs <= 1:
        yield InProcess()
        return
    with Processes(jobs) as pool:
        yield pool


def runs_elsewhere(scheduler: str | None) -> bool:
    """Whether workers may be on other machines, which see only what is shared."""
    return scheduler is not None and not scheduler.startswith("local")


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
