"""What a type is to a corpus: a span, a relation, a chain, a slot; and where the values of a feature lead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from corpusbuild.interchange.model import Kind
from corpusbuild.interchange.uima.cas import Cas, Structure
from corpusbuild.interchange.uima.types import (
    ANNOTATION,
    COLLECTIONS,
    DOCUMENT,
    FS_ARRAY,
    STRING,
    TOP,
    Feature,
    Types,
    is_inner,
)

ENDS = {"from": "Governor", "to": "Dependent"}
"""The features of a relation that hold what it relates, as WebAnno and DKPro Core call them."""
NEXT, FIRST, TARGET, ROLE = "next", "first", "target", "role"

META_DATA = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"


class Form(StrEnum):
    """What the structures of a type are."""

    SPAN = "a span"
    RELATION = "a relation of two annotations"
    LINK = "a link of a chain"
    CHAIN = "the head of a chain"
    FILLER = "what fills a slot: a role and a target"
    RECORD = "a record without a place in the text"
    DOCUMENT = "what is known of the text"
    INNER = "an array or a list"


ROWS = frozenset({Form.SPAN, Form.RELATION, Form.LINK, Form.RECORD})
"""The forms whose structures are rows of a table."""


def form(types: Types, name: str) -> Form:
    """What the structures of a type are."""
    if is_inner(name):
        return Form.INNER
    if types.is_a(name, DOCUMENT):
        return Form.DOCUMENT
    to_others = {feature.name: feature.range for feature in types.features(name).values() if leads(types, feature)}
    if types.is_a(name, ANNOTATION):
        if all(end in to_others for end in ENDS.values()):
            return Form.RELATION
        return Form.LINK if NEXT in to_others and types.is_a(name, to_others[NEXT]) else Form.SPAN
    if FIRST in to_others and (to_others[FIRST] == ANNOTATION or NEXT in types.features(to_others[FIRST])):
        return Form.CHAIN
    return Form.FILLER if TARGET in to_others else Form.RECORD


def leads(types: Types, feature: Feature) -> bool:
    """Whether the value is another structure, and no array or list."""
    return feature.range not in COLLECTIONS and types.kind(feature.range) is Kind.REFERENCE


def leads_to_many(feature: Feature) -> bool:
    """Whether the value is an array or a list of structures."""
    return COLLECTIONS.get(feature.range) is Kind.REFERENCE


class BrokenList(Exception):
    """A list that comes back to itself, breaks off, or has a node without anything in it."""


def elements(cas: Cas, feature: Feature, value: Any) -> list[Any]:
    """What an array or list holds, as it is written: within the structure, or as a structure to which it refers.

    Raises :class:`BrokenList` for a list that cannot be read to its end.
    """
    if value is None or isinstance(value, list):
        return value or []
    inner = cas.structures.get(str(value)) if feature.shared or leads_to_many(feature) or isinstance(value, int) else None
    if inner is not None and is_inner(inner.type) and inner.type.endswith("List"):
        return list(_nodes(cas, inner))
    if inner is not None and inner.type in COLLECTIONS:
        held = inner.values.get("elements")
        return held if isinstance(held, list) else str(held or "").split()
    return str(value).split()


def _nodes(cas: Cas, node: Structure) -> Iterator[Any]:
    seen: set[str] = set()
    while node.values.keys() & {"head", "tail"}:
        if node.id in seen:
            raise BrokenList(f"the list comes back to its node {node.id}")
        seen.add(node.id)
        if node.values.get("head") is None:
            raise BrokenList(f"the list has nothing in its node {node.id}")
        yield node.values["head"]
        tail = node.values.get("tail")
        if tail is None:
            return
        if str(tail) not in cas.structures:
            raise BrokenList(f"the list breaks off: its node {node.id} leads to {tail}, which is not there")
        node = cas.structures[str(tail)]


def _ids(cas: Cas, feature: Feature, value: Any) -> list[Any]:
    try:
        return elements(cas, feature, value)
    except BrokenList:  # it is told where the structure is read
        return []


@dataclass(slots=True)
class Seen:
    """What the structures of a source are, and where they lead: by type and feature, the types that are led to."""

    used: set[str] = field(default_factory=set)
    led: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def see(self, cas: Cas, types: Types) -> None:
        """Add what is in a CAS."""
        self.used |= {name for name in {each.type for each in cas.structures.values()} if types.knows(name)}
        leading = {
            name: (types.home(name), [each for each in types.features(name).values() if leads(types, each) or leads_to_many(each)])
            for name in self.used
        }
        for each in cas.structures.values():
            home, features = leading.get(each.type, ("", []))
            for feature in features:
                value = each.values.get(feature.name)
                if value is not None:
                    ids = _ids(cas, feature, value) if leads_to_many(feature) else [value]
                    self.led[home, feature.name] |= {cas.structures[str(one)].type for one in ids if str(one) in cas.structures}


@dataclass(slots=True)
class Shown:
    """What records show of types that no type system describes: whether they have a place, and what their attributes hold."""

    placed: dict[str, bool] = field(default_factory=dict)
    attributes: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def see(self, cas: Cas, types: Types) -> None:
        """Add what is in a CAS."""
        features = {name: types.features(name) for name in {each.type for each in cas.structures.values()} if not is_inner(name)}
        for each in cas.structures.values():
            known = features.get(each.type)
            if known is None:
                continue
            self.placed[each.type] = self.placed.get(each.type, False) or {"begin", "end"} <= each.values.keys()
            for name, value in each.values.items():
                if name not in known and name not in {"sofa", "begin", "end"} and value != "":
                    self.attributes[each.type, name].add(_holds(cas, value))

    def derive(self, types: Types) -> set[str]:
        """Add these types and features; the names of the types to which anything was added."""
        added: set[str] = set()
        for name in sorted(self.placed):
            features = [Feature(attribute, *self._range(name, attribute)) for of, attribute in sorted(self.attributes) if of == name]
            if not types.knows(name) or features:
                above = types.supers.get(name) or (DOCUMENT if name == META_DATA else ANNOTATION if self.placed[name] else TOP)
                types.add(name, above, features, name)
                added.add(name)
        return added

    def _range(self, name: str, attribute: str) -> tuple[str, str | None]:
        """The names are those that WebAnno and DKPro Core give; what is called otherwise is text, or fills slots."""
        held = self.attributes[name, attribute]
        to_annotation = (*ENDS.values(),) if self.placed[name] else (FIRST, TARGET)
        if attribute in to_annotation:
            return ANNOTATION, None
        if attribute == NEXT and self.placed[name]:
            return name, None
        if held == {"fillers"}:
            return FS_ARRAY, None
        return (f"{STRING}Array", None) if held == {"list"} else (STRING, None)


def _holds(cas: Cas, value: Any) -> str:
    if isinstance(value, list):
        return "list"
    found: Iterable[Structure | None] = [cas.structures.get(one) for one in str(value).split()]
    return "fillers" if all(each is not None and TARGET in each.values and "begin" not in each.values for each in found) else "text"
