"""What is wrong with a value that may be one of several forms: the fault against the form that was most likely meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple


class Fault(NamedTuple):
    """A message, and the steps to the value or the key that it is about."""

    steps: tuple[str | int, ...]
    message: str


def closest_fault(error: Any) -> Fault:
    """The fault to show of an error of jsonschema-rs.

    Of ``anyOf``, the form of the right type with the fewest faults counts. Where two are as near, none is guessed.
    """
    while error.kind.name == "anyOf":
        form = _meant(error)
        if form is None:
            value = error.message.partition(" is not valid under")[0]
            return Fault(tuple(error.instance_path), f"{value} has none of the forms that may stand here")
        error = max(form, key=lambda each: len(each.instance_path))
    unexpected = (error.kind.as_dict().get("unexpected") or [])[:1]
    return Fault((*error.instance_path, *unexpected), error.message)


def _meant(error: Any) -> Sequence[Any] | None:
    """The faults against the form that comes nearest; None where none does, or several do."""
    here = list(error.instance_path)
    typed = [form for form in error.kind.context if not any(each.kind.name == "type" and list(each.instance_path) == here for each in form)]
    fewest = min(map(len, typed), default=0)
    near = [form for form in typed if len(form) == fewest]
    return near[0] if len(near) == 1 else None
