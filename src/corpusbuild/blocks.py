"""Cut the articles of a split into blocks by content, so that a block depends only on ids near to it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpusbuild.facts import AnnotationFact, ArticleFact

# A block ends after an id whose hash ends in ten zero bits: about a thousand articles. The least size keeps
# row groups from getting small, the greatest bounds memory.
LEAST, GREATEST, CHARS = 256, 4096, 1 << 25
_ENDS = (1 << 10) - 1


@dataclass(frozen=True, slots=True)
class Block:
    """A run of consecutive articles of one split, with what is written about each: one row group, the unit of work."""

    split: str
    articles: tuple[ArticleFact, ...]
    annotations: tuple[tuple[AnnotationFact, ...], ...]


def cut(articles: Iterable[ArticleFact]) -> list[list[ArticleFact]]:
    """Cut articles, given in the order of their ids, into the runs that become blocks."""
    runs: list[list[ArticleFact]] = [[]]
    chars = 0
    for article in articles:
        runs[-1].append(article)
        chars += article.chars
        if len(runs[-1]) >= GREATEST or chars >= CHARS or (len(runs[-1]) >= LEAST and ends_block(article.id)):
            runs.append([])
            chars = 0
    return [run for run in runs if run]


def ends_block(article: str) -> bool:
    """Whether a block ends after this id."""
    return int.from_bytes(hashlib.sha256(article.encode()).digest()[-8:]) & _ENDS == 0


def blocks(split: str, articles: Sequence[ArticleFact], annotations: dict[str, list[AnnotationFact]]) -> list[Block]:
    """The blocks of one split; articles in the order of their ids, annotations in that of their annotators."""
    return [Block(split, tuple(run), tuple(tuple(annotations.get(each.id, ())) for each in run)) for run in cut(articles)]
