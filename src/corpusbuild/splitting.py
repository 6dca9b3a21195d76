"""Deal articles out to splits by group. A group is never cut; the same group falls into the same split for everyone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from corpusbuild.corpus.config import Splits


@dataclass(frozen=True, slots=True)
class Tie:
    """Two articles that belong into one split: near-duplicates, or a derived text and its original."""

    article: str
    other: str
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A tie between articles that the config holds apart."""

    tie: Tie
    splits: tuple[str, str]


@dataclass
class Dealing:
    """Which split each article is in, and what stands in the way.

    ``groups`` is how many groups there are once ties have joined them; ``unplaced`` maps a group that no
    split is named for to its first article.
    """

    split: dict[str, str] = field(default_factory=dict)
    groups: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    unplaced: dict[str, str] = field(default_factory=dict)


def deal(groups: Mapping[str, str | None], ties: Iterable[Tie], splits: Splits) -> Dealing:
    """Deal out the articles of ``groups`` (article → group, None for an article that is a group of its own).

    What decides, in this order: ``assign``, then a stable hash of the group's name towards the ratios. A
    group that ties have joined with others goes where one of them is assigned, else by the hash of the
    first of their names in byte order.
    """
    names = {article: group if group is not None else article for article, group in groups.items()}
    parts = _Parts(names.values(), splits.assign)
    dealing = Dealing()
    for tie in ties:
        held = parts.join(names[tie.article], names[tie.other])
        if held is not None:
            dealing.conflicts.append(Conflict(tie, held))
    dealing.groups = len({parts.root(name) for name in names.values()})
    for article in sorted(names):
        root = parts.root(names[article])
        split = parts.held.get(root) or by_hash(root, splits.ratios) or (None if splits.assign else "train")
        if split is None:
            dealing.unplaced.setdefault(names[article], article)
        else:
            dealing.split[article] = split
    return dealing


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
    """Groups that ties have joined (union-find); ``held`` is the split that a part is assigned to, by its root."""

    def __init__(self, names: Iterable[str], assign: Mapping[str, str]) -> None:
        self._above = {name: name for name in names}
        self.held = {name: assign[name] for name in self._above if name in assign}

    def root(self, name: str) -> str:
        while self._above[name] != name:
            self._above[name] = self._above[self._above[name]]
            name = self._above[name]
        return name

    def join(self, one: str, other: str) -> tuple[str, str] | None:
        """Join two parts; where the config holds them apart, leave them and return the two splits."""
        one, other = self.root(one), self.root(other)
        held = (self.held.get(one), self.held.get(other))
        if held[0] and held[1] and held[0] != held[1]:
            return held[0], held[1]
        low, high = min(one, other), max(one, other)
        self._above[high] = low
        split = held[0] or held[1]
        if split:
            self.held[low] = split
        return None
