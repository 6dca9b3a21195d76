"""As much of a report as a screen holds: what is new first, then what is gravest, and always what was found in all."""

from __future__ import annotations

import re
from collections.abc import Iterable

from corpusbuild.diagnostics.report import Report
from corpusbuild.render.counting import counted
from corpusbuild.render.human import Human, ranked
from corpusbuild.render.width import rows

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def fitted(human: Human, report: Report, height: int, columns: int, most: int | None = None) -> list[str]:
    """The lines that take no more than ``height`` rows of a terminal so wide, those included that it wraps.

    No more than ``most`` findings are shown, and of one that is taller than the screen only the beginning.
    """
    summary = list(human.summary(report, max(height // 4, 1)))
    while len(summary) > 1 and _height(summary, columns) > height:
        del summary[0]
    room = height - _height(summary, columns)
    chosen = ranked(report, human.is_new)[:most]
    lines: list[str] = []
    shown = 0
    for each in chosen:
        more = [*lines, *human.finding(each), ""]
        if _height(more, columns) + _height(_rest(report, shown + 1), columns) > room:
            break
        lines, shown = more, shown + 1
    if not shown and chosen:
        lines = _beginning([*human.finding(chosen[0])], room - _height(_rest(report, 1), columns) - 1, columns)
        lines, shown = ([*lines, "…"], 1) if lines else ([], 0)
    rest = _rest(report, shown)
    if _height(lines + rest, columns) <= room:
        lines += rest
    return lines + summary


def _rest(report: Report, shown: int) -> list[str]:
    """What is said of those that are not shown."""
    left = len(report) - shown
    return [f"… and {counted(left, 'more finding')}", ""] if left else []


def _beginning(lines: list[str], room: int, columns: int) -> list[str]:
    """The first of ``lines`` that take no more than ``room`` rows."""
    kept = list(lines)
    while kept and _height(kept, columns) > room:
        kept.pop()
    return kept


def _height(lines: Iterable[str], columns: int) -> int:
    return sum(rows(_COLOUR.sub("", line), columns) for line in lines)
