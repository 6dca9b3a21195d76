"""From counts of each article to a figure with its interval: a percentile bootstrap over articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as given
from typing import TYPE_CHECKING, Any

import numpy as np

from corpusbuild.agreement.coefficients import Coefficient
from corpusbuild.agreement.figures import Figure

if TYPE_CHECKING:
    from numpy.typing import NDArray

DRAWS = 1000
SEED = 0
_LEVEL = (2.5, 97.5)
# Draws at a time, so that memory is bounded in a corpus of many articles.
_AT_ONCE = 100

NOTHING = "nothing to compare"
NO_VARIANCE = "no variance: everything has one value, so chance alone would agree"
ONE_ARTICLE = "one article, so no interval"


@dataclass
class Tally:
    """What a coefficient takes, article by article (column → number), and what the figure says beside it."""

    table: str
    field: str | None
    measure: str
    unit: str
    coefficient: Coefficient
    width: int
    counts: dict[str, Mapping[int, float]] = given(default_factory=dict)
    used: int = 0
    dropped: int = 0
    labels: dict[str, tuple[int, int]] = given(default_factory=dict)
    left_out: tuple[str, ...] = ()

    def figure(self, draws: int = DRAWS, seed: int = SEED) -> Figure:
        """The figure, its interval and what is to be said about both."""
        sums = self._matrix()
        value = _number(self.coefficient(sums.sum(axis=0).reshape(1, -1))[0]) if self.used else None
        low, high, note = None, None, None
        if value is None:
            note = NO_VARIANCE if self.used else NOTHING
        elif len(self.counts) < 2:
            note = ONE_ARTICLE
        else:
            low, high, note = self._interval(sums, draws, seed)
        return Figure(
            self.table,
            self.field,
            self.measure,
            value,
            low,
            high,
            self.used,
            self.dropped,
            self.unit,
            dict(self.labels),
            note,
            self.left_out,
        )

    def _matrix(self) -> Any:
        from scipy.sparse import csr_array  # noqa: PLC0415  start-up time

        cells = [(i, column, number) for i, each in enumerate(self.counts.values()) for column, number in each.items()]
        rows, columns, numbers = zip(*cells, strict=True) if cells else ((), (), ())
        return csr_array((np.array(numbers, dtype=float), (rows, columns)), shape=(len(self.counts), self.width))

    def _interval(self, sums: Any, draws: int, seed: int) -> tuple[float | None, float | None, str | None]:
        found = np.concatenate([self.coefficient(drawn) for drawn in _drawn(sums, draws, seed)])
        there = found[np.isfinite(found)]
        if not len(there):
            return None, None, "no draw has a value, so no interval"
        low, high = np.percentile(there, _LEVEL)
        missing = draws - len(there)
        return float(low), float(high), f"{missing:,} of {draws:,} draws have no value" if missing else None


def _drawn(sums: Any, draws: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """The sums of articles drawn with replacement, as many as there are, some draws at a time."""
    generator = np.random.default_rng(seed)
    articles = sums.shape[0]
    for start in range(0, draws, _AT_ONCE):
        times = generator.multinomial(articles, np.full(articles, 1 / articles), size=min(_AT_ONCE, draws - start))
        yield (sums.T @ times.T.astype(float)).T


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def counted(numbers: Counter[int]) -> dict[int, float]:
    """Counts as a tally keeps them."""
    return {column: float(number) for column, number in numbers.items()}
