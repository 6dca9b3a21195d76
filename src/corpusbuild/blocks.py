"""Cut the articles of a split into blocks by content, so that a block depends only on ids near to it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from corpusbuild.facts import AnnotationFact, AnnotationFacts, Array, ArticleFact, ArticleFacts, strings

# A block ends after an id whose hash ends in ten zero bits: about a thousand articles. The least size keeps
# row groups from getting small, the greatest bounds memory.
LEAST, GREATEST, CHARS = 256, 4096, 1 << 25
_ENDS = (1 << 10) - 1


@dataclass(frozen=True, slots=True)
class Block:
    """A run of consecutive articles of one split, with what is written about each: one row group, the unit of work.

    ``annotations`` stand in the order of their articles and annotators; ``counts`` says how many each article has.
    """

    split: str
    articles: ArticleFacts
    annotations: AnnotationFacts
    counts: Array

    @classmethod
    def of(cls, split: str, units: Sequence[tuple[ArticleFact, Sequence[AnnotationFact]]]) -> Block:
        """A block of these articles, each with what is written about it."""
        articles = ArticleFacts.of([article for article, _ in units])
        annotations = AnnotationFacts.of([each for _, annotations in units for each in annotations])
        return cls(split, articles, annotations, np.array([len(annotations) for _, annotations in units], dtype=np.int64))

    def units(self) -> Iterator[tuple[ArticleFact, tuple[AnnotationFact, ...]]]:
        """Each article, with what is written about it."""
        annotations = iter(self.annotations)
        for article, count in zip(self.articles, self.counts.tolist(), strict=True):
            yield article, tuple(next(annotations) for _ in range(count))


class Run(NamedTuple):
    """The articles of a block, as numbers in the order of their ids, and their split."""

    split: str
    articles: Array


@dataclass(frozen=True, slots=True)
class Blocks(Sequence[Block]):
    """The blocks of a corpus; each is put together where it is asked for.

    ``article_rows`` are the facts of articles in the order of their ids, ``annotation_rows[starts[i]:starts[i + 1]]`` those
    of what is written about the i-th; ``runs`` are the blocks, as numbers of articles in that order.
    """

    articles: ArticleFacts
    annotations: AnnotationFacts
    article_rows: Array
    annotation_rows: Array
    starts: Array
    runs: tuple[Run, ...]

    def __len__(self) -> int:
        return len(self.runs)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many articles each block has."""
        return tuple(len(run) for _, run in self.runs)

    def __getitem__(self, number: int) -> Block:  # type: ignore[override]  # nobody asks for a slice
        split, run = self.runs[number]
        low, high = self.starts[run], self.starts[run + 1]
        rows = [self.annotation_rows[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True)]
        return Block(split, self.articles.take(self.article_rows[run]), self.annotations.take(np.concatenate(rows)), high - low)

    def units(self) -> Iterator[tuple[str, ArticleFact, tuple[AnnotationFact, ...]]]:
        """Every article of every block with its split and what is written about it."""
        for block in self:
            for article, written in block.units():
                yield block.split, article, written


def cut(ids: pa.StringArray, chars: Array) -> list[tuple[int, int]]:
    """Cut articles, given by their ids in order and their lengths in code points, into the runs that become blocks: half-open."""
    bounds = [0]
    length = 0
    for number, (name, more) in enumerate(zip(strings(ids), chars.tolist(), strict=True), start=1):
        length += more
        size = number - bounds[-1]
        if size >= GREATEST or length >= CHARS or (size >= LEAST and ends_block(name)):
            bounds.append(number)
            length = 0
    return list(pairwise(bounds if bounds[-1] == len(ids) else [*bounds, len(ids)]))


def ends_block(article: str) -> bool:
    """Whether a block ends after this id."""
    return int.from_bytes(hashlib.sha256(article.encode()).digest()[-8:]) & _ENDS == 0
