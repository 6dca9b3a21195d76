"""Have ``datasets`` load every config, in a process of its own, and compare the rows that come back.

The process works offline, with a cache that is deleted afterwards, and leaves out the working folder. It is the only one
that loads ``datasets``, and pandas with it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import orjson

from corpusbuild.corpus.scratch import scratch
from corpusbuild.emit.card import DEFAULT
from corpusbuild.errors import CannotGoOn
from corpusbuild.release.proof import Proof, counted
from corpusbuild.release.verifying_tables import Read
from corpusbuild.rules import does_not_load

_MODULE = "corpusbuild.release.loading"
_LONGEST = 90


def check_loading(read: Read, proof: Proof, tell: Callable[[str, int, int], None]) -> None:
    """``datasets.load_dataset`` of every config, with all of its checks, must give back the rows of the Parquet files."""
    shown = {name: read.splits(name) for name in read.columns if read.splits(name)}
    tell("loading with datasets", 0, 0)
    before = len(proof.findings)
    for line in _run(read, shown):
        why = line["why"]
        if why:
            first = read.groups[line["config"], shown[line["config"]][0]][0].path
            proof.findings += does_not_load.check(first, line["config"], why)
    if len(proof.findings) == before:
        splits = sum(len(each) for each in shown.values())
        proof.proved.append(
            f"datasets.load_dataset gives back exactly these rows: {counted(len(shown), 'config')}, {counted(splits, 'split')}; "
            f"the default is {DEFAULT}"
        )


def _run(read: Read, shown: dict[str, list[str]]) -> list[dict[str, Any]]:
    with scratch() as folder:
        cache = str(folder)
        place = str(read.data_set.folder.absolute())
        order = {
            "folder": _plainly_named(place, cache),
            "cache": f"{cache}/cache",
            "default": DEFAULT,
            "configs": {
                name: {split: [[group.path, group.number] for group in read.groups[name, split]] for split in splits}
                for name, splits in shown.items()
            },
        }
        homes = dict.fromkeys(("HF_HOME", "HF_DATASETS_CACHE", "HF_MODULES_CACHE", "XDG_CACHE_HOME"), cache)
        offline = dict.fromkeys(
            ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "HF_DATASETS_DISABLE_PROGRESS_BARS"), "1"
        )
        done = subprocess.run(  # noqa: S603  this Python, and a module of ours
            # -P: a datasets.py in the working folder is not the library.
            [sys.executable, "-P", "-m", _MODULE],
            input=orjson.dumps(order),
            env={**os.environ, **homes, **offline},
            cwd=cache,
            capture_output=True,
            check=False,
        )
        try:
            lines: list[dict[str, Any]] = [orjson.loads(line) for line in done.stdout.splitlines()]
        except ValueError:
            lines = []
        if done.returncode or [line["config"] for line in lines] != list(shown):
            said = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"it ended with status {done.returncode}"]
            raise CannotGoOn(f"datasets could not be asked: {said[-1]}", place, "see that `python -c 'import datasets'` works here")
        return [{**line, "why": _short(line["why"].replace(place, "…").replace(cache, "…"))} for line in lines]


def _short(why: str) -> str:
    """Some errors list every kind of file that there is."""
    return why if len(why) <= _LONGEST else f"{why[:_LONGEST]}…"


def _plainly_named(place: str, cache: str) -> str:
    """The folder at ``place``, or its files under a plain name: ``datasets`` takes brackets and asterisks for patterns."""
    if not set("[]*?{}") & set(place):
        return place
    return str(shutil.copytree(place, f"{cache}/data-set", copy_function=_link))


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # on another disk, or where there are no links
        shutil.copyfile(source, target)
