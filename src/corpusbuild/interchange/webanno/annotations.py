"""From the cells of a WebAnno TSV file to annotations: spans over several lines, links of chains, slots and relations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.interchange import naming
from corpusbuild.interchange.model import At, Row, Segment, Words
from corpusbuild.interchange.refusing import dangling, malformed, missing_role
from corpusbuild.interchange.webanno import cells
from corpusbuild.interchange.webanno.body import Laid, Piece, TsvSentence, cut
from corpusbuild.interchange.webanno.header import Header, Holds, Layer, LayerKind
from corpusbuild.interchange.webanno.layout import Layout, base, is_any


class Slot(NamedTuple):
    """One filler of a slot, as the file names it; ``target`` is the raw cell."""

    feature: str
    role: str | None
    target: str
    kind: str


@dataclass(slots=True)
class Annotation:
    """A span, a link of a chain or a relation; ``number`` is what the file tells it apart by, 0 if nothing."""

    layer: Layer
    at: At
    values: dict[str, str | None]
    pieces: list[Piece]
    number: int = 0
    slots: list[Slot] = field(default_factory=list)
    source: cells.Numbered | None = None
    chain: tuple[int, int] | None = None
    key: str = ""


class Assembly:
    """The annotations of one file, put together line by line."""

    def __init__(self, header: Header, layout: Layout) -> None:
        self.findings: list[Finding] = []
        self._header = header
        self._layout = layout
        self._made: dict[str, list[Annotation]] = {layer.type: [] for layer in header.layers}
        self._numbered: dict[tuple[str, int, int], Annotation] = {}
        self._on: dict[tuple[str, str], list[Annotation]] = defaultdict(list)
        self._tokens: set[str] = set()
        self._order: dict[str, int] = {}

    def add(self, piece: Piece) -> None:
        """The annotations on a token or a part of one."""
        self._order[piece.id] = len(self._order)
        if piece.is_token:
            self._tokens.add(piece.id)
        for layer in self._header.layers if piece.cells else ():
            if all(piece.cells[column.place] == cells.NOTHING for column in layer.columns):
                continue
            stacks = [cells.stacked(piece.cells[column.place]) for column in layer.columns]
            depth = max(map(len, stacks))
            # Where a slot has no roles, its cell says that nothing is there, though an annotation is.
            stacks = [stack or [cells.NOTHING] * depth for stack in stacks]
            if any(len(stack) != depth for stack in stacks):
                self._fault(piece, f'the columns of "{layer.type}" have different numbers of annotations')
                continue
            for each in zip(*stacks, strict=True):
                self._one(layer, each, piece)

    def _fault(self, piece: Piece, message: str) -> None:
        self.findings.append(malformed(piece.at, message))

    def _one(self, layer: Layer, raw: tuple[str, ...], piece: Piece) -> None:
        made = Annotation(layer, piece.at, {}, [piece])
        roles: list[str] = []
        for column, cell in zip(layer.columns, raw, strict=True):
            if column.holds is Holds.TARGETS:
                targets = [] if cell == cells.NULL and not roles else cells.in_slots(cell)
                if len(targets) != len(roles):
                    self._fault(piece, f'the slot "{column.feature}" has {len(roles)} roles and {len(targets)} targets')
                    return
                pairs = zip(roles, targets, strict=True)
                made.slots += [Slot(column.feature, cells.value(role), target, column.type) for role, target in pairs]
                continue
            if column.holds is Holds.SOURCE:
                made.source = cells.numbered(cell)
                continue
            linked = cells.link(cell) if layer.kind is LayerKind.CHAIN and column.feature == "referenceRelation" else None
            value, number, _ = cells.numbered(cell) if linked is None else (linked[0], 0, 0)
            made.chain = linked[1:] if linked is not None else made.chain
            made.number = made.number or number
            if column.holds is Holds.ROLES:
                roles = cells.in_slots(value)
            elif column.holds is Holds.FEATURE:
                made.values[column.feature] = cells.value(value)
        self._keep(made, piece)

    def _keep(self, made: Annotation, piece: Piece) -> None:
        layer = made.layer
        if layer.kind is LayerKind.CHAIN:
            if made.chain is None:
                self._fault(piece, f'the link of "{layer.type}" does not say which chain it is of, as in *->1-2')
                return
            if made.number and made.number != made.chain[0]:
                self._fault(piece, f'the link of "{layer.type}" is of chain {made.chain[0]} and of chain {made.number}')
                return
        which = made.chain or (made.number, 0)
        known = self._numbered.get((layer.type, *which)) if which[0] and layer.kind is not LayerKind.RELATION else None
        if known is not None:
            if (known.values, known.slots) != (made.values, made.slots):
                shown = "-".join(map(str, made.chain or (made.number,)))
                self._fault(piece, f'the annotation {shown} of "{layer.type}" has other values here than on {known.pieces[0].id}')
                return
            known.pieces.append(piece)
            made = known
        else:
            self._made[layer.type].append(made)
            if which[0]:
                self._numbered[layer.type, *which] = made
        self._on[layer.type, piece.id].append(made)

    def rows(self, sentences: list[TsvSentence], laid: Laid) -> Iterator[Row]:
        """All rows: sentences, tokens, and then layer by layer as the head has them, each with its slots."""
        yield from _sentences(sentences, laid)
        for sentence in sentences:
            for piece in sentence.pieces:
                if piece.is_token:
                    words = Words((Segment(piece.start, piece.end, piece.form),))
                    yield Row("tokens", {"id": piece.id, "words": words}, piece.at)
        self._number()
        slots = 0
        for layer in self._header.layers:
            following = _following(self._made[layer.type])
            for made in self._made[layer.type]:
                row = self._row(made, laid, following.get(made.key))
                if row is None:
                    continue
                yield row
                for slot in made.slots:
                    slots += 1
                    filled = self._filled(made, slot, f"k{slots}")
                    if filled is not None:
                        yield filled

    def _number(self) -> None:
        spans = relations = 0
        for layer in self._header.layers:
            for made in self._made[layer.type]:
                if layer.kind is LayerKind.RELATION:
                    relations += 1
                    made.key = f"r{relations}"
                else:
                    spans += 1
                    made.key = f"s{spans}"

    def _row(self, made: Annotation, laid: Laid, following: str | None) -> Row | None:
        names = self._layout.columns[made.layer.type]
        values: dict[str, Any] = {"id": made.key}
        if made.layer.kind is LayerKind.RELATION:
            ends = self._ends(made)
            if ends is None:
                return None
            values |= ends
        else:
            values["words"] = self._words(made, laid)
        if made.chain is not None:
            values |= {"chain": made.chain[0], "next": following}
        values |= {names[feature]: value for feature, value in made.values.items()}
        return Row(self._layout.tables[made.layer.type], {name: value for name, value in values.items() if value is not None}, made.at)

    def _words(self, made: Annotation, laid: Laid) -> Words:
        if len(made.pieces) == 1:
            only = made.pieces[0]
            return Words((Segment(only.start, only.end, only.form),))
        start, end = min(each.start for each in made.pieces), max(each.end for each in made.pieces)
        inside = any(first <= start and end <= last for first, last in laid.bounds)
        # Between two sentences the source has no words: a span over both has none either.
        return Words((Segment(start, end, cut(laid.text, start, end, laid.unit) if inside else None),))

    def _ends(self, made: Annotation) -> dict[str, str] | None:
        source = made.source
        if source is None or source.raw in {cells.NOTHING, cells.NULL}:
            self.findings.append(missing_role(made.at, f'the relation of "{made.layer.type}" does not say where it comes from'))
            return None
        kind = base(made.layer, next(column.type for column in made.layer.columns if column.holds is Holds.SOURCE))
        ends: dict[str, str] = {}
        for key, unit, number in (("from", source.raw, source.number), ("to", made.pieces[0].id, source.second)):
            led = self._led(made, key, kind, cells.Numbered(unit, number))
            if led is None:
                return None
            ends |= led
        return ends

    def _filled(self, owner: Annotation, slot: Slot, key: str) -> Row | None:
        values: dict[str, Any] = {"id": key, "owner": owner.key}
        if slot.role is not None:
            values["role"] = slot.role
        if slot.target not in {cells.NOTHING, cells.NULL}:
            led = self._led(owner, slot.feature, slot.kind, cells.numbered(slot.target))
            if led is None:
                return None
            values |= led
        return Row(self._layout.slots[owner.layer.type, slot.feature], values, owner.at)

    def _led(self, made: Annotation, key: str, kind: str, to: cells.Numbered) -> dict[str, str] | None:
        """The column and the key of what is named; a finding if it is not there."""
        ways = self._layout.ways[made.layer.type, key]
        if to.raw not in self._order:
            self.findings.append(dangling(made.at, f'there is no token "{to.raw}"'))
            return None
        found = self._found(kind, to)
        if len(found) == 1:
            return {ways[self._layout.tables[found[0].layer.type]]: found[0].key}
        on_token = kind == naming.TOKEN or is_any(kind) or kind not in self._layout.tables
        if not found and not to.number and to.raw in self._tokens and on_token:
            return {ways["tokens"]: to.raw}
        called = f'"{kind}"' + (f" with the number {to.number}" if to.number else "")
        told = f"{len(found)} annotations of {called} are on {to.raw}" if found else f"no annotation of {called} is on {to.raw}"
        self.findings.append(dangling(made.at, told))
        return None

    def _found(self, kind: str, to: cells.Numbered) -> list[Annotation]:
        """The annotations of a type on a token or a part of one: that with the number; without one, those that have none, or any."""
        layers = [] if kind == naming.TOKEN else [kind]
        if is_any(kind):
            layers = [layer.type for layer in self._header.layers if layer.kind is not LayerKind.RELATION]
        there = [each for layer in layers for each in self._on.get((layer, to.raw), ())]
        if to.number:
            return [each for each in there if each.number == to.number]
        plain = [each for each in there if not each.number]
        # Of several that nothing tells apart, the tool means the first.
        return (plain[:1] if len(layers) == 1 else plain) or there


def _sentences(sentences: list[TsvSentence], laid: Laid) -> Iterator[Row]:
    for number, (sentence, (start, end)) in enumerate(zip(sentences, laid.bounds, strict=True), start=1):
        values: dict[str, Any] = {"id": str(number), "words": Words((Segment(start, end, sentence.text),))}
        if sentence.own_id:
            values["sentence_id"] = sentence.own_id
        yield Row("sentences", values, sentence.at)


def _following(links: list[Annotation]) -> dict[str, str]:
    """Of each link of a chain, the key of the next."""
    ordered = sorted((link for link in links if link.chain is not None), key=lambda link: link.chain or (0, 0))
    pairs = pairwise(ordered)
    return {one.key: other.key for one, other in pairs if one.chain and other.chain and one.chain[0] == other.chain[0]}
