"""What is known of articles that are alike, and whether any of them lie in two splits: the nouns of the split and leak report."""

from __future__ import annotations

from dataclasses import dataclass

PAIRS = 50
"""Pairs that are listed, the most alike first."""


@dataclass(frozen=True, slots=True)
class Share:
    """One split: its articles, and the groups that they make."""

    split: str
    articles: int
    groups: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles that belong together: with a ``similarity`` (Jaccard, 1 for the same text), or because one derives from the other."""

    article: str
    other: str
    splits: tuple[str, str]
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class Leaks:
    """How articles were dealt out, and what was looked for that would let one split know another.

    ``field`` is the metadata field that groups them, None where each is its own group; ``groups`` counts groups once all that
    belongs together is joined, ``torn`` those that lie in two splits. ``compared`` of ``articles`` texts were looked at for
    near-duplicates: shingles of ``shingle`` words, as near as ``threshold``. ``near``, ``derived`` count pairs by kind,
    ``apart`` those in two splits; ``pairs`` are those that are listed.
    """

    field: str | None
    shares: tuple[Share, ...]
    articles: int
    groups: int
    torn: int
    compared: int
    threshold: float
    shingle: int
    near: int
    derived: int
    apart: int
    pairs: tuple[Pair, ...]
