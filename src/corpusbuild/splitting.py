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
    """A tie between articles that the config or the lock holds apart."""

    tie: Tie
    splits: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Torn:
    """A group with members that the lock holds in two splits: one article in each."""

    group: str
    articles: tuple[str, str]
    splits: tuple[str, str]


@dataclass
class Dealing:
    """Which split each article is in, and what stands in the way.

    ``groups`` is how many groups there are once ties have joined them; ``unplaced`` maps a group that no
    split is named for to its first article; ``moved`` maps an article to the split that the lock has it in.
    """

    split: dict[str, str] = field(default_factory=dict)
    groups: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    torn: list[Torn] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)
    unplaced: dict[str, str] = field(default_factory=dict)


def deal(groups: Mapping[str, str | None], ties: Iterable[Tie], splits: Splits, locked: Mapping[str, str] | None = None) -> Dealing:
    """Deal out the articles of ``groups`` (article → group, None for an article that is a group of its own).

    What decides, in this order: ``assign``, the lock (``locked``, article → split), then a stable hash of the
    group's name towards the ratios. A new member takes its group's split. A group that ties have joined with
    others goes where one of them is held, else by the hash of the first of their names in byte order.
    """
    names = {article: group if group is not None else article for article, group in groups.items()}
    dealing = Dealing()
    held = _held(names, splits, locked or {}, dealing)
    parts = _Parts(names.values(), held)
    for tie in ties:
        apart = parts.join(names[tie.article], names[tie.other])
        if apart is not None:
            dealing.conflicts.append(Conflict(tie, apart))
    dealing.groups = len({parts.root(name) for name in names.values()})
    for article in sorted(names):
        root = parts.root(names[article])
        split = parts.held.get(root) or by_hash(root, splits.ratios) or (None if splits.assign else "train")
        if split is None:
            dealing.unplaced.setdefault(names[article], article)
            continue
        dealing.split[article] = split
        signed = locked.get(article) if locked else None
        if signed is not None and signed != split:
            dealing.moved[article] = signed
    return dealing


def _held(names: Mapping[str, str], splits: Splits, locked: Mapping[str, str], dealing: Dealing) -> dict[str, str]:
    """The split that each group is held in by ``assign``, or by the lock through its members; notes groups that are torn."""
    held = dict(splits.assign)
    there = set(splits.names)
    first: dict[str, str] = {}
    for article in sorted(names.keys() & locked.keys()):
        group, split = names[article], locked[article]
        # A split that the config no longer has holds nothing.
        if split not in there or group in splits.assign:
            continue
        other = first.setdefault(group, article)
        if locked[other] != split:
            dealing.torn.append(Torn(group, (other, article), (locked[other], split)))
        held.setdefault(group, split)
    return held


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
    """Groups that ties have joined (union-find); ``held`` is the split that a part is held in, by its root."""

    def __init__(self, names: Iterable[str], held: Mapping[str, str]) -> None:
        self._above = {name: name for name in names}
        self.held = {name: held[name] for name in self._above if name in held}

    def root(self, name: str) -> str:
        while self._above[name] != name:
            self._above[name] = self._above[self._above[name]]
            name = self._above[name]
        return name

    def join(self, one: str, other: str) -> tuple[str, str] | None:
        """Join two parts; where something holds them apart, leave them and return the two splits."""
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
