"""Find any article's rows in tables that are sorted by article, a few row groups at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import pyarrow as pa

from corpusbuild.release.verifying_tables import Group, Read

T = TypeVar("T")


@dataclass
class Index(Generic[T]):
    """What a table says of each article, read group by group as it is asked for; ``keep`` groups are held.

    ``digest`` makes of a group's rows a value for each article; ``splits`` are those that are looked into, all unless given.
    """

    read: Read
    table: str
    columns: list[str]
    digest: Callable[[pa.Table], dict[str, T]]
    keep: int = 4
    splits: tuple[str, ...] | None = None
    _held: OrderedDict[Group, dict[str, T]] = field(default_factory=OrderedDict)

    def find(self, articles: Iterable[str]) -> dict[str, T]:
        """The value of each of ``articles`` that the table has rows of."""
        found: dict[str, T] = {}
        by_group: dict[Group, list[str]] = {}
        for article in articles:
            for group in self._groups(article):
                by_group.setdefault(group, []).append(article)
        for group, wanted in by_group.items():
            values = self._values(group)
            found.update((article, values[article]) for article in wanted if article in values)
        return found

    def _groups(self, article: str) -> Iterator[Group]:
        """The groups that may have rows of an article: at most one a split."""
        for split in self.splits if self.splits is not None else self.read.splits(self.table):
            groups = self.read.groups.get((self.table, split), [])
            at = bisect_right(groups, article, key=lambda group: group.first) - 1
            if at >= 0 and article <= groups[at].last:
                yield groups[at]

    def _values(self, group: Group) -> dict[str, T]:
        if group in self._held:
            self._held.move_to_end(group)
        else:
            self._held[group] = self.digest(self.read.rows(group, self.columns))
            while len(self._held) > self.keep:
                self._held.popitem(last=False)
        return self._held[group]
