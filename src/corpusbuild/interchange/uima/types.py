"""What UIMA's types are: their supertypes and features, as a type system says, or as records show where there is none."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

from corpusbuild.errors import CannotGoOn
from corpusbuild.interchange.model import Kind

if TYPE_CHECKING:
    import cassis

TOP = "uima.cas.TOP"
ANNOTATION_BASE = "uima.cas.AnnotationBase"
ANNOTATION = "uima.tcas.Annotation"
DOCUMENT = "uima.tcas.DocumentAnnotation"
SOFA = "uima.cas.Sofa"
STRING = "uima.cas.String"
FS_ARRAY = "uima.cas.FSArray"
FS_LIST = "uima.cas.FSList"

PRIMITIVES = {
    STRING: Kind.STRING,
    "uima.cas.Integer": Kind.INTEGER,
    "uima.cas.Long": Kind.INTEGER,
    "uima.cas.Short": Kind.INTEGER,
    "uima.cas.Byte": Kind.INTEGER,
    "uima.cas.Float": Kind.NUMBER,
    "uima.cas.Double": Kind.NUMBER,
    "uima.cas.Boolean": Kind.BOOLEAN,
}
COLLECTIONS = {
    **{f"{name}Array": kind for name, kind in PRIMITIVES.items()},
    "uima.cas.ByteArray": Kind.STRING,  # as it is written
    **{f"uima.cas.{name}List": PRIMITIVES[f"uima.cas.{name}"] for name in ("String", "Integer", "Float")},
    FS_ARRAY: Kind.REFERENCE,
    FS_LIST: Kind.REFERENCE,
}
"""What the elements of UIMA's arrays and lists are."""

_POSITION = frozenset({"sofa", "begin", "end"})
_BUILT_IN = {ANNOTATION_BASE: TOP, ANNOTATION: ANNOTATION_BASE, DOCUMENT: ANNOTATION, SOFA: TOP}


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature of a type: the type of its values, and of their elements where these are arrays or lists."""

    name: str
    range: str
    element: str | None = None
    shared: bool = False
    """Whether an array or list is a structure of its own, to which the value refers."""


_LANGUAGE = Feature("language", STRING)
"""What UIMA itself says of a text."""


@dataclass(slots=True)
class Types:
    """Types by name: supertypes, and the features that each adds to those of its supertype. Positions are no features here."""

    supers: dict[str, str] = field(default_factory=lambda: dict(_BUILT_IN))
    own: dict[str, dict[str, Feature]] = field(default_factory=lambda: {DOCUMENT: {_LANGUAGE.name: _LANGUAGE}})

    def knows(self, name: str) -> bool:
        """Whether there is such a type."""
        return name in self.supers or name == TOP or is_inner(name)

    def lineage(self, name: str) -> Iterator[str]:
        """The type and its supertypes, the nearest first."""
        seen: set[str] = set()
        while name and name not in seen:
            seen.add(name)
            yield name
            name = self.supers.get(name, "")

    def is_a(self, name: str, above: str) -> bool:
        """Whether a type is ``above`` or below it."""
        return above in {TOP, name} or above in self.lineage(name)

    def features(self, name: str) -> dict[str, Feature]:
        """All features of a type, inherited ones first."""
        found: dict[str, Feature] = {}
        for each in reversed(list(self.lineage(name))):
            found |= self.own.get(each, {})
        return found

    def kind(self, range_: str) -> Kind:
        """What a value of this type is; of a string whose values a type lists, a label."""
        if range_ in PRIMITIVES:
            return PRIMITIVES[range_]
        return Kind.LABEL if self.is_a(range_, STRING) and range_ != TOP else Kind.REFERENCE

    def home(self, name: str) -> str:
        """The type whose table has the records of this type: the supertype, where it adds no features of its own to one of a tool."""
        return next((each for each in self.lineage(name) if self.own.get(each) or self.supers.get(each, "uima.").startswith("uima.")), name)

    def add(self, name: str, above: str, features: Iterable[Feature], place: str) -> None:
        """Add a type, or features to a type. Raises :class:`~corpusbuild.errors.CannotGoOn` where it is another one than before."""
        known = self.supers.setdefault(name, above)
        if known != above and name not in _BUILT_IN:
            raise CannotGoOn(f'the type "{name}" is below "{known}" and below "{above}"', place)
        own = self.own.setdefault(name, {})
        for feature in features:
            if feature.name in _POSITION:
                continue
            if own.setdefault(feature.name, feature).range != feature.range:
                raise CannotGoOn(f'the feature "{feature.name}" of "{name}" is defined in two ways', place)


def is_inner(name: str) -> bool:
    """Whether a type is an array or a list, or a node of a list."""
    return name in COLLECTIONS or (name.startswith("uima.cas.") and name.endswith("List"))


def add_xml(types: Types, data: bytes, place: str) -> None:
    """Add what a type system's XML says; it has been found to declare no document type."""
    cassis = library()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about features that are called like something of Python's
            loaded = cassis.load_typesystem(BytesIO(data))
    except Exception as error:  # the library raises what its parser and its dictionaries raise
        raise CannotGoOn(f"the type system cannot be read: {type(error).__name__}: {error}", place) from error
    _add(types, loaded.get_types(), place)


