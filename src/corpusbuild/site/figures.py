"""Count what the rows of a site say: labels by split, rows over time, and how often each entry of a registry is referred to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from corpusbuild.emit.summary import FieldSummary, Summary
from corpusbuild.schema.paths import values_at
from corpusbuild.schema.shape import ITEM, Path, Scalar
from corpusbuild.site.contents import ARTICLES, Row
from corpusbuild.site.linking import Links
from corpusbuild.site.showing import Showing, Shown
from corpusbuild.site.timing import Axis, axis_of

LABELS, ENTRIES = 12, 15
"""How many labels of a field, and entries of a registry, have a line of their own; the rest are summed up in one."""

REGISTRY = "registry"
"""What the summary of a data set calls the split of registries."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A label and the values that have it, one number a split. ``merged`` is how many labels it stands for where it is the rest."""

    name: str
    counts: tuple[int, ...]
    merged: int = 0


@dataclass(frozen=True, slots=True)
class Distribution:
    """How often each label of a field is given, split by split; ``totals`` sums them up, ``none`` counts the values that are null."""

    table: str
    field: str
    splits: tuple[str, ...]
    labels: tuple[Counted, ...]
    totals: tuple[int, ...]
    none: int

    @property
    def name(self) -> str:
        """What it is called: table and field."""
        return f"{self.table}.{self.field}"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows of a table by the date of their article: for each interval of ``axis`` one number a split. ``undated`` are in none."""

    table: str
    splits: tuple[str, ...]
    axis: Axis
    counts: tuple[tuple[int, ...], ...]
    undated: int

    @property
    def total(self) -> int:
        """All rows that have a date."""
        return sum(map(sum, self.counts))


@dataclass(frozen=True, slots=True)
class Mentioned:
    """An entry of a registry, and how often each column refers to it."""

    link: Shown
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """How often it is referred to."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often the entries of a registry are referred to, by ``columns``; ``rest`` sums up ``merged`` others, ``never`` are not."""

    title: str
    columns: tuple[str, ...]
    lines: tuple[Mentioned, ...]
    merged: int
    rest: tuple[int, ...]
    never: int


def distributions(summary: Summary) -> Iterator[Distribution]:
    """Every field of labels of which there are values, at any depth, table by table; of the whole corpus."""
    for (name, path), counts in summary.labels.items():
        field = summary.fields[name][path]
        splits = tuple(split for split in (*summary.splits, REGISTRY) if split in field.by_split)
        if sum(counts.values()):
            yield _distribution(name, path, field, splits if splits == (REGISTRY,) else summary.splits)


def _distribution(table: str, path: Path, field: FieldSummary, splits: tuple[str, ...]) -> Distribution:
    found = [field.by_split.get(split, {}) for split in splits]
    lines = [Counted(label_text(label), tuple(counts.get(label, 0) for counts in found)) for label in field.labels or ()]
    if len(lines) > LABELS:
        order = sorted(lines, key=lambda line: -sum(line.counts))
        rest = order[LABELS - 1 :]
        merged = tuple(sum(line.counts[number] for line in rest) for number in range(len(splits)))
        lines = [*order[: LABELS - 1], Counted(f"{len(rest)} others", merged, len(rest))]
    totals = tuple(sum(line.counts[number] for line in lines) for number in range(len(splits)))
    names = tuple("entries" if split == REGISTRY else split for split in splits)
    return Distribution(table.replace("_", " "), path_text(path), names, tuple(lines), totals, field.nulls)


def timelines(links: Links) -> tuple[str, tuple[Timeline, ...]]:
    """The field that dates articles (of their metadata's, the one that most have), and the rows of each table along it."""
    contents = links.contents
    name, dated = "", dict[str, date]()
    for column in contents.shape.article.columns:
        if column.type in (Scalar.DATE, Scalar.INSTANT):
            days = ((row.name, _day(row.values[column.name])) for row in contents.articles)
            found = {article: day for article, day in days if day is not None}
            name, dated = (column.name, found) if len(found) > len(dated) else (name, dated)
    if not dated:
        return "", ()
    axis = axis_of(list(dated.values()))
    tables = [ARTICLES, *(table.name for table in contents.shape.tables)]
    return name, tuple(_timeline(links, table, axis, dated) for table in tables if rows_of(links, table))


def _timeline(links: Links, table: str, axis: Axis, dated: Mapping[str, date]) -> Timeline:
    splits = links.contents.summary.splits
    counts = [[0] * len(splits) for _ in axis.intervals]
    number = {split: place for place, split in enumerate(splits)}
    undated = 0
    for row in rows_of(links, table):
        article = row.article or row.name
        day = dated.get(article)
        if day is None:
            undated += 1
        else:
            counts[axis.place(day)][number[links.contents.splits[article]]] += 1
    return Timeline(links.layers[table].title, splits, axis, tuple(map(tuple, counts)), undated)


def frequencies(links: Links) -> Iterator[Frequency]:
    """Each registry that something refers to, but for that of the annotators: the rows that are counted are those of one of them."""
    showing = Showing(links)
    annotator = links.contents.shape.annotation.get("annotator")
    for registry, entries in links.contents.entries.items():
        if annotator is not None and registry == annotator.ref:
            continue
        by = [(name, reference) for name, layer in links.layers.items() for reference in layer.references if reference.table == registry]
        counts = {each: Counter(value for value in _keys(links, each[0], each[1].path)) for each in by}
        by = [each for each in by if counts[each]]
        if not by:
            continue
        totals: Counter[str] = Counter()
        for each in by:
            totals.update(counts[each])
        order = sorted(totals, key=lambda key: (-totals[key], key))
        shown = order if len(order) <= ENTRIES else order[: ENTRIES - 1]
        rest = order[len(shown) :]
        yield Frequency(
            links.layers[registry].title,
            tuple(f"{links.layers[name].title} · {reference.name}" for name, reference in by),
            tuple(Mentioned(showing.link((registry, "", key)), tuple(counts[each][key] for each in by)) for key in shown),
            len(rest),
            tuple(sum(counts[each][key] for key in rest) for each in by),
            sum(entry.name not in totals for entry in entries),
        )


def _keys(links: Links, table: str, path: Path) -> Iterator[str]:
    """What a column refers to, row by row; a row that names an entry twice counts it once."""
    for row in rows_of(links, table):
        yield from {value for value in values_at([row.values], path) if isinstance(value, str)}


def rows_of(links: Links, table: str) -> Sequence[Row]:
    """The rows of a table that the site has."""
    contents = links.contents
    return contents.articles if table == ARTICLES else contents.rows.get(table, contents.entries.get(table, ()))


def label_text(label: str) -> str:
    """A label as people read it; one of which nothing could be seen in quotation marks."""
    return label if label.strip() else f'"{label}"'


def path_text(path: Path) -> str:
    """A path as people read it: its steps without those of lists."""
    return " ".join(step for step in path if step != ITEM).replace("_", " ")


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None
