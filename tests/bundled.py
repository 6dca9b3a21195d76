"""The bundled corpus, copied aside, and the command line run on it: what several tests need."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT.parent / "shared" / "peers"
PARTS = ("pyproject.toml", "raw", "schema", "annotations")
FIRST_CUT = ROOT / "tests" / "corpora" / "kabar-klaim-first-cut"
"""KabarKlaim as it was first: small, and the same whatever becomes of the corpus. Most tests edit copies of it."""


def without_own_check(folder: Path) -> None:
    """Take the bundled corpus's own check out of the config of a copy, with the waiver that is about it.

    It is code that runs only where it is trusted; the tests that are about it run it in the corpus itself.
    """
    path = folder / "pyproject.toml"
    text = path.read_text("utf-8").replace(', "checks/weekday_date_mismatch.py"]', "]")
    waiver = re.compile(r'\n\[\[tool\.corpusbuild\.waive\]\]\nrule = "weekday-date-mismatch"\n(?:\w+ = .*\n)*')
    path.write_text(waiver.sub("", text), "utf-8", newline="\n")


def copy_corpus(target: Path, source: Path = FIRST_CUT, parts: tuple[str, ...] = PARTS) -> Path:
    """Copy the parts of a corpus to ``target``, and nothing that a run has left there; the bundled one without its own check."""
    target.mkdir(parents=True)
    for part in parts:
        if (source / part).is_dir():
            shutil.copytree(source / part, target / part)
        else:
            shutil.copy(source / part, target / part)
    if source == ROOT:
        without_own_check(target)
    return target


def tree(folder: Path) -> dict[str, bytes | None]:
    """Every file below a folder with its bytes, and every folder with None."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said; ``findings`` leaves out notes, which say what is so and not what is wrong."""

    status: int
    out: str
    err: str

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The findings of ``--format json``."""
        return [each for each in json.loads(self.out)["findings"] if each["severity"] != "note"]


def outside(folder: Path, *words: str, env: dict[str, str] | None = None, program: tuple[str, ...] = ("-m", "corpusbuild")) -> Ran:
    """Run the real command line in a process of its own."""
    done = subprocess.run(
        [sys.executable, *program, *words], cwd=folder, env={**os.environ, **(env or {})}, capture_output=True, timeout=120, check=False
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def inside(folder: Path, *words: str) -> Ran:
    """The same without the time that a process takes to start."""
    from corpusbuild.cli import main

    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(folder),
        mock.patch.object(sys, "argv", ["corpusbuild", *words]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            status = end.code
    return Ran(status if isinstance(status, int) else 1, out.getvalue(), err.getvalue())
