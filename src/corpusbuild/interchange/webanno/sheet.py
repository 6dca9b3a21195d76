"""The lines of one WebAnno TSV file: its head, and for each token and each part of one a line with a cell for each column."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, count

from corpusbuild.interchange.layered.annotations import NOT_WRITTEN, Annotation
from corpusbuild.interchange.layered.layers import Form, Layer
from corpusbuild.interchange.model import Losses
from corpusbuild.interchange.webanno.cells import escaped_text
from corpusbuild.interchange.webanno.columns import KINDS, Columns
from corpusbuild.interchange.webanno.header import LayerKind
from corpusbuild.interchange.webanno.units import Sentence
from corpusbuild.text.span import Span

VERSION = "3.3"


@dataclass(slots=True, eq=False)
class _Unit:
    """A token, or a part of one."""

    span: Span
    id: str = ""
    parts: list[_Unit] = field(default_factory=list)
    on: dict[str, list[Annotation]] = field(default_factory=lambda: defaultdict(list))


class Sheet:
    """The file of one document; annotations are put into it, and then it is written."""

    def __init__(self, text: str, sentences: Sequence[Sentence], types: Mapping[str, str], losses: Losses) -> None:
        self.text, self.losses, self._types = text, losses, types
        self._sentences = sentences
        self._tokens = [_Unit(span, f"{i}-{j}") for i, each in enumerate(sentences, 1) for j, span in enumerate(each.tokens, 1)]
        self._starts = [each.span.start for each in self._tokens]
        self._ends = [each.span.end for each in self._tokens]
        self._units: dict[int, list[_Unit]] = {}
        self._made: dict[str, list[Annotation]] = defaultdict(list)
        self._layers: dict[str, Layer] = {}
        self._numbers: dict[int, int] = {}
        self._wide = [0, *accumulate(2 if character > "\uffff" else 1 for character in text)]

    # ---- what goes in ----

    def token(self, made: Annotation) -> None:
        """A token of the corpus, to which others may lead."""
        span = made.span
        if span is not None:
            self._units[id(made)] = [self._tokens[bisect_left(self._starts, span.start)]]
            self._made[made.layer.type].append(made)

    def spans(self, found: Iterable[Annotation]) -> Iterator[tuple[Annotation, bool]]:
        """Spans or links of chains, put where their tokens are. Those that do not fit come back, with whether they are cut to tokens."""
        placed = []
        for made in found:
            fitted = self._fitted(made.span)
            if fitted is None:
                yield made, False
                continue
            units, span = fitted
            placed.append((span.start, -span.end, made, units))
            if span != made.span:
                yield made, True
        # As the tools have them: by where they begin, the longer ones first.
        for _, _, made, tokens in sorted(placed, key=lambda each: each[:2]):
            units = self._units[id(made)] = self._parts(tokens, made.span or tokens[0].span)
            for unit in units:
                unit.on[made.layer.type].append(made)
            self._add(made)

    def _fitted(self, span: Span | None) -> tuple[list[_Unit], Span] | None:
        """The tokens under a span, and what of it is in them; None where there is no token."""
        if span is None or not self._tokens:
            return None
        if span.start == span.end:
            at = bisect_left(self._ends, span.start)
            return (self._tokens[at : at + 1], span) if at < len(self._starts) and self._starts[at] <= span.start else None
        under = self._tokens[bisect_right(self._ends, span.start) : bisect_left(self._starts, span.end)]
        if not under:
            return None
        return under, Span(max(span.start, under[0].span.start), min(span.end, under[-1].span.end))

    def _parts(self, tokens: Sequence[_Unit], span: Span) -> list[_Unit]:
        return [self._part(each, max(span.start, each.span.start), min(span.end, each.span.end)) for each in tokens]

    def relation(self, made: Annotation) -> None:
        """A relation, which is on the first unit of what it leads to."""
        source, target = (self._units.get(id(end)) for end in made.ends)
        if source is None or target is None or any(end.layer.form is Form.RELATION for end in made.ends):
            self.losses[made.layer.name, "it relates what is not written: the row is left out"] += 1
            return
        self._units[id(made)] = [target[0]]
        target[0].on[made.layer.type].append(made)
        self._add(made)

    def _part(self, token: _Unit, start: int, end: int) -> _Unit:
        """The token, or the part of it from ``start`` to ``end``."""
        span = Span(start, end)
        if span == token.span:
            return token
        known = next((part for part in token.parts if part.span == span), None)
        if known is None:
            known = _Unit(span)
            token.parts.append(known)
        return known

    def _add(self, made: Annotation) -> None:
        self._layers[made.layer.type] = made.layer
        self._made[made.layer.type].append(made)

    # ---- what comes out ----

    def written(self) -> str:
        """The whole file."""
        self._prune()
        order = list(LayerKind)
        ordered = sorted(self._layers.values(), key=lambda layer: order.index(KINDS[layer.form]))
        self._columns = [Columns(layer, self._types) for layer in ordered]
        for token in self._tokens:
            token.parts.sort(key=lambda part: part.span.start)
            for number, part in enumerate(token.parts, start=1):
                part.id = f"{token.id}.{number}"
        places = {id(unit): place for place, unit in enumerate(self._all_units())}
        for kind, made in self._made.items():
            units = {id(each): self._units[id(each)][0] for each in made}
            made.sort(key=lambda each: (places[id(units[id(each)])], _at(units[id(each)].on[kind], each)))
        self._number()
        for columns in self._columns:
            columns.count_lost(self._made[columns.layer.type], self.losses)
        lines = [f"#FORMAT=WebAnno TSV {VERSION}", *(each.declared() for each in self._columns), ""]
        tokens = iter(self._tokens)
        for sentence in self._sentences:
            lines.append("")
            if sentence.own_id is not None:
                lines.append(f"#Sentence.id={escaped_text(sentence.own_id)}")
            lines += [f"#Text={escaped_text(line)}" for line in sentence.span.of(self.text).split("\n")]
            for _, token in zip(sentence.tokens, tokens, strict=False):
                lines += [self._line(unit) for unit in (token, *token.parts)]
        return "".join(f"{line}\n" for line in lines)

    def _prune(self) -> None:
        """Take away what leads to annotations that have no place here. Those of anchors are counted where they are."""
        for made in [each for found in self._made.values() for each in found]:
            for name, led in list(made.leads.items()):
                if self.place(led) is None:
                    del made.leads[name]
                    self._count(made, name, led)
            for name, fillers in made.slots.items():
                gone = [each.target for each in fillers if each.target is not None and self.place(each.target) is None]
                made.slots[name] = [each for each in fillers if each.target is None or self.place(each.target) is not None]
                for led in gone:
                    self._count(made, name, led)

    def _count(self, made: Annotation, name: str, led: Annotation) -> None:
        if led.layer.table is not None:
            self.losses[f"{made.layer.name}.{name}", NOT_WRITTEN] += 1

    def _all_units(self) -> Iterator[_Unit]:
        for token in self._tokens:
            yield token
            yield from token.parts

    def _number(self) -> None:
        """Give numbers to what its line does not tell apart.

        These are spans over several lines, stacked ones, and whatever is led to by a column that may lead to any layer.
        """
        need: set[int] = set()
        for columns in self._columns:
            kind = columns.layer.type
            if columns.layer.form is Form.SPAN:
                need |= {
                    id(each)
                    for each in self._made[kind]
                    if len(self._units[id(each)]) > 1 or any(len(unit.on[kind]) > 1 for unit in self._units[id(each)])
                }
            for each in self._made[kind]:
                for led in columns.led_to_any(each):
                    # A token has no number, so whatever else is on its line must have one.
                    others = [one for found in self._units[id(led)][0].on.values() for one in found] if id(led) in self._units else []
                    need |= {id(one) for one in (others if led.layer.form is Form.TOKENS else [led])}
        numbered = [each for columns in self._columns if columns.layer.form is Form.SPAN for each in self._made[columns.layer.type]]
        self._numbers = {id(each): number for number, each in enumerate((each for each in numbered if id(each) in need), start=1)}

    def _number_of(self, made: Annotation) -> int:
        return made.chain[0] if made.chain is not None else self._numbers.get(id(made), 0)

    def place(self, made: Annotation) -> tuple[str, int] | None:
        """What a cell calls an annotation: its first unit, and its number; None for one that is not written."""
        units = self._units.get(id(made))
        return None if units is None or made.layer.form is Form.RELATION else (units[0].id, self._number_of(made))

    def _line(self, unit: _Unit) -> str:
        start, end = self._wide[unit.span.start], self._wide[unit.span.end]
        cells = [cell for columns in self._columns for cell in columns.cells(unit.on[columns.layer.type], self._number_of, self.place)]
        return "".join(f"{each}\t" for each in (unit.id, f"{start}-{end}", unit.span.of(self.text), *cells))

    def renumbered(self) -> Iterator[tuple[str, str, str]]:
        """The table and key of each row of a table that the tools know, and the key that an import will give it."""
        spans, relations, slots = count(1), count(1), count(1)
        for kind, found in self._made.items():
            if found and found[0].layer.form is Form.TOKENS:
                yield from ((each.layer.name, each.key, self._units[id(each)][0].id) for each in self._made[kind])
        for columns in self._columns:
            layer = columns.layer
            for each in self._made[layer.type]:
                again = f"r{next(relations)}" if layer.form is Form.RELATION else f"s{next(spans)}"
                if layer.own:
                    yield layer.name, each.key, again
                for filler in columns.fillers(each):
                    number = next(slots)
                    if filler.slot is not None:
                        yield filler.slot.table.name, filler.key, f"k{number}"


def _at(found: list[Annotation], made: Annotation) -> int:
    return next((place for place, each in enumerate(found) if each is made), 0)
