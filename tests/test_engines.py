"""Engines: the same results in the same order, whoever runs the tasks and whoever of them is killed; nobody is left behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bundled import Ran, copy_corpus, outside, tree
from corpusbuild import CannotGoOn, Corpus, blocks
from corpusbuild.engines import Engine, InProcess, Processes, cluster, engine
from corpusbuild.engines.cluster import versions
from errands import Counted, collects, die_always, die_once, fail_at, half_done, hears_of_ctrl_c, slow_first, times, unpicklings

ENGINES = ("in-process", "1", "2", "5", "dask")


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """A Dask cluster of two processes. A task is taken to be what kills workers when it has been on two of them."""
    import dask
    import distributed  # noqa: F401  its settings, before one of them is set: what stood alone would be taken away with all of them

    with cluster.silence(), dask.config.set({"distributed.scheduler.allowed-failures": 1}), cluster.local("2") as address:
        yield address


@pytest.fixture(scope="module")
def engines(scheduler: str) -> Iterator[dict[str, Engine]]:
    with ExitStack() as stack:
        pools: dict[str, Engine] = {name: stack.enter_context(Processes(int(name))) for name in ENGINES if name.isdigit()}
        yield {"in-process": InProcess(), **pools, "dask": stack.enter_context(engine(None, 0, scheduler))}


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("busy", [False, True])
def test_tasks_that_nobody_waits_for_take_away_what_they_left_half_done(tmp_path: Path, jobs: int, busy: bool) -> None:  # noqa: FBT001
    def there() -> Iterator[int]:
        yield from range(jobs)
        while len(list(tmp_path.iterdir())) < jobs:
            time.sleep(0.01)
        raise Ended

    started = time.monotonic()
    with pytest.raises(Ended), Processes(jobs) as pool:
        list(pool.map(partial(half_done, str(tmp_path), busy), there()))
    assert list(tmp_path.iterdir()) == []
    assert time.monotonic() - started < 30


class Ended(Exception):
    """What a run ends by in the middle."""


# ---- the laws ----


@settings(max_examples=15)
@given(st.integers(), st.lists(st.integers(), max_size=30))
def test_results_are_the_same_in_the_same_order(engines: dict[str, Engine], factor: int, numbers: list[int]) -> None:
    expected = [factor * number for number in numbers]
    for name in ENGINES:
        assert list(engines[name].map(partial(times, factor), iter(numbers))) == expected, name


@pytest.mark.parametrize("name", ENGINES)
def test_what_comes_first_is_given_first_though_it_is_done_last(engines: dict[str, Engine], name: str) -> None:
    assert list(engines[name].map(slow_first, range(6))) == list(range(6))


@pytest.mark.parametrize(("name", "most"), [("in-process", 1), ("1", 2), ("2", 4), ("5", 10), ("dask", 4)])
def test_items_are_asked_for_as_they_are_needed(engines: dict[str, Engine], name: str, most: int) -> None:
    asked = 0

    def endless() -> Iterator[int]:
        nonlocal asked
        while True:
            asked += 1
            yield asked

    results = engines[name].map(partial(times, 2), endless())
    for done in range(1, 30):
        assert next(results) == 2 * done
        assert asked <= done + most


@pytest.mark.parametrize("name", ENGINES)
def test_tasks_run_without_the_garbage_collector(engines: dict[str, Engine], name: str) -> None:
    assert not any(engines[name].map(collects, range(3)))


@pytest.mark.parametrize("name", ["1", "2", "5", "dask"])
def test_processes_never_hear_of_ctrl_c(engines: dict[str, Engine], name: str) -> None:
    assert not any(engines[name].map(hears_of_ctrl_c, range(6)))


@pytest.mark.parametrize("name", ENGINES)
def test_an_error_comes_as_it_was_raised_after_the_results_before_it(engines: dict[str, Engine], name: str) -> None:
    results = engines[name].map(partial(fail_at, 3), range(6))
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="this is 3"):
        next(results)


@pytest.mark.parametrize("name", ["1", "2", "dask"])
def test_what_tasks_share_is_unpickled_once_by_each_process(engines: dict[str, Engine], name: str) -> None:
    assert set(engines[name].map(partial(unpicklings, Counted()), range(12))) == {1}


# ---- processes that are killed ----


@pytest.mark.parametrize("jobs", [2, 3])
def test_a_process_that_is_killed_is_replaced(tmp_path: Path, capfd: pytest.CaptureFixture[str], jobs: int) -> None:
    with engine(jobs, 0) as runs:
        assert list(runs.map(partial(die_once, str(tmp_path)), range(12))) == list(range(12))
        assert list(runs.map(partial(times, 3), range(4))) == [0, 3, 6, 9]
    assert (tmp_path / "died-3").exists()
    assert capfd.readouterr() == ("", "")


def test_a_task_that_always_kills_its_process_ends_the_run(capfd: pytest.CaptureFixture[str]) -> None:
    with engine(2, 0) as runs:
        results = runs.map(die_always, range(12))
        assert [next(results) for _ in range(3)] == [0, 1, 2]
        with pytest.raises(CannotGoOn, match=r"workers were killed 3 times .* memory") as caught:
            next(results)
    assert "--jobs" in caught.value.help
    assert capfd.readouterr() == ("", "")


def test_dask_survives_a_worker_that_is_killed(engines: dict[str, Engine], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert list(engines["dask"].map(partial(die_once, str(tmp_path)), range(12))) == list(range(12))
    assert (tmp_path / "died-3").exists()
    assert capfd.readouterr() == ("", "")


def test_a_task_that_always_kills_its_dask_worker_ends_the_run(
    engines: dict[str, Engine], scheduler: str, capfd: pytest.CaptureFixture[str]
) -> None:
    results = engines["dask"].map(die_always, range(12))
    with pytest.raises(CannotGoOn, match="workers were killed") as caught:
        list(results)
    assert caught.value.place == scheduler
    assert capfd.readouterr() == ("", "")


# ---- data sets ----


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small corpus as several blocks."""
    for name, value in (("LEAST", 1), ("GREATEST", 2), ("_ENDS", 1)):
        monkeypatch.setattr(blocks, name, value)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus.open(copy_corpus(tmp_path / "corpus"), search=False)


