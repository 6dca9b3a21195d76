"""The first page: what the corpus holds, how its labels lie, who is referred to, how far annotators agree, and what is open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from corpusbuild.diagnostics.finding import Severity
from corpusbuild.diagnostics.report import Located
from corpusbuild.site.agreed import Agreed, agreed
from corpusbuild.site.charts import Series, bars, columns
from corpusbuild.site.contents import ARTICLES
from corpusbuild.site.figures import Distribution, Frequency, Timeline, distributions, frequencies, timelines
from corpusbuild.site.leaks import Leaks, Pair
from corpusbuild.site.linking import Links
from corpusbuild.site.matrix import Matrix, matrices
from corpusbuild.site.showing import Showing, Shown

FINDINGS = 25
"""Findings of one rule that are listed."""


@dataclass(frozen=True, slots=True)
class Count:
    """The rows of one table, by split in the order of the page, and all of them."""

    title: str
    rows: tuple[int | None, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Dealt:
    """What one split got: articles, the groups that these make, and rows of the tables that are annotated."""

    split: str
    articles: int
    groups: int
    rows: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, and the table of what is drawn: ``head`` names its columns, each of ``lines`` begins with a name.

    ``note`` says what the drawing leaves out; ``drawing`` is SVG, empty where there is nothing to see in one.
    """

    title: str
    note: str
    drawing: str
    head: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Open:
    """A finding: where it points, and the page of that article. ``advice`` is its help, or why it is waived."""

    located: Located
    page: Shown | None
    advice: str


@dataclass(frozen=True, slots=True)
class OfRule:
    """The findings of one rule, the first :data:`FINDINGS` of ``total``; ``advice`` is that of all of them, where they share it."""

    code: str
    name: str
    severity: str
    findings: tuple[Open, ...]
    total: int
    advice: str


