"""A figure of agreement with everything that belongs to it; what was compared, and what was not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as given

from corpusbuild.agreement.decisions import Said


@dataclass(frozen=True, slots=True)
class Figure:
    """One coefficient. ``value`` is None where there is none, and ``note`` says why.

    ``low`` and ``high`` bound the middle 95 % of a bootstrap over articles; None where there is no interval. ``used``
    and ``dropped`` count ``unit``; ``labels`` has how often a and b used each label. ``left_out`` are articles that
    both annotated and this figure could not take.
    """

    table: str
    field: str | None
    measure: str
    value: float | None
    low: float | None
    high: float | None
    used: int
    dropped: int
    unit: str
    labels: Mapping[str, tuple[int, int]] = given(default_factory=dict)
    note: str | None = None
    left_out: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What it is called: table, field and measure."""
        return " ".join(word for word in (f"{self.table}.{self.field}" if self.field else self.table, self.measure) if word)


@dataclass(frozen=True, slots=True)
class Differing:
    """One thing that two annotators say differently; without a ``field``, a row that only one of them has."""

    article: str
    table: str
    field: str | None
    a: Said | None
    b: Said | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far ``a`` and ``b`` agree. ``articles`` are those that both annotated; the others count in no figure.

    ``threshold`` is the least overlap of two rows that are the same, ``seed`` and ``draws`` those of the bootstrap.
    ``not_compared`` are the columns that no figure looks at.
    """

    a: str
    b: str
    articles: tuple[str, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    threshold: float
    seed: int
    draws: int
    figures: tuple[Figure, ...]
    differences: tuple[Differing, ...]
    not_compared: tuple[str, ...]

    def figure(self, name: str) -> Figure:
        """The figure of that name, as in ``claims.attribution alpha``. Raises :class:`KeyError`."""
        for each in self.figures:
            if each.name == name:
                return each
        raise KeyError(name)
