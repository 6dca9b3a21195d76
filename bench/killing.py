"""Kill commands at every moment that matters, and say what of the old state and the new one was left.

A *case* is a command on a small corpus. It is run once undisturbed, so that the old state and the new one are known to the byte:
commands are deterministic. Then it is started from the old state as a process of its own, killed, and judged by what it left; and
run again, with nothing cleaned up, which must give the new state and leave nothing temporary.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from dying import Dying, run_dying

HERE = Path(__file__).resolve().parent
TESTS = HERE.parent / "tests"

OWN, GIT = ".corpusbuild/", "corpus/.git/"
KEPT = "corpus/.corpusbuild/text/"
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
_ENDS = {signal.SIGKILL: (-9,), signal.SIGTERM: (143, -15), signal.SIGINT: (130, -2)}
_PATIENCE = 120

State = dict[str, str]
"""Path → hash of every file that is not the tool's own, and what git says under ``git:``; texts at hand count as files."""


@dataclass(frozen=True)
class Case:
    """A command, and how the folder is made that it runs in: ``corpus/`` and whatever else it needs.

    What lies below a folder of ``apart`` is as before or as after, whatever the rest is: a data set that is compiled on the way. So is
    each file below one of ``alone``: texts that are found one by one. ``status`` is that of an undisturbed run.
    """

    name: str
    words: tuple[str, ...]
    prepare: Callable[[Path], None]
    apart: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    status: int = 0
    cwd: str = "corpus"
    share: int = 6
    """How many kills it has where others have as many."""


@dataclass
class Known:
    """What an undisturbed run of a case does: the states before and after, how long it takes, how often it changes something."""

    case: Case
    template: Path
    old: State
    new: State
    seconds: float
    moments: int
    again: int
    """The status of a run where there is nothing left to do."""


@dataclass
class Killed:
    """What became of one kill. ``faults`` is empty where nothing was lost; ``state`` is old, new, begun, or mended by whoever came next."""

    case: str
    signal: str
    moment: str
    status: int
    state: str
    faults: list[str] = field(default_factory=list)


