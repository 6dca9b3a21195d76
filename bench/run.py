"""Measure corpusbuild against conversions that check nothing, and against what a careful user would do without it.

See README.md for what the figures mean.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from cluster import Cluster, installed
from processes import run
from results import Measured, Results, Row, Runs, rows

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
CLI = [sys.executable, str(HERE / "ours.py")]
SCALED = ("floor", "make --jobs 2")
CHANGED = 7  # the article that is edited or spoilt; it lies in the first shard


def nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Case:
    """One thing to measure: a command, and what makes its folders fit for it before each run and mends them after."""

    name: str
    command: Sequence[str]
    prepare: Callable[[], None] = nothing
    restore: Callable[[], None] = nothing
    compared: bool = True
    """Whether the ratio to the floor says anything."""
    status: int = 0
    """How the command ends when all is as it should be."""
    beside: Callable[[], int | None] = lambda: None
    """A process whose descendants work for the command."""
    lacks: str = ""
    """Why it cannot be measured here."""


@dataclass(frozen=True)
class Bench:
    """A corpus on the disk, and how to get it into the state that a case needs."""

    work: Path
    articles: int
    seed: int
    sample: int
    variables: dict[str, str]

    @property
    def corpus(self) -> Path:
        """The invented corpus."""
        return self.work / f"articles-{self.articles}-{self.seed}"

    @property
    def small(self) -> Path:
        """A copy of the corpus that comes with the repository."""
        return self.work / "bundled"

    @property
    def out(self) -> Path:
        """Where baselines write."""
        return self.work / "out"

    @property
    def plain(self) -> Path:
        """The annotations of the invented corpus with anchors as strings."""
        return self.work / f"{self.corpus.name}-plain"

    def generate(self, *, plain: bool) -> None:
        """Write the corpus unless it is there, in a process of its own: a child's peak memory counts from its parent's."""
        if not self.corpus.exists() or (plain and not self.plain.exists()):
            self._generate("--articles", str(self.articles), *(["--plain"] if plain else []))

    def copy_bundled(self) -> None:
        """Copy the repository's own corpus."""
        shutil.rmtree(self.small, ignore_errors=True)
        for part in ("raw", "schema", "annotations", "checks"):
            shutil.copytree(REPOSITORY / part, self.small / part)
        shutil.copy(REPOSITORY / "pyproject.toml", self.small)

    def fresh(self, corpus: Path | None = None) -> None:
        """Take away everything that an earlier run has left."""
        for name in ("dist", ".corpusbuild"):
            shutil.rmtree((corpus or self.corpus) / name, ignore_errors=True)

    def clear(self) -> None:
        """Take away what baselines have written."""
        shutil.rmtree(self.out, ignore_errors=True)

    def made(self) -> None:
        """Compile the corpus, if it is not."""
        subprocess.run([*CLI, "make", "--corpus", str(self.corpus)], env=self.variables, capture_output=True, check=True)

    def changed(self, option: str, part: str) -> tuple[Callable[[], None], Callable[[], None]]:
        """What changes one line of the first shard of ``part`` of a compiled corpus, and what puts it back."""
        shard, kept = self.corpus / part, self.work / "kept.jsonl"

        def change() -> None:
            self.made()
            shutil.copy2(shard, kept)
            self._generate(option, str(CHANGED))

        def put_back() -> None:
            if kept.exists():
                kept.replace(shard)

        return change, put_back

    def documents(self) -> None:
        """Write a file for each document of the sample."""
        self.clear()
        command = [str(HERE / "baselines.py"), "files", str(self.corpus), str(self.out), "--sample", str(self.sample)]
        subprocess.run([sys.executable, *command], env=self.variables, check=True)

    def _generate(self, *options: str) -> None:
        command = [str(HERE / "generate.py"), str(self.corpus), "--seed", str(self.seed), *options]
        subprocess.run([sys.executable, *command], stdout=subprocess.DEVNULL, check=True)


