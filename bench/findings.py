"""Measure `corpusbuild check` on a corpus where everything is wrong: how long until the annotator sees what.

    python bench/findings.py [--articles 500] [--seed 1] [--runs 3] [--work DIR]

Each case spoils the corpus of `generate.py` in one way, file by file and pretty-printed as people write them. The
target is the first screen in under five seconds for ten thousand findings, whatever they are.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import generate

CLI = [sys.executable, "-c", "from corpusbuild.cli import main; main()"]
TARGET = 5.0  # seconds

Spoil = Callable[[random.Random, dict[str, Any]], None]


def slip(rng: random.Random, words: str) -> str:
    """``words`` with one to three letters left out, doubled or put for others."""
    for _ in range(min(rng.randint(1, 3), len(words) // 4)):
        at = rng.randrange(len(words))
        words = words[:at] + rng.choice(("", words[at] * 2, "q")) + words[at + 1 :]
    return words


def spoilt(rng: random.Random, anchor: Any) -> Any:
    """The same for the words of an anchor."""
    if isinstance(anchor, str):
        return slip(rng, anchor)
    name = "exact" if "exact" in anchor else rng.choice(("first", "last"))
    return {**anchor, name: slip(rng, anchor[name])}


def parts(rng: random.Random, document: dict[str, Any]) -> None:
    """About twenty quotations that lie within others."""
    for claim in document["claims"]:
        for name in ("source", "cue"):
            if rng.random() < 0.6:
                claim[name] = spoilt(rng, claim[name])
        claim["content"] = [spoilt(rng, each) if rng.random() < 0.6 else each for each in claim["content"]]


def extents(rng: random.Random, document: dict[str, Any]) -> None:
    """Every quotation that is looked for in the whole text, and as many again."""
    document["claims"] += [{**claim, "id": f"d{i}"} for i, claim in enumerate(document["claims"][:8])]
    for claim in document["claims"]:
        claim["extent"] = spoilt(rng, claim["extent"])


def invented(rng: random.Random, document: dict[str, Any]) -> None:
    """Long quotations that are like no place at all."""
    document["claims"] += [{**claim, "id": f"d{i}"} for i, claim in enumerate(document["claims"][:8])]
    for claim in document["claims"]:
        claim["extent"] = " ".join("".join(rng.sample("abdegiklmnoprstu", 6)) for _ in range(rng.randint(10, 40)))


def ambiguous(rng: random.Random, document: dict[str, Any]) -> None:
    """Words that stand in many places."""
    document["claims"] += [{**claim, "id": f"d{i}"} for i, claim in enumerate(document["claims"][:8])]
    for claim in document["claims"]:
        claim["extent"] = rng.choice((".", ", ", "a", "ng"))


def keys(rng: random.Random, document: dict[str, Any]) -> None:
    """Every reference, and as many again."""
    for claim in document["claims"]:
        claim["speakers"] = [slip(rng, claim["speakers"][0]), f"{slip(rng, claim['speakers'][0])}-x"]
    for stance in document["stances"]:
        stance["target"] = slip(rng, stance["target"])


def labels(rng: random.Random, document: dict[str, Any]) -> None:
    """Labels and properties."""
    for claim in document["claims"]:
        claim["type"] = slip(rng, claim["type"])
        claim["certanty"] = claim.pop("certainty")


CASES: tuple[Spoil, ...] = (parts, extents, invented, ambiguous, keys, labels)


def write(folder: Path, articles: int, seed: int, spoil: Spoil) -> None:
    """A corpus of files, spoilt."""
    generate.write(folder, generate.Wanted(articles, seed, near_duplicates=0))
    rng = random.Random(seed)
    for path in (*folder.glob("raw/*.jsonl"), *folder.glob("annotations/*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            if path.parent.name == "raw":
                (folder / "raw" / f"{row['id']}.txt").write_text(row.pop("text"), "utf-8")
            else:
                spoil(rng, row)
            pretty = json.dumps(row, ensure_ascii=False, indent=2) + "\n"
            (path.parent / f"{row['id' if path.parent.name == 'raw' else 'article']}.json").write_text(pretty, "utf-8")
        path.unlink()


def main() -> None:
    """Write, run and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--work", type=Path, help="where the corpora are kept")
    parser.add_argument("--case", action="append", choices=[case.__name__ for case in CASES])
    given = parser.parse_args()
    work = given.work or Path(tempfile.mkdtemp(prefix="findings-"))
    print(f"{'case':<12}{'findings':>10}{'best s':>9}{'median s':>10}{'cpu s':>8}")
    for spoil in CASES:
        if given.case and spoil.__name__ not in given.case:
            continue
        folder = work / f"{spoil.__name__}-{given.articles}-{given.seed}"
        if not folder.exists():
            write(folder, given.articles, given.seed, spoil)
        took: list[float] = []
        worked: list[float] = []
        for _ in range(given.runs):
            started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
            done = subprocess.run([*CLI, "check"], cwd=folder, capture_output=True, text=True, check=False)
            took.append(time.perf_counter() - started)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            worked.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        counts = [line for line in done.stdout.splitlines() if line.startswith(tuple("0123456789")) and " error" in line]
        count = counts[-1].split(" error")[0] if counts else done.stderr.strip()
        took.sort()
        late = "" if took[0] < TARGET else f"  over {TARGET:.0f} s"
        print(f"{spoil.__name__:<12}{count:>10}{took[0]:>9.2f}{took[len(took) // 2]:>10.2f}{min(worked):>8.2f}{late}", flush=True)
    if given.work is None:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
