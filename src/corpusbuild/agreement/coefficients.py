"""The coefficients of agreement between two annotators, each a function of sums over articles.

What each takes is added up article by article, so that a bootstrap over articles draws sums, and never counts
anything again. All functions map ``sums`` (a row for each draw) to one figure a draw; NaN where there is none:
nothing to compare, or no variance, so that chance alone would agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

import numpy as np

from corpusbuild.agreement.matching import Ranges, length

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Sums = NDArray[np.float64]

Coefficient = Callable[["Sums"], "Sums"]


def _ratio(above: Sums, below: Sums) -> Sums:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / np.where(below > 0, below, 1), np.nan)


def f1(sums: Sums) -> Sums:
    """F1 of what both have: hits, those of a, those of b. The harmonic mean of precision and recall, whoever is the reference."""
    return _ratio(2 * sums[:, 0], sums[:, 1] + sums[:, 2])


def share(sums: Sums) -> Sums:
    """The share of what one annotator found that the other found, too: hits, all. ``agr(a||b)`` of Wiebe, Wilson and Cardie (2005)."""
    return _ratio(sums[:, 0], sums[:, 1])


def alpha(alike: Any = None) -> Coefficient:
    """Krippendorff's alpha for two annotators and fixed distances.

    ``alike`` is the table, sparse or not, of 1 - distance for each two values; without one, each value is like itself
    alone (nominal). Takes how often each value was used by either (one column a value), and the sum of distances over
    all units. Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), coincidence matrix form.
    """

    def coefficient(sums: Sums) -> Sums:
        used, observed = sums[:, :-1], 2 * sums[:, -1]
        total = used.sum(axis=1)
        near = used if alike is None else (alike @ used.T).T
        expected = total**2 - (used * near).sum(axis=1)
        # What is no difference but for the last bits of a float is none.
        return 1 - np.where(expected > total * 1e-9, (total - 1) * _ratio(observed, expected), np.nan)

    return coefficient


def ordinal_alpha(values: int) -> Coefficient:
    """Krippendorff's alpha for ranks. Takes the table of a's values (rows) against b's, row by row.

    The distance of two ranks is how many of all values lie between their middles, squared: the same as the sum over
    the ranks from one to the other less half of both ends (Krippendorff 2011).
    """

    def coefficient(sums: Sums) -> Sums:
        table = sums.reshape(-1, values, values)
        coincidences = table + table.transpose(0, 2, 1)
        used = coincidences.sum(axis=2)
        middles = used.cumsum(axis=1) - used / 2
        distances = (middles[:, :, None] - middles[:, None, :]) ** 2
        observed = (coincidences * distances).sum(axis=(1, 2))
        expected = (used[:, :, None] * used[:, None, :] * distances).sum(axis=(1, 2))
        return 1 - np.where(expected > 0, (used.sum(axis=1) - 1) * _ratio(observed, expected), np.nan)

    return coefficient


def kappa(values: int) -> Coefficient:
    """Cohen's kappa (1960). Takes how often a used each value, how often b did, and in how many units both used the same."""

    def coefficient(sums: Sums) -> Sums:
        a, b, same = sums[:, :values], sums[:, values:-1], sums[:, -1]
        total = a.sum(axis=1)
        by_chance = _ratio((a * b).sum(axis=1), total**2)
        return np.where(by_chance < 1, _ratio(_ratio(same, total) - by_chance + 0.0, 1 - by_chance), np.nan)

    return coefficient


def masi(one: AbstractSet[Any], other: AbstractSet[Any]) -> float:
    """The MASI distance of two sets: 1 - Jaccard · monotonicity, the latter 1, 2/3 (one holds the other), 1/3 (they overlap), 0.

    Source: R. Passonneau, Measuring Agreement on Set-valued Items (MASI) for Semantic and Pragmatic Annotation
    (LREC 2006). Two empty sets are the same.
    """
    if one == other:
        return 0.0
    common = one & other
    if not common:
        return 1.0
    monotonicity = 2 / 3 if common in (one, other) else 1 / 3
    return 1 - len(common) / len(one | other) * monotonicity


def unitizing_alpha(units: Sequence[int], gaps: Sequence[int]) -> Coefficient:
    """Krippendorff's alpha for unitizing, of one kind of unit, two annotators.

    Takes the observed sum, the length of the continuum, the number of units, the sums of 2l³ - 3l² + l and of l(l - 1)
    over units of length l, then how many units there are of each length in ``units`` and gaps of each in ``gaps``.
    Source: K. Krippendorff, On the reliability of unitizing continuous data (1995); Measuring the reliability of
    qualitative text analysis data (2004).
    """
    lengths, spaces = np.array(units, dtype=float), np.array(gaps, dtype=float)
    room = np.maximum(spaces[None, :] - lengths[:, None] + 1, 0) * (spaces[None, :] >= lengths[:, None]) * lengths[:, None] ** 2

    def coefficient(sums: Sums) -> Sums:
        observed, size, number, cubes, squares = sums[:, :5].T
        of_units, of_gaps = sums[:, 5 : 5 + len(lengths)], sums[:, 5 + len(lengths) :]
        disagreement = _ratio(observed, 2 * size**2)
        by_chance = (number - 1) / 3 * cubes + ((of_units @ room) * of_gaps).sum(axis=1)
        expected = _ratio(2 / np.where(size > 0, size, 1) * by_chance, 2 * size * (2 * size - 1) - squares)
        return 1 - np.where(expected > 0, _ratio(disagreement, expected), np.nan)

    return coefficient


def unitizing_observed(one: Ranges, other: Ranges, size: int) -> float:
    """The observed sum of one article: for both annotators, how far each unit is from those of the other that it meets.

    Two units that meet differ by the squares of the distances of their ends; a unit within a gap of the other's, by
    the square of its length.
    """
    return _differences(one, other, gaps(other, size)) + _differences(other, one, gaps(one, size))


def _differences(mine: Ranges, theirs: Ranges, empty: Ranges) -> float:
    found = 0.0
    for start, end in mine:
        meets = [(a, b) for a, b in theirs if a < end and start < b]
        found += sum((start - a) ** 2 + (end - b) ** 2 for a, b in meets)
        if not meets and any(a <= start and end <= b for a, b in empty):
            # Seen from the unit and from the gap that holds it.
            found += 2 * (end - start) ** 2
    return found


def gaps(ranges: Ranges, size: int) -> list[tuple[int, int]]:
    """What ``ranges`` leave free of a continuum of ``size``."""
    ends = [0, *(end for _, end in ranges)]
    starts = [*(start for start, _ in ranges), size]
    return [(a, b) for a, b in zip(ends, starts, strict=True) if a < b]


def unitizing_sums(one: Ranges, other: Ranges, size: int) -> tuple[list[float], list[int], list[int]]:
    """What :func:`unitizing_alpha` takes of one article: five sums, the lengths of all units, and of all gaps."""
    lengths = [length([each]) for each in (*one, *other)]
    spaces = [length([each]) for ranges in (one, other) for each in gaps(ranges, size)]
    cubes = sum(2 * n**3 - 3 * n**2 + n for n in lengths)
    sums = [unitizing_observed(one, other, size), size, len(lengths), cubes, sum(n * (n - 1) for n in lengths)]
    return [float(each) for each in sums], lengths, spaces
