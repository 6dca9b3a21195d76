"""Dates as Indonesian pages print them, and as pages state them for programs. Never guesses: what is not there is None."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import NamedTuple

ZONES = {"WIB": 7, "WITA": 8, "WIT": 9, "UTC": 0, "GMT": 0}
"""Hours east of Greenwich; the first three are Indonesia's."""

MONTHS = (
    ("januari", "january", "jan"),
    ("februari", "pebruari", "february", "feb", "peb"),
    ("maret", "march", "mar"),
    ("april", "apr"),
    ("mei", "may"),
    ("juni", "june", "jun"),
    ("juli", "july", "jul"),
    ("agustus", "august", "agust", "agu", "ags", "agt", "aug"),
    ("september", "sept", "sep"),
    ("oktober", "october", "okt", "oct"),
    ("november", "nopember", "nov", "nop"),
    ("desember", "december", "des", "dec"),
)
"""The names of the months and their abbreviations, Indonesian and English, in lower case."""

WEEKDAYS = (
    ("senin", "monday", "sen", "mon"),
    ("selasa", "tuesday", "sel", "tue"),
    ("rabu", "wednesday", "rab", "wed"),
    ("kamis", "thursday", "kam", "thu"),
    ("jumat", "jum'at", "jum\u2019at", "friday", "jum", "fri"),
    ("sabtu", "saturday", "sab", "sat"),
    ("minggu", "ahad", "sunday", "min", "sun"),
)
"""The names of the days from Monday on, as :data:`MONTHS`."""

_MONTH = {name: number for number, names in enumerate(MONTHS, 1) for name in names}
_WEEKDAY = {name: number for number, names in enumerate(WEEKDAYS) for name in names}


