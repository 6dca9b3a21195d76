"""Counts of a corpus: for people as tables with small bars that fit their terminal, for programs as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from corpusbuild.emit.agreement import Agreements
from corpusbuild.emit.summary import Summary, Uses
from corpusbuild.emit.tally import path_text
from corpusbuild.render.as_json import clean
from corpusbuild.render.counting import counted
from corpusbuild.render.terminal import GAP, Terminal, padded, right, table
from corpusbuild.render.width import cells
from corpusbuild.schema.shape import Path
from corpusbuild.schema.vocabulary import BY_ANNOTATOR

FORMAT = 1
_INDENT = 2
_BAR, _LEAST_BAR = 24, 6
_NAME, _LEAST_NAME = 32, 12
_SHARE = len("100.0 %")


@dataclass(frozen=True, slots=True)
class Counted:
    """What is shown: ``agreements`` are the figures that the corpus keeps, and ``agreements_stand`` whether they are still of it."""

    summary: Summary
    characters: int
    agreements: Agreements = ()
    agreements_stand: bool = True


def statistics(counted_: Counted, terminal: Terminal, top: int | None = None) -> Iterator[str]:
    """Every table; of the entries of a registry at most ``top`` for each field that refers to it."""
    summary = counted_.summary
    yield from tables(summary, terminal)
    yield ""
    yield terminal.cut(f"{counted(counted_.characters, 'character')} of text", terminal.width)
    # Keys are longer than labels, and would move these far from their counts.
    for sections in ([*_labels(summary, terminal)], [*_uses(summary, terminal, top)]):
        columns = _Columns.of(sections, terminal)
        for section in sections:
            yield ""
            yield from columns.lines(section, terminal)
    yield from _agreements(counted_, terminal)


# ---- how many rows ----


def tables(summary: Summary, terminal: Terminal, *, indent: int = 0) -> Iterator[str]:
    """Rows by table and split, for the tables that have any, but for those that hold everybody's."""
    shown = {name: each for name, each in summary.tables.items() if each.splits and not name.endswith(BY_ANNOTATOR)}
    splits = list(dict.fromkeys(split for each in shown.values() for split in each.splits))
    columns = [(split, [_number(each.splits[split].rows) if split in each.splits else "" for each in shown.values()]) for split in splits]
    return table(terminal, [*shown], [*columns, ("all", [_number(each.rows) for each in shown.values()])], indent=indent)


def _number(value: int) -> str:
    return f"{value:,}"


# ---- how often what ----


@dataclass(frozen=True, slots=True)
class _Section:
    """Counts under a heading, and what is said below them; a share is one of ``total``."""

    heading: str
    counts: Mapping[str, int]
    total: int
    notes: tuple[str, ...] = ()


def _labels(summary: Summary, terminal: Terminal) -> Iterator[_Section]:
    for (name, path), labels in summary.labels.items():
        nulls = summary.fields[name][path].nulls
        notes = (f"{_number(nulls)} without",) if nulls else ()
        yield _Section(terminal.legible(f"{name}.{path_text(path)}"), labels, sum(labels.values()), notes)


def _uses(summary: Summary, terminal: Terminal, top: int | None) -> Iterator[_Section]:
    arrow = "→" if terminal.is_unicode else "->"
    for (name, path), uses in summary.uses.items():
        if not uses.counts:
            continue
        shown = dict(list(uses.counts.items())[:top])
        heading = terminal.legible(f"{name}.{path_text(path)} {arrow} {uses.registry}")
        yield _Section(heading, shown, uses.total, tuple(_left(summary, uses, shown, terminal)))


def _left(summary: Summary, uses: Uses, shown: Mapping[str, int], terminal: Terminal) -> Iterator[str]:
    """What is said of the entries that are not shown."""
    more = len(uses.counts) - len(shown)
    if more:
        yield f"{terminal.ellipsis} {_number(more)} more, {counted(uses.total - sum(shown.values()), 'time')}"
    unused = summary.tables[uses.registry].rows - len(uses.counts)
    if unused > 0:
        yield f"{_number(unused)} of {_number(summary.tables[uses.registry].rows)} never"


