"""Numbers with their nouns, as English counts."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """``1 finding``, ``2 findings``, ``1,000 findings``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
