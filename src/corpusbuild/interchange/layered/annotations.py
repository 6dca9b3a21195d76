"""The rows of one document as annotations of layers: where each is, what it says and what it leads to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpusbuild.agreement.reading import Item, Reading
from corpusbuild.interchange.layered.layers import Feature, Form, Holds, Layer, Slot, Way
from corpusbuild.interchange.model import Losses
from corpusbuild.schema.shape import Table
from corpusbuild.text.span import Span

NO_WORDS = "the row has no words, and annotations are of words"
NOT_WRITTEN = "it refers to nothing that is written"
OF_THE_ARTICLE = "it is said of the article as a whole"
_NOT_ONE = "it does not lead to one thing"
_LEFT_OUT = ": the row is left out"
_ELSEWHERE = "it leads into another article"
_NO_CHAIN = "it is no link of a chain whose links follow each other"


@dataclass(slots=True, eq=False)
class Annotation:
    """A row, or the words of a further anchor of one. ``chain`` is the number of a chain, and which of its links this is."""

    layer: Layer
    span: Span | None
    key: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    subtype: str | None = None
    ends: tuple[Annotation, ...] = ()
    leads: dict[str, Annotation] = field(default_factory=dict)
    slots: dict[str, list[Filler]] = field(default_factory=dict)
    chain: tuple[int, int] | None = None
    following: Annotation | None = None


@dataclass(slots=True)
class Filler:
    """What fills a slot; ``values`` are of the filler itself, such as its role. Without a ``slot``, it is the target alone."""

    target: Annotation | None
    slot: Slot | None = None
    key: str = ""
    values: dict[str, Any] = field(default_factory=dict)


Refused = Callable[[Layer, Feature, Any], str | None]
"""Why a format cannot have a value of a layer's feature; None where it can."""


