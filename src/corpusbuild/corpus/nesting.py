"""How deep arrays and objects of a value are in one another. Takes no stack, however deep that is."""

from __future__ import annotations

from typing import Any

from corpusbuild.diagnostics.where import Pointer


def too_deep(value: Any, most: int) -> Pointer | None:
    """The place of an array or object of ``value`` that has ``most`` around it, None where there is none."""
    level: list[tuple[Any, Any]] = [(value, None)] if isinstance(value, dict | list) else []
    # Each with its key and what it is in, so that the way there is told where it is wanted.
    for _ in range(most):
        level = [(each, (key, at)) for at in level for key, each in _members(at[0]) if isinstance(each, dict | list)]
        if not level:
            return None
    return _way(level[0]) if level else None


def _members(value: Any) -> Any:
    return value.items() if isinstance(value, dict) else enumerate(value)


def _way(at: tuple[Any, Any]) -> Pointer:
    steps: list[str | int] = []
    while at[1] is not None:
        key, at = at[1]
        steps.append(key)
    return tuple(reversed(steps))
