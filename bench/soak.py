"""Use one corpus for a long time, at random, and hold everything that is said of it against a model that knows what must be true.

    python bench/soak.py [--minutes 30] [--steps N] [--seed 1] [--work DIR] [--out FILE]

Articles, annotations and entries of a registry are added, changed, removed, renamed, broken and repaired; the corpus is checked, made
(in this process and in others, with one job and with two), locked, compared and released; runs are killed. After each step its result
is compared with the model's. Memory of this process and of its children, open files and files on disk are noted all along: they must
stay level. Exit status 1 where anything was not as it must be.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from corpusbuild import Corpus, Report, diff, verify

HERE = Path(__file__).resolve().parent
SCHEMA = HERE.parent / "tests" / "spec" / "base" / "schema"
NAME, DAY = "kabar-lama", date(2031, 6, 1)
FEWEST, MOST = 4, 14
CONFIG = f'[tool.corpusbuild]\nname = "{NAME}"\nversion = "0.1.0"\ngold = "ana"\n'

Rows = dict[str, str]
"""Key → content of the rows of a table."""


@dataclass
class Model:
    """What must be true. ``faults`` says of a broken article which code is found in it."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    claims: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    speakers: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    signed: str | None = None
    made: str | None = None
    version: str | None = None
    released: dict[str, Rows] = field(default_factory=dict)
    archives: dict[str, str] = field(default_factory=dict)

    def tables(self) -> dict[str, Rows]:
        """Every table as it must compile."""
        claims = {
            f"{article}#{key}": json.dumps(claim, sort_keys=True) for article, those in self.claims.items() for key, claim in those.items()
        }
        # Where the quoted words are moves with the text before them.
        places = {uid: f"{row} {hashlib.sha256(self.text(uid.partition('#')[0]).encode()).hexdigest()}" for uid, row in claims.items()}
        return {
            "articles": {article: self.text(article) for article in self.texts},
            "claims": places,
            "speakers": dict(self.speakers),
        }

    def text(self, article: str) -> str:
        """The text of an article."""
        return "".join(f"{line}\n" for line in self.texts[article])

    def content(self) -> str:
        """All of it in short, to compare states."""
        return hashlib.sha256(json.dumps([self.texts, self.claims, self.speakers, self.faults], sort_keys=True).encode()).hexdigest()


class Wrong(Exception):
    """Something is not as it must be."""


def must(so: bool, *said: object) -> None:  # noqa: FBT001  it reads as a sentence
    """Raise where it is not so."""
    if not so:
        raise Wrong(" ".join(map(str, said)))


