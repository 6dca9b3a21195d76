"""Run corpusbuild's command line, and print at the end how long it took without the imports of this process.

Imports of other processes count as work: they run while this one waits for them.
"""

from __future__ import annotations

import json
import time
from importlib import import_module
from typing import Any

bootstrap: Any = import_module("importlib._bootstrap")  # whatever imports a module that is not there yet comes by here


class Imports:
    """How long imports took: the outermost of each, with all that it draws in."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._depth = 0
        self._load = bootstrap._find_and_load  # noqa: SLF001  the one place that all imports pass

    def __call__(self, *arguments: Any) -> Any:
        """Import a module."""
        started = time.perf_counter()
        self._depth += 1
        try:
            return self._load(*arguments)
        finally:
            self._depth -= 1
            if not self._depth:
                self.seconds += time.perf_counter() - started


if __name__ == "__main__":
    began = time.perf_counter()
    imports = bootstrap._find_and_load = Imports()  # noqa: SLF001
    from corpusbuild.cli import main

    try:
        main()
    finally:
        print(json.dumps({"work": round(time.perf_counter() - began - imports.seconds, 3), "cpu": None, "sample": None}))
