"""The head of a WebAnno TSV file: its version, and what its columns hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.interchange.model import At
from corpusbuild.interchange.refusing import malformed

FORMAT = re.compile(r"#FORMAT=WebAnno TSV (3)(?:\.(\d{1,18}))?\s*")
_ROLE = re.compile(r"ROLE_[^:|]+:(?P<feature>[^.|]+)_(?P<link>[^_.|]+\.[^|]+|[^_|]+)")
_CHAIN_COLUMNS = {"referenceRelation", "referenceType"}


class LayerKind(StrEnum):
    """What a layer is, by the mark of its line."""

    SPAN = "T_SP"
    CHAIN = "T_CH"
    RELATION = "T_RL"


class Holds(StrEnum):
    """What a column holds."""

    NOTHING = "nothing but that there is an annotation"
    FEATURE = "the value of a feature"
    ROLES = "the roles of a slot"
    TARGETS = "the targets of a slot"
    SOURCE = "where a relation comes from"


class TsvColumn(NamedTuple):
    """A column: what it holds, of which feature, and the type that it leads to."""

    place: int
    holds: Holds
    feature: str = ""
    type: str = ""


@dataclass(slots=True)
class Layer:
    """A layer of annotations and its columns, in the order of the file."""

    kind: LayerKind
    type: str
    columns: list[TsvColumn] = field(default_factory=list)

    def features(self) -> list[str]:
        """The features with values of their own."""
        return [column.feature for column in self.columns if column.holds is Holds.FEATURE]

    def slots(self) -> dict[str, str]:
        """Feature → type of its targets."""
        return {column.feature: column.type for column in self.columns if column.holds is Holds.TARGETS}


@dataclass(slots=True)
class Header:
    """What the head says. Where a line of it cannot be read, nobody knows which column is whose: it is not ``sound``."""

    version: tuple[int, int]
    layers: list[Layer] = field(default_factory=list)
    width: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether all columns are known."""
        return not self.findings


def read_header(lines: Iterable[str], path: str) -> Header | None:
    """The head at the beginning of ``lines``; None where they are not of this format."""
    numbered = enumerate(lines, start=1)
    match = FORMAT.fullmatch(next(numbered, (0, ""))[1])
    if match is None:
        return None
    header = Header((int(match[1]), int(match[2] or 0)))
    for number, line in numbered:
        if not line.strip() or line.startswith(("#Text=", "#Sentence.")) or not line.startswith("#"):
            break
        kind, equals, rest = line[1:].partition("=")
        at = At(path, number)
        if not equals or kind not in set(LayerKind):
            header.findings.append(malformed(at, "this line of the head names no kind of layer", "write #T_SP=, #T_CH= or #T_RL="))
            continue
        _declare(header, LayerKind(kind), rest, at)
    return header


def _declare(header: Header, kind: LayerKind, rest: str, at: At) -> None:
    name, *declared = rest.split("|")
    if not name.strip():
        header.findings.append(malformed(at, "this line of the head names no layer"))
        return
    layer = next((each for each in header.layers if each.type == name), None)
    if layer is None:
        layer = Layer(kind, name)
        header.layers.append(layer)
    elif layer.kind is not kind:
        header.findings.append(malformed(at, f'"{name}" is a layer of another kind above'))
        return
    before = len(layer.columns)
    awaited: str | None = None  # the slot whose targets come next
    for each in filter(None, declared):
        column = _column(header.width, kind, each, awaited)
        awaited = column.feature if column is not None and column.holds is Holds.ROLES else None
        if column is None:
            header.findings.append(malformed(at, f'"{each}" cannot be read as a column'))
            return
        layer.columns.append(column)
        header.width += 1
    if awaited is not None:
        header.findings.append(malformed(at, f'the slot "{awaited}" has no type of its targets behind it'))
    if len(layer.columns) == before:
        layer.columns.append(TsvColumn(header.width, Holds.NOTHING))
        header.width += 1
    header.findings += _lacking(layer, at)


def _column(place: int, kind: LayerKind, declared: str, awaited: str | None) -> TsvColumn | None:
    if awaited is not None:
        return TsvColumn(place, Holds.TARGETS, awaited, declared)
    if kind is LayerKind.SPAN and declared.startswith("ROLE_"):
        match = _ROLE.fullmatch(declared)
        return None if match is None else TsvColumn(place, Holds.ROLES, match["feature"], match["link"])
    if kind is LayerKind.RELATION and declared.startswith("BT_"):
        return TsvColumn(place, Holds.SOURCE, type=declared[3:])
    return TsvColumn(place, Holds.FEATURE, declared)


def _lacking(layer: Layer, at: At) -> Iterable[Finding]:
    if layer.kind is LayerKind.RELATION and sum(column.holds is Holds.SOURCE for column in layer.columns) != 1:
        yield malformed(
            at, "a layer of relations must have one column of where they come from", "end the line with |BT_ and the layer's name"
        )
    if layer.kind is LayerKind.CHAIN and set(layer.features()) != _CHAIN_COLUMNS:
        yield malformed(at, "a layer of chains has the columns referenceRelation and referenceType, and no others")
