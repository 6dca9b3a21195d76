"""What a labelling configuration of Label Studio says: which tag shows which key of the data, and what the controls are.

The XML is read as a stream of elements; a document type is refused, and with it all entities of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat  # what is refused below is what makes it unsafe

from corpusbuild.errors import BadConfig
from corpusbuild.interchange.dialogues import TEXT_KEY

LARGEST = 4 << 20
"""The most bytes of a configuration."""
_TEXTS = frozenset({"text", "hypertext", "paragraphs"})


@dataclass(frozen=True, slots=True)
class LabelConfig:
    """``texts``: the name of a tag that shows a text → the key of its data; ``controls``: the name of any other → its tag."""

    texts: Mapping[str, str] = field(default_factory=dict)
    html: frozenset[str] = frozenset()
    """The keys whose text is HTML."""
    controls: Mapping[str, str] = field(default_factory=dict)
    turns: Mapping[str, str] = field(default_factory=dict)
    """The keys that hold dialogues → the key of the words in each turn."""


def read_config(path: Path) -> LabelConfig:
    """The configuration in a file. Raises :class:`~corpusbuild.errors.BadConfig`."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise BadConfig(f"cannot be read: {error.strerror}", str(path)) from error
    return parse_config(data, str(path))


def parse_config(data: bytes, place: str) -> LabelConfig:
    """The configuration that ``data`` are; ``place`` is where they were found. Raises as above."""
    if len(data) > LARGEST:
        raise BadConfig(f"a labelling configuration has at most {LARGEST:,} bytes", place)
    texts: dict[str, str] = {}
    html: set[str] = set()
    controls: dict[str, str] = {}
    turns: dict[str, str] = {}

    def begin(tag: str, attributes: dict[str, str]) -> None:
        name, value = attributes.get("name"), attributes.get("value", "")
        if name and tag.lower() in _TEXTS and value.startswith("$"):
            texts[name] = value[1:]
            if tag.lower() == "hypertext":
                html.add(value[1:])
            if tag.lower() == "paragraphs":
                turns[value[1:]] = next((each for key, each in attributes.items() if key.lower() == "textkey"), TEXT_KEY)
        elif name:
            controls[name] = tag.lower()

    def refuse(*_: object) -> None:
        raise BadConfig("the XML has a document type, which is not read", f"{place}:{parser.CurrentLineNumber}")

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise BadConfig(f"this is not XML: {expat.errors.messages[error.code]}", f"{place}:{error.lineno}") from error
    except (LookupError, ValueError) as error:  # Python's codecs, which expat asks for what is not Unicode
        raise BadConfig(f"the encoding that the XML declares cannot be read: {error}", f"{place}:1", "save it as UTF-8") from error
    return LabelConfig(texts, frozenset(html), controls, turns)
