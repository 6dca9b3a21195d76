"""What was measured, as it is kept in JSON, and the rows of the tables that are made of it."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from processes import Run, memory_of_machine, processor

FOLDER = Path(__file__).resolve().parent / "results"
LIBRARIES = (
    *("corpusbuild", "pyarrow", "datasets", "jsonschema-rs", "jiter", "orjson", "numpy", "rensa"),
    *("jsonschema", "check-jsonschema", "distributed"),
)


@dataclass
class Runs:
    """What was measured of one case, one figure a run; of a sample, scaled to the corpus."""

    compared: bool = True
    """Whether the ratio to the floor says anything."""
    sample: int | None = None
    """How many articles were done, where not all."""
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)
    """Seconds without imports, where the command tells."""
    largest: list[int] = field(default_factory=list)
    together: list[int] = field(default_factory=list)

    def add(self, run: Run, articles: int) -> None:
        """Keep a run over a corpus of so many articles."""
        wall, cpu = run.wall, run.cpu
        last = run.printed.rstrip().rpartition("\n")[2]
        if last.startswith('{"work"'):
            told = json.loads(last)
            work = told["work"]
            if told["sample"]:
                self.sample = told["sample"]
                more = articles / told["sample"] - 1
                wall, cpu, work = wall + work * more, cpu + told["cpu"] * more, work * (1 + more)
            self.work.append(work)
        self.wall.append(wall)
        self.cpu.append(cpu)
        self.largest.append(run.largest)
        self.together.append(run.together)


@dataclass
class Measured:
    """One corpus, and what was measured on it."""

    articles: int
    bytes: dict[str, int]
    runs: dict[str, Runs]
    skipped: dict[str, str] = field(default_factory=dict)
    """What was not measured, and why."""


@dataclass
class Results:
    """The file that keeps every single figure; written after each round, so that a long run cut short is not lost."""

    seed: int
    table: Measured | None = None
    scaling: list[Measured] = field(default_factory=list)
    when: str = field(default_factory=lambda: time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()))
    machine: dict[str, Any] = field(default_factory=lambda: dict(_machine()))
    versions: dict[str, str] = field(default_factory=lambda: dict(_versions()))
    load: list[tuple[float, float, float]] = field(default_factory=list)
    """The machine's load after each round, over 1, 5 and 15 minutes."""

    @property
    def path(self) -> Path:
        """Where it is kept."""
        return FOLDER / f"{self.when}.json"

    def keep(self) -> None:
        """Write the file anew."""
        self.load.append(os.getloadavg())
        FOLDER.mkdir(exist_ok=True)
        self.path.write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")

    @classmethod
    def read(cls, path: Path) -> Results:
        """Read it back."""
        given = json.loads(path.read_text("utf-8"))
        table = given.pop("table")
        scaling = [_measured(each) for each in given.pop("scaling")]
        return cls(**given, table=_measured(table) if table else None, scaling=scaling)


def _measured(given: dict[str, Any]) -> Measured:
    return Measured(**{**given, "runs": {name: Runs(**runs) for name, runs in given["runs"].items()}})


def _machine() -> Iterator[tuple[str, Any]]:
    yield "processor", processor()
    yield "processors", os.cpu_count()
    yield "memory", memory_of_machine()
    yield "system", platform.system()
    yield "python", platform.python_version()


def _versions() -> Iterator[tuple[str, str]]:
    for name in LIBRARIES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: seconds, multiples of the floor's where comparing says anything, and MiB."""

    name: str
    best: float
    median: float
    cpu: float
    work: float | None
    best_ratio: float | None
    work_ratio: float | None
    cpu_ratio: float | None
    largest: float
    together: float
    sample: int | None


def rows(measured: Measured) -> Iterator[Row]:
    """The cases in their order."""
    floor = measured.runs["floor"]
    for name, runs in measured.runs.items():
        work = min(runs.work) if runs.work else None
        yield Row(
            name=name,
            best=min(runs.wall),
            median=statistics.median(runs.wall),
            cpu=min(runs.cpu),
            work=work,
            best_ratio=min(runs.wall) / min(floor.wall) if runs.compared else None,
            work_ratio=work / min(floor.work) if runs.compared and work is not None else None,
            cpu_ratio=min(runs.cpu) / min(floor.cpu) if runs.compared else None,
            largest=max(runs.largest) / 1024,
            together=max(runs.together) / 1024,
            sample=runs.sample,
        )
