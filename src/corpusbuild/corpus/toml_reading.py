"""Read TOML of a stranger: whatever is wrong with it is a :class:`ValueError`, nesting without bound included."""

from __future__ import annotations

import tomllib
from typing import Any

from corpusbuild.corpus.limits import DEFAULT
from corpusbuild.corpus.nesting import too_deep


def read_toml(data: bytes) -> dict[str, Any]:
    """The values that ``data`` holds. Raises :class:`ValueError`, which names a line where that is known."""
    try:
        values = tomllib.loads(data.decode("utf-8"))
    except RecursionError:
        values = None
    if values is None or too_deep(values, DEFAULT.nesting) is not None:
        raise ValueError(f"arrays and tables are nested more than {DEFAULT.nesting:,} deep")
    return values
