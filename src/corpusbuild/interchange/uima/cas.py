"""A CAS as it is written: its feature structures, each with its line, and the texts that they are about."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from corpusbuild.corpus.json_reading import JsonFault, read_json
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.interchange.model import At
from corpusbuild.interchange.refusing import malformed, repeated
from corpusbuild.interchange.uima.types import FS_ARRAY, PRIMITIVES, SOFA

_XMI = "http://www.omg.org/XMI"
_CAS = "http:///uima/cas.ecore"
_FIRST_VIEW = "_InitialView"
_BETWEEN = " "  # a namespace from a name: no namespace has a blank
_NAMESPACE = re.compile(r"http:///(.+)\.ecore")
_JSON_ID = re.compile(rb'(?<!\\)"%ID"\s*:')
_JSON_KEY = re.compile(rb'(?<!\\)"(\d+)"\s*:\s*\{')


@dataclass(slots=True)
class Structure:
    """A feature structure. Values are as they are written: text in XML, where a list is that or a list of texts; anything in JSON."""

    id: str
    type: str
    values: dict[str, Any]
    at: At


@dataclass(slots=True)
class Sofa:
    """A text that annotations are about."""

    id: str
    name: str
    text: str | None
    at: At


@dataclass(slots=True)
class Cas:
    """What a file holds; ``types`` as its JSON declares them. It is not ``whole`` where reading broke off."""

    structures: dict[str, Structure] = field(default_factory=dict)
    sofas: dict[str, Sofa] = field(default_factory=dict)
    types: Any = None
    findings: list[Finding] = field(default_factory=list)
    whole: bool = True

    def texts(self) -> list[Sofa]:
        """The texts: that of the first view, where all begin, and then the others as they stand in the file."""
        return sorted(self.sofas.values(), key=lambda sofa: sofa.name != _FIRST_VIEW)

    def add(self, structure: Structure) -> None:
        """Keep a structure, unless there is one with its id."""
        if structure.id in self.structures or structure.id in self.sofas:
            self.findings.append(repeated(structure.at, f'the id "{structure.id}" stands before'))
        elif structure.type == SOFA:
            given = structure.values.get("sofaString")
            name = str(structure.values.get("sofaID", ""))
            self.sofas[structure.id] = Sofa(structure.id, name, given if isinstance(given, str) else None, structure.at)
        else:
            self.structures[structure.id] = structure

    def broken(self, at: At, message: str, help: str = "") -> Cas:  # noqa: A002  the field's name
        """Tell why nothing can be read."""
        self.findings.append(malformed(at, message, help))
        self.whole = False
        return self


class _Refused(Exception):
    """XML that is not read."""


def has_doctype(data: bytes) -> str | None:
    """Why XML is not read: it declares a document type, with which entities come, or is none; None for what is sound."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(data, True)
    except _Refused as error:
        return str(error)
    except expat.ExpatError as error:
        return f"it is not well-formed XML: {expat.ErrorString(error.code)} in line {error.lineno}"
    except (LookupError, ValueError) as error:  # Python's codecs, which expat asks for what is not Unicode
        return f"the encoding that it declares cannot be read: {error}"
    return None


def _refuse(*_: object) -> None:
    raise _Refused("it declares a document type, which no CAS has: entities are not expanded")


def read_xmi(data: bytes, path: str) -> Cas:
    """The CAS that is written as XMI. Neither entities nor anything outside of ``data`` is looked at."""
    reading = _Xmi(path)
    try:
        reading.parser.Parse(data, True)
    except _Refused as error:
        return reading.cas.broken(At(path, reading.parser.CurrentLineNumber), str(error))
    except expat.ExpatError as error:
        return reading.cas.broken(At(path, error.lineno), f"this is not well-formed XML: {expat.ErrorString(error.code)}")
    except (LookupError, ValueError) as error:  # Python's codecs, which expat asks for what is not Unicode
        return reading.cas.broken(At(path, 1), f"the encoding that the XML declares cannot be read: {error}", "save it as UTF-8")
    return reading.cas


