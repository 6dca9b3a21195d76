"""Read units again, from where the scan found their parts: one article and everything written about it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Self

import orjson

from corpusbuild.blocks import Block
from corpusbuild.corpus.article import Article
from corpusbuild.corpus.at_hand import pieces_at_hand, text_at_hand
from corpusbuild.corpus.files import opened, read_bytes, reader
from corpusbuild.corpus.json_reading import read_json
from corpusbuild.diagnostics.where import Origin
from corpusbuild.errors import CannotGoOn
from corpusbuild.facts import AnnotationFact, ArticleFact
from corpusbuild.plan import Plan
from corpusbuild.refused import without_rows
from corpusbuild.scan.documents import EDITOR_HINT
from corpusbuild.text.pieces import Pieces, parse_blocks


@dataclass(frozen=True, slots=True)
class Unit:
    """One article and everything written about it."""

    article: Article
    documents: tuple[tuple[AnnotationFact, Any], ...]


def read_units(block: Block, plan: Plan) -> list[Unit]:
    """The units of a block. Raises :class:`CannotGoOn` where an input is no longer what was scanned."""
    with _Reader(plan, far=_far(plan, block.units())) as reads:
        return [reads.unit(fact, annotations) for fact, annotations in block.units()]


def read_unit(fact: ArticleFact, annotations: Sequence[AnnotationFact], plan: Plan) -> Unit:
    """One unit, by its facts."""
    with _Reader(plan, far=_far(plan, [(fact, annotations)])) as reads:
        return reads.unit(fact, annotations)


def _far(plan: Plan, units: Iterable[tuple[ArticleFact, Sequence[AnnotationFact]]]) -> Callable[[Origin], bytes] | None:
    """What reads the documents of these units where they lie in a storage: all at once, in few requests."""
    if isinstance(plan.root, Path):
        return None
    read = [(fact, fact.origin, None if fact.detached else fact.text_origin, each) for fact, each in units]
    origins = [origin for _, *own, annotations in read for origin in (*own, *(each.origin for each in annotations)) if origin is not None]
    return reader(plan.root, origins)


@dataclass
class _Reader:
    """Reads documents by where they lie; shards stay open, since a block's lines lie in few of them. ``far`` reads what is in a storage."""

    plan: Plan
    far: Callable[[Origin], bytes] | None = None
    _shards: dict[str, BinaryIO] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def _bytes(self, origin: Origin) -> bytes:
        if self.far is not None:
            return self.far(origin)
        if origin.length is None:
            return read_bytes(self.plan.root, origin)
        if origin.path not in self._shards:
            self._shards[origin.path] = self._open.enter_context(opened(self.plan.root, origin.path))
        file = self._shards[origin.path]
        file.seek(origin.offset)
        return file.read(origin.length)

    def unit(self, fact: ArticleFact, annotations: Sequence[AnnotationFact]) -> Unit:
        return Unit(self.article(fact), tuple((each, self.document(each)) for each in annotations))

    def article(self, fact: ArticleFact) -> Article:
        data = self._bytes(fact.origin)
        _same(data, fact.metadata_sha256, fact.origin)
        metadata = _loads(data)
        text: str | None
        pieces: Pieces | None = None
        if fact.detached:
            text = text_at_hand(self.plan.root, fact.sha256)
            if text is None:
                pieces = pieces_at_hand(self.plan.root, fact.sha256, parse_blocks(metadata.get("blocks")), fact.chars)
        elif fact.text_origin is None:
            text = metadata["text"]
        else:
            text_data = self._bytes(fact.text_origin)
            _same(text_data, fact.sha256, fact.text_origin)
            text = text_data.decode("utf-8")
        record = {key: value for key, value in metadata.items() if key not in {"id", "text", EDITOR_HINT}}
        return Article(fact.id, text, fact.sha256, fact.chars, record, fact.origin, fact.text_origin, fact.detached, pieces)

    def document(self, fact: AnnotationFact) -> Any:
        data = self._bytes(fact.origin)
        _same(data, fact.sha256, fact.origin)
        document = _loads(data)
        document.pop(EDITOR_HINT, None)
        return without_rows(document, fact.faulty) if fact.faulty else document


def _loads(data: bytes) -> Any:
    """What the scan has read. The faster parser refuses numbers that no float holds; those have a finding already."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return read_json(data)


def _same(data: bytes, sha256: str, origin: Origin) -> None:
    if hashlib.sha256(data).hexdigest() != sha256:
        raise CannotGoOn("this file was changed while it was read", origin.path, "run again")


def texts_of(facts: Iterable[ArticleFact], plan: Plan) -> list[str]:
    """The texts of articles; empty for one that is detached."""
    facts = list(facts)
    with _Reader(plan, far=_far(plan, ((fact, ()) for fact in facts if not fact.detached))) as reads:
        return ["" if fact.detached else reads.article(fact).text or "" for fact in facts]
