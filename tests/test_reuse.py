"""What is kept between runs makes them quicker, and never makes a different result."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpusbuild import Corpus, Report
from corpusbuild.corpus.holding import hold
from corpusbuild.corpus.shards import Lines
from corpusbuild.emit import following
from corpusbuild.workflow import analysis, parts
from corpusbuild.workflow.building import standing_files
from corpusbuild.workflow.state import State
from generated import make_corpus, unlike

PARTS, SCAN = ".corpusbuild/parts", ".corpusbuild/scan"
CONFIG = '[tool.corpusbuild.splits]\ngroup = "event"\nratios = { train = 0.5, test = 0.5 }\n'


@pytest.fixture(autouse=True)
def _keeping(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what is found in shards of any size."""
    monkeypatch.setattr(analysis, "_KEPT", 0)


def records(count: int) -> list[dict[str, Any]]:
    return [{"id": f"a{n:03}", "text": unlike(n), "event": f"e{n % 7}"} for n in range(count)]


def write(root: Path, articles: list[dict[str, Any]], documents: list[dict[str, Any]]) -> None:
    """Put articles and annotations into two shards each."""
    for folder in ("raw", "annotations"):
        shutil.rmtree(root / folder, ignore_errors=True)
        (root / folder).mkdir()
    for path, rows in (("raw/articles", articles), ("annotations/gold", documents)):
        for number in range(2):
            lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows[number::2]]
            (root / f"{path}-{number}.jsonl").write_text("".join(lines), "utf-8")


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


Result = tuple[list[str], list[str], dict[str, bytes]]
"""What ``make`` and ``check`` find, and the files of the data set, none where it is not made."""


def fresh(root: Path, to: Path) -> Result:
    """What a run makes of a corpus of which nothing is known."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(root, to, ignore=shutil.ignore_patterns(".corpusbuild", "dist"))
    return made(to)


def made(root: Path) -> Result:
    corpus = Corpus.open(root, search=False)
    done = corpus.make()
    return said(done.report), said(corpus.check()), files(corpus.default_out) if done.ok else {}


def said(report: Report) -> list[str]:
    return sorted(f"{each.finding.code} {each.place} {each.finding.message}" for each in report)


@st.composite
def histories(draw: st.DrawFn) -> list[list[dict[str, Any]]]:
    """States of a corpus, one after the other: articles left out, put in another order, with other texts or groups, or at fault."""
    states = []
    current = records(12)
    for _ in range(draw(st.integers(2, 4))):
        current = [dict(each) for each in draw(st.permutations(current))]
        for each in draw(st.lists(st.sampled_from(current), max_size=2)):
            what = draw(st.sampled_from(["text", "event", "twin", "control", "number"]))
            if what == "text":
                each["text"] = unlike(draw(st.integers(100, 120)))
            elif what == "event":
                each["event"] = f"e{draw(st.integers(0, 9))}"
            elif what == "twin":
                each["text"] = current[0]["text"]
            elif what == "control":
                each["text"] += "\x07"
            else:
                each["event"] = 7
        states.append(draw(st.permutations(current))[: draw(st.integers(8, 12))])
    return [*states, states[0]]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories())
def test_the_cache_never_changes_a_result(tmp_path_factory: pytest.TempPathFactory, states: list[list[dict[str, Any]]]) -> None:
    folder = tmp_path_factory.mktemp("reuse")
    root = make_corpus(folder / "corpus", [], [], CONFIG)
    for articles in states:
        documents = [{"article": each["id"], "annotator": "ana"} for each in sorted(articles, key=lambda each: each["id"])]
        write(root, articles, documents)
        assert made(root) == fresh(root, folder / "fresh")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    root = make_corpus(tmp_path / "corpus", [], [], CONFIG)
    articles = records(12)
    write(root, articles, [{"article": each["id"], "annotator": "ana"} for each in articles])
    return root


def kept(root: Path) -> dict[str, tuple[int, int]]:
    """What is kept, each file with what tells whether it was written again."""
    paths = [path for folder in (PARTS, SCAN) if (root / folder).is_dir() for path in (root / folder).iterdir()]
    return {path.relative_to(root).as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns) for path in paths}


def change_config(root: Path) -> None:
    """Have the next run do its work, with nothing changed that decides a row."""
    path = root / "pyproject.toml"
    path.write_text(path.read_text("utf-8").replace("[tool.corpusbuild]", '[tool.corpusbuild]\ndescription = "other"', 1), "utf-8")


def test_what_is_unchanged_is_not_built_again(corpus: Path) -> None:
    made(corpus)
    before = kept(corpus)
    assert len(before) >= 6
    change_config(corpus)
    assert not Corpus.open(corpus, search=False).make().up_to_date
    assert kept(corpus) == before


def test_what_belongs_to_nothing_is_taken_away(corpus: Path) -> None:
    made(corpus)
    before = kept(corpus)
    path = corpus / "raw/articles-0.jsonl"
    path.write_text(path.read_text("utf-8").replace("e0", "e1"), "utf-8")
    made(corpus)
    after = kept(corpus)
    assert before.keys() - after.keys()
    assert len(after) <= len(before) + 1


def damaged(data: bytes) -> Iterator[bytes]:
    yield b""
    yield data[: len(data) // 2]
    for at in (0, len(data) // 2, len(data) - 1):
        yield data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_what_is_damaged_is_not_used(corpus: Path) -> None:
    right = made(corpus)
    for folder in (PARTS, SCAN):
        for path in sorted((corpus / folder).iterdir()):
            whole = path.read_bytes()
            for data in damaged(whole):
                path.write_bytes(data)
                shutil.rmtree(corpus / "dist")
                assert made(corpus) == right
                assert path.read_bytes() == whole


def edit(root: Path) -> str:
    """Give one article another text; the split that it is in."""
    split = "train"
    (path,) = Corpus.open(root, search=False).folder.glob(f"dist/*/data/articles/{split}-*.parquet")
    name = pq.read_table(path)["article_id"][0].as_py()
    for path in (root / "raw").iterdir():
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        lines = [json.dumps(row | ({"text": unlike(99)} if row["id"] == name else {})) + "\n" for row in rows]
        path.write_text("".join(lines), "utf-8")
    return split


def data_files(root: Path) -> dict[str, int]:
    """The files of the data set's tables, each with what tells whether it was written again."""
    folder = Corpus.open(root, search=False).default_out
    return {path.relative_to(folder).as_posix(): path.stat().st_ino for path in (folder / "data").rglob("*.parquet")}


