"""What an export puts beside its data, so that an import makes the same corpus of them: a mapping, and the files that it names.

A format has no place for the schemas, the registries and what is known of an article besides its text. They stand in one folder as
they stand in a corpus, and readers of other tools' formats pass over it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from corpusbuild.agreement.reading import Reading
from corpusbuild.corpus.article import Article
from corpusbuild.corpus.json_writing import written
from corpusbuild.interchange.model import Exporting

MAPPING = "corpusbuild.map.json"
FOLDER = "corpusbuild.files"

_SCHEMAS, _REGISTRIES, _ARTICLES, _DETACHED = (f"{FOLDER}/{name}" for name in ("schema", "registries", "articles", "detached"))
# What says where a text is, which is in the data.
_OF_THE_TEXT = frozenset({"id", "text"})


def is_beside(path: str) -> bool:
    """Whether a path below a source is that of the mapping, or of a file that it names."""
    return path == MAPPING or path.startswith(f"{FOLDER}/")


def article_file(article: Article) -> dict[str, str]:
    """What is known of an article."""
    gone = _OF_THE_TEXT | ({"blocks"} if article.detached else set())
    known = {name: value for name, value in article.metadata.items() if name not in gone and value is not None}
    return {f"{_ARTICLES}/{article.id}.json": written(known)}


def detached_article(article: Article) -> dict[str, str]:
    """A detached article, whose text is not told, as it stands in the corpus."""
    known = {name: value for name, value in article.metadata.items() if name not in _OF_THE_TEXT}
    promise = {"sha256": article.sha256, "chars": article.chars}
    return {f"{_DETACHED}/raw/{article.id}.json": written({**known, "text": promise})}


def detached_document(reading: Reading) -> dict[str, str]:
    """An annotation document of a detached article, as it stands in the corpus: positions and check values, and no words."""
    return {f"{_DETACHED}/annotations/{reading.annotator}/{reading.article.id}.json": written(reading.value)}


def whole_files(what: Exporting, rows: Sequence[Mapping[str, Any]], unit: str | None, options: Mapping[str, str]) -> dict[str, str]:
    """The mapping with its rules for ``rows``, the registries and the schemas."""
    registries: dict[str, list[Any]] = {}
    for table, entries in what.entries.items():
        for entry in entries:
            registries.setdefault(f"{entry.owner}/{table}" if entry.owner else table, []).append(entry.value)
    mapping = {
        "schema": _SCHEMAS,
        **({"options": options} if options else {}),
        **({"unit": unit} if unit else {}),
        **({"gold": what.gold} if what.gold in what.annotators else {}),
        "metadata": _ARTICLES,
        "detached": _DETACHED,
        "registries": {place: f"{_REGISTRIES}/{place}.json" for place in registries},
        "article": {column.name: {"metadata": column.name} for column in what.shape.article.columns if column.name not in _OF_THE_TEXT},
        "rows": rows,
    }
    return {
        MAPPING: json.dumps(mapping, ensure_ascii=False, indent=2) + "\n",
        **{f"{_REGISTRIES}/{place}.json": written(entries) for place, entries in registries.items()},
        **{f"{_SCHEMAS}/{name}": json.dumps(schema, ensure_ascii=False, indent=2) + "\n" for name, schema in what.schemas.items()},
    }
