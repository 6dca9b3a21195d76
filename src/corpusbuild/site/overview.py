"""The first page: what the corpus holds, table by table and split by split, and what is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpusbuild.diagnostics.report import Located
from corpusbuild.site.linking import Links


@dataclass(frozen=True, slots=True)
class Count:
    """The rows of one table, by split in the order of the page, and all of them."""

    title: str
    rows: tuple[int | None, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page shows."""

    splits: tuple[str, ...]
    counts: tuple[Count, ...]
    findings: Sequence[Located]


def overview(links: Links) -> Overview:
    """The first page."""
    summary = links.contents.summary
    counts = []
    for name, layer in links.layers.items():
        table = summary.tables[name]
        of_split = tuple(table.splits[split].rows if split in table.splits else None for split in summary.splits)
        counts.append(Count(layer.title, of_split, table.rows))
    return Overview(summary.splits, tuple(counts), tuple(links.contents.report))
