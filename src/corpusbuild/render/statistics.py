"""Counts of a corpus: for people as tables with small bars that fit their terminal, for programs as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from corpusbuild.render.as_json import clean
from corpusbuild.render.counting import counted
from corpusbuild.render.terminal import GAP, Terminal, padded, right, table
from corpusbuild.render.width import cells
from corpusbuild.schema.vocabulary import BY_ANNOTATOR

FORMAT = 1
_INDENT = 2
_BAR, _LEAST_BAR = 24, 6
_NAME, _LEAST_NAME = 32, 12
_SHARE = len("100.0 %")


@dataclass(frozen=True, slots=True)
class Field:
    """How often which value stands in a field: labels in the order of the schema, or the entries of ``registry`` that it means.

    ``entries`` is how many the registry has, ``nulls`` how many rows have no label.
    """

    table: str
    path: str
    counts: Mapping[str, int]
    nulls: int = 0
    registry: str = ""
    entries: int = 0

    @property
    def total(self) -> int:
        """How often there is any."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Counted:
    """What is shown: ``rows`` by table and split; ``agreements`` as agreement.json has them, and whether they are still of the corpus."""

    rows: Mapping[str, Mapping[str, int]]
    labels: Sequence[Field]
    uses: Sequence[Field]
    characters: int
    splits: Sequence[str] = ()
    gold: str | None = None
    agreements: Sequence[Mapping[str, Any]] = ()
    agreements_stand: bool = True


def statistics(counts: Counted, terminal: Terminal, top: int | None = None) -> Iterator[str]:
    """Every table; of the entries of a registry at most ``top`` for each field that refers to it."""
    yield from tables(counts.rows, terminal)
    yield ""
    yield terminal.cut(f"{counted(counts.characters, 'character')} of text", terminal.width)
    # Keys are longer than labels, and would move these far from their counts.
    labels = [_labels(each, terminal) for each in counts.labels]
    uses = [_uses(each, terminal, top) for each in counts.uses if each.counts]
    for sections in (labels, uses):
        columns = _Columns.of(sections, terminal)
        for section in sections:
            yield ""
            yield from columns.lines(section, terminal)
    yield from _agreements(counts, terminal)


# ---- how many rows ----


def tables(rows: Mapping[str, Mapping[str, int]], terminal: Terminal, *, indent: int = 0) -> Iterator[str]:
    """Rows by table and split, for the tables that have any, but for those that hold everybody's."""
    shown = {name: of for name, of in rows.items() if of and not name.endswith(BY_ANNOTATOR)}
    splits = list(dict.fromkeys(split for of in shown.values() for split in of))
    columns = [(split, [_number(of[split]) if split in of else "" for of in shown.values()]) for split in splits]
    return table(terminal, [*shown], [*columns, ("all", [_number(sum(of.values())) for of in shown.values()])], indent=indent)


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


def _labels(field: Field, terminal: Terminal) -> _Section:
    notes = (f"{_number(field.nulls)} without",) if field.nulls else ()
    return _Section(terminal.legible(f"{field.table}.{field.path}"), field.counts, field.total, notes)


def _uses(field: Field, terminal: Terminal, top: int | None) -> _Section:
    shown = dict(islice(field.counts.items(), top))
    arrow = "→" if terminal.is_unicode else "->"
    heading = terminal.legible(f"{field.table}.{field.path} {arrow} {field.registry}")
    return _Section(heading, shown, field.total, tuple(_left(field, shown, terminal)))


def _left(field: Field, shown: Mapping[str, int], terminal: Terminal) -> Iterator[str]:
    """What is said of the entries that are not shown."""
    more = len(field.counts) - len(shown)
    if more:
        yield f"{terminal.ellipsis} {_number(more)} more, {counted(field.total - sum(shown.values()), 'time')}"
    unused = field.entries - len(field.counts)
    if unused > 0:
        yield f"{_number(unused)} of {_number(field.entries)} never"


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


def _agreements(counts: Counted, terminal: Terminal) -> Iterator[str]:
    if counts.agreements and not counts.agreements_stand:
        yield ""
        yield terminal.cut("agreement.json is of other documents: `corpusbuild agree --save` measures anew", terminal.width)
        return
    for each in counts.agreements:
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


def as_json(counts: Counted) -> str:
    """Everything as one JSON document; ``format`` is the version of this form."""
    value = {
        "format": FORMAT,
        "gold": counts.gold,
        "splits": list(counts.splits),
        "characters": counts.characters,
        "tables": {name: {"rows": sum(of.values()), "splits": dict(of)} for name, of in counts.rows.items()},
        "labels": [_field(each, nulls=each.nulls) for each in counts.labels],
        "references": [_field(each, registry=each.registry, entries=each.entries) for each in counts.uses],
        "agreement": {"stands": counts.agreements_stand, "agreements": list(counts.agreements)} if counts.agreements else None,
    }
    return json.dumps(clean(value), ensure_ascii=False, indent=2)


def _field(field: Field, **more: str | int) -> dict[str, Any]:
    return {"table": field.table, "field": field.path, **more, "counts": dict(field.counts)}
