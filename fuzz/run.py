"""Fuzz every reader in turn, and say what came of it: executions, coverage, crashes, and processor time, by reader.

    python fuzz/run.py --minutes 30 [--reader NAME]… [--work DIR] [--seed N] [--slice SECONDS]
    python fuzz/run.py --replay          every input that was ever kept, again: none may crash any more
    python fuzz/run.py --table           what was done so far

Each reader has a process of its own, for a slice of time, round after round, until the minutes are over. The corpora that coverage
has built up lie in the work folder and are gone on with; the figures of every round are added to ``figures.json`` there.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "src"))

from readers import READERS  # noqa: E402  below src, which may not be installed
from seeds import seeds  # noqa: E402  likewise

INPUT_SECONDS, INPUT_MEGABYTES = 25, 2048
"""The most that one input may take before it is a hang, or too much memory."""


_SAVED = ("executions", "processor_seconds", "edges", "features", "rounds", "aborted")
"""What is kept of the figures; the rest is seen from what lies in the work folder."""


@dataclass
class Figures:
    """What was done to a reader, over all rounds."""

    executions: int = 0
    processor_seconds: float = 0.0
    edges: int = 0
    features: int = 0
    rounds: int = 0
    aborted: int = 0
    """How many rounds libFuzzer ended: a hang, or too much memory."""
    mended: int = 0
    """Inputs that failed once, and do no longer."""
    open: list[str] = field(default_factory=list)
    """Inputs that fail."""


def main() -> None:
    """Run, and print a table."""
    given = _arguments()
    work = Path(given.work)
    names = given.reader or list(READERS)
    if given.replay:
        sys.exit(replay(work, names))
    if given.table:
        print(table(_known(work)))
        return
    end = time.monotonic() + 60 * given.minutes
    while time.monotonic() < end:
        for name in names:
            left = end - time.monotonic()
            if left < 5:
                break
            figures = _known(work).get(name, Figures())
            _round(name, work / name, figures, min(given.slice, int(left)), given.seed + figures.rounds)
            _save(work / name, figures)
    everything = _known(work)
    (work / "figures.json").write_text(json.dumps({name: vars(each) for name, each in everything.items()}, indent=1) + "\n")
    print(table(everything))
    sys.exit(any(each.open for each in everything.values()))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Fuzz the readers.")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--reader", action="append", choices=list(READERS))
    parser.add_argument("--work", default=str(Path(gettempdir()) / "corpusbuild-fuzz"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slice", type=int, default=60)
    parser.add_argument("--replay", action="store_true")
    parser.add_argument("--table", action="store_true")
    return parser.parse_args()


def _round(name: str, folder: Path, figures: Figures, seconds: int, seed: int) -> None:
    corpus = folder / "corpus"
    if not corpus.is_dir():
        corpus.mkdir(parents=True)
        for number, data in enumerate(seeds(name)):
            (corpus / f"seed-{number}").write_bytes(data)
    words = folder / "tokens.dict"
    words.write_text("".join(f'"{_escaped(token)}"\n' for token in READERS[name].tokens))
    options = [
        f"-max_total_time={seconds}", f"-seed={seed}", f"-timeout={INPUT_SECONDS}", f"-rss_limit_mb={INPUT_MEGABYTES}",
        f"-max_len={READERS[name].most}", f"-dict={words}", f"-artifact_prefix={folder}/aborted-",
        "-print_final_stats=1", "-verbosity=1", "-reload=0", str(corpus),
    ]  # fmt: skip
    with TemporaryDirectory(prefix="fuzzed-") as temporary:
        process = subprocess.Popen(
            [sys.executable, str(HERE / "one.py"), name, str(folder), *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": f"{HERE.parent / 'src'}", "TMPDIR": temporary, "PYTHONHASHSEED": "0"},
        )
        assert process.stderr is not None
        said = process.stderr.read().decode("utf-8", "replace")
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    (folder / "said.txt").write_text(said[-200_000:])
    figures.rounds += 1
    figures.processor_seconds += used.ru_utime + used.ru_stime
    told = re.findall(r"^#(\d+)\t|number_of_executed_units:\s*(\d+)", said, re.MULTILINE)
    figures.executions += max((int(one or other) for one, other in told), default=0)
    for what, name_of in (("cov", "edges"), ("ft", "features")):
        seen = [int(found) for found in re.findall(rf"\b{what}: (\d+)", said)]
        setattr(figures, name_of, max([getattr(figures, name_of), *seen]))
    if process.returncode:
        figures.aborted += 1
        if not list(folder.glob("aborted-*")):  # libFuzzer has no input to blame
            (folder / f"aborted-{figures.rounds}.txt").write_text(said[-5_000:])


def _escaped(token: bytes) -> str:
    return "".join(chr(each) if 0x20 <= each < 0x7F and each not in b'"\\' else f"\\x{each:02x}" for each in token)


def replay(work: Path, names: list[str]) -> int:
    """Run everything that was kept once more; how many inputs still crash, or take longer than they may."""
    still = 0
    for name in names:
        for path in [*_kept(work / name), *sorted((work / name).glob("mended/*"))]:
            done = subprocess.run(
                [sys.executable, str(HERE / "replay.py"), name, str(path)], capture_output=True, timeout=4 * INPUT_SECONDS, check=False
            )
            fine = done.returncode == 0
            still += not fine
            if not fine:
                print(f"{name}: {path.name}\n{done.stderr.decode('utf-8', 'replace')[-1500:]}")
            elif path.parent.name != "mended":
                (work / name / "mended").mkdir(exist_ok=True)
                path.rename(work / name / "mended" / path.name)
                path.with_suffix(".txt").unlink(missing_ok=True)
    print(f"{still} inputs still crash")
    return min(still, 1)


def _known(work: Path) -> dict[str, Figures]:
    """What was done so far: each reader has its own file, so that two runs may share the readers between them."""
    found = {}
    for path in sorted(work.glob("*/figures.json")):
        figures = found[path.parent.name] = Figures(
            **{each: value for each, value in json.loads(path.read_bytes()).items() if each in _SAVED}
        )
        figures.open = [each.relative_to(work).as_posix() for each in _kept(path.parent)]
        figures.mended = len(list(path.parent.glob("mended/*")))
    return found


def _kept(folder: Path) -> list[Path]:
    """Every input of a reader that failed, and was not seen to be read since."""
    return sorted(path for pattern in ("crashes/*.bin", "slow/*.bin", "aborted-*") for path in folder.glob(pattern))


def _save(folder: Path, figures: Figures) -> None:
    part = folder / "figures.json.part"
    part.write_text(json.dumps({each: getattr(figures, each) for each in _SAVED}, indent=1) + "\n")
    part.replace(folder / "figures.json")


def table(figures: dict[str, Figures]) -> str:
    """The figures, as a table of Markdown."""
    rows = ["| reader | executions | edges | features | processor minutes | mended | open |", "|---|---:|---:|---:|---:|---:|---:|"]
    rows += [
        f"| {name} | {each.executions:,} | {each.edges:,} | {each.features:,} | {each.processor_seconds / 60:.1f} |"
        f" {each.mended} | {len(each.open)} |"
        for name, each in sorted(figures.items())
    ]
    executions, minutes = sum(each.executions for each in figures.values()), sum(each.processor_seconds for each in figures.values()) / 60
    mended, left = sum(each.mended for each in figures.values()), sum(len(each.open) for each in figures.values())
    return "\n".join([*rows, f"| all | {executions:,} | | | {minutes:.1f} | {mended} | {left} |"])


if __name__ == "__main__":
    main()
