"""Put what a source has in any order into the order of names, in bounded memory; and make one document of what belongs together."""

from __future__ import annotations

import heapq
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import count, groupby
from typing import BinaryIO, TypeVar

from corpusbuild.interchange.model import At, Document
from corpusbuild.interchange.refusing import malformed, repeated

HELD = 64 << 20
"""Characters, as :func:`in_order` counts them, that are held before they are put aside."""

T = TypeVar("T")


def in_order(items: Iterable[T], key: Callable[[T], bytes], size: Callable[[T], int], held: int = HELD) -> Iterator[T]:
    """The items by ``key``; those of one key as they came. Where they are larger than ``held``, sorted runs are put aside in files."""
    with ExitStack() as files:
        runs: list[BinaryIO] = []
        batch: list[tuple[bytes, int, T]] = []
        weight = 0
        for number, item in zip(count(), items, strict=False):
            batch.append((key(item), number, item))
            weight += size(item)
            if weight > held:
                runs.append(files.enter_context(tempfile.TemporaryFile()))
                _put_aside(_sorted(batch), runs[-1])
                batch, weight = [], 0
        for _, _, item in heapq.merge(*map(_taken_up, runs), _sorted(batch), key=lambda each: each[:2]):
            yield item


def _sorted(batch: list[tuple[bytes, int, T]]) -> list[tuple[bytes, int, T]]:
    return sorted(batch, key=lambda each: each[:2])


def _put_aside(batch: Iterable[object], file: BinaryIO) -> None:
    for each in batch:
        pickle.dump(each, file, pickle.HIGHEST_PROTOCOL)
    file.seek(0)


def _taken_up(file: BinaryIO) -> Iterator[tuple[bytes, int, T]]:
    while True:
        try:
            yield pickle.load(file)  # noqa: S301  what this process has put there
        except EOFError:
            return


def documents_in_order(documents: Iterable[Document], held: int = HELD) -> Iterator[Document]:
    """Documents by name and annotator, of each name one with the text; what only tells findings is one for each file.

    Of two by one annotator the first is kept, and so is the first of two texts of one name: a finding says so of the other.
    """
    for _, group in groupby(in_order(documents, _key, _size, held), key=lambda each: each.name):
        yield from _of_one_name(group)


def _key(document: Document) -> bytes:
    return document.name.encode("utf-8", "surrogatepass") + b"\x00" + document.annotator.encode("utf-8", "surrogatepass")


def _size(document: Document) -> int:
    # A row is a dictionary and a few objects.
    return 2_000 + len(document.text or "") + 1_000 * (len(document.rows) + len(document.findings))


def _of_one_name(group: Iterable[Document]) -> Iterator[Document]:
    text: str | None = None
    text_at: At | None = None
    before: Document | None = None
    for document in group:
        if before is not None and document.annotator == before.annotator:
            if document.text is not None or document.annotator:
                message = f'"{document.name}" stands before, in {shown(before.at)}'
                before.findings.append(repeated(document.at, message, "give each document its own id"))
            before.findings += document.findings
            before.changes += document.changes
            continue
        if document.text is not None and text is not None:
            if document.text != text and text_at is not None:
                message = f'the text of "{document.name}" is not the one in {shown(text_at)}'
                document.findings.append(malformed(document.at, message, "give each text its own id"))
                document.rows = []
            document.text = None
        elif document.text is not None:
            text, text_at = document.text, document.at
        if before is not None:
            yield before
        before = document
    if before is not None:
        yield before


def shown(at: At) -> str:
    """A place, in a message."""
    return f"{at.path}:{at.line}" if at.line else at.path
