"""How much of anything is read: far more than an honest corpus has, far less than takes a machine down."""

from __future__ import annotations

from dataclasses import dataclass

DEEPEST = 200
"""The most that ``nesting`` may be: what the JSON parsers read without running out of stack."""

UNPACKED = 64 << 20
"""Bytes that any compressed shard may unpack to, however small it is."""


@dataclass(frozen=True, slots=True)
class Limits:
    """``[tool.corpusbuild.limits]``; ``docs/limits.md`` says what happens where one is met."""

    file_bytes: int = 256 << 20
    """Of a file that is one document."""
    line_bytes: int = 64 << 20
    """Of a line of a shard, which is one document."""
    text_chars: int = 16 << 20
    """Code points of an article's text."""
    nesting: int = 100
    """Arrays and objects in one another, in a JSON document."""
    pattern_steps: int = 100_000
    """Steps back that the matching of one string against one ``pattern`` may take. Steps, not seconds: the same on every machine."""
    expansion: int = 200
    """Bytes that a compressed shard unpacks to, for each of its own; at least :data:`UNPACKED` in all."""


DEFAULT = Limits()