def cases(bench: Bench) -> list[Case]:
    """What is measured, in the order of each round."""
    cluster = Cluster(bench.variables)

    def baseline(which: str, prepare: Callable[[], None] = bench.clear, lacks: str = "") -> Case:
        command = [str(HERE / "baselines.py"), which, str(bench.corpus), str(bench.out), "--sample", str(bench.sample)]
        return Case(which, [sys.executable, *command], prepare, lacks=lacks)

    def on(corpus: Path, command: str, *options: str) -> list[str]:
        return [*CLI, command, "--corpus", str(corpus), *options]

    def start_cluster() -> None:
        bench.fresh()
        cluster.start()

    edit, unedit = bench.changed("--edit", "raw/articles-00000.jsonl")
    spoil, unspoil = bench.changed("--spoil", "annotations/gold-00000.jsonl")
    big, small = bench.corpus, bench.small
    scheduler = ("--scheduler", cluster.address)
    return [
        baseline("floor"),
        baseline("floor-anchors"),
        baseline("datasets"),
        baseline("datasets-plain"),
        baseline("plain-script"),
        baseline("check-jsonschema", bench.documents, "" if find_spec("check_jsonschema") else "it is not installed"),
        Case("make --jobs 1", on(big, "make", "--jobs", "1"), bench.fresh),
        Case("make --jobs 2", on(big, "make", "--jobs", "2"), bench.fresh),
        Case("make --scheduler", on(big, "make", *scheduler), start_cluster, cluster.stop, beside=cluster.pid, lacks=_lacks_scheduler()),
        Case("make, nothing to do", on(big, "make"), bench.made),
        Case("make, one article edited", on(big, "make"), edit, unedit),
        Case("make, one fault", on(big, "make"), spoil, unspoil, status=1),
        Case("check --jobs 1, after make", on(big, "check", "--jobs", "1")),
        Case("check --jobs 2, after make", on(big, "check", "--jobs", "2")),
        Case("check --jobs 2", on(big, "check", "--jobs", "2"), bench.fresh),
        Case("--help", [*CLI, "--help"], compared=False),
        Case("bundled: make", on(small, "make"), lambda: bench.fresh(small), compared=False),
        Case("bundled: nothing to do", on(small, "make"), compared=False),
        Case("python -c pass", [sys.executable, "-c", "pass"], compared=False),
    ]


def _lacks_scheduler() -> str:
    told = subprocess.run([*CLI, "make", "--help"], capture_output=True, text=True, check=True).stdout
    if "--scheduler" not in told:
        return "make has no --scheduler"
    return "" if installed() else "Dask is not installed"


def once(case: Case, bench: Bench, runs: Runs) -> None:
    """Measure a case once."""
    case.prepare()
    try:
        runs.add(run(case.command, bench.variables, beside=case.beside(), status=case.status), bench.articles)
    finally:
        case.restore()


def measure(bench: Bench, todo: Sequence[Case], rounds: int, keep: Callable[[Measured], None]) -> Measured:
    """Run each case once a round; ``keep`` is told after each round."""
    for case in todo:
        if not case.compared:  # these are short: let them find every module compiled
            once(case, bench, Runs())
    sizes = {part: sum(path.stat().st_size for path in (bench.corpus / part).iterdir()) for part in ("raw", "annotations")}
    measured = Measured(bench.articles, sizes, {case.name: Runs(case.compared) for case in todo})
    for done in range(rounds):
        for case in todo:
            runs = measured.runs[case.name]
            once(case, bench, runs)
            print(f"{bench.articles:,} articles {done + 1}/{rounds} {case.name} {runs.wall[-1]:.2f} s", file=sys.stderr, flush=True)
        keep(measured)
    return measured


