"""What an author wrote, read with nothing of corpusbuild, and how it must come back from a compiled data set."""

from __future__ import annotations

import json
import math
import os
import shutil
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bundled import ROOT, without_own_check

HERE = Path(__file__).resolve().parent
CORPORA = {"kabar-klaim": ROOT, "legal": HERE / "corpora" / "legal", "emotions": HERE / "corpora" / "emotions"}
JSON_COLUMNS = frozenset({"archive", "margin"})
"""The properties of the golden corpora that a schema keeps as JSON (``x-column``)."""

# Tests never look at the network; read when `datasets` is first imported.
os.environ.setdefault("HF_HUB_OFFLINE", "1")


def copy_of(name: str, folder: Path) -> Path:
    """A corpus of this repository at ``folder``, so that tests which run side by side do not wait for each other."""
    for part in ("raw", "schema", "annotations"):
        shutil.copytree(CORPORA[name] / part, folder / part)
    shutil.copy(CORPORA[name] / "pyproject.toml", folder)
    if CORPORA[name] == ROOT:
        without_own_check(folder)
    return folder


# ---- reading ----


@dataclass(frozen=True)
class Written:
    """A corpus as its authors wrote it: metadata and text by article, annotation documents and registry rows in order.

    ``promises`` are the hash and length that stand for the text of a detached article.
    """

    config: dict[str, Any]
    metadata: dict[str, dict[str, Any]]
    texts: dict[str, str | None]
    promises: dict[str, dict[str, Any]]
    documents: list[dict[str, Any]]
    registries: dict[str, list[tuple[str | None, dict[str, Any]]]]
    members: dict[str, str]

    @property
    def gold(self) -> str:
        return self.config.get("gold") or next(iter({each["annotator"] for each in self.documents}))

    def split(self, article: str) -> str:
        splits = self.config.get("splits", {})
        return splits["assign"][self.metadata[article][splits["group"]]] if splits else "train"

    def rows(self) -> dict[tuple[str, str], list[dict[str, Any]]]:
        """(config, split) → what each row must be, as the author wrote it, with ``article_id`` for its text."""
        found: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for name in sorted(self.metadata, key=str.encode):
            self._article_rows(name, found)
        for table, owned in self.registries.items():
            plain = [row for owner, row in owned if owner in (None, self.gold)]
            found[table, "registry"] = plain
            if any(owner is not None for owner, _ in owned):
                found[f"{table}_by_annotator", "registry"] = [{"annotator": owner, **row} for owner, row in owned]
        return {key: rows for key, rows in found.items() if rows}

    def _article_rows(self, name: str, found: dict[tuple[str, str], list[dict[str, Any]]]) -> None:
        def add(table: str, row: dict[str, Any]) -> None:
            found.setdefault((table, self.split(name)), []).append(row)

        text = self.texts[name]
        promise = self.promises.get(name) or {"sha256": None, "chars": None}
        article = {"article_id": name, "text": text, "text_chars": promise["chars"] if text is None else len(text), **self.metadata[name]}
        if text is None:
            article["text_sha256"] = promise["sha256"]
        nested = {table: [] for table in self.members}
        of_article = sorted((each for each in self.documents if each["article"] == name), key=lambda each: each["annotator"].encode())
        for document in of_article:
            own = {"article_id": name, "annotator": document["annotator"]}
            scalars = {key: value for key, value in document.items() if key not in {"article", *self.members.values()}}
            for table, member in self.members.items():
                for row in document.get(member) or []:
                    add(f"{table}_by_annotator", {**own, **row})
                    if document["annotator"] == self.gold:
                        add(table, {"article_id": name, **row})
                        nested[table].append(row)
            add("annotations_by_annotator", {**own, **scalars})
            if document["annotator"] == self.gold:
                add("annotations", {**own, **scalars})
        add("articles", article)
        add("documents", {**article, **nested})


def read_written(root: Path) -> Written:
    """The corpus at ``root``, read file by file."""
    config = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["corpusbuild"]
    schemas = {path.name: json.loads(path.read_bytes()) for path in (root / "schema").glob("*.json")}
    metadata: dict[str, dict[str, Any]] = {}
    texts: dict[str, str | None] = {}
    promises: dict[str, dict[str, Any]] = {}
    for path in (root / "raw").glob("*.json"):
        said = json.loads(path.read_bytes())
        metadata[path.stem] = {key: value for key, value in said.items() if key not in {"$schema", "id", "text"}}
        promises[path.stem] = said.get("text")
        text = path.with_suffix(".txt")
        texts[path.stem] = text.read_bytes().decode() if text.exists() else None
    for line in _lines(root / "raw"):
        texts[line["id"]] = line["text"]
        metadata[line["id"]] = {key: value for key, value in line.items() if key not in {"$schema", "id", "text"}}
    names = [schema["x-table"] for schema in schemas.values() if "x-table" in schema]
    registries: dict[str, list[tuple[str | None, dict[str, Any]]]] = {}
    documents = list(_lines(root / "annotations"))
    for path in sorted((root / "annotations").rglob("*.json"), key=lambda path: (len(path.parts), path)):
        value = json.loads(path.read_bytes())
        if path.stem in names:
            owner = None if path.parent.name == "annotations" else path.parent.name
            registries.setdefault(path.stem, []).extend((owner, row) for row in value)
        else:
            documents.append({key: each for key, each in value.items() if key != "$schema"})
    tables = {each["x-table"]: member for member, each in schemas["annotation.json"]["properties"].items() if "x-table" in each}
    return Written(config, metadata, texts, promises, documents, registries, tables)