class Annotations:
    """The annotations of a document, layer by layer; what they cannot say is counted in ``losses``.

    With ``records``, rows without words have a place; else they are counted. ``refused`` judges single values.
    """

    def __init__(self, layers: Sequence[Layer], reading: Reading, losses: Losses, *, records: bool, refused: Refused) -> None:
        self.reading, self.losses, self._refused = reading, losses, refused
        self.of: dict[str, list[Annotation]] = {layer.type: [] for layer in layers}
        self._keyed: dict[tuple[str, str], Annotation] = {}
        self._items: list[tuple[Annotation, Item]] = []
        self._fillers = {slot.table.name: self._by_owner(slot.table) for layer in layers for slot in layer.slots}
        for layer in layers:
            if layer.table is not None:
                for item in reading.items(layer.table):
                    self._place(layer, item, records=records)
        self._link()

    def __iter__(self) -> Iterator[Annotation]:
        for each in self.of.values():
            yield from each

    def _place(self, layer: Layer, item: Item, *, records: bool) -> None:
        spans = [span for column in self._anchored(layer) for span in item.spans(column)]
        if layer.form in {Form.RELATION, Form.RECORD}:
            if layer.form is Form.RECORD and not records:
                self.losses[layer.name, NO_WORDS] += 1
                return
        elif not spans:
            self.losses[layer.name, NO_WORDS] += 1
            return
        made = Annotation(layer, spans[0] if spans else None, item.key or "")
        self.of[layer.type].append(made)
        self._items.append((made, item))
        if item.key is not None:
            self._keyed[layer.name, item.key] = made

    def _anchored(self, layer: Layer) -> list[str]:
        """The anchors of a row, that at which it is first."""
        return [layer.words] if layer.words is not None else [anchor.column for anchor in layer.anchors]

    def _link(self) -> None:
        """Find what rows lead to. What relates a row that is not written is not written either."""
        self._chain()
        while True:
            gone = [
                (made, item)
                for made, item in self._items
                if made.layer.form is Form.RELATION and not made.ends and not self._ends(made, item)
            ]
            ids = {id(made) for made, _ in gone}
            gone += [(made, item) for made, item in self._items if id(made) not in ids and any(self._is_gone(end) for end in made.ends)]
            if not gone:
                break
            self._drop([made for made, _ in gone])
        for made, item in self._items:
            self._say(made, item)
        for name, owners in self._fillers.items():
            left = sum(map(len, owners.values()))
            if left:
                self.losses[f"{name}.owner", NOT_WRITTEN] += left

    def _is_gone(self, made: Annotation) -> bool:
        return self._keyed.get((made.layer.name, made.key)) is not made

    def _drop(self, dropped: Sequence[Annotation]) -> None:
        ids = {id(each) for each in dropped}
        for kind in {each.layer.type for each in dropped}:
            self.of[kind] = [each for each in self.of[kind] if id(each) not in ids]
        self._items = [(made, item) for made, item in self._items if id(made) not in ids]
        for each in dropped:
            self._keyed.pop((each.layer.name, each.key), None)

    def _ends(self, made: Annotation, item: Item) -> bool:
        ends = [self._led(way, item, made.layer) for way in made.layer.ends]
        made.ends = tuple(end for end in ends if end is not None) if None not in ends else ()
        return bool(made.ends)

    def _chain(self) -> None:
        """Number the links of each chain from its first one on."""
        chains: dict[tuple[str, int], list[Annotation]] = {}
        loose: list[Annotation] = []
        for made, item in self._items:
            if made.layer.form is not Form.CHAIN:
                continue
            number, following = item.value.get("chain"), item.value.get("next")
            made.following = None if following is None else self._keyed.get((made.layer.name, str(following)))
            if isinstance(number, int) and number > 0 and (following is None or made.following is not None):
                chains.setdefault((made.layer.type, number), []).append(made)
            else:
                loose.append(made)
        for (_, number), members in chains.items():
            ordered = _in_order(members)
            for place, each in enumerate(ordered, start=1):
                each.chain = (number, place)
            loose += [each for each in members if each.chain is None]
        for each in loose:
            self.losses[each.layer.name, _NO_CHAIN] += 1
        self._drop(loose)

    def _led(self, way: Way, item: Item, layer: Layer) -> Annotation | None:
        """What a feature leads to; None, and a loss, where it leads nowhere."""
        found = [(column, table, item.value[column]) for column, table in way.columns if item.value.get(column) is not None]
        left_out = _LEFT_OUT if way in layer.ends else ""
        if len(found) != 1:
            self.losses[f"{layer.name}.{way.columns[0][0]}", f"{_NOT_ONE}{left_out}"] += 1
            return None
        ((column, table, key),) = found
        return self._target(f"{layer.name}.{column}", table, key, left_out)

    def _target(self, what: str, table: str, key: Any, left_out: str = "") -> Annotation | None:
        there = self._keyed.get((table, str(key)))
        if there is None:
            self.losses[what, f"{_ELSEWHERE if '#' in str(key) else NOT_WRITTEN}{left_out}"] += 1
        return there

    def _say(self, made: Annotation, item: Item) -> None:
        layer = made.layer
        made.values = self._values(layer, layer.features, item.value, layer.name)
        if layer.subtype is not None:
            made.subtype = item.value.get(layer.subtype.name)
        for column, why in layer.lost:
            if item.value.get(column) not in (None, []):
                self.losses[f"{layer.name}.{column}", why] += 1
        for way in layer.ways:
            if way.many:
                keys = [(column, table, key) for column, table in way.columns for key in item.value.get(column) or ()]
                led = [self._target(f"{layer.name}.{column}", table, key) for column, table, key in keys]
                made.slots[way.name] = [Filler(each) for each in led if each is not None]
            elif any(item.value.get(column) is not None for column, _ in way.columns):
                there = self._led(way, item, layer)
                if there is not None:
                    made.leads[way.name] = there
        for anchor in layer.anchors:
            pieces = [Annotation(anchor.layer, span) for span in item.spans(anchor.column)]
            self.of[anchor.layer.type] += pieces
            if anchor.many:
                made.slots[anchor.name] = [Filler(each) for each in pieces]
            elif pieces:
                made.leads[anchor.name] = pieces[0]
        self._fill(made)

    def _fill(self, made: Annotation) -> None:
        for slot in made.layer.slots:
            made.slots[slot.name] = []
            for value in self._fillers[slot.table.name].pop(made.key, ()):
                found = [(column, table, value[column]) for column, table in slot.ways if value.get(column) is not None]
                target = None
                if len(found) > 1:
                    self.losses[f"{slot.table.name}.{found[1][0]}", f"{_NOT_ONE}{_LEFT_OUT}"] += 1
                    continue
                if found:
                    ((column, table, key),) = found
                    target = self._target(f"{slot.table.name}.{column}", table, key, _LEFT_OUT)
                    if target is None:
                        continue
                values = self._values(made.layer, slot.features, value, slot.table.name)
                made.slots[slot.name].append(Filler(target, slot, self._key(slot, value), values))

    def _key(self, slot: Slot, value: Mapping[str, Any]) -> str:
        return "" if slot.table.key is None else str(value[slot.table.key])

    def _by_owner(self, table: Table) -> dict[str, list[Mapping[str, Any]]]:
        """The rows of a table of slots by what they are of."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for item in self.reading.items(table):
            found.setdefault(str(item.value.get("owner")), []).append(item.value)
        return found

    def _values(self, layer: Layer, features: Sequence[Feature], value: Mapping[str, Any], name: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for feature in features:
            here = value.get(feature.column)
            if here is None:
                continue
            if feature.holds is Holds.JSON:
                here = json.dumps(here, ensure_ascii=False, separators=(",", ":"))
            why = self._refused(layer, feature, here)
            if why is None:
                made[feature.name] = here
            else:
                self.losses[f"{name}.{feature.column}", why] += 1
        return made


def _in_order(members: list[Annotation]) -> list[Annotation]:
    """The links of a chain from the first to the last; none where they do not all follow each other."""
    inner = {id(link.following) for link in members}
    first = [link for link in members if id(link) not in inner]
    link = first[0] if len(first) == 1 else None
    ordered: list[Annotation] = []
    while link is not None and len(ordered) < len(members):
        ordered.append(link)
        link = link.following
    return ordered if link is None and set(map(id, ordered)) == set(map(id, members)) else []
