"""What the JSON-LD of a Web Annotation says: one value or several, an IRI or an object, who made it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from corpusbuild.interchange.carrying import as_json
from corpusbuild.interchange.web_annotation.selectors import SelectorError

_LAST = re.compile(r"[/:#]")

Steps = tuple[str | int, ...]
"""A pointer into a value of JSON."""


def last_of(iri: str) -> str:
    """What an IRI ends in: the name of what it is of."""
    return unquote(_LAST.split(iri.rstrip("/"))[-1]) or iri


def listed(value: Any) -> list[Any]:
    """One value or several, as several; none where there is null."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def steps_of(steps: Steps, name: str, said: Mapping[str, Any], number: int) -> Steps:
    """The pointer to one of the values of a property."""
    return (*steps, name, number) if isinstance(said[name], list) else (*steps, name)


def id_of(value: Mapping[str, Any]) -> str | None:
    """The IRI of an object, if it has one."""
    found = value.get("id", value.get("@id"))
    return found if isinstance(found, str) else None


def strings(value: Any) -> list[str]:
    """One string or several, as several."""
    return [each for each in listed(value) if isinstance(each, str)]


def target_of(value: Any) -> dict[str, Any]:
    """A target as an object. Raises :class:`~.selectors.SelectorError` for what is none, or is several in one."""
    if isinstance(value, str) and value:
        return {"source": value}
    if not isinstance(value, dict):
        raise SelectorError("a target is neither an IRI nor an object")
    if "items" in value:
        raise SelectorError(f"a target of type {value.get('type')} is not read", "write its items as targets", broken=False)
    return value


def body_of(value: Any) -> dict[str, Any]:
    """The columns of a body, but for its key. Raises :class:`~.selectors.SelectorError` for what is no body."""
    if isinstance(value, str):
        return {"source": value}
    if not isinstance(value, dict):
        raise SelectorError("a body is neither an IRI nor an object")
    kinds = strings(value.get("type", value.get("@type")))
    source = value.get("source")
    made: dict[str, Any] = {"iri": id_of(value), "type": kinds[0] if kinds else None, "purpose": strings(value.get("purpose"))}
    made |= {name: value[name] for name in ("value", "format", "language") if isinstance(value.get(name), str)}
    made["source"] = source if isinstance(source, str) else None
    known = {"id", "@id", "purpose"} | {name for name in made if made[name] is not None}
    left = {name: each for name, each in value.items() if name not in known and not (name in {"type", "@type"} and len(kinds) == 1)}
    return {**made, "other": as_json(left) if left else None}


def is_told(name: str, value: Any) -> bool:
    """Whether the column of a property has all that is said."""
    if name == "creator":
        return isinstance(value, str) or (isinstance(value, dict) and value.keys() <= {"id", "@id"})
    return name in {"created", "modified"} and isinstance(value, str)


def who(value: Any) -> str | None:
    """Who made an annotation: the id, or the name."""
    first = next(iter(listed(value)), None)
    if isinstance(first, dict):
        return next((each for each in (id_of(first), first.get("nickname"), first.get("name")) if isinstance(each, str)), None)
    return first if isinstance(first, str) else None


def creator_of(value: Any) -> tuple[str, bool]:
    """What an annotator is called, and whether that is a program."""
    first = next(iter(listed(value)), None)
    if not isinstance(first, dict):
        return (last_of(first) if isinstance(first, str) else ""), False
    named = next((each for each in (first.get("nickname"), first.get("name")) if isinstance(each, str) and each), None)
    return named or creator_of(id_of(first))[0], "Software" in listed(first.get("type", first.get("@type")))
