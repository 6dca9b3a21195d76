"""Run tasks on a Dask cluster, which survives the loss of workers. They see the corpus at the same path, on shared storage."""

from __future__ import annotations

import asyncio
import logging
import pickle
import platform
import re
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, Any

from corpusbuild.engines.processes import starting
from corpusbuild.engines.tasks import Item, Packed, Result, workers_lost
from corpusbuild.errors import CannotGoOn

if TYPE_CHECKING:
    from distributed import Client

_LOCAL = re.compile(r"local(?::([1-9][0-9]{0,3}))?")
_HELP = "give tcp://host:port, local, or local:N"
_PATIENCE = 8
"""Seconds that a scheduler, or its first worker, has to answer."""
_START = "start one with `dask scheduler` and `dask worker`, or try --scheduler local"
_ABOVE_ALL = logging.CRITICAL + 1


@contextmanager
def cluster(scheduler: str) -> Iterator[Cluster]:
    """The cluster at ``tcp://host:port``, or for ``local`` or ``local:N`` one of this machine's processes.

    Raises :class:`~corpusbuild.errors.CannotGoOn` where there is none, or its workers are not as this process is.
    """
    missing = [name for name in ("dask", "distributed") if find_spec(name) is None]
    if missing:
        raise CannotGoOn(f"{' and '.join(missing)} not installed", help="pip install 'corpusbuild[cluster]'")
    from distributed import Client  # noqa: PLC0415  start-up time

    with ExitStack() as stack:
        stack.enter_context(silence())
        here = _LOCAL.fullmatch(scheduler)
        if here is None and scheduler.startswith("local:"):
            raise CannotGoOn("this is no address of a scheduler: N is a number of workers", scheduler, _HELP)
        address = stack.enter_context(local(here[1])) if here else scheduler
        _answers(address, scheduler)
        with starting():  # and so are the threads and processes that start here
            client = stack.enter_context(Client(address, timeout=_PATIENCE, set_as_default=False))
        _compare_versions(client, scheduler)
        yield stack.enter_context(Cluster.on(client, scheduler))


class Cluster:
    """Runs items on a cluster, twice as many at a time as its workers have threads: memory stays bounded."""

    def __init__(self, client: Client, scheduler: str) -> None:
        self._client, self._scheduler = client, scheduler
        self._executor = client.get_executor(pure=False)

    @classmethod
    @contextmanager
    def on(cls, client: Client, scheduler: str) -> Iterator[Cluster]:
        """The engine for a client. Whatever is still at work at the end is cancelled: nobody waits for it."""
        runs = cls(client, scheduler)
        try:
            yield runs
        finally:
            runs._executor.shutdown(wait=False)

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Apply ``function`` to each of ``items``; both must be picklable. A task may run again if its worker is lost."""
        from distributed import KilledWorker  # noqa: PLC0415  start-up time

        packed = self._share(Packed.of(function))
        most = 2 * sum(self._client.nthreads().values())
        source = iter(items)
        at_work: deque[Future[Result]] = deque()
        try:
            while True:
                # As bytes: Dask would look through an item for what it knows.
                at_work.extend(
                    self._executor.submit(_run, packed, pickle.dumps(item, pickle.HIGHEST_PROTOCOL))
                    for item in islice(source, most - len(at_work))
                )
                if not at_work:
                    return
                yield at_work.popleft().result()
        except KilledWorker as error:
            raise workers_lost(self._scheduler, remedy="give each worker more memory, or fewer threads") from error
        except CancelledError as error:
            raise CannotGoOn("the scheduler was lost", self._scheduler, "see what it said last, and start it again") from error

    def _share(self, packed: Packed[Item, Result]) -> Any:
        """What every task needs, as a task of its own: workers give it to one another, and the scheduler makes it again if it is lost."""
        import dask  # noqa: PLC0415  start-up time

        # A plan has the registries' rows: that it is large is no mistake.
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GiB"}):
            return self._client.submit(Packed, packed.sha256, packed.data, pure=False)


def _run(packed: Packed[Item, Result], item: bytes) -> Result:
    return packed(pickle.loads(item))  # noqa: S301  of whoever runs this cluster


@contextmanager
def local(workers: str | None) -> Iterator[str]:
    """The address of a cluster of processes, which ends with the context."""
    from distributed import LocalCluster  # noqa: PLC0415  start-up time

    with starting():
        here = LocalCluster(
            n_workers=None if workers is None else int(workers),
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=_ABOVE_ALL,
        )
    with here:
        yield here.scheduler_address


def _answers(address: str, shown: str) -> None:
    """Raise unless a scheduler answers at ``address``: a client would wait for ever for one that takes calls and is none."""
    with ThreadPoolExecutor(1) as thread:  # of its own, for a program may have an event loop in this one
        try:
            identity = thread.submit(asyncio.run, _identity(address)).result()
        except ValueError as error:
            raise CannotGoOn(f"this is no address of a scheduler: {error}", shown, _HELP) from error
        # Whatever is there, it may send anything.
        except Exception as error:
            raise CannotGoOn("no Dask scheduler answers here", shown, _START) from error
    if identity.get("type") != "Scheduler":
        raise CannotGoOn("this is not a Dask scheduler", shown, "give the address of the scheduler, not of a worker")


async def _identity(address: str) -> Mapping[str, Any]:
    from distributed import Security, rpc  # noqa: PLC0415  start-up time

    async with rpc(address, timeout=_PATIENCE, connection_args=Security().get_connection_args("client")) as there:
        answer: Mapping[str, Any] = await asyncio.wait_for(there.identity(), _PATIENCE)
        return answer


def _compare_versions(client: Client, shown: str) -> None:
    """Raise where a worker has other versions than this process: it might compile other bytes, or read no plan."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError as error:
        raise CannotGoOn("the scheduler has no workers", shown, f"start some with `dask worker {shown}`") from error
    ours = versions()
    try:
        theirs = client.run(versions)
    # Whatever keeps a worker from importing it comes as it was raised there.
    except Exception as error:
        raise CannotGoOn(f"a worker cannot run corpusbuild: {error}", shown, "install the same version for every worker") from error
    for worker, found in theirs.items():
        other = [f"{name} {found.get(name)} there and {ours[name]} here" for name in ours if found.get(name) != ours[name]]
        if other:
            raise CannotGoOn(f"worker {worker} has {', '.join(other)}", shown, "install the same versions for every worker, and here")


def versions() -> dict[str, str]:
    """What decides the bytes, and whether a plan can be sent: Python's version without the patch level, and packages'."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"Python": python, **{name: version(name) for name in ("corpusbuild", "pyarrow")}}


@contextmanager
def silence() -> Iterator[None]:
    """Keep what Dask logs and warns about from the terminal: what matters is raised."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in {"distributed", "tornado"}]
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(_ABOVE_ALL)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="distributed")
            yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
