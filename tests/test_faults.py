"""When the world fails (a full disk, a folder that may not be written, a file that goes, a killed worker), nothing is lost.

Runs that are killed are in ``bench/kills.py``, long use in ``bench/soak.py``; short forms of both are at the end.
"""

from __future__ import annotations

import gc
import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from bundled import ROOT, Ran, inside
from corpusbuild import CannotGoOn, Corpus
from corpusbuild.corpus import whole
from corpusbuild.corpus.own_folder import JOURNAL
from corpusbuild.corpus.scratch import scratch, site
from corpusbuild.interrupts import Interrupt, Terminated, end_while_loading, kept_waiting
from corpusbuild.workflow import analysis, journal, making, mending
from corpusbuild.workflow.writing import write_all

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and file systems are different there")

sys.path.insert(0, str(ROOT / "bench"))
from kill_cases import cases  # noqa: E402  beside the sources, not in the package
from killing import Case, State, environment, state_of, temporary  # noqa: E402  beside the sources, not in the package

CASES = {case.name: case for case in cases() if case.name not in {"make --jobs 2", "release --commit --tag"}}
RELEASES = {"release"}


@dataclass
class Place:
    """The folder of a case: ``corpus/`` in its old state, and what a command is given."""

    folder: Path
    case: Case

    def run(self) -> Ran:
        """Run the command in this process."""
        return inside(self.folder / self.case.cwd, *self.case.words)

    @property
    def state(self) -> State:
        """Every file but the tool's own."""
        return state_of(self.folder)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, Path | None], Place]]:
    """Makes the old state of a case."""

    def make(name: str, folder: Path | None = None) -> Place:
        where = folder or tmp_path / "place"
        (where / "tmp").mkdir(parents=True)
        for key, value in environment(where).items():
            if os.environ.get(key) != value and key != "PYTHONPATH":
                monkeypatch.setenv(key, value)
        monkeypatch.setattr(tempfile, "tempdir", None)
        CASES[name].prepare(where)
        return Place(where, CASES[name])

    return make


def says_why(ran: Ran, *words: str) -> None:
    """Exit 2, with an error that has a place and a remedy."""
    assert ran.status == 2, ran
    assert "bug" not in ran.err
    assert "error: " in ran.err
    assert "--> " in ran.err
    assert "help: " in ran.err
    assert any(word in ran.err for word in words), ran.err


# ---- a full disk ----


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """A disk that is full as soon as a file has so many bytes: writing fails in the middle of it."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("name", [name for name in CASES if name not in RELEASES])
def test_a_disk_that_is_full_in_the_middle_of_a_file_costs_nothing(name: str, place) -> None:
    here = place(name)
    before = here.state
    for size in (0, 100):
        with no_file_longer_than(size):
            ran = here.run()
        says_why(ran, "File too large")
        assert here.state == before
        assert temporary(here.folder) == []
    assert here.run().status == 0
    assert here.state != before
    assert temporary(here.folder) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("no disk can be mounted here: it takes root")
    yield disk
    gc.collect()  # what is mapped goes with the exception that has it
    subprocess.run(["umount", disk], check=True)


def written_still(folder: Path) -> list[str]:
    """The files below a folder that this process has open to write: each takes room on the disk, also once it is deleted."""
    if not Path("/proc/self/fdinfo").is_dir():
        return []
    found = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            path = str(descriptor.readlink())
            flags = int(Path("/proc/self/fdinfo", descriptor.name).read_text("ascii").split("flags:")[1].split()[0], 8)
            if path.startswith(str(folder)) and flags & (os.O_WRONLY | os.O_RDWR):
                found.append(path)
    return found


def fill(disk: Path, left: int) -> Path:
    """Fill a disk but for so many KiB."""
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    filler = disk / "filler"
    with filler.open("wb") as file:
        file.write(bytes(max(free - left * 1024, 0)))
    return filler


@pytest.mark.parametrize("name", ["make", "release", "import", "check --fix"])
def test_a_disk_without_room_costs_nothing(name: str, place, small_disk: Path) -> None:
    here = place(name, small_disk / "place")
    before = here.state
    failed = 0
    for left in (0, 8, 40, 160):
        filler = fill(small_disk, left)
        ran = here.run()
        filler.unlink()
        if ran.status == 0:
            break
        failed += 1
        says_why(ran, "No space left on device")
        now = here.state
        # A release compiles first what is committed already; that data set is whole.
        assert {path for path in {*now, *before} if now.get(path) != before.get(path)} <= {
            p for p in {*now, *before} if p.startswith(here.case.apart or ("-",))
        }
        assert temporary(here.folder) == []
        assert written_still(here.folder) == []
    assert failed
    if ran.status:
        assert here.run().status == 0
    assert temporary(here.folder) == []


# ---- a folder that may not be written ----


@contextmanager
def as_nobody() -> Iterator[None]:
    """As a user who may not write everywhere: root may."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("name", [name for name in CASES if name not in RELEASES])