@pytest.mark.usefixtures("small_blocks")
def test_every_engine_makes_the_same_data_set(corpus: Corpus, scheduler: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pids: list[int] = []

    def kill_one(what: str, done: int, total: int) -> None:
        if what == "compiling" and not pids:
            assert total > 2
            pids.extend(_pids(scheduler))
            os.kill(pids[0], signal.SIGKILL)

    assert corpus.make(tmp_path / "here", jobs=1).ok
    ways: dict[str, dict[str, Any]] = {
        "two": {"jobs": 2},
        "five": {"jobs": 5},
        "cluster": {"scheduler": scheduler},
        "one-killed": {"scheduler": scheduler, "progress": kill_one},
    }
    for name, how in ways.items():
        shutil.rmtree(corpus.root / ".corpusbuild")  # what was built before is not to be used again
        assert corpus.make(tmp_path / name, **how).ok
    assert pids
    expected = tree(tmp_path / "here")
    for name in ways:
        assert tree(tmp_path / name) == expected, name
    assert capfd.readouterr() == ("", "")


def _pids(scheduler: str) -> list[int]:
    from distributed import Client

    with Client(scheduler, set_as_default=False) as client:
        return list(client.run(os.getpid).values())


def test_check_and_lock_run_on_a_cluster_as_well(corpus: Corpus, scheduler: str) -> None:
    assert corpus.check(scheduler=scheduler) == corpus.check(jobs=1)
    assert corpus.lock(scheduler=scheduler).after == corpus.lock(jobs=1).after


def test_a_cluster_of_this_machine_is_started_and_ended(corpus: Corpus) -> None:
    ran = outside(corpus.root, "make", "--scheduler", "local:2")
    assert (ran.status, ran.err) == (0, "")
    assert outside(corpus.root, "make", "--jobs", "1").out.endswith("is up to date\n")


# ---- a cluster that cannot be used ----


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE", 1)


def refusal(scheduler: str) -> CannotGoOn:
    """Why a cluster cannot be used."""
    with pytest.raises(CannotGoOn) as caught, engine(None, 0, scheduler):
        pass
    assert caught.value.place == scheduler
    return caught.value


@pytest.mark.parametrize("scheduler", ["nonsense://x", "tcp://somewhere", "here", "local:0", "local:many", "tcp://127.0.0.1:port", ""])
def test_what_is_no_address_is_said_to_be_none(scheduler: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert "no address" in refusal(scheduler).message
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("answer", [None, b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"], ids=["nobody", "hangs-up", "no-dask"])
def test_where_no_scheduler_is_the_address_is_named(answer: bytes | None, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        if answer is not None:
            threading.Thread(target=_answer, args=(server, answer), daemon=True).start()
        assert "no Dask scheduler answers" in refusal(place).message
        server.shutdown(socket.SHUT_RDWR)
    assert capfd.readouterr() == ("", "")


def _answer(server: socket.socket, data: bytes) -> None:
    while True:
        try:
            caller, _ = server.accept()
        except OSError:
            return
        with caller:
            caller.sendall(data)


@pytest.mark.usefixtures("impatient")
def test_a_scheduler_without_workers_is_said_to_have_none(capfd: pytest.CaptureFixture[str]) -> None:
    with cluster.silence(), cluster.local("0") as address:
        assert "no workers" in refusal(address).message
    assert capfd.readouterr() == ("", "")


def test_other_versions_on_a_worker_are_named_beside_those_here(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = versions()
    monkeypatch.setattr(cluster, "version", lambda name: "0.0.7" if name == "pyarrow" else here[name])
    assert f"pyarrow {here['pyarrow']} there and 0.0.7 here" in refusal(scheduler).message


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "find_spec", lambda _: None)
    with pytest.raises(CannotGoOn) as caught, engine(None, 0, "local"):
        pass
    assert "distributed not installed" in caught.value.message
    assert caught.value.help == "pip install 'corpusbuild[cluster]'"


def test_jobs_and_a_scheduler_exclude_each_other(corpus: Corpus) -> None:
    ran = outside(corpus.root, "make", "--jobs", "2", "--scheduler", "local")
    assert ran.status == 2
    assert ran.err.startswith("error: --jobs is about processes of our own")


def test_dask_is_imported_for_a_cluster_only(corpus: Corpus) -> None:
    code = "import sys; from corpusbuild import Corpus; Corpus.open('.').make(); print(sorted({'dask', 'distributed'} & set(sys.modules)))"
    assert outside(corpus.root, program=("-c", code)) == Ran(0, "[]\n", "")


# ---- runs that are ended ----

_PATIENCE = 180
"""Seconds that a process has to start or to end, on a machine that has other work; less than a slow task takes."""

SLOW = '''
"""A check that takes its time, and says who runs it."""

import os
import pathlib
import time

from corpusbuild.diagnostics.finding import Rule, Severity

RULE = Rule("XX001", "slow", Severity.WARNING, since="0.1")


def check(document):
    (pathlib.Path(__file__).parents[1] / "pids" / str(os.getpid())).touch()
    time.sleep(600)
    return ()
'''


class Slow:
    """A ``make`` that stands in the middle of its tasks, in a session of its own as in a terminal."""

    def __init__(self, root: Path, *words: str) -> None:
        self.root = root
        (root / "pids").mkdir()
        (root / "checks").mkdir()
        (root / "checks" / "slow.py").write_text(SLOW, "utf-8")
        config = (root / "pyproject.toml").read_text("utf-8")
        (root / "pyproject.toml").write_text(config.replace('checks = ["attribution"]', 'checks = ["checks/slow.py"]'), "utf-8")
        self.data_set = tree(root / "dist" / "kabar-klaim")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "corpusbuild", "make", "--trust", *words],
            cwd=root,
            env={**os.environ, "XDG_CONFIG_HOME": str(root / "config")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        _until(lambda: any((root / "pids").iterdir()) or self.process.poll() is not None)
        assert self.process.poll() is None, self.process.communicate()
        self.family = [each.pid for each in psutil.Process(self.process.pid).children(recursive=True)]

    def ends(self) -> Ran:
        """How it ended; nobody is left and nothing has changed."""
        out, err = self.process.communicate(timeout=_PATIENCE)
        _until(lambda: not any(_lives(pid) for pid in self.family))
        assert tree(self.root / "dist" / "kabar-klaim") == self.data_set
        return Ran(self.process.returncode, out.decode(), err.decode())


def _until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not so():
        assert time.monotonic() < end
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def made(tmp_path: Path) -> Path:
    root = copy_corpus(tmp_path / "corpus")
    assert Corpus.open(root, search=False).make(jobs=1).ok
    shutil.rmtree(root / ".corpusbuild")
    return root


@pytest.mark.parametrize(
    ("words", "send"),
    [(("--jobs", "1"), os.kill), (("--jobs", "2"), os.kill), (("--jobs", "2"), os.killpg), (("--scheduler", "local:2"), os.killpg)],
    ids=["in-process", "processes-alone", "processes", "dask"],
)
def test_ctrl_c_ends_every_process_at_once(made: Path, words: tuple[str, ...], send: Callable[[int, int], None]) -> None:
    run = Slow(made, *words)
    send(run.process.pid, signal.SIGINT)
    assert run.ends() == Ran(130, "", "\ninterrupted\n")


@pytest.mark.parametrize("words", [("--jobs", "2"), ("--scheduler", "local:2")], ids=" ".join)
def test_when_the_run_is_killed_its_processes_end_by_themselves(made: Path, words: tuple[str, ...]) -> None:
    run = Slow(made, *words)
    run.process.kill()
    assert run.ends().status == -signal.SIGKILL
