"""Which rows of two annotators are the same: the best one-to-one matching."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Scores = NDArray[np.float64]


Ranges = Sequence[tuple[int, int]]
"""Starts and ends, disjoint, in text order."""


@dataclass(frozen=True, slots=True)
class Match:
    """Rows of one table in one article, by index: those that are the same, and those that only one has."""

    pairs: tuple[tuple[int, int], ...]
    only_a: tuple[int, ...]
    only_b: tuple[int, ...]


def merged(spans: Sequence[Any]) -> list[tuple[int, int]]:
    """The ranges that spans cover together, in text order, none touching the next."""
    found: list[tuple[int, int]] = []
    for span in sorted(spans):
        if found and span.start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], span.end))
        elif span.start < span.end:
            found.append((span.start, span.end))
    return found


def length(ranges: Ranges) -> int:
    """The code points that disjoint ranges hold."""
    return sum(end - start for start, end in ranges)


def shared(ones: Sequence[tuple[int, int]], others: Ranges) -> int:
    """The code points that two lists of disjoint ranges have in common."""
    found = i = j = 0
    while i < len(ones) and j < len(others):
        found += max(0, min(ones[i][1], others[j][1]) - max(ones[i][0], others[j][0]))
        if ones[i][1] <= others[j][1]:
            i += 1
        else:
            j += 1
    return found


def dice(ones: Ranges, others: Ranges) -> float:
    """Twice what two lists of ranges share, over what they hold together: 1 for the same, 0 for nothing in common."""
    both = length(ones) + length(others)
    return 2 * shared(ones, others) / both if both else 0.0


def assign(scores: Scores) -> list[tuple[int, int]]:
    """The one-to-one pairs with the greatest sum of scores; a score of 0 is no pair."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415  start-up time

    if not scores.size:
        return []
    rows, columns = linear_sum_assignment(scores, maximize=True)
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if scores[i, j] > 0]


def match(scores: Scores, order_a: Sequence[str], order_b: Sequence[str], *, swap: bool) -> Match:
    """Match rows by ``scores`` (a row for each of a's, a column for each of b's).

    Where several matchings are as good, the one that is chosen depends on what the rows say (``order_a``,
    ``order_b``) and never on the order in which they stand, nor, with ``swap`` by the annotators' names, on who
    is a and who is b.
    """
    sorted_a, sorted_b = (np.argsort(np.array(order, dtype=object), kind="stable") for order in (order_a, order_b))
    arranged = scores[np.ix_(sorted_a, sorted_b)]
    found = [(i, j) for j, i in assign(arranged.T)] if swap else assign(arranged)
    pairs = tuple(sorted((int(sorted_a[i]), int(sorted_b[j])) for i, j in found))
    in_a, in_b = {i for i, _ in pairs}, {j for _, j in pairs}
    return Match(pairs, tuple(i for i in range(len(order_a)) if i not in in_a), tuple(j for j in range(len(order_b)) if j not in in_b))