class _Xmi:
    """Handlers of a parser: feature structures stand below the root, and elements of their arrays below them."""

    def __init__(self, path: str) -> None:
        self.cas = Cas()
        self.parser = expat.ParserCreate(namespace_separator=_BETWEEN)
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = _refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._path = path
        self._depth = 0
        self._now: Structure | None = None
        self._element: list[str] = []

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        at = At(self._path, self.parser.CurrentLineNumber)
        if self._depth == 1 and name != f"{_XMI}{_BETWEEN}XMI":
            raise _Refused("this is not XMI")
        if self._depth == 2:
            self._now = self._structure(name, attributes, at)
        elif self._depth == 3:
            self._element = []
        elif self._depth > 3:
            raise _Refused("elements are nested deeper than in any CAS")

    def _structure(self, name: str, attributes: dict[str, str], at: At) -> Structure | None:
        space, _, local = name.rpartition(_BETWEEN)
        if space == _CAS and local in {"NULL", "View"}:
            return None
        package = _NAMESPACE.fullmatch(space)
        if package is None:
            self.cas.findings.append(malformed(at, f'"{local}" is not in the namespace of a type'))
            return None
        above = package[1].replace("/", ".")
        own_id = attributes.pop(f"{_XMI}{_BETWEEN}id", "")
        if not own_id:
            self.cas.findings.append(malformed(at, f'"{local}" has no xmi:id'))
            return None
        return Structure(own_id, local if above == "uima.noNamespace" else f"{above}.{local}", dict(attributes), at)

    def _end(self, name: str) -> None:
        if self._depth == 3 and self._now is not None:
            values = self._now.values.setdefault(name, [])
            if isinstance(values, list):
                values.append("".join(self._element))
            else:
                self.cas.findings.append(malformed(self._now.at, f'"{name}" is both an attribute and an element'))
                self._now = None
        elif self._depth == 2 and self._now is not None:
            self.cas.add(self._now)
            self._now = None
        self._depth -= 1

    def _text(self, data: str) -> None:
        if self._depth == 3:
            self._element.append(data)


def read_cas_json(data: bytes, path: str) -> Cas:
    """The CAS that is written as JSON."""
    cas = Cas()
    value = read_json(data)
    if isinstance(value, JsonFault):
        return cas.broken(At(path, data.count(b"\n", 0, value.byte) + 1), value.reason)
    written = value.get("%FEATURE_STRUCTURES") if isinstance(value, dict) else None
    if not isinstance(written, list | dict):
        return cas.broken(At(path), "this is not the JSON of a CAS: it has no %FEATURE_STRUCTURES")
    cas.types = value.get("%TYPES")
    lines = _lines(data, written)
    items = written.items() if isinstance(written, dict) else ((None, each) for each in written)
    for place, (key, each) in enumerate(items):
        at = At(path, lines[place] if place < len(lines) else 0)
        own_id = key if key is not None or not isinstance(each, dict) else each.get("%ID")
        if not isinstance(each, dict) or not isinstance(own_id, int | str) or not isinstance(each.get("%TYPE"), str):
            cas.findings.append(malformed(at, "this is not a feature structure: it has no %ID and %TYPE"))
            continue
        cas.add(_of_json(str(own_id), each, at))
    return cas


def _of_json(own_id: str, each: dict[str, Any], at: At) -> Structure:
    kind = each["%TYPE"]
    if kind.endswith("[]"):
        element = kind.removesuffix("[]")
        kind = f"{element}Array" if element in PRIMITIVES else FS_ARRAY
    values = {name[1:] if name[:1] in {"@", "#"} else name: value for name, value in each.items() if not name.startswith("%")}
    if "%ELEMENTS" in each:
        values["elements"] = each["%ELEMENTS"]
    return Structure(own_id, kind, values, at)


def _lines(data: bytes, written: list[Any] | dict[str, Any]) -> list[int]:
    """The line of each structure: that of its id. In JSON, no quotation mark stands within a text without a backslash."""
    starts = [match.end() for match in re.finditer(rb"\n", data)]
    pattern = _JSON_ID if isinstance(written, list) else _JSON_KEY
    found = [bisect_right(starts, match.start()) + 1 for match in pattern.finditer(data)]
    return found if len(found) == len(written) else []