@dataclass(frozen=True, slots=True)
class _Columns:
    """How wide names, counts and bars are, in all sections alike; shares are left out, and bars, where there is no room."""

    name: int
    count: int
    share: bool
    bar: int

    @classmethod
    def of(cls, sections: list[_Section], terminal: Terminal) -> _Columns:
        names = [cells(terminal.legible(name)) for each in sections for name in each.counts]
        wanted = min(max(names, default=0), _NAME)
        count = max((len(_number(most)) for each in sections for most in each.counts.values()), default=1)
        room = terminal.width - _INDENT - GAP - count
        least = max(min(wanted, _LEAST_NAME), 1)
        share = room - (GAP + _SHARE) >= least
        room -= GAP + _SHARE if share else 0
        with_bar = room - (GAP + _LEAST_BAR) >= least
        name = max(min(wanted, room - (GAP + _LEAST_BAR) if with_bar else room), 1)
        return cls(name, count, share, min(room - name - GAP, _BAR) if with_bar else 0)

    def lines(self, section: _Section, terminal: Terminal) -> Iterator[str]:
        yield terminal.bold(terminal.cut(section.heading, terminal.width))
        most = max(section.counts.values(), default=0) or 1
        for name, count in section.counts.items():
            shown = padded(terminal.cut(terminal.legible(name), self.name), self.name)
            share = " " * GAP + right(_percent(count, section.total), _SHARE) if self.share else ""
            bar = terminal.bar(count / most, self.bar)
            yield f"{' ' * _INDENT}{shown}{' ' * GAP}{right(_number(count), self.count)}{share}{' ' * GAP if bar else ''}{bar}"
        for note in section.notes:
            yield terminal.cut(f"{' ' * _INDENT}{note}", terminal.width)


def _percent(count: int, total: int) -> str:
    return f"{100 * count / total:.1f} %" if total else ""


# ---- agreement ----


def _agreements(counted_: Counted, terminal: Terminal) -> Iterator[str]:
    if counted_.agreements and not counted_.agreements_stand:
        yield ""
        yield terminal.cut("agreement.json is of other documents: `corpusbuild agree --save` measures anew", terminal.width)
        return
    for each in counted_.agreements:
        yield ""
        heading = terminal.legible(f"{each['a']} and {each['b']}, {counted(len(each['articles']), 'article')}")
        yield terminal.bold(terminal.cut(heading, terminal.width))
        figures = [figure for figure in each["figures"] if figure["value"] is not None]
        to = "…" if terminal.is_unicode else "to"
        columns = [
            ("value", [f"{figure['value']:.3f}" for figure in figures]),
            ("interval", [_interval(figure, to) for figure in figures]),
            ("used", [f"{_number(figure['used'])} {terminal.legible(figure['unit'])}" for figure in figures]),
        ]
        yield from table(terminal, [figure["name"] for figure in figures], columns, indent=_INDENT)


def _interval(figure: Mapping[str, Any], to: str) -> str:
    return "" if figure["low"] is None or figure["high"] is None else f"{figure['low']:.3f} {to} {figure['high']:.3f}"


# ---- for programs ----


def as_json(counted_: Counted) -> str:
    """Everything as one JSON document; ``format`` is the version of this form."""
    summary = counted_.summary
    value = {
        "format": FORMAT,
        "gold": summary.gold,
        "splits": list(summary.splits),
        "characters": counted_.characters,
        "tables": {
            name: {"rows": each.rows, "splits": {split: part.rows for split, part in each.splits.items()}}
            for name, each in summary.tables.items()
        },
        "labels": [
            _field(key, {"nulls": summary.fields[key[0]][key[1]].nulls, "counts": dict(labels)}) for key, labels in summary.labels.items()
        ],
        "references": [_field(key, {"registry": uses.registry, "counts": dict(uses.counts)}) for key, uses in summary.uses.items()],
        "agreement": {"stands": counted_.agreements_stand, "agreements": list(counted_.agreements)} if counted_.agreements else None,
    }
    return json.dumps(clean(value), ensure_ascii=False, indent=2)


def _field(key: tuple[str, Path], said: Mapping[str, Any]) -> dict[str, Any]:
    return {"table": key[0], "field": path_text(key[1]), **said}
