"""What readers of flat records share: options, names, metadata, and findings that belong to no document."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from typing import Any

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.errors import UnknownName
from corpusbuild.interchange.model import At, Change, Document, Source
from corpusbuild.text.nearest import nearest_name


def option(source: Source, name: str, default: str = "", among: Collection[str] = ()) -> str:
    """An option of the format. Raises :class:`~corpusbuild.errors.UnknownName` for a value that is not ``among`` those there are."""
    value = source.options.get(name, default)
    if among and value not in among:
        raise UnknownName(f'the option "{name}" cannot be "{value}"', help=f"it is one of {', '.join(sorted(among))}")
    return value


def know_options(source: Source, known: Collection[str]) -> None:
    """Raise :class:`~corpusbuild.errors.UnknownName` for an option that the format does not have."""
    for name in source.options:
        if name not in known:
            near = nearest_name(name, list(known))
            listed = f"options are {', '.join(sorted(known))}" if known else "it has no options"
            raise UnknownName(f'this format has no option "{name}"', help=f'did you mean "{near}"?' if near else listed)


def telling(path: str, *findings: Finding) -> Document:
    """What tells findings about something in the file that was no document."""
    return Document(path, "", None, At(path), findings=list(findings))


def metadata_of(values: Mapping[str, Any], at: At, changes: list[Change]) -> dict[str, Any]:
    """Metadata: strings, numbers, truth values, and lists of strings as they are; what is deeper as JSON, which is a change.

    A number that is none, as tables have where a cell is empty, is left out, which is one too.
    """
    kept: dict[str, Any] = {}
    for name, value in values.items():
        if value is None:
            continue
        if isinstance(value, float) and not math.isfinite(value):
            changes.append(Change(at, f'"{name}" is left out: {value} is no number that JSON can have'))
        elif isinstance(value, (str, int, float, bool)) or _is_strings(value):
            kept[name] = value
        else:
            kept[name] = as_json(value)
            changes.append(Change(at, f'"{name}" is kept as JSON'))
    return kept


def _is_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def as_json(value: Any) -> str:
    """A value as a string of JSON, keys as they stand."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def is_integer(value: Any) -> bool:
    """Whether a JSON value is a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(written: str) -> bool:
    """Whether a string is digits, and few enough for a number of any use: Python itself refuses thousands of them."""
    return written.isascii() and written.isdigit() and len(written) <= 18


def identifier(value: Any) -> str | None:
    """An id as a string; None where the value is none."""
    if isinstance(value, str) and value:
        return value
    return str(value) if is_integer(value) else None
