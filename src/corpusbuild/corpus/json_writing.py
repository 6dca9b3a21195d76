"""Write an annotation document as people do: a property a line, and what belongs together on that line where it fits."""

from __future__ import annotations

import json
from typing import Any

WIDTH = 140
_STEP = "  "
# The document, its tables and their rows are always spread out: that is what people read and diff line by line.
_SPREAD = 3


def written(document: Any) -> str:
    """``document`` as JSON, with a line feed at its end."""
    return _written(document, 0, 0) + "\n"


def _written(value: Any, depth: int, before: int) -> str:
    """``value`` at some depth, on a line that has ``before`` characters already."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value:
        return flat
    plain = isinstance(value, list) and not any(isinstance(each, dict | list) for each in value)
    if (plain or depth >= _SPREAD) and before + len(flat) < WIDTH:
        return flat
    indent = _STEP * (depth + 1)
    if isinstance(value, dict):
        names = [f"{indent}{json.dumps(name, ensure_ascii=False)}: " for name in value]
        lines = [name + _written(each, depth + 1, len(name)) for name, each in zip(names, value.values(), strict=True)]
        opening, closing = "{", "}"
    else:
        lines = [indent + _written(each, depth + 1, len(indent)) for each in value]
        opening, closing = "[", "]"
    return opening + "\n" + ",\n".join(lines) + "\n" + _STEP * depth + closing