@dataclass(frozen=True, slots=True)
class Kin:
    """A pair of articles that belong together."""

    pair: Pair
    article: Shown
    other: Shown


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page shows."""

    splits: tuple[str, ...]
    gold: str | None
    counts: tuple[Count, ...]
    annotators: tuple[tuple[str, int], ...]
    labels: tuple[Chart, ...]
    dated: str
    times: tuple[Chart, ...]
    frequencies: tuple[Frequency, ...]
    matrices: tuple[Matrix, ...]
    leaks: Leaks | None
    dealt: tuple[Dealt, ...]
    kin: tuple[Kin, ...]
    agreed: tuple[Agreed, ...]
    no_agreement: str
    findings: tuple[OfRule, ...]
    waived: tuple[OfRule, ...]


def overview(links: Links) -> Overview:
    """The first page."""
    contents = links.contents
    dated, times = timelines(links)
    report, leaks = contents.report, contents.leaks
    return Overview(
        splits=contents.summary.splits,
        gold=contents.summary.gold,
        counts=tuple(_counts(links)),
        annotators=tuple(contents.annotated.items()),
        labels=tuple(map(_labels, distributions(contents.summary))),
        dated=dated.replace("_", " "),
        times=tuple(map(_times, times)) if times and len(times[0].axis.intervals) > 1 else (),
        frequencies=tuple(frequencies(links)),
        matrices=tuple(matrices(links)),
        leaks=leaks,
        dealt=tuple(_dealt(leaks, links)) if leaks is not None else (),
        kin=tuple(_kin(leaks, links)) if leaks is not None else (),
        agreed=tuple(agreed(each, links) for each in contents.agreements),
        no_agreement=contents.no_agreement,
        findings=tuple(_by_rule([(each, each.finding.help) for each in report], links)),
        waived=tuple(_by_rule(report.waived, links)),
    )


def _counts(links: Links) -> Iterator[Count]:
    summary = links.contents.summary
    for name, layer in links.layers.items():
        table = summary.tables[name]
        of_split = tuple(table.splits[split].rows if split in table.splits else None for split in summary.splits)
        yield Count(layer.title, of_split, table.rows)


def _labels(found: Distribution) -> Chart:
    """The share of each label in each split, so that splits of unlike sizes can be compared."""
    labels = [each.name for each in found.labels]
    series = []
    for number, split in enumerate(found.splits):
        total = found.totals[number]
        counts = [each.counts[number] for each in found.labels]
        told = [f"{label}, {split}: {count:,} of {total:,} ({percent(count, total)})" for label, count in zip(labels, counts, strict=True)]
        series.append(Series(split, [count / (total or 1) for count in counts], [percent(count, total) for count in counts], told))
    lines = [
        (label, *(word for number, count in enumerate(each.counts) for word in (f"{count:,}", percent(count, found.totals[number]))))
        for label, each in zip(labels, found.labels, strict=True)
    ]
    size = " · ".join(f"{total:,}" for total in found.totals)
    none = f", {found.none:,} without a label" if found.none else ""
    merged = sum(each.merged for each in found.labels)
    kept = f"; the {len(labels) - 1} most frequent labels, {merged:,} others summed up" if merged else ""
    head = ("label", *(word for split in found.splits for word in (split, f"% of {split}")))
    return Chart(
        found.name, f"n = {size}{none}{kept}", bars(f"{found.name}, share of each label by split", labels, series), head, tuple(lines)
    )


def _times(found: Timeline) -> Chart:
    labels, unit = found.axis.labels, found.axis.unit
    series = []
    for number, split in enumerate(found.splits):
        counts = [each[number] for each in found.counts]
        told = [f"{label}, {split}: {count:,}" for label, count in zip(labels, counts, strict=True)]
        series.append(Series(split, counts, [""] * len(counts), told))
    drawing = columns(f"{found.table} by {unit}", labels, series, found.axis.ticks)
    lines = [(label, *(f"{count:,}" for count in counts)) for label, counts in zip(labels, found.counts, strict=True) if any(counts)]
    undated = f", {found.undated:,} without a date" if found.undated else ""
    return Chart(found.table, f"{found.total:,} by {unit}{undated}", drawing, (unit, *found.splits), tuple(lines))


def percent(count: int, total: int) -> str:
    """A share in whole per cent; what is there is not shown as nothing, nor what is not all as everything."""
    if not count or not total:
        return "0"
    share = 100 * count / total
    if share < 1:
        return "<1 %"
    return ">99 %" if count < total and round(share) == 100 else f"{share:.0f} %"


def _dealt(leaks: Leaks, links: Links) -> Iterator[Dealt]:
    tables = [links.contents.summary.tables[table.name].splits for table in links.contents.shape.tables]
    for share in leaks.shares:
        rows = sum(splits[share.split].rows for splits in tables if share.split in splits)
        yield Dealt(share.split, share.articles, share.groups, rows)


def _kin(leaks: Leaks, links: Links) -> Iterator[Kin]:
    showing = Showing(links)
    for pair in leaks.pairs:
        yield Kin(pair, showing.link((ARTICLES, "", pair.article)), showing.link((ARTICLES, "", pair.other)))


def _by_rule(found: Sequence[tuple[Located, str]], links: Links) -> Iterator[OfRule]:
    """Findings and what is said to each, rule by rule, the gravest first."""
    severities = list(Severity)
    grouped: dict[tuple[int, str, str], list[tuple[Located, str]]] = {}
    for located, advice in found:
        finding = located.finding
        grouped.setdefault((severities.index(finding.severity), finding.code, finding.name), []).append((located, advice))
    for (severity, code, name), of_rule in sorted(grouped.items(), key=lambda each: each[0]):
        shared = {advice for _, advice in of_rule}
        advice = shared.pop() if len(shared) == 1 else ""
        listed = tuple(_open(located, links, "" if advice else own) for located, own in of_rule[:FINDINGS])
        yield OfRule(code, name, severities[severity], listed, len(of_rule), advice)


def _open(located: Located, links: Links, advice: str) -> Open:
    """A finding, with the page of the article whose file it is in."""
    at = (ARTICLES, "", PurePosixPath(located.place.path).stem)
    is_article = located.place.path.startswith(("raw/", "annotations/")) and at in links.rows
    return Open(located, Showing(links).link(at) if is_article else None, advice)
