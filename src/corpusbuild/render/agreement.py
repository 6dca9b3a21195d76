"""Figures of agreement for people, in 80 columns or as many as there are, and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from textwrap import wrap
from typing import Any

from corpusbuild.agreement.decisions import Said, said_json, shortened, value_text
from corpusbuild.agreement.figures import Agreement, Differing, Figure
from corpusbuild.render.as_json import clean
from corpusbuild.render.counting import counted
from corpusbuild.render.terminal import Terminal, padded
from corpusbuild.render.width import cells, inert, printable

FORMAT = 1
_WIDTH = 80
_NAME, _LEAST_NAME = 32, 12
_FIGURES, _INTERVAL = 47, 16  # cells of what stands beside the name, and of the interval in it
# Of labels beyond these, only how many there are is shown.
_LABELS = 12


@dataclass(frozen=True, slots=True)
class _Page:
    """How wide the page and its names are, and whether it has room for intervals."""

    terminal: Terminal
    width: int
    name: int
    intervals: bool

    @classmethod
    def of(cls, terminal: Terminal) -> _Page:
        width = min(terminal.width, _WIDTH)
        intervals = width >= _LEAST_NAME + _FIGURES
        name = min(width - _FIGURES + (0 if intervals else _INTERVAL), _NAME)
        return cls(terminal, width, max(name, 1), intervals)


def figures(agreement: Agreement, terminal: Terminal | None = None) -> Iterator[str]:
    """Every figure, table by table; intervals are left out where there is no room for them."""
    page = _Page.of(terminal or Terminal(_WIDTH))
    yield from _folded(
        f"{agreement.a} and {agreement.b}: {counted(len(agreement.articles), 'article')} that both have annotated", "", "  ", page
    )
    for annotator, others in ((agreement.a, agreement.only_a), (agreement.b, agreement.only_b)):
        if others:
            yield from _folded(f"only {annotator} has {', '.join(others)}", "", "  ", page)
    yield from _folded(
        f"rows are the same from an overlap of {agreement.threshold:g}; intervals are 95 % of {agreement.draws:,} draws", "", "  ", page
    )
    for table, of_table in groupby(agreement.figures, key=lambda each: each.table):
        yield ""
        interval = f"{'interval':>{_INTERVAL}}" if page.intervals else ""
        head = f"{padded(page.terminal.cut(printable(table), page.name), page.name)}{'value':>7}{interval}{'used':>10}{'':6}{'dropped':>8}"
        yield page.terminal.bold(head)
        for _, of_field in groupby(of_table, key=lambda each: each.field):
            yield from _field(list(of_field), page)
    if agreement.not_compared:
        yield ""
        yield from _folded(f"not compared: {', '.join(agreement.not_compared)}", "", "  ", page)


def _field(several: Sequence[Figure], page: _Page) -> Iterator[str]:
    """The figures of one field, then the labels that they count, once."""
    for i, each in enumerate(several):
        yield from _figure(each, page)
        following = several[i + 1].labels if i + 1 < len(several) else {}
        if each.labels and each.labels != following:
            used = {name: counts for name, counts in each.labels.items() if any(counts)}
            yield from _folded(_labels(used), "      ", "      ", page)


def _figure(each: Figure, page: _Page) -> Iterator[str]:
    name = f"  {each.field} {each.measure}" if each.field else f"  {each.measure}"
    interval = f"{_interval(each):>{_INTERVAL}}" if page.intervals else ""
    numbers = f"{_number(each.value):>7}{interval}{each.used:>10,} {each.unit:<5}{each.dropped:>8,}"
    if cells(printable(name)) > page.name:
        yield page.terminal.cut(printable(name), page.width)
        name = ""
    yield padded(printable(name), page.name) + numbers
    if each.note:
        yield from _folded(each.note, "      ", "      ", page)
    if each.left_out:
        yield from _folded(f"without {', '.join(each.left_out)}: the text is not at hand", "      ", "      ", page)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _interval(each: Figure) -> str:
    return "" if each.low is None or each.high is None else f"{each.low:.3f} … {each.high:.3f}"


def _labels(labels: Mapping[str, tuple[int, int]]) -> str:
    shown = sorted(labels, key=lambda name: -sum(labels[name]))[:_LABELS] if len(labels) > _LABELS else list(labels)
    more = f", … {len(labels) - len(shown):,} more" if len(shown) < len(labels) else ""
    return ", ".join(f"{name} {labels[name][0]:,}|{labels[name][1]:,}" for name in shown) + more


def _folded(text: str, first: str, rest: str, page: _Page) -> Iterator[str]:
    lines = wrap(printable(text), page.width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False, break_long_words=False)
    for line in lines:
        yield page.terminal.cut(line, page.width)


def items(differences: Sequence[Differing]) -> Iterator[str]:
    """What differs, side by side, article by article."""
    for article, of_article in groupby(differences, key=lambda each: each.article):
        yield ""
        yield printable(article)
        for each in of_article:
            yield from difference(each.table, each.field, each.a, each.b)
    yield ""
    yield f"{len(differences):,} differ"


def difference(table: str, field: str | None, a: Said | None, b: Said | None, key: str | None = None) -> Iterator[str]:
    """One thing that two annotators say differently, or one of them alone; ``key`` is the row's where neither's own is meant."""
    sides = [side for side in (a, b) if side is not None]
    about = f" ({', '.join(sides[0].about)})" if sides[0].about else ""
    name = f"{table} {key or sides[0].row}{about}" if key or sides[0].row else table
    whose = "both have" if len(sides) == 2 else f"only {sides[0].annotator} has"
    yield printable(f"  {name}: {whose} it" if field is None else f"  {name} {field}")
    for side in sides:
        if field is not None:
            other = f" ({side.row})" if key is None and side.row != sides[0].row else ""
            yield printable(f"    {side.annotator}{other}: {shortened(value_text(side.value), 60)}")
        if side.words and side.words != side.value:
            yield printable(f'      "{shortened(side.words, 70)}"')
        yield printable(f"      {side.place.path}:{side.place.line}:{side.place.column}")


def as_json(agreements: Sequence[Agreement], *, with_items: bool) -> str:
    """The comparisons as one JSON document; ``format`` is the version of this form."""
    value = {"format": FORMAT, "agreements": [_agreement(each, with_items=with_items) for each in agreements]}
    # What an author wrote may be a number of any size, and hold lone surrogates.
    return inert(json.dumps(clean(value), ensure_ascii=False, indent=2))


def _agreement(agreement: Agreement, *, with_items: bool) -> dict[str, Any]:
    said = {
        "a": agreement.a,
        "b": agreement.b,
        "articles": list(agreement.articles),
        "only_a": list(agreement.only_a),
        "only_b": list(agreement.only_b),
        "threshold": agreement.threshold,
        "seed": agreement.seed,
        "draws": agreement.draws,
        "figures": [{"name": each.name, **_plain(each)} for each in agreement.figures],
        "not_compared": list(agreement.not_compared),
        "differing": len(agreement.differences),
    }
    return {**said, "items": [_differing(each) for each in agreement.differences]} if with_items else said


def _plain(each: Figure) -> dict[str, Any]:
    return {
        "table": each.table,
        "field": each.field,
        "measure": each.measure,
        "value": each.value,
        "low": each.low,
        "high": each.high,
        "used": each.used,
        "dropped": each.dropped,
        "unit": each.unit,
        "labels": {name: {"a": a, "b": b} for name, (a, b) in each.labels.items()},
        "note": each.note,
        "left_out": list(each.left_out),
    }


def _differing(each: Differing) -> dict[str, Any]:
    return {"article": each.article, "table": each.table, "field": each.field, "a": said_json(each.a), "b": said_json(each.b)}