class Soak:
    """The driver, its corpus and its model."""

    def __init__(self, place: Path, seed: int) -> None:
        self.rng = random.Random(seed)
        self.place, self.root = place, place / "corpus"
        self.model = Model()
        self.counts: Counter[str] = Counter()
        self.number = 0
        self.children: list[float] = []
        self._begin()

    def _begin(self) -> None:
        for folder in ("raw", "annotations"):
            (self.root / folder).mkdir(parents=True)
        shutil.copytree(SCHEMA, self.root / "schema")
        (self.root / "pyproject.toml").write_text(CONFIG, "utf-8")
        (self.root / ".gitignore").write_text("/dist/\n.corpusbuild/\n", "utf-8")
        self._git("init", "-q", "-b", "main")
        for name in ("rina", "joko", "bima"):
            self.model.speakers[name] = name.title()
        self._write_speakers()
        for _ in range(6):
            self.add_article()

    # ---- files ----

    def _git(self, *words: str) -> None:
        who = ("-c", "user.name=ana", "-c", "user.email=ana@example.org", "-c", "gc.auto=0")
        subprocess.run(["git", "-C", self.root, *who, *words], check=True, capture_output=True)

    def _write(self, path: str, value: Any) -> None:
        (self.root / path).write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")

    def _write_speakers(self) -> None:
        self._write("annotations/speakers.json", [{"id": key, "name": name} for key, name in self.model.speakers.items()])

    def _write_text(self, article: str) -> None:
        (self.root / "raw" / f"{article}.txt").write_text(self.model.text(article), "utf-8", newline="\n")

    def _write_claims(self, article: str, spoil: Callable[[list[dict[str, Any]]], None] | None = None) -> None:
        claims = [{"id": key, **claim} for key, claim in self.model.claims[article].items()]
        if spoil is not None:
            spoil(claims)
        self._write(f"annotations/{article}.json", {"article": article, "annotator": "ana", "claims": claims})

    # ---- words ----

    def _word(self) -> str:
        return "".join(self.rng.choice("bdgklmnprst") + self.rng.choice("aeiou") for _ in range(self.rng.randint(2, 4)))

    def _sentence(self) -> str:
        self.number += 1
        return f"{self._word().title()} {' '.join(self._word() for _ in range(8))} {self.number}."

    def _claim(self, article: str) -> dict[str, Any]:
        line = self.rng.choice(self.model.texts[article])
        return {"extent": line, "cue": line.split()[0], "speakers": [self.rng.choice([*self.model.speakers])]}

    def _key(self) -> str:
        self.number += 1
        return f"c{self.number}"

    # ---- edits ----

    def _whole(self) -> list[str]:
        return [article for article in self.model.texts if article not in self.model.faults]

    def add_article(self) -> None:
        """An article with a few claims."""
        if len(self.model.texts) >= MOST:
            return
        self.number += 1
        article = f"berita-{self.number}"
        self.model.texts[article] = [self._sentence() for _ in range(self.rng.randint(3, 9))]
        self.model.claims[article] = {self._key(): self._claim(article) for _ in range(self.rng.randint(1, 4))}
        self._write_text(article)
        self._write(f"raw/{article}.json", {"headline": self.model.texts[article][0], "event": "pasar"})
        self._write_claims(article)

    def remove_article(self) -> None:
        """Take an article away, broken or not."""
        if len(self.model.texts) <= FEWEST:
            return
        article = self.rng.choice([*self.model.texts])
        for path in (f"raw/{article}.txt", f"raw/{article}.json", f"annotations/{article}.json"):
            (self.root / path).unlink()
        del self.model.texts[article], self.model.claims[article]
        self.model.faults.pop(article, None)

    def change_text(self) -> None:
        """A sentence more at the end: every quotation still stands where it did."""
        article = self.rng.choice(self._whole() or [None])
        if article is not None and len(self.model.texts[article]) < 12:
            self.model.texts[article].append(self._sentence())
            self._write_text(article)

    def add_claim(self) -> None:
        """A claim more."""
        article = self.rng.choice(self._whole() or [None])
        if article is not None and len(self.model.claims[article]) < 8:
            self.model.claims[article][self._key()] = self._claim(article)
            self._write_claims(article)

    def remove_claim(self) -> None:
        """A claim less."""
        article = self.rng.choice(self._whole() or [None])
        if article is not None and len(self.model.claims[article]) > 1:
            del self.model.claims[article][self.rng.choice([*self.model.claims[article]])]
            self._write_claims(article)

    def change_claim(self) -> None:
        """Another quotation."""
        article = self.rng.choice(self._whole() or [None])
        if article is not None:
            self.model.claims[article][self.rng.choice([*self.model.claims[article]])] = self._claim(article)
            self._write_claims(article)

    def add_speaker(self) -> None:
        """An entry more, or a name spelt anew."""
        if len(self.model.speakers) < 8:
            self.model.speakers[self._word() + "x"] = self._word().title()
        else:
            self.model.speakers[self.rng.choice([*self.model.speakers])] = self._word().title()
        self._write_speakers()

    def rename_speaker(self) -> None:
        """A key gets another name, everywhere it stands; broken documents are not renamed in, so only where none is."""
        if self.model.faults:
            return
        old, new = self.rng.choice([*self.model.speakers]), f"{self._word()}-{self.number}"
        if new in self.model.speakers:
            return
        Corpus.open(self.root, search=False).rename("speakers.id", old, new)
        self.model.speakers = {new if key == old else key: name for key, name in self.model.speakers.items()}
        for claims in self.model.claims.values():
            for claim in claims.values():
                claim["speakers"] = [new if key == old else key for key in claim["speakers"]]
        # What was renamed is written again as this driver writes, so that bytes are the model's.
        self._write_speakers()
        for article in self.model.claims:
            self._write_claims(article)

    def break_one(self) -> None:
        """A slip: one finding."""
        article = self.rng.choice(self._whole() or [None])
        if article is None or len(self.model.faults) > 3:
            return

        def quotation(claims: list[dict[str, Any]]) -> None:
            claims[0]["cue"] = "Qqqqqq"

        def reference(claims: list[dict[str, Any]]) -> None:
            claims[0]["speakers"] = ["nobody-at-all"]

        def label(claims: list[dict[str, Any]]) -> None:
            claims[0]["certainty"] = "perhaps"

        spoil, code = self.rng.choice([(quotation, "CB201"), (reference, "CB302"), (label, "CB105")])
        self._write_claims(article, spoil)
        self.model.faults[article] = code

    def repair(self) -> None:
        """All is put right."""
        for article in self.model.faults:
            self._write_claims(article)
        self.model.faults.clear()

    # ---- commands ----

    def check(self) -> None:
        """The faults, each once, and no others."""
        self._judge(Corpus.open(self.root, search=False).check())

    def _judge(self, report: Report) -> None:
        found = sorted(each.finding.code for each in report if each.finding.severity == "error")
        must(
            len(found) == len(self.model.faults) and report.ok == (not found), "found", found, "and not", sorted(self.model.faults.values())
        )
        where = {Path(each.place.path).stem for each in report if each.finding.severity == "error"}
        must(where == set(self.model.faults), "found in", where, "and not in", set(self.model.faults))

    def waive(self) -> None:
        """What is wrong is forgiven, and then it is not."""
        if not self.model.faults:
            return
        corpus = Corpus.open(self.root, search=False)
        count = corpus.add_waivers(corpus.check(), date(2099, 1, 1), "to be mended")
        must(count >= len(self.model.faults), count, "waivers for", len(self.model.faults), "faults")
        must(Corpus.open(self.root, search=False).check(today=DAY).ok, "what is waived counts")
        self._write_config(self.model.version or "0.1.0")

    def _write_config(self, version: str) -> None:
        text = CONFIG.replace("0.1.0", version)
        if self.model.version is not None:
            text = text.replace(f'"{version}"\n', f'"{version}"\npublished = {DAY.isoformat()}\n')
        (self.root / "pyproject.toml").write_text(text, "utf-8")

    def make(self) -> None:
        """In this process; once more, there is nothing to do."""
        before = self._data_set()
        made = Corpus.open(self.root, search=False).make(jobs=1)
        self._made(made.ok, before)
        if made.ok:
            again = Corpus.open(self.root, search=False).make(jobs=1)
            must(again.up_to_date, "there was something to do")

    def make_outside(self) -> None:
        """In processes of its own, two jobs."""
        before = self._data_set()
        self._made(self._run("make", "--jobs", "2") == 0, before)

    def make_locked(self) -> None:
        """As it was signed off, or not at all."""
        before = self._data_set()
        made = Corpus.open(self.root, search=False).make(locked=True, jobs=1)
        signed = not self.model.faults and self.model.signed == self.model.content()
        must(made.ok == signed, "make --locked:", made.ok, "signed:", signed)
        if made.ok:
            self._rows_are_right()
        else:
            must(self._data_set() == before, "a red make changed the data set")

    def killed(self) -> None:
        """A make is killed; the old data set or the new one stands."""
        before = self._data_set()
        process = self._start("make", "--jobs", "1")
        time.sleep(self.rng.uniform(0.3, 2.0))
        process.send_signal(self.rng.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
        process.communicate()
        if self._data_set() != before:
            must(not self.model.faults, "a red make changed the data set")
            self._rows_are_right()

    def _made(self, ok: bool, before: str) -> None:  # noqa: FBT001  what became of it
        must(ok == (not self.model.faults), "make:", ok, "faults:", self.model.faults)
        if ok:
            self._rows_are_right()
        else:
            must(self._data_set() == before, "a red make changed the data set")

    def _data_set(self) -> str:
        path = self.root / "dist" / NAME / "manifest.json"
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""

    def _rows_are_right(self) -> None:
        data = self.root / "dist" / NAME / "data"
        for table, key, wanted in (
            ("articles", "article_id", self.model.texts),
            ("claims", "uid", self.model.tables()["claims"]),
            ("speakers", "id", self.model.speakers),
        ):
            names = [
                name
                for path in sorted((data / table).glob("*.parquet"))
                for name in pq.read_table(path, columns=[key]).column(0).to_pylist()
            ]
            must(sorted(names) == sorted(wanted), table, "has", len(names), "rows and not", len(wanted))
        for path in (data / "claims").glob("*.parquet"):
            for row in pq.read_table(path).to_pylist():
                text = self.model.text(row["article_id"])
                must(text[row["extent"]["start"] : row["extent"]["end"]] == row["extent"]["text"], "a span holds other words")
                must(row["extent"]["text"] == self.model.claims[row["article_id"]][row["id"]]["extent"], "another quotation")

    def cached_is_fresh(self) -> None:
        """What is made with all that is kept is byte for byte what is made of a copy of which nothing is known."""
        if self.model.faults:
            return
        made = Corpus.open(self.root, search=False).make(jobs=1)
        self._made(made.ok, "")
        copy = self.place / "fresh"
        shutil.copytree(self.root, copy, ignore=shutil.ignore_patterns(".corpusbuild", "dist"))
        try:
            must(Corpus.open(copy, search=False).make(jobs=1).ok, "a copy does not compile")
            must(_tree(copy / "dist" / NAME) == _tree(self.root / "dist" / NAME), "cached and fresh differ")
        finally:
            shutil.rmtree(copy)

    def lock(self) -> None:
        """Signed off, unless something is wrong."""
        done = Corpus.open(self.root, search=False).lock(jobs=1)
        must(done.ok == (not self.model.faults), "lock:", done.ok)
        if done.after is not None:
            must(sorted(done.after.articles) == sorted(self.model.texts), "the lock has other articles")
            self.model.signed = self.model.content()

    def compare(self) -> None:
        """What differs from the last release is what the model says."""
        if not self.model.archives or self.model.faults:
            return
        last = self.root / "dist" / [*self.model.archives][-1]
        self._differs(diff(last, corpus=self.root))

    def _differs(self, found: Any) -> None:
        for name, now in self.model.tables().items():
            then = self.model.released[name]
            wanted = (len(now.keys() - then.keys()), len(then.keys() - now.keys()))
            table = found.tables[name]
            must((table.added, table.removed) == wanted, name, "added and removed", (table.added, table.removed), "and not", wanted)
            changed = sum(now[key] != then[key] for key in now.keys() & then.keys())
            # A sentence at the end moves no quotation, so of claims no more than these have changed.
            must(
                table.changed <= changed if name == "claims" else table.changed == changed,
                name,
                "changed",
                table.changed,
                "and not",
                changed,
            )

    def release(self) -> None:
        """The version that the changes demand; earlier archives stay as they are."""
        if not self.model.faults and self.rng.random() < 0.7:
            self.lock()
        self._git("add", "-A")
        self._git("commit", "-q", "--allow-empty", "-m", "edits")
        corpus = Corpus.open(self.root, search=False)
        signed = not self.model.faults and self.model.signed == self.model.content()
        now = self.model.tables()
        same = self.model.version is not None and now == self.model.released
        done = corpus.release(today=DAY, commit=True, tag=True)
        must(
            done.ok == (signed and not same),
            "release:",
            done.ok,
            "signed:",
            signed,
            "same:",
            same,
            [each.finding.message for each in done.report],
        )
        if not done.ok:
            return
        must(done.version == self._demanded(now), "version", done.version, "and not", self._demanded(now))
        self.model.version, self.model.released = done.version, now
        must(done.archive is not None, "no archive")
        path = self.root / "dist" / f"{NAME}-{done.version}.tar.gz"
        self.model.archives[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()

    def _demanded(self, now: dict[str, Rows]) -> str:
        if self.model.version is None:
            return "0.1.0"
        first, second, third = map(int, self.model.version.split("."))
        then = self.model.released
        lost = any(then[name].keys() - now[name].keys() for name in then)
        other = any(then[name][key] != now[name][key] for name in ("articles", "speakers") for key in then[name].keys() & now[name].keys())
        quoted = any(
            then["claims"][key].rpartition(" ")[0] != now["claims"][key].rpartition(" ")[0]
            for key in then["claims"].keys() & now["claims"].keys()
        )
        return f"{first}.{second + 1}.0" if lost or other or quoted else f"{first}.{second}.{third + 1}"

    def archives_stay(self) -> None:
        """No release ever changes, and one of them is proved."""
        for name, sha256 in self.model.archives.items():
            must(hashlib.sha256((self.root / "dist" / name).read_bytes()).hexdigest() == sha256, name, "has changed")
        if self.model.archives:
            must(verify(self.root / "dist" / self.rng.choice([*self.model.archives])).ok, "a release is not whole")

    # ---- processes ----

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "corpusbuild", *words], cwd=self.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def _run(self, *words: str) -> int:
        process = self._start(*words)
        said = process.stdout.read() if process.stdout is not None else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.children.append(used.ru_maxrss / 1024)
        must(process.returncode in {0, 1}, words, "ended with", process.returncode, said.decode("utf-8", "replace"))
        return process.returncode

    # ---- at work ----

    def run(self, seconds: float, steps: int | None, tell: Callable[[dict[str, Any]], None]) -> list[dict[str, Any]]:
        """Work so long, or so many steps; what was measured, about every fiftieth of the time."""
        start = time.monotonic()
        noted: list[dict[str, Any]] = []
        while (now := time.monotonic() - start) < seconds and self.counts.total() != steps:
            if now >= len(noted) * seconds / 50:
                noted.append(self.measured(now))
                tell(noted[-1])
            step = self.rng.choices([*STEPS], [*STEPS.values()])[0]
            try:
                getattr(self, step)()
            except Exception as error:
                raise Wrong(f"step {self.counts.total()}, {step}: {error!r}") from error
            self.counts[step] += 1
        noted.append(self.measured(time.monotonic() - start))
        return noted

    def measured(self, seconds: float) -> dict[str, Any]:
        """Memory in MiB, open files, and files that were left."""
        own = self.root / ".corpusbuild"
        return {
            "seconds": round(seconds),
            "steps": self.counts.total(),
            "memory": round(int(Path("/proc/self/statm").read_text("utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20, 1),
            "children": max(self.children[-20:], default=0.0),
            "open": len(list(Path("/proc/self/fd").iterdir())),
            "own": sum(path.is_file() for path in own.rglob("*")) if own.is_dir() else 0,
            "dist": sum(path.is_file() for path in (self.root / "dist").rglob("*") if not path.name.endswith(".tar.gz")),
            "temporary": len(list(Path(tempfile.gettempdir()).glob("corpusbuild-*"))) + len(list((self.root / "dist").glob(".*"))),
        }


STEPS = {
    **dict.fromkeys(("add_article", "remove_article", "change_text", "remove_claim", "change_claim", "add_speaker"), 4),
    "add_claim": 8,
    "break_one": 5,
    "repair": 9,
    "rename_speaker": 2,
    "check": 10,
    "make": 10,
    "make_outside": 2,
    "make_locked": 4,
    "lock": 8,
    "waive": 2,
    "killed": 2,
    "cached_is_fresh": 3,
    "compare": 2,
    "release": 2,
    "archives_stay": 1,
}
"""Step → how often it is chosen where others are as often."""


def _tree(folder: Path) -> dict[str, bytes]:
    """Every file but for the provenance: a copy is in no commit."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    manifest = json.loads(found["manifest.json"])
    manifest["provenance"].pop("commit", None)
    return {**found, "manifest.json": json.dumps(manifest).encode()}


def slope(noted: list[dict[str, Any]], what: str) -> float:
    """How much a figure grows in an hour, by least squares, once it is warm: a third of the time is left out."""
    points = [(each["seconds"] / 3600, each[what]) for each in noted[len(noted) // 3 :]]
    mean_x, mean_y = (sum(each) / len(points) for each in zip(*points, strict=True))
    across = sum((x - mean_x) ** 2 for x, _ in points)
    return round(sum((x - mean_x) * (y - mean_y) for x, y in points) / across, 2) if across else 0.0


def main() -> int:
    """Soak, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--steps", type=int, help="end after so many, if the time is not over before")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--out", type=Path, default=HERE / "results" / "soak.json")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        place = (asked.work or Path(folder)).resolve()
        shutil.rmtree(place, ignore_errors=True)
        (place / "tmp").mkdir(parents=True)
        os.environ["TMPDIR"] = tempfile.tempdir = str(place / "tmp")
        soak = Soak(place, asked.seed)
        wrong = ""
        try:
            noted = soak.run(asked.minutes * 60, asked.steps, lambda each: print(json.dumps(each), flush=True))
        except Wrong as error:
            noted, wrong = [soak.measured(0)], str(error)
        figures = {
            "seed": asked.seed,
            "minutes": asked.minutes,
            "wrong": wrong,
            "steps": soak.counts.total(),
            "by_step": dict(soak.counts),
            "releases": len(soak.model.archives),
            "an_hour": {what: slope(noted, what) for what in ("memory", "children", "open", "own", "dist", "temporary")}
            if not wrong
            else {},
            "noted": noted,
        }
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    print(json.dumps({name: figures[name] for name in ("wrong", "steps", "releases", "an_hour")}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