def test_files_in_which_nothing_is_new_are_linked(corpus: Path, tmp_path: Path) -> None:
    made(corpus)
    before = data_files(corpus)
    split = edit(corpus)
    assert made(corpus) == fresh(corpus, tmp_path / "fresh")
    after = data_files(corpus)
    assert before.keys() == after.keys()
    linked = {path for path in before if before[path] == after[path]}
    assert linked == {path for path in before if not Path(path).name.startswith((split, "registry"))} != set()


def test_a_file_that_is_not_as_it_was_written_is_not_linked(corpus: Path, tmp_path: Path) -> None:
    made(corpus)
    edit(corpus)
    out = Corpus.open(corpus, search=False).default_out
    before = data_files(corpus)
    for path in before:
        data = bytearray((out / path).read_bytes())
        data[len(data) // 2] ^= 1
        (out / path).write_bytes(data)
    assert made(corpus) == fresh(corpus, tmp_path / "fresh")
    assert not before.items() & data_files(corpus).items()


@pytest.mark.parametrize(
    "path",
    ["../data/a/b.parquet", "{out}/../data/a/b.parquet", "data/../../data/a/b.parquet", "data/l/b.parquet", "data/a/l.parquet", "\0"],
)
def test_a_file_that_is_elsewhere_is_not_looked_at(tmp_path: Path, path: str) -> None:
    out = tmp_path / "out"
    for folder in (out, tmp_path):
        (folder / "data/a").mkdir(parents=True)
        (folder / "data/a/b.parquet").touch()
    (out / "data/l").symlink_to(tmp_path / "data/a")
    path = path.format(out=out)
    there = "data/a/b.parquet"
    (out / "data/a/l.parquet").symlink_to("b.parquet")
    files = {each: {"sha256": hashlib.sha256(b"").hexdigest()} for each in (path, there)}
    (out / "manifest.json").write_text(json.dumps({"files": files}))
    manifest = hashlib.sha256((out / "manifest.json").read_bytes()).hexdigest()
    with ThreadPoolExecutor() as threads:
        for known in ({path: ("x",), there: ("y",)}, {path: ("x",), there: (), "other": ("z",)}):
            found = standing_files(out, State("", manifest, Report(), keys=known), threads)
            assert [file.path for files in found.values() for file in files.values()] == ([out / there] if known[there] else [])
        assert standing_files(out, State("", "0", Report(), keys={there: ("y",)}), threads) == {}


def test_where_neither_file_nor_part_is_as_it_was_the_block_is_built_again(corpus: Path, tmp_path: Path) -> None:
    made(corpus)
    edit(corpus)
    out = Corpus.open(corpus, search=False).default_out
    for path in data_files(corpus):
        (out / path).write_bytes(b"")
    for part in (corpus / PARTS).iterdir():
        data = bytearray(part.read_bytes())
        data[100] ^= 1  # in the pages
        part.write_bytes(data)
    assert made(corpus) == fresh(corpus, tmp_path / "fresh")


def test_a_file_that_cannot_be_linked_is_copied(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "")

    made(corpus)
    before = data_files(corpus)
    edit(corpus)
    monkeypatch.setattr(following.os, "link", refuse)
    assert made(corpus) == fresh(corpus, tmp_path / "fresh")
    assert not before.items() & data_files(corpus).items()


def test_a_copy_that_is_not_what_was_proved_is_not_taken(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "")

    made(corpus)
    edit(corpus)
    right = fresh(corpus, tmp_path / "fresh")
    monkeypatch.setattr(following.os, "link", refuse)
    monkeypatch.setattr(following.shutil, "copyfile", lambda _, to: Path(to).write_bytes(b"other"))
    assert made(corpus) == right


def test_what_is_to_be_built_again_is_built_where_the_engine_says(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(corpus)
    shutil.rmtree(corpus / PARTS)
    edit(corpus)
    monkeypatch.setattr(parts, "compile_block", None)  # here; processes have a module of their own
    assert Corpus.open(corpus, search=False).make(jobs=2).ok


def test_what_a_run_has_hashed_the_scan_does_not_read_again(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    load = Lines.load

    def counting(lines: Lines, root: Path) -> Any:
        read.append(lines.path)
        return load(lines, root)

    monkeypatch.setattr(Lines, "load", counting)
    shards = sorted(path.relative_to(corpus).as_posix() for folder in ("annotations", "raw") for path in (corpus / folder).iterdir())
    for times in (2, 1):  # once to hash, and once to scan
        read.clear()
        assert not Corpus.open(corpus, search=False).make().up_to_date
        assert sorted(read) == sorted(shards * times)
        if times > 1:
            change_config(corpus)


@pytest.mark.parametrize("change", [{"parts": 1}, {"parts": [1]}, {"keys": {"a": 1}}, {"keys": [1]}, {"keys": {"data/articles/a": []}}])
def test_a_memory_of_other_types_is_none(corpus: Path, change: dict[str, Any]) -> None:
    right = made(corpus)
    path = corpus / ".corpusbuild/state.json"
    (kept,) = json.loads(path.read_text("utf-8")).items()
    path.write_text(json.dumps({kept[0]: kept[1] | change}), "utf-8")
    change_config(corpus)
    assert made(corpus)[:2] == right[:2]


def test_a_part_with_a_right_hash_that_says_nothing_is_built_again(corpus: Path, tmp_path: Path) -> None:
    made(corpus)
    for path in (corpus / PARTS).iterdir():
        data = path.read_bytes().replace(b'"article_id"', b'"article_ix"')[:-32]
        start = int.from_bytes(data[-8:], "little")
        path.write_bytes(data + hashlib.sha256(data[start:]).digest())
    shutil.rmtree(corpus / "dist")
    assert made(corpus) == fresh(corpus, tmp_path / "fresh")


def test_sketches_that_a_killed_run_left_are_taken_away(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "_HELD", 0)
    folder = corpus / ".corpusbuild/sketches"
    for name in ("left", "in-use"):
        (folder / name).mkdir(parents=True)
        (folder / name / "held").touch()
        (folder / name / "sketches").write_bytes(b"some")
    with (folder / "in-use/held").open("rb") as held:
        assert hold(held.fileno())
        made(corpus)
        assert [path.name for path in folder.iterdir()] == ["in-use"]
        assert (folder / "in-use/sketches").read_bytes() == b"some"


def test_a_folder_that_is_a_link_is_refused(corpus: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").touch()
    for folder in (PARTS, SCAN):
        shutil.rmtree(corpus / ".corpusbuild", ignore_errors=True)
        (corpus / folder).parent.mkdir()
        (corpus / folder).symlink_to(elsewhere)
        with pytest.raises(Exception, match="leads out of the corpus"):
            Corpus.open(corpus, search=False).make()
        assert [path.name for path in elsewhere.iterdir()] == ["precious"]


KILLED = """
import os, signal, sys
from corpusbuild import Corpus
from corpusbuild.workflow import compiling
take, left = compiling.Building.take, [int(sys.argv[2])]
def taking(self, *built):
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    take(self, *built)
compiling.Building.take = taking
Corpus.open(sys.argv[1], search=False).make()
"""


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
def test_a_run_that_was_killed_goes_on_where_it_stopped(corpus: Path, tmp_path: Path) -> None:
    right = fresh(corpus, tmp_path / "fresh")
    done = subprocess.run([sys.executable, "-c", KILLED, str(corpus), "1"], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert not (corpus / "dist").exists() or not any((corpus / "dist").glob("[!.]*"))
    before = kept(corpus)
    assert before
    assert made(corpus) == right
    assert before.items() <= kept(corpus).items()
    assert not list((corpus / "dist").glob(".*"))
