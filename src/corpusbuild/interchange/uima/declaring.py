"""The types of a CAS that is written, from the layers of a corpus: what its type system declares."""

from __future__ import annotations

import keyword
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from corpusbuild.interchange import naming
from corpusbuild.interchange.layered.layers import Feature, Form, Holds, Layer, Slot
from corpusbuild.interchange.uima.shapes import ENDS, FIRST, META_DATA, NEXT, ROLE, TARGET
from corpusbuild.interchange.uima.types import ANNOTATION, ANNOTATION_BASE, DOCUMENT, FS_ARRAY, STRING, TOP, library
from corpusbuild.schema.shape import Column, Label, Record, Scalar

if TYPE_CHECKING:
    import cassis

INTEGER = "uima.cas.Integer"
_RANGES = {Scalar.INTEGER: INTEGER, Scalar.NUMBER: "uima.cas.Double", Scalar.BOOLEAN: "uima.cas.Boolean"}
_METHODS = frozenset({"get", "set", "xmiID"})
_OF_META_DATA = ("documentTitle", "documentId", "documentUri", "collectionId", "documentBaseUri", "isLastSegment")
"""What DKPro Core knows of a document."""


def feature_name(layer: Layer, name: str) -> str:
    """What a feature is called in a CAS: with the layer's name before it where the library cannot have the name."""
    return f"{naming.short(layer.type)}_{name}" if keyword.iskeyword(name) or name in _METHODS else name


def chain_type(layer: Layer) -> str:
    """The type of the heads of chains, whose links are of a layer."""
    return f"{layer.type.removesuffix('Link')}Chain"


def subtypes(layer: Layer) -> dict[str, str]:
    """The types below a layer's, by their short names."""
    if layer.subtype is None or not isinstance(layer.subtype.type, Label):
        return {}
    package = layer.type.rpartition(".")[0]
    return {name: f"{package}.{name}" for name in layer.subtype.type.names if name is not None}


def has_fillers(slot: Slot) -> bool:
    """Whether structures of their own fill a slot, with a role and a target; else its targets do."""
    return bool(slot.features or slot.noted)


def metadata_features(record: Record) -> dict[str, tuple[Column, str]]:
    """Feature of the document annotation → the column of articles, and the type of its values."""
    known = {naming.lowered(name): name for name in _OF_META_DATA}
    found = {}
    for column in record.columns:
        name = known.get(column.name, column.name)
        single = isinstance(column.type, Scalar | Label) and column.type is not Scalar.JSON
        if single and column.name != "id" and _is_feature(name, column.name):
            kind = column.type if isinstance(column.type, Scalar) else Scalar.STRING
            found[name] = (column, "uima.cas.Long" if kind is Scalar.INTEGER else _RANGES.get(kind, STRING))
    return found


def _is_feature(name: str, column: str) -> bool:
    """Whether an import will call a feature what the column is called."""
    sound = name.isascii() and name.isidentifier() and not keyword.iskeyword(name) and name not in {*_METHODS, "sofa", "begin", "end"}
    return sound and naming.columns(META_DATA, [name])[name] == column


def type_system(layers: Sequence[Layer], article: Record) -> cassis.TypeSystem:
    """All types, and then their features, which may be of any of them."""
    made = library("UIMA CAS is written").TypeSystem()
    of = {layer.name: layer for layer in layers if layer.table is not None}
    for layer in layers:
        _create(made, layer.type, TOP if layer.form is Form.RECORD else ANNOTATION, layer.name)
        if layer.form is Form.CHAIN:
            _create(made, chain_type(layer), ANNOTATION_BASE)
        for below in subtypes(layer).values():
            _create(made, below, layer.type)
        for slot in layer.slots:
            if has_fillers(slot):
                _create(made, slot.link, TOP)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about features that are called like something of Python's
        for layer in layers:
            for kind, name, range_, element in _features(layer, of):
                if made.get_type(kind).get_feature(name) is None:
                    made.create_feature(kind, name, range_, elementType=element)
        documents = metadata_features(article)
        if documents:
            _create(made, META_DATA, DOCUMENT)
            for name, (_, range_) in documents.items():
                made.create_feature(META_DATA, name, range_)
    return made


def _create(types: cassis.TypeSystem, name: str, above: str, description: str = "") -> None:
    if not types.contains_type(name):
        types.create_type(name, above, description or None)


def _features(layer: Layer, of: dict[str, Layer]) -> Iterator[tuple[str, str, str, str | None]]:
    """Type, name, range and type of elements of the features of a layer, and of what fills its slots."""
    for feature in layer.features:
        yield layer.type, feature_name(layer, feature.name), range_of(feature), None
    for way in layer.ways:
        led = _common([table for _, table in way.columns], of)
        yield layer.type, feature_name(layer, way.name), *((FS_ARRAY, led) if way.many else (led, None))
    for anchor in layer.anchors:
        led = anchor.layer.type
        yield layer.type, feature_name(layer, anchor.name), *((FS_ARRAY, led) if anchor.many else (led, None))
    for end in layer.ends:
        yield layer.type, ENDS[end.name], _common([table for _, table in end.columns], of, ANNOTATION), None
    if layer.form is Form.CHAIN:
        yield layer.type, NEXT, layer.type, None
        yield chain_type(layer), FIRST, layer.type, None
    for slot in layer.slots:
        led = slot.target or _common([table for _, table in slot.ways], of, ANNOTATION)
        if not has_fillers(slot):
            yield layer.type, feature_name(layer, slot.name), FS_ARRAY, led
            continue
        yield layer.type, feature_name(layer, slot.name), FS_ARRAY, slot.link
        yield slot.link, ROLE, STRING, None
        yield slot.link, TARGET, led if led in {each.type for each in of.values()} else ANNOTATION, None
        for feature in slot.features:
            if feature.name != ROLE:
                yield slot.link, feature_name(layer, feature.name), range_of(feature), None


def range_of(feature: Feature) -> str:
    """The type of a feature's values."""
    if feature.holds is Holds.JSON:
        return STRING
    one = _RANGES.get(feature.scalar, STRING)
    return f"{one}Array" if feature.holds is Holds.VALUES else one


def _common(tables: Sequence[str], of: dict[str, Layer], default: str = TOP) -> str:
    """The type of what is led to: that of the table if it is one; else what all are."""
    found = [of[table] for table in tables if table in of]
    if len(found) == len(tables) == 1:
        return found[0].type
    return ANNOTATION if found and all(each.form is not Form.RECORD for each in found) else default