def test_a_folder_that_may_only_be_read_is_left_as_it_is(name: str, place) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        here = place(name, Path(folder) / "place")
        folders = [path for path in (here.folder, *here.folder.rglob("*")) if path.is_dir() and ".git" not in path.parts]
        for each in folders:
            each.chmod(0o555)
        before = here.state
        with as_nobody():
            ran = here.run()
        for each in folders:
            each.chmod(0o755)
        says_why(ran, "Permission denied")
        assert here.state == before
        assert temporary(here.folder) == []
        assert here.run().status == 0


def test_what_may_only_be_read_can_be_checked(place) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        here = place("lock", Path(folder) / "place")
        root = here.folder / "corpus"
        shutil.rmtree(root / ".corpusbuild")
        for each in (root, *root.rglob("*")):
            each.chmod(0o555 if each.is_dir() else 0o444)
        with as_nobody():
            assert inside(root, "check").status == 0


# ---- a file that goes, or changes, while it is read ----

TEXT, METADATA = "raw/pertemuan-di-vostochny.txt", "raw/pertemuan-di-vostochny.json"
READ = [TEXT, METADATA, "annotations/pertemuan-di-vostochny.json", "annotations/speakers.json", "schema/annotation.json", "pyproject.toml"]


def at(monkeypatch: pytest.MonkeyPatch, where: object, name: str, act: Callable[[], object], *, after: bool = False) -> None:
    """Have something happen once, just before a function of ours is called, or just after."""
    function = getattr(where, name)
    waiting = [act]

    def wrapped(*args: object, **options: object) -> object:
        if waiting and not after:
            waiting.pop()()
        result = function(*args, **options)
        if waiting and after:
            waiting.pop()()
        return result

    monkeypatch.setattr(where, name, wrapped)


@pytest.mark.parametrize("moment", ["listed", "scanned"])
@pytest.mark.parametrize("path", READ)
def test_a_file_that_goes_while_it_is_read_ends_the_run_and_names_it(path: str, moment: str, place, monkeypatch) -> None:
    here = place("make")
    root = here.folder / "corpus"
    data, before = (root / path).read_bytes(), here.state
    at(monkeypatch, analysis, *{"listed": ("discover",), "scanned": ("link",)}[moment], (root / path).unlink, after=moment == "listed")
    ran = here.run()
    if ran.status == 2:
        says_why(ran, path)
    else:
        # It had been read, or what it is for has findings that say so.
        assert ran.status in {0, 1}
        assert ran.status == 0 or path.rpartition("/")[2].partition(".")[0] in ran.out
    (root / path).write_bytes(data)
    if ran.status:
        assert here.state == before
    assert temporary(here.folder) == []
    assert here.run().status == 0


