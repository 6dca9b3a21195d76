"""Deal out articles by name, where the code under test has numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa

from corpusbuild.corpus.config import Splits
from corpusbuild.splitting import Groups
from corpusbuild.splitting import Tie as NumberedTie
from corpusbuild.splitting import deal as deal_numbered


class Tie(NamedTuple):
    """Two articles that belong into one split."""

    article: str
    other: str
    similarity: float | None = None


class Conflict(NamedTuple):
    """A tie that is held apart."""

    tie: Tie
    splits: tuple[str, str]


class Dealt(NamedTuple):
    """Which split each article is in, and what stands in the way."""

    split: dict[str, str]
    groups: int
    conflicts: list[Conflict]
    unplaced: dict[str, str]
    moved: dict[str, str]
    torn: list[tuple[str, tuple[str, str], tuple[str, str]]]


def deal(groups: Mapping[str, str | None], ties: Sequence[Tie], splits: Splits, locked: Mapping[str, str] | None = None) -> Dealt:
    """Deal out articles by name."""
    names = sorted(groups)
    numbered = [NumberedTie(names.index(tie.article), names.index(tie.other), tie.similarity) for tie in ties]
    signed = {names.index(name): split for name, split in (locked or {}).items() if name in groups}
    said = pa.array([groups[name] for name in names], pa.string())
    dealing = deal_numbered(Groups.named(pa.array(names, pa.string()), said), numbered, splits, signed)
    split = {name: found for number, name in enumerate(names) if (found := dealing.of(number)) is not None}
    conflicts = [
        Conflict(Tie(names[each.tie.article], names[each.tie.other], each.tie.similarity), each.splits) for each in dealing.conflicts
    ]
    unplaced = {group: names[article] for group, article in dealing.unplaced.items()}
    moved = {names[article]: split for article, split in dealing.moved.items()}
    torn = [(each.group, (names[each.articles[0]], names[each.articles[1]]), each.splits) for each in dealing.torn]
    return Dealt(split, dealing.groups, conflicts, unplaced, moved, torn)
