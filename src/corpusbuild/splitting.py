"""Deal articles out to splits by group. A group is never cut; the same group falls into the same split for everyone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpusbuild.corpus.config import Splits
from corpusbuild.facts import strings

Array = np.ndarray[Any, np.dtype[Any]]


UNPLACED = -1
"""Stands for the split of an article that none is named for."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Two articles, by their numbers, that belong into one split: near-duplicates, or a derived text and its original."""

    article: int
    other: int
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A tie between articles that the config or the lock holds apart."""

    tie: Tie
    splits: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Torn:
    """A group with members that the lock holds in two splits: one article in each."""

    group: str
    articles: tuple[int, int]
    splits: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Groups:
    """The group of each article, by number: ``of`` has the number of its name in ``names``, which are distinct."""

    names: pa.StringArray
    of: Array

    @classmethod
    def named(cls, ids: pa.StringArray, groups: pa.StringArray) -> Groups:
        """Groups by what the articles say; one that says nothing (null) is a group of its own, called as the article is."""
        known = pc.coalesce(groups, ids).dictionary_encode()
        return cls(known.dictionary, known.indices.to_numpy().astype(np.int64))

    def number(self, name: str) -> int | None:
        """The number of a group; None for one that has no articles."""
        found: int = pc.index(self.names, name).as_py()
        return None if found < 0 else found

    def first(self) -> Array:
        """The first article of each group."""
        first = np.full(len(self.names), len(self.of))
        np.minimum.at(first, self.of, np.arange(len(self.of)))
        return first


@dataclass
class Dealing:
    """Which split each article is in, and what stands in the way.

    ``split`` has the number of each article's split in ``names``, or :data:`UNPLACED`; ``groups`` is how many groups
    there are once ties have joined them; ``unplaced`` maps a group that no split is named for to its first article;
    ``moved`` maps an article to the split that the lock has it in.
    """

    names: tuple[str, ...]
    split: Array
    groups: int
    conflicts: list[Conflict]
    torn: list[Torn]
    moved: dict[int, str] = field(default_factory=dict)
    unplaced: dict[str, int] = field(default_factory=dict)

    def of(self, article: int) -> str | None:
        """The split of an article; None where there is none for it."""
        number = int(self.split[article])
        return None if number == UNPLACED else self.names[number]


def deal(groups: Groups, ties: Iterable[Tie], splits: Splits, locked: Mapping[int, str] | None = None) -> Dealing:
    """Deal out the articles of ``groups``, which are numbered in the order of their ids.

    What decides, in this order: ``assign``, the lock (``locked``, article → split), then a stable hash of the
    group's name towards the ratios. A new member takes its group's split. A group that ties have joined with
    others goes where one of them is held, else by the hash of the first of their names in byte order.
    """
    locked = locked or {}
    held, torn = _held(groups, splits, locked)
    parts = _Parts(groups.names, held)
    conflicts: list[Conflict] = []
    for tie in ties:
        apart = parts.join(int(groups.of[tie.article]), int(groups.of[tie.other]))
        if apart is not None:
            conflicts.append(Conflict(tie, apart))
    numbers = {name: number for number, name in enumerate(splits.names)}
    split_of_group = np.full(len(groups.names), UNPLACED)
    for group, name in enumerate(strings(groups.names)):
        root = parts.root(group)
        split = parts.held.get(root) or by_hash(name if root == group else parts.name(root), splits.ratios)
        split = split or (None if splits.assign else "train")
        if split is not None:
            split_of_group[group] = numbers[split]
    dealing = Dealing(splits.names, split_of_group[groups.of], len(groups.names) - parts.joined, conflicts, torn)
    first = groups.first()
    for group in np.flatnonzero(split_of_group == UNPLACED).tolist():
        dealing.unplaced[parts.name(group)] = int(first[group])
    for article, signed in sorted(locked.items()):
        if dealing.of(article) not in (None, signed):
            dealing.moved[article] = signed
    return dealing


def _held(groups: Groups, splits: Splits, locked: Mapping[int, str]) -> tuple[dict[int, str], list[Torn]]:
    """The split that each group is held in by ``assign``, or by the lock through its members; and the groups that are torn."""
    numbers = {groups.number(name): split for name, split in splits.assign.items()}
    assigned = {group: split for group, split in numbers.items() if group is not None}
    held = dict(assigned)
    there = set(splits.names)
    torn: list[Torn] = []
    first: dict[int, int] = {}
    for article, split in sorted(locked.items()):
        group = int(groups.of[article])
        # A split that the config no longer has holds nothing.
        if split not in there or group in assigned:
            continue
        other = first.setdefault(group, article)
        if locked[other] != split:
            torn.append(Torn(groups.names[group].as_py(), (other, article), (locked[other], split)))
        held.setdefault(group, split)
    return held, torn


def by_hash(group: str, ratios: Mapping[str, float]) -> str | None:
    """The split that a group falls into: its SHA-256 as a point on a line that the ratios divide; None without ratios."""
    if not ratios:
        return None
    point = int.from_bytes(hashlib.sha256(group.encode()).digest()[:8]) / 2**64 * sum(ratios.values())
    for split, share in ratios.items():
        if point < share:
            return split
        point -= share
    return list(ratios)[-1]


class _Parts:
    """Groups that ties have joined (union-find); ``held`` is the split that a part is held in, by its root.

    Only groups that were joined with others are kept: those are few.
    """

    def __init__(self, names: pa.StringArray, held: dict[int, str]) -> None:
        self._names = names
        self._above: dict[int, int] = {}
        self.held = held

    @property
    def joined(self) -> int:
        """By how many the parts are fewer than the groups."""
        return len(self._above)

    def name(self, group: int) -> str:
        name: str = self._names[group].as_py()
        return name

    def root(self, group: int) -> int:
        while group in self._above:
            above = self._above[group]
            if above in self._above:
                self._above[group] = self._above[above]
            group = above
        return group

    def join(self, one: int, other: int) -> tuple[str, str] | None:
        """Join two parts; where something holds them apart, leave them and return the two splits."""
        one, other = self.root(one), self.root(other)
        held = (self.held.get(one), self.held.get(other))
        if held[0] and held[1] and held[0] != held[1]:
            return held[0], held[1]
        if one != other:
            low, high = sorted((one, other), key=self.name)
            self._above[high] = low
            split = held[0] or held[1]
            if split:
                self.held[low] = split
        return None
