"""Measure corpusbuild against conversions that check nothing. See README.md for what the figures mean."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
CLI = [sys.executable, "-c", "from corpusbuild.cli import main; main()"]
LIBRARIES = ("corpusbuild", "pyarrow", "datasets", "jsonschema-rs", "jiter", "orjson", "numpy", "rensa")


@dataclass(frozen=True)
class Case:
    """One thing to measure: a command, and what makes the folder fit for it before each run."""

    name: str
    command: Sequence[str]
    prepare: Callable[[], object] = lambda: None
    floor: bool = True
    """Whether the ratio to the floor says anything."""


@dataclass
class Runs:
    """What was measured, one figure a run: seconds on the clock, processor seconds, KiB of the largest process."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    rss: list[int] = field(default_factory=list)
    work: list[float] = field(default_factory=list)
    """Seconds without imports, where the command tells."""


@dataclass
class Results:
    """The file that keeps every single figure; written after each round, so that a long run cut short is not lost."""

    articles: int
    seed: int
    sizes: dict[str, int]
    measured: dict[str, Runs]
    when: str = field(default_factory=lambda: time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()))

    @property
    def name(self) -> str:
        """The file's name."""
        return f"{self.articles}-{self.when}.json"

    def keep(self) -> None:
        """Write the file anew."""
        kept = {
            "articles": self.articles,
            "seed": self.seed,
            "bytes": self.sizes,
            "when": self.when,
            "machine": {"processors": os.cpu_count(), "system": platform.system(), "python": platform.python_version()},
            "load": os.getloadavg(),
            "versions": {name: version(name) for name in LIBRARIES},
            "runs": {name: asdict(runs) for name, runs in self.measured.items()},
        }
        folder = HERE / "results"
        folder.mkdir(exist_ok=True)
        (folder / self.name).write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


def environment(work: Path) -> dict[str, str]:
    """This environment, with compiled modules kept: whoever has installed a package has them."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(work / "pycache")}


def measure(command: Sequence[str], runs: Runs, variables: dict[str, str]) -> None:
    """Run a command once. A failure ends the benchmark: figures of a run that did nothing mislead."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, env=variables)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        printed = out.read().decode()
        if process.returncode:
            sys.exit(f"failed: {' '.join(command)}\n{printed}{err.read().decode()}")
    runs.wall.append(wall)
    runs.cpu.append(usage.ru_utime + usage.ru_stime)
    runs.rss.append(usage.ru_maxrss)
    if printed.startswith('{"work"'):
        runs.work.append(json.loads(printed)["work"])


def fresh(corpus: Path) -> None:
    """Take away everything that an earlier run has left."""
    for name in ("dist", ".corpusbuild"):
        shutil.rmtree(corpus / name, ignore_errors=True)


def cases(work: Path, big: Path, small: Path) -> list[Case]:
    """What is measured, in the order of each round."""
    out = work / "out"

    def clear() -> None:
        shutil.rmtree(out, ignore_errors=True)

    def baseline(which: str) -> Case:
        return Case(which, [sys.executable, str(HERE / "baselines.py"), which, str(big), str(out)], clear)

    def make(*options: str) -> list[str]:
        return [*CLI, "make", "--corpus", str(big), *options]

    return [
        baseline("floor"),
        baseline("floor-anchors"),
        baseline("datasets"),
        baseline("datasets-plain"),
        Case("make --jobs 1", make("--jobs", "1"), lambda: fresh(big)),
        Case("make --jobs 2", make("--jobs", "2"), lambda: fresh(big)),
        Case("make, nothing to do", make()),
        Case("check --jobs 1", [*CLI, "check", "--corpus", str(big), "--jobs", "1"]),
        Case("check --jobs 2", [*CLI, "check", "--corpus", str(big), "--jobs", "2"]),
        Case("--help", [*CLI, "--help"], floor=False),
        Case("bundled: make", [*CLI, "make", "--corpus", str(small)], lambda: fresh(small), floor=False),
        Case("bundled: nothing to do", [*CLI, "make", "--corpus", str(small)], floor=False),
        Case("python -c pass", [sys.executable, "-c", "pass"], floor=False),
    ]


def table(measured: dict[str, Runs], compared: set[str]) -> str:
    """The figures, one case a line."""
    floor = measured["floor"]
    lines = [f"{'':<24}{'best':>8}{'median':>8}{'CPU':>8}{'no imports':>12}{'best':>10}{'median':>8}{'CPU':>8}{'peak MiB':>10}"]
    for name, runs in measured.items():
        work = f"{min(runs.work):.2f}" if runs.work else ""
        line = f"{name:<24}{min(runs.wall):>8.2f}{statistics.median(runs.wall):>8.2f}{min(runs.cpu):>8.2f}{work:>12}"
        if name in compared:
            best, cpu = min(runs.wall) / min(floor.wall), min(runs.cpu) / min(floor.cpu)
            line += f"{best:>9.2f}x{statistics.median(runs.wall) / statistics.median(floor.wall):>7.2f}x{cpu:>7.2f}x"
        else:
            line += " " * 26
        lines.append(f"{line}{max(runs.rss) / 1024:>10.0f}")
    return "\n".join(lines)


def main() -> None:
    """Generate, measure, print, and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, help="Where the corpora lie; a temporary folder unless given, else kept.")
    parser.add_argument("--only", action="append", metavar="CASE", help="Measure this case and the floor; may be repeated.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = (given.work or Path(folder)).resolve()
        big, small = work / f"articles-{given.articles}-{given.seed}", work / "bundled"
        if not big.exists():
            generate = [str(HERE / "generate.py"), str(big), "--articles", str(given.articles), "--seed", str(given.seed)]
            # In a process of its own: a child's peak memory counts from that of the process that started it.
            subprocess.run([sys.executable, *generate], check=True)
        shutil.rmtree(small, ignore_errors=True)
        for part in ("raw", "schema", "annotations", "checks"):
            shutil.copytree(REPOSITORY / part, small / part)
        shutil.copy(REPOSITORY / "pyproject.toml", small)
        todo = [case for case in cases(work, big, small) if not given.only or case.name in {"floor", *given.only}]
        variables = environment(work)
        for case in todo:
            if not case.floor:  # these are short: let them find every module compiled
                case.prepare()
                measure(case.command, Runs(), variables)
        measured = {case.name: Runs() for case in todo}
        sizes = {part: sum(path.stat().st_size for path in (big / part).iterdir()) for part in ("raw", "annotations")}
        results = Results(given.articles, given.seed, sizes, measured)
        for done in range(given.runs):
            for case in todo:
                case.prepare()
                measure(case.command, measured[case.name], variables)
                print(f"{done + 1}/{given.runs} {case.name} {measured[case.name].wall[-1]:.2f} s", file=sys.stderr, flush=True)
            results.keep()
    print(f"{given.articles:,} articles: raw/ {sizes['raw'] / 1e6:.0f} MB, annotations/ {sizes['annotations'] / 1e6:.0f} MB; seconds")
    print(table(measured, {case.name for case in todo if case.floor}))
    print(f"kept in bench/results/{results.name}")


if __name__ == "__main__":
    main()
