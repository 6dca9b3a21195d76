#!/usr/bin/env python3
"""Change the code in small ways and see whether a test notices: mutation testing by mutmut, portion by portion.

    .ci/mutants.py                  every portion of [tool.mutants] in pyproject.toml
    .ci/mutants.py text placing     some of them
    .ci/mutants.py text --again     of what survived the last time, or took too long, what does so still
    .ci/mutants.py text --resume    where it was interrupted

A mutant that survives gets a test, or, where no test could notice it, its reason in tests/mutants.toml; the exit status
is 1 as long as one has neither. Each portion is a copy of the files that git knows, in .mutants/, since mutmut writes
beside what it reads. Needs the extra [mutants], and a system with fork.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SCRATCH = ROOT / ".mutants"
REASONS = ROOT / "tests" / "mutants.toml"

# A mutant may loop for ever and keep all that it makes.
MEMORY = 6 << 30

NOTICED = {"killed", "timeout", "segfault", "caught by type check"}


class Change(NamedTuple):
    """What a mutant is, whatever its number: a function, and its lines as they were and as they became."""

    where: str
    was: str
    becomes: str


def main() -> int:
    """Run the portions that are asked for; 1 where a mutant survives that has no reason."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutants"]
    portions: dict[str, dict[str, list[str]]] = settings.pop("portions")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("portions", nargs="*", choices=[*portions, []], metavar="PORTION", help=", ".join(portions))
    parser.add_argument("--again", action="store_true", help="only what survived the last time")
    parser.add_argument("--resume", action="store_true", help="only what was not tried the last time")
    given = parser.parse_args()
    os.nice(15)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    return max([run(name, settings, portions[name], again=given.again, resume=given.resume) for name in given.portions or portions])


def run(name: str, settings: Mapping[str, Any], portion: Mapping[str, list[str]], *, again: bool, resume: bool) -> int:
    """Run one portion and say what came of it."""
    folder = SCRATCH / name
    names = [mutant for mutant, result in results(folder) if result not in NOTICED or result == "timeout"] if again else []
    if again and not names:
        print(f"{name}: nothing survived")
        return 0
    if not (again or resume):
        shutil.rmtree(folder, ignore_errors=True)
    lay_out(folder, {**settings, **portion})
    subprocess.run(["mutmut", "run", "--max-children", "2", *names], cwd=folder, check=True)
    return report(name, folder)


def lay_out(folder: Path, settings: Mapping[str, Any]) -> None:
    """Copy what git knows, with the settings where mutmut looks for them."""
    listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True)
    tops = set()
    for path in filter(None, listed.stdout.split("\0")):
        if (ROOT / path).is_file():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, folder / path, follow_symlinks=False)
            tops.add(path.split("/")[0])
    lines = {key: "".join(f"\n    {each}" for each in value) if isinstance(value, list) else str(value) for key, value in settings.items()}
    lines["also_copy"] = "".join(f"\n    {top}" for top in sorted(tops - {"src"}))
    (folder / "setup.cfg").write_text("[mutmut]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items()), "utf-8")


def results(folder: Path) -> list[tuple[str, str]]:
    """Every mutant of a portion, and what became of it."""
    told = subprocess.run(["mutmut", "results", "--all", "true"], cwd=folder, check=True, capture_output=True, text=True)
    return re.findall(r"^ +(\S+): (.+)$", told.stdout, re.MULTILINE)


def report(name: str, folder: Path) -> int:
    """Print the figures of each module, and what survived without a reason."""
    reasons = {Change(each["where"], each["was"], each["becomes"]) for each in tomllib.loads(REASONS.read_text("utf-8"))["equivalent"]}
    counts: dict[str, Counter[str]] = {}
    unexplained: list[tuple[str, str, Change]] = []
    for mutant, result in results(folder):
        change = None if result in NOTICED else shown(mutant, folder)
        excused = change in reasons
        if change and not excused:
            unexplained.append((mutant, result, change))
        counts.setdefault(mutant.rpartition(".")[0], Counter())["equivalent" if excused else result] += 1
    for mutant, result, change in unexplained:
        print(f"\n{mutant}: {result}\n  in {change.where}")
        print(*(f"    - {line}" for line in change.was.splitlines()), *(f"    + {line}" for line in change.becomes.splitlines()), sep="\n")
    print(f"\n{name}:")
    for module, found in sorted(counts.items()):
        print(f"  {module}: {found.total()} mutants, {', '.join(f'{count} {result}' for result, count in found.most_common())}")
    return 1 if unexplained else 0


def shown(mutant: str, folder: Path) -> Change:
    """The lines that a mutant changes."""
    told = subprocess.run(["mutmut", "show", mutant], cwd=folder, check=True, capture_output=True, text=True).stdout
    module, _, function = mutant.rpartition(".")
    function = re.sub(r"__mutmut_\d+$", "", function).removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
    return Change(f"{module}.{function}", "\n".join(changed(told, "-")), "\n".join(changed(told, "+")))


def changed(difference: str, sign: str) -> Iterator[str]:
    """The lines of a difference that go, or that come."""
    for line in difference.splitlines():
        if line.startswith(sign) and not line.startswith(sign * 3):
            yield line[1:].strip()


if __name__ == "__main__":
    sys.exit(main())
