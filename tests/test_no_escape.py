"""However hostile a corpus is: no command opens a socket, runs what the corpus brings, or touches what is not its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bundled import copy_corpus, tree
from tracing import STRACE, Traced, traced

pytestmark = pytest.mark.skipif(STRACE is None, reason="strace is not installed: what commands ask of the system cannot be seen")

QUIET = {Path("/dev/null"), Path("/dev/tty")}
PROGRAMS = {"git", "corpusbuild", "uname"}
"""What may run besides Python; its module platform asks the last."""

COMMAND = shutil.which("corpusbuild", path=str(Path(sys.executable).parent)) or "corpusbuild"
MODULES = ("conftest", "sitecustomize", "multiprocessing", "selectors", "json", "datasets", "pyarrow", "corpusbuild", "checks")
COMMANDS = [("check",), ("check", "--format", "sarif"), ("check", "--fix"), ("make", "--jobs", "2"), ("lock",), ("stats",), ("report",)]
LOADING = """
import sys
from datasets import get_dataset_config_names, load_dataset
for name in get_dataset_config_names(sys.argv[1]):
    load_dataset(sys.argv[1], name)
"""


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder of somebody who does not want to be read: nothing in it may be opened or changed."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.txt").write_text("Rahasia.\n", "utf-8")
    (folder / "secret.json").write_text('{"title": "Rahasia"}', "utf-8")
    (folder / "run.sh").write_text(f"#!/bin/sh\ntouch '{folder}/ran'\n", "utf-8")
    (folder / "run.sh").chmod(0o755)
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return copy_corpus(tmp_path / "corpus")


@pytest.fixture
def watch(tmp_path: Path, corpus: Path, outside: Path) -> Callable[..., Traced]:
    """Run a command of corpusbuild in the corpus, and say no unless it kept to what is its own."""
    scratch = tmp_path / "scratch"
    before = tree(outside)

    def run(*words: str, loopback: bool = False) -> Traced:
        begins = words if words[0] == "-P" else (COMMAND, *words)
        seen = traced(corpus, *begins, scratch=scratch, env={"HF_HOME": str(scratch / "hf"), "XDG_CACHE_HOME": str(scratch / "cache")})
        assert loopback or seen.sockets == []
        assert {name for name in seen.programs if not name.startswith("python")} <= {
            "git",
            "corpusbuild",
            "uname",
        }  # platform asks the last
        own = (corpus, scratch)
        strayed = {path for path in seen.changed - QUIET if not any(path.is_relative_to(folder) for folder in own)}
        # Semaphores of process pools have names in memory and no file on a disk; Python keeps what it has compiled of its modules.
        assert {path for path in strayed if not ("__pycache__" in path.parts or path.is_relative_to("/dev/shm"))} == set()  # noqa: S108
        assert {path for path in seen.opened if path.is_relative_to(outside)} == set()
        assert tree(outside) == before
        return seen

    return run


def make_hostile(corpus: Path, outside: Path, *, refs: bool = True) -> None:
    """Put into a corpus whatever may lead a careless program out of it, or have it run something; ``refs`` in its schemas too."""
    secret = outside / "secret.txt"
    for name, aim in {
        "raw/leaked.txt": secret,
        "raw/far.json": outside / "secret.json",
        "raw/folder": outside,
        "annotations/more": outside,
    }.items():
        (corpus / name).symlink_to(aim)
    (corpus / "schema" / "more.json").symlink_to(outside / "secret.json")
    (corpus / "CITATION.cff").symlink_to(secret)
    bring_code(corpus, outside)
    (corpus / ".corpusbuild" / "text").mkdir(parents=True)
    (corpus / ".corpusbuild" / "text" / "a.txt").symlink_to(secret)
    config = corpus / "pyproject.toml"
    named = config.read_text("utf-8").replace('checks = ["attribution"', f'checks = ["attribution", "checks.py", "{outside}/run.sh"')
    config.write_text(named, "utf-8")
    # References that lead to the network and to files.
    for path, ref in () if not refs else (("speaker", "http://127.0.0.1:9/speaker.json"), ("target", f"file://{outside}/secret.json")):
        schema = json.loads((corpus / "schema" / f"{path}.json").read_bytes())
        schema.setdefault("properties", {})["note"] = {"$ref": ref}
        (corpus / "schema" / f"{path}.json").write_text(json.dumps(schema), "utf-8")
    (corpus / "annotations" / "page.json").write_text(json.dumps({"$ref": f"file://{secret}", "article": "../outside/secret"}), "utf-8")
    (corpus / "raw" / "metadata.json").write_text(json.dumps({"url": "http://127.0.0.1:9/", "text": {"file": str(secret)}}), "utf-8")
    # A repository whose config names programs.
    subprocess.run(["git", "init", "-q"], cwd=corpus, check=True)
    run = str(outside / "run.sh")
    settings = ("core.fsmonitor", "core.sshCommand", "core.pager", "diff.external", "filter.x.clean", "filter.x.smudge")
    for name in settings:
        subprocess.run(["git", "config", name, run], cwd=corpus, check=True)
    (corpus / ".gitattributes").write_text("* filter=x diff=x\n", "utf-8")
    hook = corpus / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    shutil.copy(outside / "run.sh", hook)


def bring_code(corpus: Path, outside: Path) -> None:
    """Put code where Python and pytest would look for some, were the corpus on their path."""
    for name in MODULES:
        (corpus / f"{name}.py").write_text(f"open({str(outside / 'ran')!r}, 'w')\n", "utf-8")


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_hostile_corpus_leads_nowhere(corpus: Path, outside: Path, watch: Callable[..., Traced], words: tuple[str, ...]) -> None:
    make_hostile(corpus, outside)
    seen = watch(*words)
    assert seen.status in {1, 2}
    assert "Traceback" not in seen.err
    assert "Rahasia" not in seen.out + seen.err


@pytest.mark.parametrize("words", [("check",), ("make",)], ids=" ".join)
def test_links_lead_nowhere_where_the_schemas_are_sound(
    corpus: Path, outside: Path, watch: Callable[..., Traced], words: tuple[str, ...]
) -> None:
    make_hostile(corpus, outside, refs=False)
    (corpus / "schema" / "more.json").unlink()
    config = corpus / "pyproject.toml"
    config.write_text(config.read_text("utf-8").replace(f', "checks.py", "{outside}/run.sh"', ""), "utf-8")
    seen = watch(*words)
    assert seen.status == 1, seen.err
    assert "raw/leaked.txt" in seen.out + seen.err
    assert "Rahasia" not in seen.out + seen.err


@pytest.mark.parametrize("how", [("--jobs", "2"), ("--scheduler", "local:1")], ids=" ".join)
def test_no_worker_looks_for_modules_in_the_corpus(corpus: Path, outside: Path, watch: Callable[..., Traced], how: tuple[str, ...]) -> None:
    bring_code(corpus, outside)
    made = watch("make", *how, loopback=how[0] == "--scheduler")
    assert made.status == 0, made.err


def test_a_sound_corpus_is_made_verified_and_loaded_by_itself(corpus: Path, outside: Path, watch: Callable[..., Traced]) -> None:
    bring_code(corpus, outside)
    assert watch("make").status == 0
    assert watch("lock").status == 0
    assert watch("report").status == 0
    verified = watch("verify", "dist/kabar-klaim")
    assert (verified.status, verified.err) == (0, "")
    loaded = watch("-P", "-c", LOADING, "dist/kabar-klaim")
    assert loaded.status == 0, loaded.err


def test_a_data_set_that_links_out_is_not_verified_by_what_it_links_to(corpus: Path, outside: Path, watch: Callable[..., Traced]) -> None:
    assert watch("make").status == 0
    card = corpus / "dist" / "kabar-klaim" / "README.md"
    card.unlink()
    card.symlink_to(outside / "secret.txt")
    assert watch("verify", "dist/kabar-klaim").status == 1


def test_what_the_trace_sees_is_what_was_done(tmp_path: Path) -> None:
    code = (
        "import pathlib, socket, subprocess\n"
        "pathlib.Path('made.txt').write_text('x'); pathlib.Path('m\u00e4de').mkdir(); pathlib.Path('made.txt').rename('moved.txt')\n"
        "socket.socket(socket.AF_INET); subprocess.run(['true'])\n"
    )
    seen = traced(tmp_path, "-c", code, scratch=tmp_path / "scratch")
    assert seen.status == 0, seen.err
    assert {tmp_path / name for name in ("made.txt", "m\u00e4de", "moved.txt")} <= seen.changed
    assert len(seen.sockets) == 1
    assert "true" in seen.programs
    assert os.path.normpath(os.__file__) in {str(path) for path in seen.opened} or any(path.suffix == ".pyc" for path in seen.opened)
