"""One gigabyte of one line, and what becomes of it: the time and the memory of `corpusbuild check`, in a process of its own.

    python fuzz/large.py [--gigabytes 1] [--work DIR]

The file is written as it goes, and is gone in the end. A smaller one is in ``tests/test_hostile_input.py``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from readers import REPOSITORY

_BLOCK = b"c" * (1 << 20)


def main() -> None:
    """Write, check, tell."""
    parser = argparse.ArgumentParser(description="Check a corpus with one line of a gigabyte.")
    parser.add_argument("--gigabytes", type=float, default=1)
    parser.add_argument("--work")
    given = parser.parse_args()
    with TemporaryDirectory(dir=given.work) as place:
        root = Path(shutil.copytree(REPOSITORY / "tests" / "spec" / "base", Path(place) / "corpus"))
        for path in ("annotations/all.jsonl", "raw/all.jsonl"):
            with (root / path).open("wb") as file:
                file.write(b'{"article": "pasar", "annotator": "')
                for _ in range(int(given.gigabytes * 1024)):
                    file.write(_BLOCK)
                file.write(b'"}\n')
        process = subprocess.Popen(
            [sys.executable, "-m", "corpusbuild", "check", "--format", "concise", "--jobs", "1"],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")},
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        said = process.stdout.read().decode()
        _, status, used = os.wait4(process.pid, 0)
        print(said, end="")
        seconds, memory = used.ru_utime + used.ru_stime, used.ru_maxrss >> 10
        print(f"exit {os.waitstatus_to_exitcode(status)}, {seconds:.1f} s of the processor, {memory:,} MiB")


if __name__ == "__main__":
    main()
