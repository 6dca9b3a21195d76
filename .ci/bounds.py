#!/usr/bin/env python3
"""Whether what is installed here is the lowest version that pyproject.toml allows, of each direct dependency.

A bound below what other dependencies need is met by nobody, and so tested by nobody.
"""

import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _direct(written: list[str]) -> dict[str, Requirement]:
    """The dependencies by name, with those of the extras of ours that they name."""
    found: dict[str, Requirement] = {}
    for each in map(Requirement, written):
        if each.name == PROJECT["name"]:
            for extra in each.extras:
                found |= _direct(PROJECT["optional-dependencies"][extra])
        else:
            found[each.name] = each
    return found


def main() -> int:
    """Tell each bound that nothing here meets exactly."""
    loose = 0
    for name, wanted in sorted(_direct([*PROJECT["dependencies"], "corpusbuild[dev]"]).items()):
        (bound,) = (each.version for each in wanted.specifier if each.operator == ">=")
        if Version(version(name)) != Version(bound):
            loose += 1
            print(f"{name}>={bound} is installed as {version(name)}: no lower version can be")
    return 1 if loose else 0


if __name__ == "__main__":
    sys.exit(main())
