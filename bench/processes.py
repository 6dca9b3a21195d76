"""Run a command and watch all its processes: what the system itself keeps of them, read from ``/proc`` (Linux)."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
EVERY = 0.05  # seconds between two looks; more would take processor time from what is measured


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took."""

    printed: str
    wall: float
    """Seconds on the clock."""
    cpu: float
    """Processor seconds of all processes."""
    largest: int
    """KiB that the largest process held at its peak."""
    together: int
    """KiB that all processes held at one time, at most, as seen every so often; memory that they share counts in each."""


def run(command: Sequence[str], variables: dict[str, str], *, beside: int | None = None, status: int = 0) -> Run:
    """Run ``command`` once; ``beside`` is a process whose descendants work for it, such as a cluster's.

    Another exit status than expected ends the benchmark: figures of a run that did nothing mislead.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        before = _processor_seconds(beside)
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, env=variables)
        watch = Watch([process.pid] if beside is None else [process.pid, beside])
        _, code, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        watch.stop()
        process.returncode = os.waitstatus_to_exitcode(code)
        out.seek(0)
        err.seek(0)
        printed = out.read().decode()
        if process.returncode != status:
            sys.exit(f"failed: {' '.join(command)}\n{printed}{err.read().decode()}")
    cpu = usage.ru_utime + usage.ru_stime + _processor_seconds(beside) - before
    # ru_maxrss is of the largest process that has ended, also between two looks.
    largest = max(watch.largest, usage.ru_maxrss)
    return Run(printed, wall, cpu, largest, max(watch.together, largest))


class Watch:
    """Looks at processes and their descendants in a thread, until told to stop."""

    def __init__(self, roots: Sequence[int]) -> None:
        self.largest = self.together = 0
        self._roots = roots
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        if PROC.is_dir():
            self._thread.start()

    def stop(self) -> None:
        """Look no longer."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(EVERY):
            together = 0
            for pid in (each for root in self._roots for each in tree(root)):
                peak, now = _memory(pid)
                self.largest = max(self.largest, peak)
                together += now
            self.together = max(self.together, together)


def tree(pid: int) -> Iterator[int]:
    """A process and its descendants."""
    yield pid
    try:
        children = [child for thread in (PROC / f"{pid}/task").iterdir() for child in (thread / "children").read_text().split()]
    except OSError:  # it has ended meanwhile
        return
    for child in children:
        yield from tree(int(child))


def _memory(pid: int) -> tuple[int, int]:
    """KiB: the most that a process has held, and what it holds now."""
    try:
        lines = (PROC / f"{pid}/status").read_text().splitlines()
    except OSError:
        return 0, 0
    found = {name: int(value.split()[0]) for name, _, value in (line.partition(":") for line in lines) if name in {"VmHWM", "VmRSS"}}
    return found.get("VmHWM", 0), found.get("VmRSS", 0)


def _processor_seconds(root: int | None) -> float:
    """What a process and its descendants have used so far."""
    if root is None:
        return 0.0
    ticks = 0
    for pid in tree(root):
        try:
            fields = (PROC / f"{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])  # utime and stime: fields 14 and 15 of proc(5)
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_of_machine() -> int:
    """Bytes of memory that this machine has; 0 where that is not known."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return 0


def processor() -> str:
    """What processor this machine has, as it names itself."""
    try:
        lines = (PROC / "cpuinfo").read_text().splitlines()
    except OSError:
        return "unknown"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