def _any(names: dict[str, int]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_DAY_NAME = rf"(?:(?P<weekday>{_any(_WEEKDAY)})\b\.?[\s,(]{{1,4}})?"
_CLOCK = (
    r"(?:[\s,;|/•·\u2013—)(-]{0,6}(?:pukul|jam|pkl\.?|at)?\s{0,2}(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d))?(?![\d/])"
    r"(?:\s{0,2}\(?(?P<zone>WIB|WITA|WIT|UTC|GMT)\b\)?|\s?(?P<offset>[+-]\d\d:?\d\d)\b)?)?"
)
_PRINTED = re.compile(
    rf"(?<![\w/.]){_DAY_NAME}"
    r"(?:"
    rf"(?P<day>\d{{1,2}})[\s./-]{{1,3}}(?P<month>{_any(_MONTH)})\b\.?[\s,./-]{{1,3}}(?P<year>\d{{4}})(?!\d)"
    rf"|(?P<us_month>{_any(_MONTH)})\b\.?\s(?P<us_day>\d{{1,2}}),\s?(?P<us_year>\d{{4}})(?!\d)"
    r"|(?P<iso>\d{4}-\d\d-\d\d)(?!\d)"
    r"|(?P<one>\d{1,2})(?P<mark>[/.-])(?P<other>\d{1,2})(?P=mark)(?P<numeric_year>\d{4})(?!\d)"
    r"|(?P<short_day>\d{1,2})/(?P<short_month>\d{1,2})(?![\d/])"
    rf"){_CLOCK}",
    re.IGNORECASE,
)


class Moment(NamedTuple):
    """A day, with the time of day and the distance from Greenwich where these are known."""

    day: date
    clock: time | None = None
    offset: timedelta | None = None

    @property
    def instant(self) -> datetime | None:
        """The instant, where it is known."""
        if self.clock is None or self.offset is None:
            return None
        return datetime.combine(self.day, self.clock, timezone(self.offset))

    def __str__(self) -> str:
        """As RFC 3339 has it, as far as it is known."""
        instant = self.instant
        if instant is not None:
            return instant.isoformat()
        return self.day.isoformat() if self.clock is None else datetime.combine(self.day, self.clock).isoformat()


@dataclass(frozen=True, slots=True)
class Printed:
    """A date as printed. Without a year, as in "Rabu (13/9)", there is a ``day`` of some year only, and no moment.

    ``either`` says that day and month could be told only by the order in which Indonesian has them; ``weekday`` counts from Monday.
    """

    words: str
    day: int
    month: int
    moment: Moment | None
    weekday: int | None = None
    either: bool = False

    @property
    def contradiction(self) -> str | None:
        """The right name of the day, where another is printed."""
        if self.moment is None or self.weekday is None or self.moment.day.weekday() == self.weekday:
            return None
        return WEEKDAYS[self.moment.day.weekday()][0]

    def as_on(self, day: date) -> Printed:
        """This date, once it is known to be ``day``: with the month first where only that makes it so."""
        if not self.either or self.moment is None or self.moment.day.year != day.year:
            return self
        if (self.day, self.month) not in {(day.day, day.month), (day.month, day.day)}:
            return self
        return replace(self, day=day.day, month=day.month, moment=self.moment._replace(day=day), either=False)


def printed_dates(text: str) -> Iterator[Printed]:
    """Every date that is printed in ``text``, in order; what is no day of the calendar is none."""
    for match in _PRINTED.finditer(text):
        found = _printed(match)
        if found is not None:
            yield found


def _printed(match: re.Match[str]) -> Printed | None:
    parts = {name: value for name, value in match.groupdict().items() if value is not None}
    year, month, day, either = _numbers(parts)
    weekday = _WEEKDAY[parts["weekday"].lower()] if "weekday" in parts else None
    if year is None and weekday is None:
        return None  # 13/9 alone may be a score, or a share
    try:
        whole = date(year or 2000, month, day)  # a leap year
        clock = time(int(parts["hour"]), int(parts["minute"]), int(parts.get("second", 0))) if "hour" in parts else None
    except ValueError:
        return None
    words = match[0]
    words += ")" if words.count("(") > words.count(")") and match.string[match.end() : match.end() + 1] == ")" else ""
    return Printed(words, day, month, None if year is None else Moment(whole, clock, _offset(parts)), weekday, either)


def _numbers(parts: dict[str, str]) -> tuple[int | None, int, int, bool]:
    """Year, month and day; and whether the last two could be the other way round."""
    if "iso" in parts:
        year, month, day = map(int, parts["iso"].split("-"))
        return year, month, day, False
    if "day" in parts:
        return int(parts["year"]), _MONTH[parts["month"].lower()], int(parts["day"]), False
    if "us_day" in parts:
        return int(parts["us_year"]), _MONTH[parts["us_month"].lower()], int(parts["us_day"]), False
    if "short_day" in parts:
        return None, int(parts["short_month"]), int(parts["short_day"]), False
    one, other = int(parts["one"]), int(parts["other"])
    if one <= 12 < other:  # 09/13/2023 can only be meant one way
        one, other = other, one
    return int(parts["numeric_year"]), other, one, one <= 12 and one != other


def _offset(parts: dict[str, str]) -> timedelta | None:
    if "zone" in parts:
        return timedelta(hours=ZONES[parts["zone"].upper()])
    if "offset" not in parts:
        return None
    sign = -1 if parts["offset"][0] == "-" else 1
    hours, minutes = int(parts["offset"][1:3]), int(parts["offset"][-2:])
    return sign * timedelta(hours=hours, minutes=minutes) if hours < 24 and minutes < 60 else None


def stated(value: str) -> Moment | None:
    """What a date for programs says: ISO 8601, RFC 2822, or in full as it would be printed."""
    value = value.strip()
    with suppress(ValueError):
        if len(value) == len("2023-09-13"):
            return Moment(date.fromisoformat(value))
        return _moment(datetime.fromisoformat(value))
    with suppress(ValueError, TypeError, IndexError, OverflowError):
        return _moment(parsedate_to_datetime(value))
    found = next(printed_dates(value), None)
    return found.moment if found is not None and found.words == value else None


def _moment(instant: datetime) -> Moment:
    return Moment(instant.date(), instant.time().replace(microsecond=0), instant.utcoffset())


def in_indonesia(moment: Moment, day: date) -> Moment | None:
    """The moment on the clock of the first Indonesian zone where it falls on ``day``; None where there is none."""
    instant = moment.instant
    for zone in ("WIB", "WITA", "WIT"):
        offset = timedelta(hours=ZONES[zone])
        with suppress(OverflowError):
            local = None if instant is None else instant.astimezone(timezone(offset))
            if local is not None and local.date() == day:
                return Moment(day, local.time(), offset)
    return None


def same_instant(one: Moment, other: Moment) -> bool:
    """Whether two moments are one instant, to the minute."""
    with suppress(OverflowError):
        return None not in (one.instant, other.instant) and _minute(one) == _minute(other)
    return False


def _minute(moment: Moment) -> datetime | None:
    return None if moment.instant is None else moment.instant.astimezone(UTC).replace(second=0)
