"""What the rules about the lock say alike."""

from __future__ import annotations

from collections.abc import Sequence

HELP = "if that is meant, sign it off with `corpusbuild lock`"

_FEW = 5


def rows(number: int) -> str:
    """A number of rows."""
    return f"{number:,} row{'' if number == 1 else 's'}"


def listed(names: Sequence[str]) -> str:
    """A few names in quotation marks, and how many more there are."""
    shown = ", ".join(f'"{name}"' for name in names[:_FEW])
    return f"{shown} and {len(names) - _FEW:,} more" if len(names) > _FEW else shown
