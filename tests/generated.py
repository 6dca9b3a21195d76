"""Small corpora made for a test: a schema with one layer, articles and documents as files or as shards."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

DIALECT = "https://json-schema.org/draft/2020-12/schema"

ARTICLE = {
    "$schema": DIALECT,
    "type": "object",
    "properties": {
        "event": {"type": ["string", "null"]},
        "date": {"type": ["string", "null"], "format": "date"},
        "based_on": {"type": ["string", "null"], "x-ref": "articles"},
    },
    "additionalProperties": False,
}
ANNOTATION = {
    "$schema": DIALECT,
    "type": "object",
    "properties": {
        "article": {"type": "string", "x-ref": "articles"},
        "annotator": {"type": "string"},
        "spans": {
            "type": "array",
            "x-table": "spans",
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "string", "x-key": True},
                    "words": {"$ref": "anchor.json", "x-anchor": {}},
                    "label": {"enum": ["PER", "ORG", "LOC"]},
                    "score": {"type": "number"},
                    "same_as": {"type": ["string", "null"], "x-ref": "spans"},
                },
                "required": ["id", "words", "label"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["article", "annotator"],
    "additionalProperties": False,
}
ANCHOR = {
    "$schema": DIALECT,
    "anyOf": [
        {"type": "string", "minLength": 1},
        {
            "type": "object",
            "properties": {"exact": {"type": "string", "minLength": 1}, "start": {"type": "integer", "minimum": 0}},
            "required": ["exact"],
            "additionalProperties": False,
        },
    ],
}

Record = dict[str, Any]


def make_corpus(root: Path, articles: Iterable[Record], documents: Iterable[Record] = (), config: str = "") -> Path:
    """A corpus of files: each of ``articles`` has ``id`` and ``text`` besides its metadata."""
    _make_frame(root, config)
    for article in articles:
        metadata = {name: value for name, value in article.items() if name not in {"id", "text"}}
        (root / "raw" / f"{article['id']}.txt").write_bytes(article["text"].encode())
        (root / "raw" / f"{article['id']}.json").write_bytes(json.dumps(metadata).encode())
    for document in documents:
        (root / "annotations" / f"{document['article']}.json").write_bytes(json.dumps(document).encode())
    return root


def make_sharded(root: Path, articles: Sequence[Sequence[Record]], documents: Sequence[Sequence[Record]], config: str = "") -> Path:
    """The same as shards: one file for each of the sequences."""
    _make_frame(root, config)
    for folder, shards in (("raw", articles), ("annotations", documents)):
        for number, shard in enumerate(shards):
            lines = [json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in shard]
            (root / folder / f"part-{number}.jsonl").write_bytes(b"".join(lines))
    return root


def _make_frame(root: Path, config: str) -> None:
    for folder in ("raw", "annotations", "schema"):
        (root / folder).mkdir(parents=True)
    (root / "pyproject.toml").write_bytes(f'[tool.corpusbuild]\nname = "made"\n{config}'.encode())
    for name, schema in (("article", ARTICLE), ("annotation", ANNOTATION), ("anchor", ANCHOR)):
        (root / "schema" / f"{name}.json").write_bytes(json.dumps(schema, indent=2).encode())


def unlike(seed: int, words: int = 40) -> str:
    """A text that shares no run of words with one made from another seed."""
    return " ".join(f"kata{seed}x{number}" for number in range(words)) + "."


def many(count: int, seed: int = 1) -> tuple[list[Record], list[Record]]:
    """So many articles in forty events, each with a document; words, numbers and accents of every kind."""
    chance = random.Random(seed)  # noqa: S311  a test corpus
    stock = ["Jakarta", "Pyongyang", "Kim", "café", "naïve", "平壤", "\U0001f600", "kata", "yang", "di", "itu", "2024", "“kuat”"]
    articles, documents = [], []
    for number in range(count):
        name = f"a{chance.randrange(10**9):09d}-{number:04d}"
        text = unlike(number, chance.randint(12, 60)) + "\n\n" + " ".join(chance.choices(stock, k=chance.randint(3, 40))) + "\n"
        event = f"event-{number % 40}" if number % 17 else None
        articles.append({"id": name, "text": text, "event": event, "date": f"2024-06-{1 + number % 30:02d}"})
        spans = [
            {"id": f"s{i}", "words": f"kata{number}x{i}", "label": chance.choice(["PER", "ORG", "LOC"]), "score": chance.random()}
            for i in range(chance.randint(0, 5))
        ]
        if len(spans) > 1:
            spans[1]["same_as"] = "s0"
        documents.append({"article": name, "annotator": "ana", "spans": spans})
    return articles, documents
