"""What a project's ``annotation.conf`` says about labels: types, roles, attributes and their values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpusbuild.interchange.brat.tables import ARGUMENTS, ATTRIBUTES, EVENTS, RELATIONS, SPANS

CONFIGURATION = "annotation.conf"

_SECTION = re.compile(r"\[(\w+)\]$")
_MACRO = re.compile(r"(<[^<>=\s]+>)\s*=\s*(.*)$")
_NUMBERED = re.compile(r"\d+$")


def declared_labels(text: str) -> dict[str, tuple[str, ...]]:
    """``table.column`` → labels, in the order in which they stand. Types below others by indentation are types as well."""
    found: dict[str, dict[str, None]] = {}
    for section, name, arguments in _entries(text):
        for column, label in _labels(section, name, arguments):
            found.setdefault(column, {})[label] = None
    # A trigger is a span of its event's type.
    for label in found.get(f"{EVENTS}.type", {}):
        found.setdefault(f"{SPANS}.type", {})[label] = None
    return {column: tuple(labels) for column, labels in found.items()}


def _entries(text: str) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Section, name and arguments of every entry; macros are put in, headings and separators left out."""
    section = ""
    macros: dict[str, str] = {}
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith(("#", "---", "!")):
            continue
        heading, macro = _SECTION.match(line), _MACRO.match(line)
        if heading:
            section = heading[1].lower()
        elif macro:
            macros[macro[1]] = macro[2].strip()
        elif not line.startswith("<"):
            for name, meant in macros.items():
                line = line.replace(name, meant)
            name, *rest = re.split(r"\s+", line, maxsplit=1)
            yield section, name, _arguments(rest[0] if rest else "")


def _arguments(text: str) -> list[tuple[str, str]]:
    """``Theme:Protein, Site?:Entity`` as pairs."""
    pairs = (each.strip().partition(":") for each in text.split(","))
    return [(name, value) for name, _, value in pairs if name]


def _labels(section: str, name: str, arguments: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    match section:
        case "entities":
            yield f"{SPANS}.type", name
        case "events":
            yield f"{EVENTS}.type", name
            for role, _ in arguments:
                yield f"{ARGUMENTS}.role", bare_role(role)
        case "relations":
            yield f"{RELATIONS}.type", name
            roles = [role for role, _ in arguments if not role.startswith("<")]
            for column, role in zip(("from_role", "to_role"), roles, strict=False):
                yield f"{RELATIONS}.{column}", role
        case "attributes":
            yield f"{ATTRIBUTES}.name", name
            for key, value in arguments:
                if key == "Value":
                    for each in value.split("|"):
                        yield f"{ATTRIBUTES}.value", each.strip()


def bare_role(role: str) -> str:
    """A role without how often it may stand (``Theme+``, ``Site?``, ``Cause{1-2}``), nor which of several it is (``Theme2``)."""
    return _NUMBERED.sub("", re.sub(r"[?*+]$|\{[^}]*\}$", "", role)) or role
