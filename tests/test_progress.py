"""How far work is: one line on a terminal, gone in the end, and nothing where nobody looks."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import click
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import generated
from bundled import copy_corpus, outside
from corpusbuild import CannotGoOn, Corpus
from corpusbuild.cli import exits
from corpusbuild.cli.exits import run, show
from corpusbuild.cli.progress import _columns
from corpusbuild.render.progress import Pace, Stage, clock, line
from corpusbuild.render.terminal import Terminal
from corpusbuild.render.width import cells
from corpusbuild.workflow.progress import UNITS
from terminals import on_terminal

# ---- the line ----


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (100, "compiling  ████████          2,500 of 5,000 articles  250/s  0:08 left"),
        (60, "compiling  2,500 of 5,000 articles  250/s  0:08 left"),
        (50, "compiling  2,500 of 5,000 articles  0:08 left"),
        (40, "compiling  2,500 of 5,000 articles"),
        (24, "compiling  …00 articles"),
    ],
)
def test_what_matters_least_is_left_out_first(width, said):
    stage = Stage("compiling", 2500, 5000, "articles", began=0, seen=10, rate=250)
    assert line(stage, 12, Terminal(width)) == said


def test_bytes_are_told_as_people_tell_them():
    stage = Stage("reading shards", 31_400_000, 120_000_000, "bytes", began=0, seen=4, rate=12_345_678)
    assert line(stage, 4, Terminal(100)) == "reading shards  ████▏             31 of 120 MB  12.3 MB/s  0:08 left"


def test_where_nobody_knows_how_much_there_is_the_time_is_told():
    assert line(Stage("linking", 0, 0, "", 0, 0), 0.5, Terminal(80)) == "linking"
    assert line(Stage("linking", 0, 0, "", 0, 0), 75, Terminal(80)) == "linking  1:15"
    assert line(Stage("importing", 1234, 0, "documents", 0, 9, 137.1), 9, Terminal(80)) == "importing  1,234 documents  137/s"


def test_an_encoding_without_blocks_gets_a_bar_of_ascii():
    assert line(Stage("compiling", 1, 2, "articles", 0, 0), 0, Terminal(80, encoding="ascii")).startswith("compiling  ########  ")


@pytest.mark.parametrize(("seconds", "said"), [(0, "0:00"), (59, "0:59"), (61, "1:01"), (3723, "1:02:03"), (4_000_000, "1,111:06:40")])
def test_a_clock(seconds, said):
    assert clock(seconds) == said


@given(
    st.sampled_from([*UNITS, "linking", "loading with datasets"]),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.one_of(st.none(), st.floats(0, 1e9)),
    st.floats(0, 1e6),
    st.builds(Terminal, st.integers(10, 200), encoding=st.sampled_from(["utf-8", "ascii"])),
)
@example("compiling", 0, 1, 5e-324, 2.0, Terminal(80, encoding="utf-8"))
def test_the_line_leaves_the_cursor_its_cell(what, done, total, rate, now, terminal):
    stage = Stage(what, done, max(done, total), UNITS.get(what, ""), 0, 0, rate)
    said = line(stage, now, terminal)
    said.encode(terminal.encoding)
    assert cells(said) < terminal.width


# ---- the estimate ----


@given(st.floats(1, 1e4), st.floats(0.05, 2), st.integers(20, 200))
def test_of_steady_work_the_estimate_is_right(rate, every, words):
    pace = Pace()
    total = int(rate * every * words * 2) + 1
    stage = None
    for number in range(words):
        stage = pace.note(number * every, "compiling", int(rate * every * number), total, "articles")
    now = (words - 1) * every
    if now >= 5 and stage.done:
        left = (total - stage.done) / rate
        assert stage.left(stage.seen) == pytest.approx(left, rel=0.05, abs=1.5 + 0.5 / rate * left)


def test_the_estimate_counts_down_while_nothing_is_told():
    stage = Stage("compiling", 100, 200, "articles", 0, 10, 10)
    assert [stage.left(10 + more) for more in (0, 1, 4, 9, 10, 99)] == [10, 9, 6, 1, 1, 1]


def test_a_slower_second_half_is_noticed():
    """What was built before is quick: a mean over all of the step would go on believing in it."""
    pace = Pace()
    for tenth in range(51):
        pace.note(tenth / 10, "compiling", tenth * 100, 20_000, "articles")
    for tenth in range(51, 251):
        stage = pace.note(tenth / 10, "compiling", 5000 + (tenth - 50), 20_000, "articles")
    assert stage.rate == pytest.approx(10, rel=0.1)


def test_the_next_step_begins_anew():
    pace = Pace()
    pace.note(0, "reading", 0, 100, "files")
    pace.note(5, "reading", 100, 100, "files")
    stage = pace.note(6, "compiling", 0, 1000, "articles")
    assert (stage.began, stage.rate, stage.left(6)) == (6, None, None)


# ---- what work tells ----


def test_articles_are_told_of_all_articles_whoever_compiles_them(tmp_path: Path):
    articles, documents = generated.many(700)
    root = generated.make_corpus(tmp_path / "corpus", articles, documents)
    for jobs in (1, 2):
        told: list[tuple[str, int, int]] = []
        assert Corpus.open(root).make(tmp_path / str(jobs), jobs=jobs, progress=lambda *word, told=told: told.append(word)).ok
        compiling = [word[1:] for word in told if word[0] == "compiling"]
        assert compiling[0] == (0, 700)
        assert compiling[-1] == (700, 700)
        assert [done for done, _ in compiling] == sorted(done for done, _ in compiling)
        reading = [word[1:] for word in told if word[0] == "reading"]
        assert (reading[0], reading[-1]) == ((0, 1400), (1400, 1400))


def test_of_shards_bytes_are_told(tmp_path: Path):
    articles, documents = generated.many(60)
    root = generated.make_sharded(tmp_path / "corpus", [articles[:30], articles[30:]], [documents])
    told: list[tuple[str, int, int]] = []
    assert Corpus.open(root).check(progress=lambda *word: told.append(word)).ok
    size = sum(path.stat().st_size for path in root.glob("*/*.jsonl"))
    assert ("reading shards", size, size) in told
    assert "reading" not in {what for what, *_ in told}


# ---- on a terminal ----

SLOW = (str(Path(__file__).with_name("slow_make.py")),)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return copy_corpus(tmp_path / "corpus")


def shown(said: str) -> list[str]:
    """What stands on the screen's lines in the end."""
    screen = []
    for row in said.replace("\r\n", "\n").split("\n"):
        cells_: list[str] = []
        for part in row.split("\r"):
            cells_[: len(part)] = part
        screen.append("".join(cells_).rstrip())
    return screen