@pytest.mark.parametrize("moment", ["listed", "scanned"])
@pytest.mark.parametrize("path", READ[:3])
def test_a_file_that_changes_while_it_is_read_is_never_read_half(path: str, moment: str, place, monkeypatch) -> None:
    here = place("make")
    root = here.folder / "corpus"
    shutil.rmtree(root / ".corpusbuild/parts")  # or what is known of the block would be enough
    data, before = (root / path).read_bytes(), here.state
    change = b"\n" if path == TEXT else b" \n"
    at(
        monkeypatch,
        analysis,
        "discover" if moment == "listed" else "link",
        lambda: (root / path).write_bytes(data + change),
        after=moment == "listed",
    )
    ran = here.run()
    if moment == "scanned":
        says_why(ran, "this file was changed while it was read")
        assert path in ran.err
        assert {p: h for p, h in here.state.items() if p != f"corpus/{path}"} == {p: h for p, h in before.items() if p != f"corpus/{path}"}
    assert temporary(here.folder) == []
    assert here.run().status == 0
    assert Corpus.open(root, search=False).make().up_to_date


def test_what_changes_during_a_run_and_changes_back_is_not_taken_for_what_was_made(place, monkeypatch) -> None:
    here = place("make")
    root = here.folder / "corpus"
    data = (root / METADATA).read_bytes()
    other = data.replace(b'"headline": "', b'"headline": "Baru: ')
    assert other != data
    at(monkeypatch, analysis, "discover", lambda: (root / METADATA).write_bytes(other))
    at(monkeypatch, making, "_compile", lambda: (root / METADATA).write_bytes(data), after=True)
    assert here.run().status == 0
    monkeypatch.undo()
    again = Corpus.open(root, search=False).make()
    assert again.ok
    assert not again.up_to_date
    assert b"Baru: " not in b"".join(path.read_bytes() for path in (root / "dist").rglob("*.parquet"))


def test_what_its_author_saves_while_it_is_mended_is_not_written_over(place, monkeypatch) -> None:
    here = place("check --fix")
    path = sorted((here.folder / "corpus/raw").glob("*.txt"))[1]
    saved = path.read_bytes() + b"Kalimat baru.\n"
    at(monkeypatch, mending, "fix_files", lambda: path.write_bytes(saved), after=True)
    before = {name: each for name, each in here.state.items() if not name.endswith(path.name)}
    ran = here.run()
    says_why(ran, "this file was changed while it was read")
    assert path.read_bytes() == saved
    assert {name: each for name, each in here.state.items() if not name.endswith(path.name)} == before
    assert temporary(here.folder) == []
    assert here.run().status == 0


# ---- too little memory ----

HUNGRY = '''
"""A check for which there is not enough memory."""

import os
import signal

from corpusbuild.diagnostics.finding import Rule, Severity

RULE = Rule("XX001", "hungry", Severity.WARNING, since="0.1")


def check(document):
    ACT
    return ()
'''
ACTS = {
    "the system kills the worker": "os.kill(os.getpid(), signal.SIGKILL)",
    "Python has none": "import resource\n    resource.setrlimit(resource.RLIMIT_AS, (1 << 28, 1 << 28))\n    bytearray(1 << 40)",
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_a_worker_without_memory_ends_the_run_and_the_old_data_set_stands(act: str, place) -> None:
    here = place("make")
    root = here.folder / "corpus"
    (root / "checks").mkdir()
    (root / "checks/hungry.py").write_text(HUNGRY.replace("ACT", act), "utf-8")
    config = (root / "pyproject.toml").read_text("utf-8")
    (root / "pyproject.toml").write_text(config.replace('checks = ["attribution"]', 'checks = ["checks/hungry.py"]'), "utf-8")
    before = here.state
    ran = inside(root, "make", "--trust", "--jobs", "2")
    assert ran.status == 2
    assert "memory" in ran.err
    assert "help: " in ran.err
    assert "--jobs" in ran.err
    assert "bug" not in ran.err
    assert here.state == before
    assert temporary(here.folder) == []
    (root / "pyproject.toml").write_text(config, "utf-8")
    assert here.run().status == 0


# ---- a clock that was set back ----


def test_times_of_files_decide_nothing(place) -> None:
    """A file that is saved under a clock that was set back has the size and the time that it had, or an earlier one."""
    here = place("make")
    root = here.folder / "corpus"
    assert here.run().status == 0
    for seconds in (0, -400_000_000, 4_000_000_000):
        path = root / METADATA
        said = path.stat()
        data = path.read_bytes()
        at_ = data.index(b'"headline": "') + len(b'"headline": "')
        path.write_bytes(data[:at_] + bytes([data[at_] ^ 1]) + data[at_ + 1 :])
        os.utime(path, ns=(said.st_atime_ns, said.st_mtime_ns + seconds * 10**9))
        made = Corpus.open(root, search=False).make()
        assert made.ok
        assert not made.up_to_date
        copy = here.folder / "copy"
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns(".corpusbuild", "dist"))
        Corpus.open(copy, search=False).make()
        assert {p.name: p.read_bytes() for p in (root / "dist").rglob("*.parquet")} == {
            p.name: p.read_bytes() for p in (copy / "dist").rglob("*.parquet")
        }
        shutil.rmtree(copy)


