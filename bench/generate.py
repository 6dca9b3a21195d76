"""Write an invented corpus of any size: the same arguments give the same bytes, however many processes write it.

    python bench/generate.py FOLDER [--articles 20000] [--seed 1] [--faults N] [--unaligned] [--compress zst] …
    python bench/generate.py FOLDER --edit NUMBER

A shard has a random stream of its own, from the seed and its number, and no process holds more than one shard.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, TypeVar

import orjson

from faults import Fault, chosen
from invented import Author, World, plain

SCHEMA = Path(__file__).resolve().parent.parent / "schema"
SHARD = 2000  # articles
CONFIG = """\
[tool.corpusbuild]
name = "bench"
version = "0.1.0"
license = "CC-BY-4.0"
language = ["id"]
gold = "gold"

[tool.corpusbuild.splits]
group = "event"
ratios = { train = 0.8, validation = 0.1, test = 0.1 }
"""

Result = TypeVar("Result")
world = lru_cache(maxsize=1)(World)


@dataclass(frozen=True)
class Wanted:
    """What a corpus shall be like; all its bytes follow from this."""

    articles: int
    seed: int = 1
    near_duplicates: float = 0.005
    """The share of articles that are others of the same event, edited."""
    faults: int = 0
    """Documents that are wrong in one place."""
    unaligned: bool = False
    """Whether documents lie in other shards than their articles, in no order."""
    compress: str = ""
    """What shards are compressed with: gz, zst or nothing."""
    plain: bool = False
    """Whether the annotations are written a second time, into ``<folder>-plain``, with anchors as strings."""

    @property
    def shards(self) -> int:
        """How many files the articles take."""
        return -(-self.articles // SHARD)

    @cached_property
    def faulty(self) -> dict[int, Fault]:
        """The faults by the number of the article."""
        return {each.number: each for each in chosen(self.seed, self.articles, self.faults)}

    def numbers(self, shard: int) -> range:
        """The articles of a shard."""
        return range(shard * SHARD, min((shard + 1) * SHARD, self.articles))

    def file(self, kind: str, shard: int) -> str:
        """The name of a shard."""
        return f"{kind}-{shard:05d}.jsonl" + (f".{self.compress}" if self.compress else "")


def write(folder: Path, wanted: Wanted, jobs: int | None = None) -> list[str]:
    """Write the corpus, with so many processes (as many as there are processors unless given).

    Returns the faults in it, each as ``file:line: kind``.
    """
    for each in (folder, plain_folder(folder)):
        shutil.rmtree(each, ignore_errors=True)
    for part in ("raw", "annotations", *(["scattered"] if wanted.unaligned else [])):
        (folder / part).mkdir(parents=True)
    if wanted.plain:
        (plain_folder(folder) / "annotations").mkdir(parents=True)
    shutil.copytree(SCHEMA, folder / "schema")
    (folder / "pyproject.toml").write_text(CONFIG, "utf-8")
    _write_registries(folder, world(wanted.seed, wanted.articles))
    shards = range(wanted.shards)
    jobs = min(jobs or os.cpu_count() or 1, wanted.shards)
    pieces = list(_each(partial(_write_shard, folder, wanted), shards, jobs))
    places = {number: f"{wanted.file('gold', number // SHARD)}:{number % SHARD + 1}" for number in wanted.faulty}
    if wanted.unaligned:
        for found in _each(partial(_gather, folder, wanted), ([piece[target] for piece in pieces] for target in shards), jobs, shards):
            places |= found
        shutil.rmtree(folder / "scattered")
    return [f"annotations/{places[number]}: {fault.kind}" for number, fault in wanted.faulty.items()]


def plain_folder(folder: Path) -> Path:
    """Where the copy of the annotations lies whose anchors are strings."""
    return folder.with_name(folder.name + "-plain")


def _each(task: Callable[..., Result], items: Iterable[Any], jobs: int, *more: Iterable[Any]) -> Iterator[Result]:
    if jobs == 1:
        yield from map(task, items, *more)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(task, items, *more)


def _write_registries(folder: Path, known: World) -> None:
    registries = {
        "speakers": [{"id": key, "name": name, "named": True, "kind": "person"} for key, name in known.speakers.items()],
        "targets": [{"id": key, "label": name, "description": None} for key, name in known.targets.items()],
        "annotators": [{"id": "gold", "kind": "model"}],
    }
    for name, rows in registries.items():
        (folder / "annotations" / f"{name}.json").write_bytes(orjson.dumps(rows))


def _write_shard(folder: Path, wanted: Wanted, shard: int) -> list[tuple[int, int]]:
    """Write the articles of a shard and their documents.

    Where documents shall be elsewhere, they lie in ``scattered/``, shuffled; returns which bytes of them each shard gets.
    """
    articles: list[bytes] = []
    documents: list[bytes] = []
    as_text: list[bytes] = []
    author = Author(world(wanted.seed, wanted.articles), shard)
    for number, (article, document) in zip(wanted.numbers(shard), author.pairs(wanted.numbers(shard), wanted.near_duplicates), strict=True):
        if number in wanted.faulty:
            wanted.faulty[number].into(document, wanted.seed)
        articles.append(_line(article))
        documents.append(_line(document))
        if wanted.plain:
            as_text.append(_line(plain(document)))
    (folder / "raw" / wanted.file("articles", shard)).write_bytes(_packed(articles, wanted.compress))
    if wanted.plain:
        (plain_folder(folder) / "annotations" / f"gold-{shard:05d}.jsonl").write_bytes(b"".join(as_text))
    if not wanted.unaligned:
        (folder / "annotations" / wanted.file("gold", shard)).write_bytes(_packed(documents, wanted.compress))
        return []
    random.Random(f"{wanted.seed}/{shard}/out").shuffle(documents)
    (folder / "scattered" / f"{shard}").write_bytes(b"".join(documents))
    ends = [0, *accumulate(map(len, documents))]
    return list(pairwise(ends[len(documents) * target // wanted.shards] for target in range(wanted.shards + 1)))


def _gather(folder: Path, wanted: Wanted, parts: list[tuple[int, int]], target: int) -> dict[int, str]:
    """Write a shard of documents from everywhere. Returns where the faulty ones are, by the number of the article."""
    documents: list[bytes] = []
    for shard, (start, end) in enumerate(parts):
        with (folder / "scattered" / f"{shard}").open("rb") as file:
            file.seek(start)
            documents += file.read(end - start).splitlines(keepends=True)
    random.Random(f"{wanted.seed}/{target}/in").shuffle(documents)
    name = wanted.file("gold", target)
    (folder / "annotations" / name).write_bytes(_packed(documents, wanted.compress))
    if not wanted.faulty:
        return {}
    numbers = (int(orjson.loads(document)["article"].rpartition("-")[2]) for document in documents)
    return {number: f"{name}:{line}" for line, number in enumerate(numbers, 1) if number in wanted.faulty}


def _line(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


def _packed(lines: Iterable[bytes], compress: str) -> bytes:
    data = b"".join(lines)
    if compress == "gz":
        return gzip.compress(data, 6, mtime=0)
    if compress == "zst":
        import pyarrow as pa  # noqa: PLC0415  a third of a second

        packed: bytes = pa.Codec("zstd").compress(data, asbytes=True)
        return packed
    return data


def edit(folder: Path, number: int) -> Path:
    """Change the text of an article of a corpus whose shards are not compressed; each time it differs. Returns the file.

    A closing paragraph counts the edits, so that the corpus does not grow with them.
    """

    def change(article: dict[str, Any]) -> None:
        text, _, count = article["text"].partition("\n\nSuntingan ")
        article["text"] = f"{text.rstrip()}\n\nSuntingan {int(count or 0) + 1}\n"

    return _change(folder / "raw" / f"articles-{number // SHARD:05d}.jsonl", number % SHARD, change)


def spoil(folder: Path, number: int, seed: int) -> Path:
    """Misspell a cue in the document of an article of a corpus whose shards are aligned and not compressed. Returns the file."""
    fault = Fault(number, "quotation")
    return _change(folder / "annotations" / f"gold-{number // SHARD:05d}.jsonl", number % SHARD, partial(fault.into, seed=seed))


def _change(path: Path, line: int, change: Callable[[dict[str, Any]], None]) -> Path:
    lines = path.read_bytes().splitlines(keepends=True)
    value = orjson.loads(lines[line])
    change(value)
    lines[line] = _line(value)
    path.write_bytes(b"".join(lines))
    return path


def main() -> None:
    """Write a corpus, or edit one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--near-duplicates", type=float, default=0.005, metavar="SHARE", help="articles that are edited copies")
    parser.add_argument("--faults", type=int, default=0, metavar="N", help="so many slips, each printed with file and line")
    parser.add_argument("--unaligned", action="store_true", help="documents in other shards than their articles, in no order")
    parser.add_argument("--compress", choices=["gz", "zst"], default="", help="compress the shards")
    parser.add_argument("--plain", action="store_true", help="also annotations with anchors as strings, in FOLDER-plain")
    parser.add_argument("--jobs", type=int, help="processes; as many as there are processors unless given")
    parser.add_argument("--edit", type=int, metavar="NUMBER", help="change this article of the corpus that is there, and nothing else")
    parser.add_argument("--spoil", type=int, metavar="NUMBER", help="misspell a quotation of this article, and nothing else")
    given = parser.parse_args()
    if given.edit is not None:
        print(edit(given.folder, given.edit))
        return
    if given.spoil is not None:
        print(spoil(given.folder, given.spoil, given.seed))
        return
    names = ("articles", "seed", "near_duplicates", "faults", "unaligned", "compress", "plain")
    for fault in write(given.folder, Wanted(**{name: getattr(given, name) for name in names}), given.jobs):
        print(fault)


if __name__ == "__main__":
    main()