def test_slow_work_shows_a_line_that_is_gone_in_the_end(corpus):
    with on_terminal(corpus, "make", "--jobs", "1", program=SLOW) as terminal:
        terminal.wait_for("compiling  ")
        began = time.monotonic()
        said = "compiling  " + terminal.read_to_end()
        assert terminal.process.wait(30) == 0
    drawn = re.findall(r"\rcompiling[^\r]*articles[^\r]*", said)
    assert re.search(r"of \d+ articles +\d", said)
    assert len(drawn) <= (time.monotonic() - began) * 10 + 1
    screen = shown(said)
    assert "wrote dist/kabar-klaim" in screen
    assert not [row for row in screen if "compiling" in row]


def test_quick_work_shows_nothing(corpus):
    assert outside(corpus, "make").status == 0
    with on_terminal(corpus, "make") as terminal:
        said = terminal.read_to_end()
    assert said.endswith("\r\ndist/kabar-klaim is up to date\r\n")
    assert said.replace("\r\n", "").count("\r") == 0


@pytest.mark.parametrize("env", [{"CI": "true"}, {"TERM": "dumb"}], ids=str)
def test_nothing_is_drawn_where_nobody_watches(corpus, env):
    with on_terminal(corpus, "make", "--jobs", "1", "--color", "never", program=SLOW, env=env) as terminal:
        said = terminal.read_to_end()
    assert "compiling" not in said
    assert said.replace("\r\n", "").count("\r") == 0


def test_nothing_is_drawn_on_a_pipe(corpus):
    said = outside(corpus, "make", "--jobs", "1", program=SLOW)
    assert (said.status, said.err) == (0, "")
    assert "\r" not in said.out


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_takes_the_line_away(corpus, jobs):
    with on_terminal(corpus, "make", "--jobs", jobs, program=SLOW) as terminal:
        terminal.wait_for("compiling  ")
        terminal.process.send_signal(signal.SIGINT)
        said = terminal.read_to_end()
        assert terminal.process.wait(30) == 130
    assert [row for row in shown(said) if row][-1] == "interrupted"
    assert "Traceback" not in said