def test_the_copy_of_a_compressed_shard_is_known_by_its_bytes_and_not_by_its_time(tmp_path: Path) -> None:
    from generated import make_sharded

    one, other = ({"id": "a1", "text": f"Kata {who}, laut tenang.", "event": None} for who in ("Rina", "Joko"))
    root = make_sharded(tmp_path / "corpus", [[one]], [[]])
    shard = next((root / "raw").glob("*.jsonl"))
    packed = shard.with_name(shard.name + ".gz")
    shard.unlink()
    for record in (one, other):
        packed.write_bytes(gzip.compress((json.dumps(record) + "\n").encode(), compresslevel=0, mtime=0))
        os.utime(packed, ns=(0, 0))
        assert Corpus.open(root, search=False).make().ok
        rows = b"".join(path.read_bytes() for path in (root / "dist").rglob("articles/*.parquet"))
        assert rows
        if record is one:
            first = rows
    assert rows != first


# ---- two at once ----

PAIRS = [("make", "make"), ("make", "lock"), ("lock", "lock"), ("check --fix", "check --fix"), ("detach", "detach"), ("import", "import")]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_of_two_runs_at_once_each_works_or_says_that_the_other_does(one: str, other: str, place) -> None:
    here = place(one)
    env = {**environment(here.folder)}
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "corpusbuild", *CASES[name].words],
            cwd=here.folder / here.case.cwd,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for name in (one, other)
    ]
    said = [run.communicate(timeout=120)[0].decode() for run in runs]
    assert 0 in [run.returncode for run in runs], said
    for run, words in zip(runs, said, strict=True):
        assert run.returncode in {0, 2}, words
        assert run.returncode == 0 or any(
            why in words for why in ("another run is", "not empty", "is detached already", "changed while")
        ), words
    assert temporary(here.folder) == []
    if one == other:
        after = here.state
        here.run()
        assert here.state == after


def test_two_corpora_are_not_made_into_one_place_at_once(place, tmp_path: Path, monkeypatch) -> None:
    here = place("make")
    root, out = here.folder / "corpus", tmp_path / "out"
    other = Path(shutil.copytree(root, tmp_path / "other"))
    said: list[Exception] = []

    def meanwhile() -> None:
        try:
            Corpus.open(other, search=False).make(out, jobs=1)
        except CannotGoOn as error:
            said.append(error)

    at(monkeypatch, making, "remember", lambda: None)
    at(monkeypatch, __import__("corpusbuild.workflow.compiling", fromlist=["describe"]), "describe", meanwhile)
    assert Corpus.open(root, search=False).make(out, jobs=1).ok
    assert [str(each) for each in said] == [f"{out}: another run is writing here"]
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


