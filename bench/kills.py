"""Kill every command that writes, at hundreds of moments, and count what was lost.

    python bench/kills.py [--kills 1000] [--seed 1] [--case NAME …] [--work DIR] [--out FILE]

See ``killing.py``. Exit status 1 where anything was lost.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from killing import Killed, cases, kill, learn, plan, preload

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Learn the cases, kill, count, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--case", action="append", default=[])
    parser.add_argument("--work", type=Path)
    parser.add_argument("--out", type=Path, default=HERE / "results" / "kills.json")
    asked = parser.parse_args()
    preload()
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        work = (asked.work or Path(folder)).resolve()
        chosen = [case for case in cases() if not asked.case or case.name in asked.case]
        knowns = [learn(case, work) for case in chosen]
        for known in knowns:
            print(f"{known.case.name}: {known.seconds:.2f} s, {known.moments} changes", flush=True)
        start, done = time.monotonic(), list[Killed]()
        for known, number, moment, after in plan(knowns, asked.kills, asked.seed):
            result = kill(known, work, number, moment=moment, after=after)
            done.append(result)
            if result.faults:
                print(f"LOST {result.case}, {result.signal} at {result.moment}", *result.faults, sep="\n    ", flush=True)
            if len(done) % 50 == 0:
                print(f"{len(done)} kills, {sum(bool(each.faults) for each in done)} losses, {time.monotonic() - start:.0f} s", flush=True)
        figures = counted(done) | {
            "seed": asked.seed,
            "seconds": round(time.monotonic() - start),
            "changes": {known.case.name: known.moments for known in knowns},
            "visited": {known.case.name: _visited(done, known.case.name) for known in knowns},
        }
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    print(json.dumps({name: figures[name] for name in ("kills", "losses", "by_signal", "seconds")}))
    return 1 if figures["losses"] else 0


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
