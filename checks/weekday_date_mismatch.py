"""A date in the text whose weekday is another.

## Why
In news, a weekday and a date are written down by someone who looked at a calendar, or copied from someone who did. Where
they do not go together, one of them is wrong, and it is mostly the month: whoever orders events by such dates, or
asks a model to, gets them wrong with it.

## Example
`Rabu (13 Juli 2023)`: 13 July 2023 was a Thursday; 13 September 2023 was a Wednesday.

## How to mend
If the error is ours, correct the text. If it is the source's, keep it, say so in the metadata's `note`, and waive the
finding.

Looked at are Indonesian weekdays, in full or short, directly before a date: `Rabu, 13 Juli 2023`, `Rabu (13/7/2023)`,
`Rabu (19/6)`. The year of a date without one is that which brings it nearest to the article's `date`; where that is
null, the date is not judged, and neither is one that no calendar has. Dates are Gregorian, days first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from corpusbuild.checks import Article, Finding, Rule, Severity, Span

RULE = Rule("KK101", "weekday-date-mismatch", Severity.WARNING, since="0.1.0")

WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
"""As ``date.weekday`` counts them, from Monday."""

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip

_WEEKDAY_FORMS = {
    **{name: i for i, name in enumerate(WEEKDAYS)},
    **{short: i for i, short in enumerate(("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"))},
    "Jum'at": 4, "Jum’at": 4, "Jum‘at": 4, "Ahad": 6, "Mgg": 6,  # noqa: RUF001  as they are printed
}  # fmt: skip

_MONTH_FORMS = {
    **{name.casefold(): i for i, name in enumerate(MONTHS, start=1)},
    **{name[:3].casefold(): i for i, name in enumerate(MONTHS, start=1)},
    "pebruari": 2, "peb": 2, "agt": 8, "ags": 8, "agust": 8, "sept": 9, "nopember": 11, "nop": 11,
}  # fmt: skip

_PART_OF_DAY = r"(?:dini\ hari|pagi|siang|sore|petang|malam)"
_YEAR = r"(?P<{}>\d{{4}}|\d{{2}})(?!\d)"

# On one line: a weekday that ends a paragraph has nothing to do with a date that begins the next.
_DATE = re.compile(
    rf"""
    (?<!\w)(?P<weekday>{"|".join(sorted(map(re.escape, _WEEKDAY_FORMS), key=len, reverse=True))})\.?(?!\w)
    (?:[ \u00a0]+{_PART_OF_DAY})?
    ,?[ \u00a0]*\(?[ \u00a0]*(?:(?:tanggal|tgl\.?)[ \u00a0]+)?
    (?P<day>\d{{1,2}})(?!\d)
    (?:
        [ \u00a0]+(?P<month>(?i:{"|".join(sorted(_MONTH_FORMS, key=len, reverse=True))}))\b\.?(?:,?[ \u00a0]+{_YEAR.format("year")})?
      | (?P<mark>[/.-])(?P<number>\d{{1,2}})(?!\d)(?:(?P=mark){_YEAR.format("short")})?
        (?![/-]\d)    # 12-14/9 is a range of days
    )
    """,
    re.VERBOSE,
)


def check_article(article: Article) -> Iterator[Finding]:
    """Every date in the article that has a weekday of its own and is not that day of the week."""
    published = _published(article)
    for found in _DATE.finditer(article.text or ""):
        day = _day(found, published)
        said = _WEEKDAY_FORMS[found["weekday"]]
        if day is not None and day.weekday() != said:
            yield RULE.finding(
                f"{_shown(day)} was a {WEEKDAYS[day.weekday()]}, not a {WEEKDAYS[said]}",
                article.where(Span(*found.span())),
                help=_help(day, said),
            )


def _published(article: Article) -> date | None:
    """The day of publication that the metadata give."""
    given = article.metadata.get("date")
    try:
        return date.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None


def _day(found: re.Match[str], published: date | None) -> date | None:
    """The day that a date means; None where it cannot be known, or there is none."""
    day, month = int(found["day"]), _MONTH_FORMS[found["month"].casefold()] if found["month"] else int(found["number"])
    year = found["year"] or found["short"]
    if year is not None:
        return _of(int(year) + (2000 if len(year) == 2 else 0), month, day)
    if published is None:
        return None
    # An article of January means last December.
    years = range(max(published.year - 1, 1), min(published.year + 1, 9999) + 1)
    candidates = [each for year in years if (each := _of(year, month, day)) is not None]
    return min(candidates, key=lambda each: abs(each - published), default=None)


def _of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _shown(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _help(day: date, said: int) -> str:
    """What else may be meant: the same day of another month of that year, the nearest ones first."""
    others = [each for month in range(1, 13) if (each := _of(day.year, month, day.day)) is not None and each.weekday() == said]
    near = sorted(others, key=lambda each: abs(each - day))[:2]
    meant = f"a {WEEKDAYS[said]} was {' and '.join(_shown(each) for each in near)}; " if near else ""
    return f"{meant}correct the text, or waive this where the source has it so"