# ---- several files at once ----


@pytest.fixture
def three(tmp_path: Path) -> Path:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    return tmp_path


NEW = {"a/file": b"A", "b/file": b"B", "d/file": b"D", "c/file": None}


def contents(root: Path) -> dict[str, str]:
    return {path.parent.name: path.read_text() for path in sorted(root.glob("?/file"))}


class Killed(BaseException):
    """A run that is killed does nothing more."""


@pytest.mark.parametrize("done", range(5))
def test_what_was_decided_is_finished_by_the_next_run_wherever_the_last_was_killed(three: Path, done: int, monkeypatch) -> None:
    forward = journal._forward

    def dies(root: Path, number: int, entry: journal.Entry) -> None:
        if number == done:
            raise Killed
        forward(root, number, entry)

    monkeypatch.setattr(journal, "_forward", dies)
    monkeypatch.setattr(journal, "_close", lambda _: None)
    if done < len(NEW):
        with pytest.raises(Killed):
            write_all(three, NEW, [("b", "e")])
    else:
        write_all(three, NEW, [("b", "e")])
    monkeypatch.undo()
    assert journal.is_left(three)
    journal.finish(three)
    assert contents(three) == {"a": "A", "d": "D", "e": "B"}
    assert not (three / JOURNAL).exists()


def test_what_somebody_has_edited_since_is_not_written_over(three: Path, monkeypatch) -> None:
    def dies(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(journal, "_forward", dies)
    with pytest.raises(Killed):
        write_all(three, NEW)
    monkeypatch.undo()
    (three / "b/file").write_text("by hand")
    journal.finish(three)
    assert contents(three) == {"a": "A", "b": "by hand", "d": "D"}


@pytest.mark.parametrize("killed", [False, True])
def test_where_one_file_cannot_be_put_in_place_all_come_back(three: Path, killed: bool, monkeypatch) -> None:  # noqa: FBT001
    (three / "c/file").unlink()
    (three / "c/file").mkdir()
    if killed:
        # The run is killed before it has taken anything back; the next one does.
        monkeypatch.setattr(journal, "_backward_all", lambda *_: (_ for _ in ()).throw(Killed))
    with pytest.raises(Killed if killed else CannotGoOn):
        write_all(three, {"a/file": b"A", "d/file": b"D", "c/file": b"C"})
    monkeypatch.undo()
    if killed:
        journal.finish(three)
    assert contents_of_files(three) == {"a": "a", "b": "b"}
    assert not (three / "d").exists()
    assert not (three / JOURNAL).exists()


def contents_of_files(root: Path) -> dict[str, str]:
    return {path.parent.name: path.read_text() for path in sorted(root.glob("?/file")) if path.is_file()}


def test_a_file_on_another_disk_is_put_in_place_in_one_step(tmp_path: Path, monkeypatch) -> None:
    part, target = tmp_path / "part", tmp_path / "target"
    part.write_bytes(b"new")
    target.write_bytes(b"old")
    monkeypatch.setattr(whole, "_is_far", lambda *_: True)
    replace = Path.replace

    def far(self: Path, to: Path) -> Path:
        if self == part:
            raise OSError(18, "Invalid cross-device link")
        assert target.read_bytes() == b"old"
        return replace(self, to)

    monkeypatch.setattr(Path, "replace", far)
    whole.put_in_place(part, target)
    assert target.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


# ---- asking a run to end ----


@pytest.mark.parametrize(("number", "error", "status"), [(signal.SIGINT, KeyboardInterrupt, 130), (signal.SIGTERM, Terminated, 143)])
def test_what_asks_a_run_to_end_waits_until_things_are_in_place(number: int, error: type[BaseException], status: int) -> None:
    before, done = signal.getsignal(number), []
    interrupt = Interrupt()
    interrupt.listen()
    try:
        with pytest.raises(error), kept_waiting():  # noqa: PT012  what waits is raised at its end
            signal.raise_signal(number)
            with kept_waiting():
                done.append("inner")
            done.append("outer")
    finally:
        interrupt.ignore()
    assert done == ["inner", "outer"]
    assert interrupt.status == status
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_somebody_else_hears_or_nobody_is_to_hear_is_left_to_them(number: int) -> None:
    before = signal.getsignal(number)
    try:
        for theirs in (signal.SIG_IGN, lambda *_: None):
            signal.signal(number, theirs)
            end_while_loading()
            interrupt = Interrupt()
            interrupt.listen()
            assert signal.getsignal(number) is theirs
            interrupt.ignore()
            assert signal.getsignal(number) is theirs
    finally:
        signal.signal(number, before)


def test_in_another_thread_nobody_listens() -> None:
    """Python lets the main thread alone do so."""
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    with ThreadPoolExecutor(1) as thread:
        thread.submit(Interrupt().listen).result()
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == before


def test_in_another_thread_nothing_is_kept_waiting() -> None:
    def work() -> None:
        with kept_waiting():
            seen.append(True)

    seen: list[bool] = []
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [True]


def test_folders_for_a_while_are_held_and_abandoned_ones_are_taken_away(tmp_path: Path) -> None:
    with scratch(tmp_path) as one:
        (one / "some").write_bytes(b"some")
        abandoned = tmp_path / "abandoned"
        abandoned.mkdir()
        (abandoned / "held").touch()
        (tmp_path / "empty").mkdir()
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "precious").touch()
        with scratch(tmp_path):
            assert {path.name for path in tmp_path.iterdir()} >= {one.parent.name, "other"}
            assert not abandoned.exists()
            assert not (tmp_path / "empty").exists()
            assert (one / "some").read_bytes() == b"some"
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_a_run_that_is_killed_while_it_takes_its_folder_away_leaves_what_the_next_knows(tmp_path: Path, monkeypatch) -> None:
    def dies(*_: object, **__: object) -> None:
        raise Killed

    with pytest.raises(Killed), scratch(tmp_path) as folder:  # noqa: PT012  its end is what dies
        (folder / "some").touch()
        monkeypatch.setattr(shutil, "rmtree", dies)
    monkeypatch.undo()
    assert any(tmp_path.iterdir())
    with scratch(tmp_path) as other:
        assert [*tmp_path.iterdir()] == [other.parent]