def _lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").split("\n") if line.strip()]


# ---- comparing ----

_OURS = {"article_id", "uid", "text", "text_sha256", "text_chars", "annotator"}


def assert_row(wrote: dict[str, Any], back: dict[str, Any], features: dict[str, Any], text: str | None) -> None:
    """A row is what its author wrote, and holds nothing else."""
    assert not set(wrote) - set(back), "the row lacks what the author wrote"
    for name, value in back.items():
        if name == "uid":
            key = next(each for each in back if each not in _OURS)  # the key is the first property in each schema here
            assert value == f"{wrote['article_id']}#{wrote[key]}"
        elif name != "text_sha256":
            assert_value(wrote.get(name), value, features[name], text, name)


def assert_value(wrote: Any, back: Any, feature: Any, text: str | None, name: str) -> None:
    """A value is what its author wrote: absent is null, and nothing else is."""
    from datasets import ClassLabel, List, Value

    if name in JSON_COLUMNS:
        # A property that may hold any JSON holds "null" only as absence.
        assert (None if back is None else json.loads(back)) == wrote
        assert back is None or json.dumps(json.loads(back)) == json.dumps(wrote)
    elif wrote is None:
        assert back is None, name
    elif isinstance(feature, ClassLabel):
        assert feature.names[back] == wrote, name
    elif isinstance(feature, Value):
        assert_scalar(wrote, back, feature.dtype)
    elif isinstance(feature, List):
        assert isinstance(back, list), name
        assert len(wrote) == len(back), name
        for one, other in zip(wrote, back, strict=True):
            assert_value(one, other, feature.feature, text, name)
    elif set(feature) == {"start", "end", "text"} and not (isinstance(wrote, dict) and "sha256" in wrote):
        assert_words(wrote, back, text)
    else:
        assert set(wrote) <= set(back) == set(feature), name
        for each, below in feature.items():
            assert_value(wrote.get(each), back[each], below, text, each)


def assert_scalar(wrote: Any, back: Any, dtype: str) -> None:
    """A single value, with its type: no float for an integer, no string for a date."""
    convert: dict[str, Any] = {"date32": as_date, "timestamp[us, tz=UTC]": as_instant, "int64": int, "float64": float}
    expected = convert[dtype](wrote) if dtype in convert else wrote
    assert back == expected
    assert type(back) is type(expected)
    if isinstance(expected, float):
        assert math.copysign(1, back) == math.copysign(1, expected)
    if isinstance(expected, datetime):
        assert back.utcoffset() == expected.utcoffset()


def assert_words(wrote: Any, back: dict[str, Any], text: str | None) -> None:
    """An anchor: its words stand at its place, and are those that the author quoted; without a text, its place is the author's."""
    if text is None:
        assert wrote.keys() == {"start", "end", "check"}
        assert back == {"start": wrote["start"], "end": wrote["end"], "text": None}
        return
    start, end = back["start"], back["end"]
    assert type(start) is type(end) is int
    assert back["text"] == text[start:end]
    quoted = {"exact": wrote} if isinstance(wrote, str) else wrote
    assert start == quoted.get("start", start)
    assert text[:start].endswith(quoted.get("prefix", ""))
    assert text[end:].startswith(quoted.get("suffix", ""))
    if "exact" in quoted:
        assert back["text"] == quoted["exact"]
    else:
        assert back["text"].startswith(quoted["first"])
        assert back["text"].endswith(quoted["last"])


def as_date(wrote: str) -> date:
    return date(*map(int, wrote.split("-")))


def as_instant(wrote: str) -> datetime:
    """An RFC 3339 instant, without its offset; digits below a microsecond are zero."""
    day, clock = wrote[:10], wrote[11:]
    offset = "+00:00" if clock[-1] in "zZ" else clock[-6:]
    clock = clock[: -1 if clock[-1] in "zZ" else -6]
    whole, _, fraction = clock.partition(".")
    return datetime.fromisoformat(f"{day}T{whole}.{fraction[:6]:0<6}{offset}").astimezone(UTC)
