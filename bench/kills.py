"""Kill every command that writes, at hundreds of moments, and count what was lost.

    python bench/kills.py [--kills 1000] [--seed 1] [--jobs 1] [--case NAME …] [--work DIR] [--out FILE]

See ``killing.py``. Exit status 1 where anything was lost.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import asdict
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from kill_cases import cases
from killing import Killed, carry_out, learn, plan, preload

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Learn the cases, kill, count, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--case", action="append", default=[])
    parser.add_argument("--work", type=Path)
    parser.add_argument("--out", type=Path, default=HERE / "results" / "kills.json")
    asked = parser.parse_args()
    preload()
    start = time.monotonic()
    # Not one that is taken away when its program ends: each process that is forked from this one ends as a program does.
    folder = (asked.work or Path(tempfile.mkdtemp(prefix="kills-"))).resolve()
    try:
        works = [folder / str(number) for number in range(asked.jobs)]
        shares = list(map(partial(_share, asked), range(asked.jobs), works)) if asked.jobs == 1 else _together(asked, works)
    finally:
        if asked.work is None:
            shutil.rmtree(folder, ignore_errors=True)
    done = [Killed(**each) for share in shares for each in share["done"]]
    changes = shares[0]["changes"]
    figures = counted(done) | {
        "seed": asked.seed,
        "seconds": round(time.monotonic() - start),
        "changes": changes,
        "visited": {name: _visited(done, name) for name in changes},
    }
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    print(json.dumps({name: figures[name] for name in ("kills", "losses", "by_signal", "seconds")}))
    return 1 if figures["losses"] else 0


def _together(asked: argparse.Namespace, works: list[Path]) -> list[dict[str, Any]]:
    """The shares of several processes, each with a corpus of its own for every case."""
    children = []
    for number, work in enumerate(works):
        pid = os.fork()
        if not pid:
            status = 1
            try:
                share = _share(asked, number, work)
                (work / "share.json").write_text(json.dumps(share), "utf-8")
                status = 0
            finally:
                if status:
                    traceback.print_exc()
                os._exit(status)
        children.append(pid)
    if any(os.waitpid(pid, 0)[1] for pid in children):
        raise SystemExit("a process of this harness failed")
    return [json.loads((work / "share.json").read_bytes()) for work in works]


def _share(asked: argparse.Namespace, number: int, work: Path) -> dict[str, Any]:
    """What one of ``jobs`` processes has found: every so many-th kill of the plan."""
    work.mkdir(parents=True, exist_ok=True)
    knowns = [learn(case, work) for case in cases() if not asked.case or case.name in asked.case]
    for known in knowns:
        print(f"{known.case.name}: {known.seconds:.2f} s, {known.moments} changes", flush=True)
    done: list[Killed] = []
    start = time.monotonic()
    for kill in islice(plan(knowns, asked.kills, asked.seed), number, None, asked.jobs):
        result = carry_out(kill, work)
        done.append(result)
        if result.faults:
            print(f"LOST {result.case}, {result.signal} at {result.moment}", *result.faults, sep="\n    ", flush=True)
        if len(done) % 20 == 0:
            print(f"{len(done)} kills, {sum(bool(each.faults) for each in done)} losses, {time.monotonic() - start:.0f} s", flush=True)
    return {"done": [asdict(each) for each in done], "changes": {known.case.name: known.moments for known in knowns}}


def _visited(done: list[Killed], case: str) -> int:
    """Before how many of a command's changes it was killed."""
    return len({each.moment for each in done if each.case == case and each.moment.startswith("change")})


def counted(done: list[Killed]) -> dict[str, Any]:
    """Figures by command and by signal, and everything that was lost."""
    lost = [asdict(each) for each in done if each.faults]
    states: dict[str, Counter[str]] = {}
    for each in done:
        states.setdefault(each.case, Counter()).update([each.state, each.signal])
    return {
        "kills": len(done),
        "losses": len(lost),
        "by_command": {name: dict(sorted(counts.items())) for name, counts in states.items()},
        "by_signal": dict(Counter(each.signal for each in done)),
        "lost": lost,
    }


if __name__ == "__main__":
    sys.exit(main())