def test_one_run_builds_in_a_place_at_a_time(tmp_path: Path) -> None:
    with site(tmp_path / ".x.new") as one:
        assert one is not None
        (one / "some").touch()
        with site(tmp_path / ".x.new") as other:
            assert other is None
        assert (one / "some").exists()
    assert not any(tmp_path.iterdir())


# ---- short forms ----


def test_a_few_kills_lose_nothing(tmp_path: Path) -> None:
    chosen = [word for name in ("lock", "check --fix", "import", "detach") for word in ("--case", name)]
    command = [
        sys.executable,
        ROOT / "bench/kills.py",
        "--kills",
        "20",
        "--seed",
        "3",
        "--work",
        tmp_path / "work",
        "--out",
        tmp_path / "kills.json",
    ]
    done = subprocess.run([*command, *chosen], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    figures = json.loads((tmp_path / "kills.json").read_bytes())
    assert (figures["kills"], figures["losses"]) == (20, 0)


def test_a_short_soak_finds_nothing_wrong(tmp_path: Path) -> None:
    command = [
        sys.executable,
        ROOT / "bench/soak.py",
        "--steps",
        "16",
        "--seed",
        "8",
        "--work",
        tmp_path / "work",
        "--out",
        tmp_path / "soak.json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    figures = json.loads((tmp_path / "soak.json").read_bytes())
    assert figures["steps"] == 16
    assert figures["noted"][-1]["temporary"] == 0
