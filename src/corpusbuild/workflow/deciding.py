"""What two annotators leave to be decided, each with its place in both files and what the draft has for now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from corpusbuild.agreement.aligning import Alignment
from corpusbuild.agreement.decisions import Decision
from corpusbuild.agreement.differing import Difference, differences, document_differences, whole
from corpusbuild.corpus.locate import Locator
from corpusbuild.schema.shape import Record
from corpusbuild.workflow.drafting import Draft, DraftRow
from corpusbuild.workflow.reading import located

_Rows = dict[tuple[str, str, str, str], DraftRow]
"""Article, table, annotator and name of a row → the row of the draft that it is part of."""


def decisions(root: Path, alignment: Alignment, scalars: Record, found: Mapping[str, Draft]) -> tuple[Decision, ...]:
    """Every decision about the drafts ``found``, article by article; ``scalars`` are the documents' own fields."""
    locator = Locator(root)
    rows = {
        (article, name, item.reading.annotator, item.name): row
        for article, draft in found.items()
        for name, of_table in draft.rows.items()
        for row in of_table
        for item in (row.a, row.b)
        if item is not None
    }
    order = {article: i for i, article in enumerate(found)}
    there = [each for each in _all(alignment, scalars, found, rows) if each[0].article in order]
    there.sort(key=lambda each: order[each[0].article])
    return tuple(_decision(each, row, locator, alignment.a) for each, row in there)


def _all(alignment: Alignment, scalars: Record, found: Mapping[str, Draft], rows: _Rows) -> Iterator[tuple[Difference, DraftRow | None]]:
    for each in document_differences(alignment, scalars):
        yield each, None
    told: set[int] = set()
    for each in differences(alignment, lambda comparison: comparison.compared):
        side = each.a or each.b
        row = None if side is None else rows.get((each.article, each.table, side.annotator, side.name))
        if row is not None:
            told.add(id(row))
            yield each, row
    # What both have alike, and is left out all the same.
    for article, draft in found.items():
        for row in [row for of_table in draft.rows.values() for row in of_table if row.refused is not None and id(row) not in told]:
            a, b = (None if item is None else whole(item, row.comparison) for item in (row.a, row.b))
            yield Difference(article, row.comparison.name, None, a, b), row


def _decision(each: Difference, row: DraftRow | None, locator: Locator, first: str) -> Decision:
    refused = None if row is None else row.refused
    alone = each.b.annotator if each.a is None and each.b is not None else first
    return Decision(
        each.article,
        each.table,
        each.field,
        located(each.a, locator),
        located(each.b, locator),
        None if row is None or refused is not None else row.key,
        None if refused is not None else alone,
        refused,
    )
