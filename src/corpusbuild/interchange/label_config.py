"""What a labelling configuration of Label Studio says: which tag shows which key of the data, and what the controls are.

The XML is read as a stream of elements; a document type is refused, and with it all entities of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat  # what is refused below is what makes it unsafe

from corpusbuild.errors import BadConfig
from corpusbuild.interchange.xml_parsing import NotXml, parse

_BYTES = 4 << 20
_TEXTS = frozenset({"text", "hypertext"})


@dataclass(frozen=True, slots=True)
class LabelConfig:
    """``texts``: the name of a tag that shows a text → the key of its data; ``controls``: the name of any other → its tag."""

    texts: Mapping[str, str] = field(default_factory=dict)
    html: frozenset[str] = frozenset()
    """The keys whose text is HTML."""
    controls: Mapping[str, str] = field(default_factory=dict)


def read_config(path: Path) -> LabelConfig:
    """The configuration in a file. Raises :class:`~corpusbuild.errors.BadConfig`."""
    try:
        with path.open("rb") as file:
            data = file.read(_BYTES + 1)
    except OSError as error:
        raise BadConfig(f"cannot be read: {error.strerror}", str(path)) from error
    if len(data) > _BYTES:
        raise BadConfig(f"a labelling configuration has at most {_BYTES:,} bytes", str(path))
    texts: dict[str, str] = {}
    html: set[str] = set()
    controls: dict[str, str] = {}

    def begin(tag: str, attributes: dict[str, str]) -> None:
        name, value = attributes.get("name"), attributes.get("value", "")
        if name and tag.lower() in _TEXTS and value.startswith("$"):
            texts[name] = value[1:]
            if tag.lower() == "hypertext":
                html.add(value[1:])
        elif name:
            controls[name] = tag.lower()

    def refuse(*_: object) -> None:
        raise BadConfig("the XML has a document type, which is not read", f"{path}:{parser.CurrentLineNumber}")

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    try:
        parse(parser, data)
    except NotXml as error:
        raise BadConfig(error.message, f"{path}:{error.line}") from error
    return LabelConfig(texts, frozenset(html), controls)