def environment(work: Path) -> dict[str, str]:
    """This environment, with compiled modules kept: whoever has installed a package has them."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(work / "pycache")}


def table(measured: Measured) -> str:
    """The figures, one case a line."""
    sizes = ", ".join(f"{part}/ {size / 1e6:.0f} MB" for part, size in measured.bytes.items())
    names = f"{'best':>9}{'median':>9}{'CPU':>9}{'no imports':>12} |{'best':>8}{'no imports':>12}{'CPU':>8} |{'largest':>9}{'all':>7}"
    over = f"{'':<26}{'seconds':>39} |{'multiples of the floor':>28} |{'peak MiB':>16}"
    lines = [f"{measured.articles:,} articles: {sizes}", over, f"{'':<26}{names}", *map(_line, rows(measured))]
    lines += [f"{name:<26}not measured: {why}" for name, why in measured.skipped.items()]
    samples = {row.sample for row in rows(measured) if row.sample}
    lines += [f"* a sample of {sample:,} articles, scaled; its memory is the sample's" for sample in samples]
    return "\n".join(lines)


def _line(row: Row) -> str:
    def times(value: float | None) -> str:
        return "" if value is None else f"{value:.2f}x"

    work = "" if row.work is None else f"{row.work:.2f}"
    seconds = f"{row.name + ('*' if row.sample else ''):<26}{row.best:>9.2f}{row.median:>9.2f}{row.cpu:>9.2f}{work:>12}"
    ratios = f"{times(row.best_ratio):>8}{times(row.work_ratio):>12}{times(row.cpu_ratio):>8}"
    return f"{seconds} |{ratios} |{row.largest:>9.0f}{row.together:>7.0f}"


def _sizes(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]


def _measure_table(bench: Bench, given: argparse.Namespace, results: Results) -> None:
    wanted = [case for case in cases(bench) if not given.only or case.name in {"floor", *given.only}]

    def keep(measured: Measured) -> None:
        measured.skipped = {case.name: case.lacks for case in wanted if case.lacks}
        results.table = measured
        results.keep()

    bench.copy_bundled()
    print(table(measure(bench, [case for case in wanted if not case.lacks], given.runs, keep)))


def _measure_scaling(benches: Iterable[Bench], given: argparse.Namespace, results: Results) -> None:
    before: list[Measured] = []
    for bench in benches:
        bench.generate(plain=False)

        def keep(measured: Measured) -> None:
            results.scaling = [*before, measured]
            results.keep()

        before.append(measure(bench, [case for case in cases(bench) if case.name in SCALED], given.runs, keep))
        print(table(before[-1]))
        if not given.work:
            shutil.rmtree(bench.corpus)  # the next may fill the disk


def main() -> None:
    """Generate, measure, print, and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, help="articles of the table's corpus; 20,000 unless given, no table with --scaling alone")
    parser.add_argument("--scaling", type=_sizes, default=[], metavar="N,N,…", help="also floor and make --jobs 2 at these sizes")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=1000, help="articles that the slowest baselines do; their time is scaled")
    parser.add_argument("--work", type=Path, help="where the corpora lie; a temporary folder unless given, else kept")
    parser.add_argument("--only", action="append", metavar="CASE", help="measure this case and the floor; may be repeated")
    given = parser.parse_args()
    results = Results(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        work = (given.work or Path(folder)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        variables = environment(work)

        def bench(articles: int) -> Bench:
            return Bench(work, articles, given.seed, min(given.sample, articles), variables)

        if given.articles or not given.scaling:
            chosen = bench(given.articles or 20_000)
            chosen.generate(plain=True)
            _measure_table(chosen, given, results)
        if given.scaling:
            _measure_scaling(map(bench, given.scaling), given, results)
            # In a process of its own again, so that whoever has no matplotlib has the figures.
            subprocess.run([sys.executable, str(HERE / "report.py"), "--curve", str(results.path)], check=False)
    print(f"kept in bench/results/{results.path.name}; python bench/report.py writes docs/performance.md")


if __name__ == "__main__":
    main()