def add_dkpro(types: Types) -> None:
    """Add the types of DKPro Core, which WebAnno and INCEpTION build on, as far as they are not known."""
    cassis = library()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loaded = cassis.load_dkpro_core_typesystem()
    known = set(types.own)
    _add(types, (each for each in loaded.get_types() if each.name not in known), "DKPro Core")


def _add(types: Types, loaded: Iterable[cassis.Type], place: str) -> None:
    for each in loaded:
        if not each.name or not all(one.name for one in each.features):
            raise CannotGoOn(f'the type system has a type or a feature without a name: "{each.name or ""}"', place)
        unranged = next((one.name for one in each.features if one.rangeType is None), None)
        if unranged is not None:
            raise CannotGoOn(
                f'the feature "{unranged}" of "{each.name}" does not say what its values are', place, "give it a rangeTypeName"
            )
        features = [
            Feature(
                _plain(one.name), one.rangeType.name, one.elementType.name if one.elementType else None, bool(one.multipleReferencesAllowed)
            )
            for one in each.features
        ]
        types.add(each.name, each.supertype.name, features, place)


def _plain(name: str) -> str:
    """The library writes features called ``self`` and ``type`` with an underscore behind."""
    return name[:-1] if name in {"self_", "type_"} else name


def add_json(types: Types, declared: Any, place: str) -> None:
    """Add the types that stand in a CAS's JSON under ``%TYPES``."""
    for name, body in declared.items() if isinstance(declared, dict) else ():
        if not isinstance(body, dict) or not isinstance(body.get("%SUPER_TYPE"), str):
            raise CannotGoOn(f'the type "{name}" has no supertype', place)
        if name not in _BUILT_IN:
            types.add(name, body["%SUPER_TYPE"], _json_features(body), place)


def _json_features(body: dict[str, Any]) -> Iterator[Feature]:
    for name, feature in body.items():
        if name.startswith("%") or not isinstance(feature, dict):
            continue
        range_, element = (str(feature[key]) if key in feature else None for key in ("%RANGE", "%ELEMENT_TYPE"))
        range_ = range_ or STRING
        if range_.endswith("[]"):
            element = range_.removesuffix("[]")
            range_ = f"{element}Array" if element in PRIMITIVES else FS_ARRAY
        yield Feature(name, range_, element, shared=True)


def library(what: str = "UIMA CAS is read") -> Any:
    """The library that knows type systems. Raises :class:`~corpusbuild.errors.CannotGoOn` where it is not installed."""
    try:
        import cassis  # noqa: PLC0415  only this format needs it
    except ImportError as error:
        raise CannotGoOn(f"{what} with a library that is not installed", help="pip install 'corpusbuild[import]'") from error
    return cassis