def environment(place: Path) -> dict[str, str]:
    """The same for all runs: a day and a person for git, and a folder for what is temporary, so that it can be looked into."""
    git = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for who in ("GIT_AUTHOR", "GIT_COMMITTER"):
        git |= {f"{who}_NAME": "ana", f"{who}_EMAIL": "ana@example.org", f"{who}_DATE": "2031-06-01T12:00:00Z"}
    own = {"TMPDIR": str(place / "tmp"), "CORPUSBUILD_CONFIG": str(place / "config"), "HF_HUB_OFFLINE": "1", "HF_HOME": str(place / "hf")}
    path = os.pathsep.join([str(HERE.parent / "src"), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, **git, **own, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}


# ---- states ----


def state_of(place: Path) -> State:
    """The state of everything below ``place`` that is not the tool's own, or git's."""
    found: State = {}
    for path in sorted(place.rglob("*")):
        name = path.relative_to(place).as_posix()
        own = f"/{OWN}" in f"/{name}/" and not name.startswith(KEPT)
        if own or f"{name}/".startswith((GIT, "tmp/", "config/", "hf/")):
            continue
        if path.is_dir():
            found[f"{name}/"] = ""
        elif not (name.startswith(KEPT) and _is_temporary(name)):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    if (place / GIT).is_dir():
        for what, words in _GIT.items():
            found[f"git:{what}"] = subprocess.run(
                ["git", "-C", place / "corpus", *words], env=environment(place), capture_output=True, text=True, check=False
            ).stdout
    return found


_GIT = {
    "head": ("rev-parse", "HEAD"),
    "index": ("status", "--porcelain", "--", ".", ":!.corpusbuild"),
    "tags": ("for-each-ref", "refs/tags"),
}


def temporary(place: Path) -> list[str]:
    """Files and folders that only a run at work has need of."""
    found = [path.relative_to(place).as_posix() for path in place.rglob("*") if GIT not in f"{path.relative_to(place).as_posix()}/"]
    found = [name for name in found if name.rpartition("/")[2] not in {"sketches", "out"} or any((place / name).iterdir())]
    mine = [name for name in found if name.startswith("tmp/") and "/" not in name.removeprefix("tmp/")]
    return sorted([*mine, *(name for name in found if _is_temporary(name))])


def _is_temporary(name: str) -> bool:
    last = name.rpartition("/")[2]
    hidden = last.startswith(".") and last.endswith((".part", ".new", ".old"))
    if f"/{OWN}" not in f"/{name}":
        return hidden
    folder = name.partition(OWN)[2].partition("/")[0]
    return hidden or folder in _PASSING or (last.endswith(".part") and folder != "parts")


_PASSING = {"journal", "release", "sketches", "out"}
"""What is in the tool's own folder while a run is at work only."""


def judged(found: State, known: Known) -> str | None:
    """Whether a state is the old one, or the new one, or that but for what is apart; None where it is neither."""
    case, old, new = known.case, known.old, known.new
    changing = {path for path in {*old, *new} if old.get(path) != new.get(path)}
    if any(found.get(path) != old.get(path) for path in {*found, *old, *new} - changing):
        return None
    groups = [{path for path in changing if path.startswith(folder)} for folder in case.apart]
    groups += [{path} for path in changing if path.startswith(case.alone or ("-",))]
    if not all(_is(found, old, group) or _is(found, new, group) for group in groups):
        return None
    rest = changing.difference(*groups)
    if _is(found, new, rest):
        return "new" if _is(found, new, changing) else "begun"
    return "old" if _is(found, old, rest) else None


def _is(found: State, state: State, paths: set[str]) -> bool:
    return all(found.get(path) == state.get(path) for path in paths)


def unlike(found: State, known: Known) -> list[str]:
    """The paths in which a state is neither the old nor the new one, or that are of both; to say what is wrong."""
    old, new = known.old, known.new
    told = []
    for path in sorted({*found, *old, *new}):
        same_old, same_new = found.get(path) == old.get(path), found.get(path) == new.get(path)
        if not (same_old and same_new):
            told.append(f"{path} is {'old' if same_old else 'new' if same_new else 'neither'}")
    return told


# ---- running ----


def restore(known: Known, place: Path) -> None:
    """Put the old state at ``place``, which has always the same name: what is remembered names it."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(known.template, place, symlinks=True)


def run(
    case: Case, place: Path, *, moment: tuple[int, int] | None = None, after: tuple[float, int] | None = None, anew: bool = False
) -> tuple[int, str]:
    """Run the command in ``place``; the n-th change, or so many seconds, and the signal then. Its status, and what it said.

    It is a process that has imported already what takes most of a second, unless it begins ``anew``.
    """
    with tempfile.TemporaryFile() as out:
        if anew:
            command = [sys.executable, "-m", "corpusbuild", *case.words]
            process = subprocess.Popen(command, cwd=place / case.cwd, env=environment(place), stdout=out, stderr=out)
            pid = process.pid
        else:
            pid = os.fork()
            if not pid:
                _be(case, place, moment, out.fileno())
        status = _ended(pid, after)
        _wait_for_orphans(place)
        out.seek(0)
        return os.waitstatus_to_exitcode(status), out.read().decode("utf-8", "replace")


def _ended(pid: int, after: tuple[float, int] | None) -> int:
    """Wait for the end of a process, which is sent a signal if that takes so many seconds."""
    if after is not None:
        end = time.monotonic() + after[0]
        while time.monotonic() < end:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                return status
            time.sleep(0.002)
        os.kill(pid, after[1])
    return os.waitpid(pid, 0)[1]


def _be(case: Case, place: Path, moment: tuple[int, int] | None, out: int) -> NoReturn:
    """Be the command."""
    status = 70
    try:
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.default_int_handler if each == signal.SIGINT else signal.SIG_DFL)
        os.chdir(place / case.cwd)
        os.environ.clear()
        os.environ.update(environment(place))
        tempfile.tempdir = None
        sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115  these are numbers
        run_dying(Dying(str(place), *(moment or (-1, 0))), case.words)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0
    except KeyboardInterrupt:
        status = -2  # before the command line hears of it
    finally:
        with suppress(BaseException):
            atexit._run_exitfuncs()  # noqa: SLF001  what the end of a program does
            sys.stdout.flush()
            sys.stderr.flush()
        if status == -2:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
        os._exit(status)


def preload() -> None:
    """Import, in the process that others are forked from, what commands import; nothing is called, so no thread is started."""
    sys.path[:0] = [str(HERE.parent / "src"), str(TESTS)]
    from corpusbuild.startup import spare_memory, spare_pandas  # noqa: PLC0415  before anything else

    spare_pandas()
    spare_memory()
    for name in _IMPORTED:
        import_module(name)
    import_module("pyarrow.parquet")


_IMPORTED = [
    *(f"corpusbuild.cli.{name}" for name in ("make", "lock", "check", "release", "importing", "hydrate", "detach", "reanchor", "rename")),
    *(f"corpusbuild.workflow.{name}" for name in ("compiling", "checking", "editor", "hydrating", "detaching", "reanchoring", "renaming")),
    *("corpusbuild.workflow.releasing", "corpusbuild.workflow.importing", "corpusbuild.workflow.mending", "corpusbuild.interchange.brat"),
]


def _wait_for_orphans(place: Path) -> None:
    """Wait until nobody works in ``place`` any more: a killed run's git, or its workers."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if not any(_works_in(pid, place) for pid in _numbers("/proc")):
            return
        time.sleep(0.02)


def _numbers(folder: str) -> list[str]:
    return [path.name for path in Path(folder).iterdir() if path.name.isdigit()]


def _works_in(pid: str, place: Path) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123  /proc is no folder of files
            if file.read().rpartition(")")[2].split()[0] == "Z":
                return False
        return os.readlink(f"/proc/{pid}/cwd").startswith(str(place))  # noqa: PTH115  as above
    except OSError:
        return False


def learn(case: Case, work: Path) -> Known:
    """Make the old state, run the command undisturbed, and remember what it does."""
    place, template = work / "at-work", work / f"old-{case.name.replace(' ', '-')}"
    for folder in (place, template):
        shutil.rmtree(folder, ignore_errors=True)
    (place / "tmp").mkdir(parents=True)
    _prepared(case, place)
    shutil.copytree(place, template, symlinks=True)
    known = Known(case, template, state_of(place), {}, 0.0, 0, 0)
    start = time.monotonic()
    status, said = run(case, place, moment=(0, 0))
    known.seconds = time.monotonic() - start
    known.new = state_of(place)
    if status != case.status or known.new == known.old:
        raise SystemExit(f"{case.name}: an undisturbed run ended with {status}\n{said}")
    known.moments = int(said.split()[-1])
    left = temporary(place)
    if left:
        raise SystemExit(f"{case.name}: an undisturbed run left {left}")
    known.again, _ = run(case, place)
    return known


def _prepared(case: Case, place: Path) -> None:
    """Make the old state, in a process of its own: threads that it starts are not in those that are forked from this one."""
    pid = os.fork()
    if not pid:
        status = 1
        try:
            os.environ.update(environment(place))
            case.prepare(place)
            status = 0
        finally:
            if status:
                traceback.print_exc()
            os._exit(status)
    if os.waitpid(pid, 0)[1]:
        raise SystemExit(f"{case.name}: the old state cannot be made")


@dataclass(frozen=True)
class Kill:
    """What is killed, by which signal: before its n-th change, or ``after`` so many seconds; a process that begins ``anew`` or not."""

    known: Known
    signal: int
    moment: int | None = None
    after: float | None = None
    anew: bool = False


def carry_out(kill: Kill, work: Path) -> Killed:
    """Kill a run, and judge what is left; then run again, and judge that."""
    known, place = kill.known, work / "at-work"
    restore(known, place)
    moment = None if kill.moment is None else (kill.moment, kill.signal)
    after = None if kill.after is None else (kill.after, kill.signal)
    status, said = run(known.case, place, moment=moment, after=after, anew=kill.anew)
    when = f"change {kill.moment} of {known.moments}" if kill.after is None else f"{kill.after:.3f} s of {known.seconds:.3f}"
    result = Killed(known.case.name, signal.Signals(kill.signal).name, when, status, "")
    _judge(result, known, place, kill.signal, said)
    return result


def _judge(result: Killed, known: Known, place: Path, number: int, said: str) -> None:
    faults = result.faults
    finished = result.status in {known.case.status, known.again}
    if not finished and result.status not in _ENDS[signal.Signals(number)]:
        faults.append(f"ended with {result.status}: {said[-400:]}")
    if "this is a bug" in said or (number == signal.SIGTERM and "Traceback" in said):
        faults.append(f"said: {said[-600:]}")
    left = temporary(place)
    if left and (finished or number != signal.SIGKILL) and result.status >= 0:
        faults.append(f"left {left}")
    found = {path: content for path, content in state_of(place).items() if not _part_of_temporary(path)}
    state = judged(found, known)
    if state is None and number == signal.SIGKILL and any((place / "corpus/.corpusbuild" / name).exists() for name in _MENDED_FROM):
        # Several files cannot be replaced in one step: whoever opens the corpus next finishes what was written down, or takes it back.
        _open_corpus(place)
        found = {path: content for path, content in state_of(place).items() if not _part_of_temporary(path)}
        state = "mended" if judged(found, known) else None
    result.state = state or "neither"
    if state is None:
        faults.append(f"neither the old state nor the new one: {unlike(found, known)}")
    if finished and state == "old":
        faults.append("said that it was done, and was not")
    status, said = run(known.case, place)
    if status not in {known.case.status, known.again}:
        faults.append(f"the next run ended with {status}: {said[-600:]}")
    after = state_of(place)
    if after != known.new:
        faults.append(f"the next run did not give the new state: {unlike(after, known)}: {said[-300:]}")
    left = temporary(place)
    if left:
        faults.append(f"the next run left {left}")


_MENDED_FROM = ("journal", "release")


def _part_of_temporary(path: str) -> bool:
    parts = path.rstrip("/").split("/")
    return any(_is_temporary("/".join(parts[: depth + 1])) for depth in range(len(parts)))


def _open_corpus(place: Path) -> None:
    pid = os.fork()
    if not pid:
        try:
            os.environ.update(environment(place))
            import_module("corpusbuild").Corpus.open(place / "corpus")
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def plan(knowns: Sequence[Known], count: int, seed: int) -> Iterator[Kill]:
    """So many kills, cases and signals in turn.

    Three of four come before a change, all of them in a random order, over and over; one of four after a random time, and of these one
    of three is of a process that begins with importing.
    """
    rng = random.Random(seed)
    moments: Mapping[str, list[tuple[int, int]]] = {known.case.name: [] for known in knowns}
    turns = [known for known in knowns for _ in range(known.case.share)]
    rng.shuffle(turns)
    had = dict.fromkeys(moments, 0)
    for number in range(count):
        known = turns[number % len(turns)]
        had[known.case.name] += 1
        if had[known.case.name] % 4 == 0:
            turn = had[known.case.name] // 4
            anew = rng.random() < 1 / 3
            yield Kill(known, SIGNALS[turn % len(SIGNALS)], after=rng.uniform(0.0, known.seconds * 1.05 + anew), anew=anew)
            continue
        waiting = moments[known.case.name]
        if not waiting:
            waiting += [(moment, which) for moment in range(1, known.moments + 1) for which in SIGNALS]
            rng.shuffle(waiting)
        moment, which = waiting.pop()
        yield Kill(known, which, moment)
