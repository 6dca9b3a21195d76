"""The command line, with two seconds more for each block: long enough to see a line of progress, or to interrupt."""

from __future__ import annotations

import sys
import time

from corpusbuild.blocks import Block
from corpusbuild.workflow import compiling
from corpusbuild.workflow.parts import Bench, Built, build


def slowly(bench: Bench, block: Block) -> Built:
    time.sleep(2)
    return build(bench, block)


if __name__ == "__main__":  # workers import this as well
    from corpusbuild.cli import main

    compiling.build = slowly  # type: ignore[assignment]
    sys.argv[0] = "corpusbuild"
    main()
