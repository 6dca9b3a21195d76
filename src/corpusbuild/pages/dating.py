"""When an article was published: what its page states for programs, completed by what it prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpusbuild.pages.dates import Moment, Printed, in_indonesia, same_instant, stated
from corpusbuild.pages.page import Found, Published

Dating = tuple[Published | None, list[str]]
"""The moment, and remarks about what was decided or does not agree."""


def published(said: Sequence[Found], seen: Printed | None) -> Dating:
    """When the article was published. What the page states for programs counts; what it prints completes it."""
    machine = next((Published(each, f.where) for f in said if (each := stated(f.value)) is not None), None)
    if seen is not None and machine is not None:
        seen = seen.as_on(machine.moment.day)
    remarks = [] if seen is None else list(_of_printed(seen))
    printed = None if seen is None else seen.moment
    if seen is None or machine is None:
        found = machine if printed is None else Published(printed, "as printed")
        if seen is not None and printed is None:
            remarks.append(f'"{seen.words}" has no year, and nothing else says when it was published')
        return found, remarks
    day = machine.moment.day
    if printed is None:
        if (seen.day, seen.month) != (day.day, day.month):
            remarks.append(f'{machine.where} says {machine.moment}, printed is "{seen.words}": the former was taken')
        return machine, remarks
    return _reconciled(machine, printed, seen.words, remarks)


def _reconciled(machine: Published, printed: Moment, words: str, remarks: list[str]) -> Dating:
    """The published moment where both are there: the clock that readers saw, if it is the same instant."""
    if same_instant(machine.moment, printed):
        return Published(printed, f"{machine.where}, as printed"), remarks
    if printed.day == machine.moment.day:
        exact = printed if machine.moment.clock is None and printed.clock is not None else machine.moment
        return Published(exact, machine.where if exact is machine.moment else "as printed"), remarks
    local = in_indonesia(machine.moment, printed.day) if not machine.moment.offset else None
    if local is not None:
        return Published(local, f"{machine.where}, on the day that is printed"), remarks
    remarks.append(f'{machine.where} says {machine.moment}, printed is "{words}": the former was taken')
    return machine, remarks


def _of_printed(printed: Printed) -> Iterator[str]:
    if printed.either:
        yield f'"{printed.words}" was read with the day first, as Indonesian has it'
    if printed.contradiction is not None:
        yield f'"{printed.words}" names the wrong day: that was a {printed.contradiction.capitalize()}'
