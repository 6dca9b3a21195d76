"""Link the facts of so many invented articles: how long it takes, and in how much memory, where nothing else is done.

    python bench/linking.py --articles 1000000 [--work DIR]

Facts are made without articles: ids, hashes, groups of twelve, an annotation document with sixteen keys each, and sketches of
random numbers. That is what a scan leaves of a corpus of any size; see docs/scale.md.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from corpusbuild.corpus.config import parse_config
from corpusbuild.facts import AnnotationFacts, ArticleFacts, Facts
from corpusbuild.link import link
from corpusbuild.plan import Plan
from corpusbuild.schema.shape import Record, Shape
from corpusbuild.similarity import PERMUTATIONS, Sketches

CONFIG = b"""[tool.corpusbuild]
name = "made"
[tool.corpusbuild.splits]
group = "event"
ratios = { train = 0.8, validation = 0.1, test = 0.1 }
"""
AT_ONCE = 100_000  # articles
SHARD = 2000  # articles
KEYS = orjson.dumps(({"claims": [f"c{i}" for i in range(12)], "stances": [f"s{i}" for i in range(4)]}, {"claims": 12, "stances": 4}))


def parts(articles: int, seed: int) -> Any:
    """Facts, so many at a time, in no order of their ids."""
    rng = np.random.default_rng(seed)
    for start in range(0, articles, AT_ONCE):
        count = min(AT_ONCE, articles - start)
        numbers = np.arange(start, start + count)
        ids = [f"{int(key):016x}-{number}" for key, number in zip(rng.integers(0, 2**63, count), numbers, strict=True)]
        hashes = pa.FixedSizeBinaryArray.from_buffers(pa.binary(32), count, [None, pa.py_buffer(rng.bytes(32 * count))])
        shards = [f"raw/{number:05d}.jsonl".encode() for number in range(start // SHARD, (start + count - 1) // SHARD + 1)]
        path = pa.DictionaryArray.from_arrays(pa.array((numbers - start) // SHARD, pa.int32()), pa.array(shards, pa.binary()))
        offset, length = pa.array(numbers % SHARD * 4000), pa.array(np.full(count, 4000))
        none = pa.nulls(count)
        facts = Facts()
        group = pa.array([f"event-{number // 12}" for number in numbers.tolist()])
        columns = [
            pa.array(ids),
            path,
            offset,
            length,
            none,
            hashes,
            pa.array(np.full(count, 3750, np.int32)),
            pa.array(np.zeros(count, bool)),
        ]
        columns += [hashes, group, none, none]
        facts.articles = ArticleFacts(
            pa.table([_as(c, f) for c, f in zip(columns, ArticleFacts.SCHEMA, strict=True)], schema=ArticleFacts.SCHEMA)
        )
        annotator = pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array(["gold"]))
        columns = [pa.array(ids), annotator, path, offset, length, hashes, pa.array([KEYS] * count, pa.binary()), none]
        facts.annotations = AnnotationFacts(
            pa.table([_as(c, f) for c, f in zip(columns, AnnotationFacts.SCHEMA, strict=True)], schema=AnnotationFacts.SCHEMA)
        )
        facts.sketched = rng.integers(1, 2**32, (count, PERMUTATIONS), dtype=np.uint32)
        yield facts


def _as(column: pa.Array, field: pa.Field) -> pa.Array:
    return column if column.type == field.type else column.cast(field.type)


def main() -> None:
    """Make facts, link them, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, help="where sketches are kept meanwhile")
    given = parser.parse_args()
    empty = Record(())
    plan = Plan(Path(), parse_config(CONFIG), Shape(empty, empty, (), (), ()), None, None)  # type: ignore[arg-type]  nothing is judged
    with tempfile.TemporaryDirectory(dir=given.work) as folder:
        sketches = Sketches(Path(folder))
        started = time.perf_counter()
        facts = Facts.joined(parts(given.articles, given.seed), sketches)
        made, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
        linked = link(facts, plan, lambda _: "", CONFIG)
        after = resource.getrusage(resource.RUSAGE_SELF)
        found = {
            "articles": given.articles,
            "blocks": len(linked.blocks),
            "findings": len(linked.findings),
            "facts, MiB": round((facts.articles.table.nbytes + facts.annotations.table.nbytes) / 2**20),
            "making, s": round(made - started, 1),
            "linking, s": round(time.perf_counter() - made, 1),
            "processor, s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
            "peak, MiB": after.ru_maxrss // 1024,
        }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
