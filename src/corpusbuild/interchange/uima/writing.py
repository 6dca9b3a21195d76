"""Write UIMA CAS, as XMI or as JSON: a file for each article as one annotator annotated it, laid out as projects are exported.

Tables that an import of WebAnno TSV or UIMA CAS made become the types that they were; other tables become types of their own.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any

from corpusbuild.agreement.reading import Reading
from corpusbuild.corpus.article import Article
from corpusbuild.interchange import naming
from corpusbuild.interchange.labelled_spans import of_document
from corpusbuild.interchange.layered import projects
from corpusbuild.interchange.layered.annotations import OF_THE_ARTICLE, Annotation, Annotations, Filler
from corpusbuild.interchange.layered.layers import Feature, Form, Layer, layers
from corpusbuild.interchange.losing import lose_columns, lose_rows
from corpusbuild.interchange.model import Exporting, Losses
from corpusbuild.interchange.uima.declaring import chain_type, feature_name, has_fillers, metadata_features, range_of, subtypes, type_system
from corpusbuild.interchange.uima.shapes import ENDS, FIRST, META_DATA, NEXT, TARGET
from corpusbuild.interchange.uima.types import FS_ARRAY
from corpusbuild.text.span import Span

if TYPE_CHECKING:
    import cassis

NO_TEXT = "the article is detached, and a CAS needs its text"
_NO_XML = "XML cannot hold one of its characters: choose uima-json"
_NO_FEATURE = "a CAS has metadata with single values and plain names only"
_NO_PLACE = "it relates rows that have no words"
_ANEW = "structures are numbered anew"
_CALLED = "the library cannot have a feature that is called so: the layer's name is put before it"
_TOO_LARGE = "it is no 32-bit integer"

_NOT_OF_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KEY = re.compile(r"[1-9][0-9]{0,17}")


class _CasWriter:
    """What both forms of a CAS share: ``annotation/<article>/<annotator>`` and a suffix."""

    name: str
    suffix: str
    is_xml: bool

    def __init__(self, what: Exporting) -> None:
        self.what, self.losses = what, Losses()
        self._layers = layers(what.shape)
        self._metadata = metadata_features(what.shape.article)
        self._articles: set[str] = set()

    @cached_property
    def _types(self) -> cassis.TypeSystem:
        return type_system(self._layers, self.what.shape.article)

    def document(self, reading: Reading) -> Mapping[str, str]:
        """One file."""
        article = reading.article
        self._count(article)
        text = self._text(article)
        if text is None:
            why = NO_TEXT if self.what.text(article) is None else _NO_XML
            lose_rows(self.losses, reading, self.what.shape, why)
            return {}
        lose_columns(self.losses, reading.value, of_document(self.what.shape), (), OF_THE_ARTICLE)
        found = Annotations(self._layers, reading, self.losses, records=True, refused=self._refused)
        cas = _Structures(self._types, text, found, self.losses).cas(self._known(article))
        return {projects.annotation(article.id, reading.annotator, self.suffix): self._written(cas)}

    def bare(self, article: Article) -> Mapping[str, str]:
        """A text, where projects have what they were made of."""
        self._count(article)
        return projects.source(self.what, article, self.losses)

    def finish(self) -> Mapping[str, str]:
        """Nothing, unless types stand in a file of their own."""
        return {}

    def _written(self, cas: cassis.Cas) -> str:
        raise NotImplementedError

    def _text(self, article: Article) -> str | None:
        text = self.what.text(article)
        return None if text is None or not self._can_hold(text) else text

    def _can_hold(self, text: str) -> bool:
        return not (self.is_xml and _NOT_OF_XML.search(text))

    def _known(self, article: Article) -> dict[str, Any]:
        """What the document annotation says of an article."""
        found = {}
        for name, (column, range_) in self._metadata.items():
            value = article.metadata.get(column.name)
            if value is not None and self._refuses(range_, value) is None:
                found[name] = int(value) if range_.endswith("Long") else value
        return found

    def _count(self, article: Article) -> None:
        """What a CAS does not have of an article."""
        if article.id in self._articles:
            return
        self._articles.add(article.id)
        told = {column.name: range_ for column, range_ in self._metadata.values()}
        for name, value in article.metadata.items():
            if name == "id" or value is None:
                continue
            why = self._refuses(told[name], value) if name in told else _NO_FEATURE
            if why is not None:
                self.losses[f"articles.{name}", why] += 1
        if self._text(article) is None:
            self.losses["articles.text", NO_TEXT if self.what.text(article) is None else _NO_XML] += 1

    def _refused(self, layer: Layer, feature: Feature, value: Any) -> str | None:
        """Why a CAS cannot hold a value."""
        if layer.own and feature_name(layer, feature.name) != feature.name:
            self.losses[f"{layer.name}.{feature.column}", _CALLED] += 1
        return self._refuses(range_of(feature), value)

    def _refuses(self, range_: str, value: Any) -> str | None:
        values = value if isinstance(value, list) else [value]
        if any(each is None for each in values):
            return "a list in a CAS has no nulls"
        if range_.startswith("uima.cas.Integer") and not all(-(1 << 31) <= each < 1 << 31 for each in values):
            return _TOO_LARGE
        return None if all(not isinstance(each, str) or self._can_hold(each) for each in values) else _NO_XML


class XmiWriter(_CasWriter):
    """UIMA CAS as XMI, with the types in ``TypeSystem.xml``."""

    name, suffix, is_xml = "uima", "xmi", True

    def finish(self) -> Mapping[str, str]:
        """The types."""
        return {"TypeSystem.xml": self._types.to_xml() or ""}

    def _written(self, cas: cassis.Cas) -> str:
        return cas.to_xmi(pretty_print=True) or ""


class JsonWriter(_CasWriter):
    """UIMA CAS as JSON, with the types in each file."""

    name, suffix, is_xml = "uima-json", "json", False

    def _written(self, cas: cassis.Cas) -> str:
        return f"{cas.to_json(pretty_print=True)}\n"


class _Structures:
    """The feature structures of one document."""

    def __init__(self, types: cassis.TypeSystem, text: str, found: Annotations, losses: Losses) -> None:
        self._types, self._text, self._found, self._losses = types, text, found, losses
        self._made: dict[int, Any] = {}
        self._all: list[Any] = []
        own = self._own_ids()
        self._ids = count(max(own.values(), default=0) + 1)
        for each in found:
            if each.layer.form is Form.RELATION and _place(each) is None:
                losses[each.layer.name, _NO_PLACE] += 1
                continue
            kind = subtypes(each.layer).get(each.subtype or "", each.layer.type)
            self._made[id(each)] = self._structure(kind, own.get(id(each)))
        for each in found:
            if id(each) in self._made:
                self._fill(each, self._made[id(each)])
        self._chain()
        self._renumbered()

    def _own_ids(self) -> dict[int, int]:
        """The ids of rows that came from a CAS, where they can stand there again: numbers, each once."""
        own = [each for each in self._found if each.layer.own and each.key]
        numbers = [int(each.key) if _KEY.fullmatch(each.key) else 0 for each in own]
        if 0 not in numbers and len(set(numbers)) == len(numbers):
            return dict(zip(map(id, own), numbers, strict=True))
        for each in own:
            self._losses[f"{each.layer.name}.id", _ANEW] += 1
        return {}

    def _renumbered(self) -> None:
        """Count the ids of rows of slots that an import will not give again: it numbers them owner by owner."""
        again = count(1)
        for owners in sorted(filter(None, self._found.of.values()), key=lambda found: _order(found[0].layer)):
            for each in sorted((each for each in owners if id(each) in self._made), key=lambda each: self._made[id(each)].xmiID):
                for filler in (filler for fillers in each.slots.values() for filler in fillers):
                    key = f"k{next(again)}"
                    if filler.slot is not None and filler.key != key:
                        self._losses[f"{filler.slot.table.name}.id", _ANEW] += 1

    def _structure(self, kind: str, own_id: int | None = None) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = self._types.get_type(kind)()
        made.xmiID = next(self._ids) if own_id is None else own_id
        self._all.append(made)
        return made

    def _array(self, kind: str, elements: list[Any]) -> Any:
        made = self._types.get_type(kind)(elements=elements)
        made.xmiID = next(self._ids)
        return made

    def _fill(self, each: Annotation, made: Any) -> None:
        layer = each.layer
        place = _place(each)
        if layer.form is not Form.RECORD and place is not None:
            made.begin, made.end = place.start, place.end
        for feature in layer.features:
            if feature.name in each.values:
                self._set(made, feature_name(layer, feature.name), self._value(range_of(feature), each.values[feature.name]))
        for name, led in each.leads.items():
            self._set(made, feature_name(layer, name), self._led(led, layer, name))
        for name, end in zip(ENDS.values(), each.ends, strict=False):
            self._set(made, name, self._led(end, layer, name))
        if each.following is not None:
            self._set(made, NEXT, self._made[id(each.following)])
        for name, fillers in each.slots.items():
            if fillers:
                held = [filled for filler in fillers if (filled := self._filler(each, filler)) is not None]
                self._set(made, feature_name(layer, name), self._array(FS_ARRAY, held))

    def _led(self, led: Annotation, layer: Layer, name: str) -> Any:
        there = self._made.get(id(led))
        if there is None:
            self._losses[f"{layer.name}.{name}", _NO_PLACE] += 1
        return there

    def _filler(self, owner: Annotation, filler: Filler) -> Any:
        target = None if filler.target is None else self._led(filler.target, owner.layer, "target")
        if filler.slot is None or not has_fillers(filler.slot):
            return target
        made = self._structure(filler.slot.link)
        self._set(made, TARGET, target)
        for feature in filler.slot.features:
            if feature.name in filler.values:
                value = self._value(range_of(feature), filler.values[feature.name])
                self._set(made, feature_name(owner.layer, feature.name), value)
        return made

    def _value(self, range_: str, value: Any) -> Any:
        if range_.endswith("Array"):
            return self._array(range_, value)
        return int(value) if range_.endswith("Integer") else value

    def _set(self, made: Any, name: str, value: Any) -> None:
        if value is not None:
            # The library writes features called ``self`` and ``type`` with an underscore behind.
            setattr(made, f"{name}_" if name in {"self", "type"} else name, value)

    def _chain(self) -> None:
        """The heads of chains, which are numbered as they stand in the file."""
        heads = sorted((each for each in self._found if each.chain is not None and each.chain[1] == 1), key=lambda each: each.chain or ())
        numbers = {}
        for number, link in enumerate(heads, start=1):
            head = self._structure(chain_type(link.layer))
            self._set(head, FIRST, self._made[id(link)])
            numbers[link.layer.type, (link.chain or (0,))[0]] = number
        for each in self._found:
            if each.chain is not None and numbers[each.layer.type, each.chain[0]] != each.chain[0]:
                self._losses[f"{each.layer.name}.chain", "chains are numbered anew"] += 1

    def cas(self, known: Mapping[str, Any]) -> cassis.Cas:
        """The CAS, with what is known of its text."""
        from cassis import Cas  # noqa: PLC0415  only this format needs it

        made = Cas(self._types, sofa_string=self._text, sofa_mime="text/plain")
        if known:
            document = self._structure(META_DATA)
            document.begin, document.end = 0, len(self._text)
            for name, value in known.items():
                self._set(document, name, value)
        made.get_sofa().xmiID = next(self._ids)
        for each in self._all:
            made.add(each)
        return made


def _order(layer: Layer) -> tuple[bool, str]:
    """Where an import has a table: units of texts first."""
    return layer.name not in naming.UNITS.values(), layer.name


def _place(each: Annotation) -> Span | None:
    """Where an annotation is; a relation is where it leads to, or else where it comes from."""
    seen: set[int] = set()
    while each.ends and id(each) not in seen:
        seen.add(id(each))
        source, target = each.ends[0], each.ends[-1]
        each = target if target.ends or target.span is not None else source
    return each.span
