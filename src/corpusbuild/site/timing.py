"""Cut a stretch of time into equal intervals of the calendar: as many as a small chart can show, and all of them, empty ones too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MOST = 32
"""Intervals of an axis."""

_TICKS = 4

_MONTHS = (("month", 1), ("quarter", 3))
_YEARS = (("year", 1), ("decade", 10), ("century", 100), ("millennium", 1000))


@dataclass(frozen=True, slots=True)
class Axis:
    """The intervals of a stretch of time, in order, by their first days; ``unit`` is what each is."""

    unit: str
    intervals: tuple[date, ...]

    def place(self, day: date) -> int:
        """The number of the interval that a day is in."""
        return self.intervals.index(_start(day, self.unit))

    @property
    def labels(self) -> tuple[str, ...]:
        """What each interval is called."""
        return tuple(_label(each, self.unit) for each in self.intervals)

    @property
    def ticks(self) -> tuple[str, ...]:
        """The labels that a narrow chart has room for."""
        step = -(-len(self.intervals) // _TICKS)
        return self.labels[::step]


def axis_of(days: Sequence[date]) -> Axis:
    """The axis of the smallest unit on which ``days``, of which there is one at least, take no more than :data:`MOST` intervals."""
    first, last = min(days), max(days)
    units = ("day", "week", *(name for name, _ in (*_MONTHS, *_YEARS)))
    axes = (Axis(unit, tuple(_intervals(first, last, unit))) for unit in units)
    return next(axis for axis in axes if len(axis.intervals) <= MOST)  # there are few millennia


def _intervals(first: date, last: date, unit: str) -> list[date]:
    found = [_start(first, unit)]
    while len(found) <= MOST and (following := _after(found[-1], unit)) is not None and following <= last:
        found.append(following)
    return found


def _start(day: date, unit: str) -> date:
    """The first day of the interval that a day is in; weeks begin on Monday."""
    months, years = dict(_MONTHS).get(unit), dict(_YEARS).get(unit)
    if months is not None:
        return date(day.year, (day.month - 1) // months * months + 1, 1)
    if years is not None:
        return date(max(day.year // years * years, 1), 1, 1)
    if unit == "week":
        return date.fromordinal(max(day.toordinal() - day.weekday(), 1))
    return day


def _after(start: date, unit: str) -> date | None:
    """The first day of the next interval; None where the calendar ends."""
    months, years = dict(_MONTHS).get(unit), dict(_YEARS).get(unit)
    try:
        if months is not None:
            number = start.year * 12 + start.month - 1 + months
            return date(number // 12, number % 12 + 1, 1)
        if years is not None:
            return date(start.year // years * years + years, 1, 1)
        return start + timedelta(days=7 if unit == "week" else 1)
    except (ValueError, OverflowError):
        return None


def _label(start: date, unit: str) -> str:
    match unit:
        case "month":
            return f"{start.year:04}-{start.month:02}"
        case "quarter":
            return f"{start.year:04} Q{start.month // 3 + 1}"
        case "year":
            return f"{start.year:04}"
        case "decade" | "century" | "millennium":
            years = dict(_YEARS)[unit]
            return f"{start.year // years * years:04}\N{EN DASH}{start.year // years * years + years - 1:04}"
        case _:
            return start.isoformat()