def test_a_terminal_that_does_not_say_how_wide_it_is_is_taken_for_the_usual_width(tmp_path):
    with (tmp_path / "no terminal").open("w") as file:
        assert _columns(file) == 80
    ours, theirs = pty.openpty()
    try:
        with open(theirs, "w", closefd=False) as terminal:
            for columns, taken in ((0, 80), (120, 120)):
                termios.tcsetwinsize(theirs, (24, columns))
                assert _columns(terminal) == taken
    finally:
        os.close(ours)
        os.close(theirs)


# ---- how a run ends ----


def ended(command: click.Command, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> tuple[object, str]:
    """How a run of ``command`` ends, and what it says on standard error."""
    monkeypatch.setattr(sys, "argv", ["corpusbuild"])
    with pytest.raises(SystemExit) as end:
        run(command)
    return end.value.code, capfd.readouterr().err


def test_a_failure_that_nobody_foresaw_is_said_to_be_a_bug_and_shown_with_its_traceback(capfd, monkeypatch):
    @click.command
    def bad() -> None:
        raise ValueError("nobody foresaw this")

    status, said = ended(bad, capfd, monkeypatch)
    assert status == 2
    assert said.startswith("Traceback (most recent call last):\n")
    assert said.endswith("ValueError: nobody foresaw this\nthis is a bug in corpusbuild; please report it with the lines above\n")


def test_who_ends_the_process_themselves_ends_it_so(capfd, monkeypatch):
    @click.command
    def ends() -> None:
        raise SystemExit(5)

    assert ended(ends, capfd, monkeypatch) == (5, "")


@pytest.mark.parametrize(("number", "status", "word"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")])
def test_a_run_that_is_asked_to_end_while_it_says_what_went_wrong_is_an_interruption(number, status, word, capfd, monkeypatch):
    @click.command
    def fails() -> None:
        raise CannotGoOn("the disk is full")

    def pressed(error: CannotGoOn) -> None:
        show(error)
        signal.raise_signal(number)

    before = signal.getsignal(number)
    monkeypatch.setattr(exits, "show", pressed)
    assert ended(fails, capfd, monkeypatch) == (status, f"error: the disk is full\n{word}\n")
    assert signal.getsignal(number) is before


# ---- how a run ends that nobody waits for ----


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are different there")
@pytest.mark.parametrize(
    ("words", "status"), [(("make",), 0), (("stats",), 0), (("--help",), 0), (("check", "--help"), 0), (("check",), 1)]
)
def test_a_pipe_that_is_closed_ends_the_run_quietly_with_its_own_status(corpus, words, status):
    if status:
        text = corpus / "raw" / "putin-akan-ke-pyongyang.txt"
        text.write_bytes(text.read_bytes()[100:])
    process = subprocess.Popen([sys.executable, "-m", "corpusbuild", *words], cwd=corpus, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == status


LOADING = """
import os, signal, sys
class Press:
    def find_spec(self, name, path=None, target=None):
        if name == "{name}":
            os.kill(os.getpid(), signal.SIGINT)
            {then}
sys.meta_path.insert(0, Press())
sys.argv[0] = "corpusbuild"
from corpusbuild.__main__ import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are different there")
@pytest.mark.parametrize("name", ["click", "corpusbuild.cli.exits", "corpusbuild.cli.check", "pyarrow", "jsonschema_rs"])
def test_ctrl_c_while_the_command_line_loads_is_an_interruption(corpus, name):
    said = outside(corpus, "check", program=("-c", LOADING.format(name=name, then="pass")))
    assert said.status == 130
    assert "Traceback" not in said.err


def test_an_interruption_that_a_library_makes_something_else_of_is_one(corpus):
    """As an extension module does: its import fails with an exception of its own, which is not even an Exception."""
    code = LOADING.format(name="jsonschema_rs", then="pass").replace(
        "os.kill(os.getpid(), signal.SIGINT)",
        "\n            try: signal.raise_signal(signal.SIGINT)\n            except KeyboardInterrupt: pass\n"
        "            raise type('Panic', (BaseException,), {})('failed')",
    )
    said = outside(corpus, "check", program=("-c", code))
    assert said.status == 130
    assert said.err.endswith("interrupted\n")
    assert "Traceback" not in said.err
