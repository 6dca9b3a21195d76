"""Find where a corpus's own files repeat the words of a text that is to be taken out of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpusbuild.corpus.at_hand import LARGEST
from corpusbuild.corpus.config import FILE
from corpusbuild.corpus.files import read_bytes
from corpusbuild.corpus.json_reading import JsonFault, read_json
from corpusbuild.corpus.layout import Layout, is_shard, leads_out
from corpusbuild.diagnostics.where import Origin, Pointer, pointer_text
from corpusbuild.text.canonical import paragraphs

LEAST = 9
"""Fewer words in a row than this are no quotation that could stand for the text."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, order=True)
class Borrowed:
    """A run of words of ``article`` that stands in a file of the corpus, too: on a line, or at a pointer of the document there."""

    path: str
    line: int
    pointer: str
    words: int
    article: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A text whose words are looked for, and its headline, which may be cited."""

    text: str
    headline: str = ""


def borrowed(root: Path, layout: Layout, cited: Mapping[str, Cited], after: Mapping[str, bytes]) -> Iterator[Borrowed]:
    """Every run of :data:`LEAST` words or more of the ``cited`` texts (by article), paragraph by paragraph, in a file of the corpus.

    ``after`` are contents by path that files are to have; an empty one stands for a file that will not be there.
    """
    runs = {run: name for name, each in cited.items() for run in _runs(each)}
    for path in _files(root, layout):
        data = after[path] if path in after else read_bytes(root, Origin(path))
        for line, pointer, words in _strings(path, data):
            if pointer == ("headline",) and path.startswith("raw/"):
                continue
            for name, count in _found(words, runs):
                yield Borrowed(path, line, pointer_text(pointer), count, name)


def _runs(cited: Cited) -> Iterator[tuple[str, ...]]:
    for span in paragraphs(cited.text):
        words = _words(span.of(cited.text))
        if span.of(cited.text).strip() != cited.headline.strip():
            yield from (words[i : i + LEAST] for i in range(len(words) - LEAST + 1))


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))


def _found(text: str, runs: Mapping[tuple[str, ...], str]) -> Iterator[tuple[str, int]]:
    """The article and the length of each run in ``text``, those that overlap taken together."""
    words = _words(text)
    i = 0
    while i <= len(words) - LEAST:
        name = runs.get(words[i : i + LEAST])
        if name is None:
            i += 1
            continue
        j = i + 1
        while runs.get(words[j : j + LEAST]) == name:
            j += 1
        yield name, j - i + LEAST - 1
        i = j + LEAST - 1


def _files(root: Path, layout: Layout) -> Iterator[str]:
    """Every file of words that the corpus consists of."""
    for article in layout.articles:
        yield from (path for path in (article.text, article.metadata) if path is not None)
    yield from (*layout.article_shards, *layout.annotations, *layout.annotation_shards, *(each.path for each in layout.registries))
    prose = sorted(path for folder in ("", "raw", "annotations") for path in (root / folder).glob("*.md"))
    for path in (FILE, *(each.relative_to(root).as_posix() for each in prose)):
        if not leads_out(root, path) and (root / path).stat().st_size <= LARGEST:
            yield path


def _strings(path: str, data: bytes) -> Iterator[tuple[int, Pointer, str]]:
    """The strings of a document with their pointers, or the lines of a text; lines count from 1."""
    if path.endswith(".json"):
        yield from ((1, pointer, text) for pointer, text in _strings_of(read_json(data)))
        return
    for number, line in enumerate(data.split(b"\n"), start=1):
        if is_shard(path):
            yield from ((number, pointer, text) for pointer, text in _strings_of(read_json(line) if line.strip() else None))
        else:
            yield number, (), line.decode("utf-8", "replace")


def _strings_of(value: Any) -> Iterator[tuple[Pointer, str]]:
    todo: list[tuple[Pointer, Any]] = [((), value)]
    while todo:
        pointer, each = todo.pop()
        if isinstance(each, str):
            yield pointer, each
        elif isinstance(each, JsonFault):
            continue  # has a finding
        elif isinstance(each, dict):
            todo += [((*pointer, name), below) for name, below in reversed(each.items())]
        elif isinstance(each, list):
            todo += [((*pointer, i), each[i]) for i in reversed(range(len(each)))]
