"""Cross two registries: who stands how to what, each cell leading to the rows that say so, with their evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from corpusbuild.schema.paths import values_at
from corpusbuild.schema.shape import Column, Label
from corpusbuild.site.contents import Row
from corpusbuild.site.figures import label_text, rows_of
from corpusbuild.site.layers import Layer, Reference
from corpusbuild.site.linking import Links
from corpusbuild.site.naming import slug
from corpusbuild.site.showing import Card, Showing, Shown

ROWS, COLUMNS = 24, 24
"""Lines and columns of a matrix: those with most rows."""

CARDS = 100
"""Rows of one cell that are listed."""

STEPS = 5
"""How many shades tell how many rows a cell has."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The rows about one pair: ``counts`` by label, in the order of the schema; ``shade`` from 1 to :data:`STEPS`."""

    id: str
    across: Shown
    down: Shown
    counts: tuple[tuple[str, int], ...]
    total: int
    shade: int
    rows: tuple[Row, ...]

    @property
    def told(self) -> str:
        """Its counts in words."""
        none = self.total - sum(count for _, count in self.counts)
        return ", ".join(
            [*(f"{count:,} {label}" for label, count in self.counts if count), *([f"{none:,} without a label"] if none else [])]
        )


@dataclass(frozen=True, slots=True)
class Matrix:
    """The rows of a table by two of its references.

    ``lines`` has a cell or None for each column. ``left`` counts the rows of lines and columns that are not shown,
    ``hidden`` these, with the name of their registry. ``address`` is the page of the evidence.
    """

    title: str
    down: str
    across: str
    field: str
    labels: tuple[str, ...]
    columns: tuple[Shown, ...]
    lines: tuple[tuple[Shown, tuple[Cell | None, ...]], ...]
    total: int
    left: int
    hidden: tuple[tuple[int, str], ...]
    address: str

    @property
    def cells(self) -> Iterator[Cell]:
        """The cells that have rows, line by line."""
        return (cell for _, cells in self.lines for cell in cells if cell is not None)


@dataclass(frozen=True, slots=True)
class Cited:
    """A row that another gives as its evidence: where it is read, and its words."""

    link: Shown
    said: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A row of a cell, and what it cites, by the column that does."""

    card: Card
    cited: tuple[tuple[str, tuple[Cited, ...]], ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The rows of one cell as they are read, the first :data:`CARDS` of them."""

    cell: Cell
    proofs: tuple[Proof, ...]


def matrices(links: Links) -> Iterator[Matrix]:
    """A matrix for each table with two references to registries and a column of labels, of which there are rows."""
    for layer in links.layers.values():
        references = [each for each in layer.references if each.table in links.contents.entries and each.is_direct]
        label = next((column for column in layer.columns if isinstance(column.type, Label)), None)
        if len(references) >= 2 and label is not None:
            found = _matrix(links, layer, (references[0], references[1]), label)
            if found is not None:
                yield found


def evidence(matrix: Matrix, links: Links) -> Iterator[Evidence]:
    """What each cell of a matrix leads to."""
    showing = Showing(links)
    for cell in matrix.cells:
        yield Evidence(cell, tuple(Proof(showing.card(row), tuple(_cited(row, links, showing))) for row in cell.rows[:CARDS]))


def _cited(row: Row, links: Links, showing: Showing) -> Iterator[tuple[str, tuple[Cited, ...]]]:
    """The rows of articles that a row refers to, with their words."""
    for reference in links.layers[row.table].references:
        if reference.table in links.contents.rows:
            values = (value for value in values_at([row.values], reference.path) if isinstance(value, str))
            places = [links.meant(row, reference, value) for value in values]
            cited = tuple(Cited(showing.link(at, row.article), links.said(links.rows[at]) if at in links.rows else "") for at in places)
            if cited:
                yield reference.name, cited


def _matrix(links: Links, layer: Layer, by: tuple[Reference, Reference], label: Column) -> Matrix | None:
    pairs: dict[tuple[str, str], list[Row]] = {}
    for row in rows_of(links, layer.name):
        down, across = (dict.fromkeys(value for value in values_at([row.values], each.path) if isinstance(value, str)) for each in by)
        for pair in product(down, across):
            pairs.setdefault(pair, []).append(row)
    if not pairs:
        return None
    # The lines with most rows, then the columns that have most of these: columns of other lines would be empty here.
    lines = _most(pairs, 0, ROWS)
    kept = {pair: rows for pair, rows in pairs.items() if pair[0] in lines}
    columns = _most(kept, 1, COLUMNS)
    kept = {pair: rows for pair, rows in kept.items() if pair[1] in columns}
    shown = [key for key in lines if any(pair[0] == key for pair in kept)], columns
    showing = Showing(links)
    names = [{key: showing.link((each.table, "", key)) for key in keys} for each, keys in zip(by, shown, strict=True)]
    most = max(map(len, kept.values()), default=1)
    cells = {pair: _cell(number, pair, rows, names, label, most) for number, (pair, rows) in enumerate(sorted(kept.items()))}
    total = sum(map(len, pairs.values()))
    return Matrix(
        layer.title,
        by[0].name,
        by[1].name,
        label.name.replace("_", " "),
        tuple(map(label_text, _labels(label))),
        tuple(names[1].values()),
        tuple((name, tuple(cells.get((key, other)) for other in shown[1])) for key, name in names[0].items()),
        total,
        total - sum(cell.total for cell in cells.values()),
        tuple((len({pair[place] for pair in pairs}) - len(shown[place]), links.layers[each.table].title) for place, each in enumerate(by)),
        f"evidence/{slug(layer.name)}.html",
    )


def _most(pairs: Mapping[tuple[str, str], Sequence[Row]], place: int, most: int) -> list[str]:
    """Of one side of the pairs, those with most rows."""
    totals: Counter[str] = Counter()
    for pair, rows in pairs.items():
        totals[pair[place]] += len(rows)
    return sorted(totals, key=lambda key: (-totals[key], key))[:most]


def _cell(number: int, pair: tuple[str, str], rows: Sequence[Row], names: Sequence[Mapping[str, Shown]], label: Column, most: int) -> Cell:
    found = Counter(row.values.get(label.name) for row in rows)
    shade = max(1, -(-len(rows) * STEPS // most))
    counts = tuple((label_text(name), found[name]) for name in _labels(label))
    return Cell(f"cell-{number + 1}", names[1][pair[1]], names[0][pair[0]], counts, len(rows), shade, tuple(rows))


def _labels(column: Column) -> tuple[str, ...]:
    return column.type.names if isinstance(column.type, Label) else ()
