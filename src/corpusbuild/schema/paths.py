"""Follow a path of a shape through a document: every value there, and where each stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from corpusbuild.diagnostics.where import Pointer
from corpusbuild.schema.shape import ITEM, Path


def values_at(values: Iterable[Any], path: Path) -> list[Any]:
    """What stands at ``path`` below each of ``values``, in document order; None where a property is absent.

    Level by level rather than value by value: on healthy documents this is the hot path.
    """
    found = list(values)
    for step in path:
        if step == ITEM:
            found = [item for value in found if value is not None for item in value]
        else:
            found = [None if value is None else value.get(step) for value in found]
    return found


def pointers_at(document: Any, path: Path) -> list[Pointer]:
    """The pointer of each value that :func:`values_at` finds in one document, in the same order."""
    found: list[tuple[Pointer, Any]] = [((), document)]
    for step in path:
        if step == ITEM:
            found = [((*at, i), item) for at, value in found if value is not None for i, item in enumerate(value)]
        else:
            found = [((*at, step), None if value is None else value.get(step)) for at, value in found]
    return [at for at, _ in found]
