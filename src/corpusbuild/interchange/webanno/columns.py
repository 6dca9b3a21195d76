"""The columns of a layer in a WebAnno TSV file: how the head declares them, and what stands in their cells."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from corpusbuild.interchange import naming
from corpusbuild.interchange.layered.annotations import Annotation, Filler
from corpusbuild.interchange.layered.layers import Form, Layer, Slot, camel
from corpusbuild.interchange.model import Losses
from corpusbuild.interchange.webanno.cells import NOTHING, NULL, escaped_value
from corpusbuild.interchange.webanno.header import LayerKind
from corpusbuild.interchange.webanno.layout import DEPENDENCY, is_any

ANY = "uima.tcas.Annotation"
KINDS = {Form.SPAN: LayerKind.SPAN, Form.CHAIN: LayerKind.CHAIN, Form.RELATION: LayerKind.RELATION}

_POS = "de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS"
_OF_CHAINS = ("referenceRelation", "referenceType")

Place = Callable[[Annotation], tuple[str, int] | None]
"""What a cell calls an annotation: a line, and a number or 0."""


class _Leading(NamedTuple):
    """Two columns of a slot: its roles and its targets."""

    name: str
    link: str
    target: str


class Columns:
    """The columns of one layer: features and slots by name, as the tools sort them."""

    def __init__(self, layer: Layer, types: Mapping[str, str]) -> None:
        self.layer, self._types = layer, types
        features = [each.name for each in layer.features]
        self._plain = sorted(features) if layer.form is not Form.CHAIN else list(_OF_CHAINS)
        self._slots = {each.name: each for each in self._leading()} if layer.form is Form.SPAN else {}
        self._order = sorted({*self._plain, *self._slots})
        self._base = self._related()

    def _leading(self) -> Iterator[_Leading]:
        for way in self.layer.ways:
            yield _Leading(way.name, f"{self.layer.type}{camel(way.name)}Link", self._one_type([table for _, table in way.columns]))
        for anchor in self.layer.anchors:
            yield _Leading(anchor.name, f"{self.layer.type}{camel(anchor.name)}Link", anchor.layer.type)
        for slot in self.layer.slots:
            yield _Leading(slot.name, slot.link, self._target(slot))

    def _target(self, slot: Slot) -> str:
        """The type that the import noted, where it still holds."""
        tables = [table for _, table in slot.ways]
        found = self._one_type(tables)
        if is_any(slot.target) or {self._types.get(table) for table in tables} <= {slot.target, naming.TOKEN}:
            return slot.target or found
        return found

    def _one_type(self, tables: Sequence[str]) -> str:
        found = {self._types.get(table, ANY) for table in tables}
        return found.pop() if len(found) == 1 else ANY

    def _related(self) -> str:
        """What a relation relates, as the head declares it: a column that is called after its table may have led to any."""
        if self.layer.type == DEPENDENCY:
            return _POS
        columns = [(column == way.name, table) for way in self.layer.ends for column, table in way.columns]
        return self._one_type([table for _, table in columns]) if all(plain for plain, _ in columns) else ANY

    def declared(self) -> str:
        """The line of the head."""
        parts = []
        for name in self._order:
            slot = self._slots.get(name)
            parts += [name] if slot is None else [f"ROLE_{self.layer.type}:{name}_{slot.link}", slot.target]
        if self.layer.form is Form.RELATION:
            parts.append(f"BT_{self._base}")
        return f"#{KINDS[self.layer.form]}={self.layer.type}|{'|'.join(parts)}"

    def fillers(self, made: Annotation) -> Iterator[Filler]:
        """What fills the slots of an annotation, in the order of the columns."""
        for name in self._order:
            yield from self._filling(made, name)

    def _filling(self, made: Annotation, name: str) -> list[Filler]:
        if name not in self._slots:
            return []
        return [Filler(made.leads[name])] if name in made.leads else made.slots.get(name, [])

    def led_to_any(self, made: Annotation) -> Iterator[Annotation]:
        """What an annotation leads to by columns that may lead to any layer."""
        if self.layer.form is Form.RELATION and is_any(self._base):
            yield from made.ends
        for name, slot in self._slots.items():
            if is_any(slot.target):
                yield from (each.target for each in self._filling(made, name) if each.target is not None)

    def count_lost(self, found: Sequence[Annotation], losses: Losses) -> None:
        """Count what no column is for."""
        name = self.layer.name
        for made in found:
            for feature in made.values.keys() - set(self._plain):
                losses[f"{name}.{feature}", "a chain has its relation and its type alone"] += 1
            if made.subtype is not None:
                losses[f"{name}.uima_type", "WebAnno TSV has no types below others"] += 1
            for feature in (*made.leads, *(slot for slot, fillers in made.slots.items() if fillers)):
                if feature not in self._slots:
                    losses[f"{name}.{feature}", "only spans have slots"] += 1
            for filler in self.fillers(made):
                for each in filler.values.keys() - {"role"}:
                    table = name if filler.slot is None else filler.slot.table.name
                    losses[f"{table}.{each}", "what fills a slot has a role alone"] += 1

    def cells(self, found: Sequence[Annotation], number: Callable[[Annotation], int], place: Place) -> list[str]:
        """The cells of one line, with the annotations that are stacked there."""
        width = len(self._order) + len(self._slots) + (self.layer.form is Form.RELATION) or 1
        stacks = [list(self._of(made, number(made), place)) for made in found]
        return ["|".join(cell) for cell in zip(*stacks, strict=True)] if stacks else [NOTHING] * width

    def _of(self, made: Annotation, number: int, place: Place) -> Iterator[str]:
        """The parts of cells that one annotation has."""
        told = f"[{number}]" if number and self.layer.form is not Form.RELATION else ""
        for name in self._order:
            if name in self._slots:
                fillers = self._filling(made, name)
                yield (";".join(_value(each.values.get("role")) for each in fillers) or NOTHING) + told
                yield ";".join(_called(each.target, place) for each in fillers) or NULL
            elif made.chain is not None and name == _OF_CHAINS[0]:
                yield f"{_value(made.values.get(name))}->{made.chain[0]}-{made.chain[1]}"
            else:
                yield f"{_value(made.values.get(name))}{told}"
        if self.layer.form is Form.RELATION:
            (source, one), (_, other) = (place(end) or ("", 0) for end in made.ends)
            yield f"{source}[{one}_{other}]" if one or other else source
        elif not self._order:
            yield f"{NULL}{told}"


def _called(target: Annotation | None, place: Place) -> str:
    found = None if target is None else place(target)
    if found is None:
        return NULL
    return f"{found[0]}[{found[1]}]" if found[1] else found[0]


def _value(value: Any) -> str:
    """A value as a cell has it: text, or JSON for truth values, numbers and lists."""
    if value is None:
        return NULL
    return escaped_value(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":")))
