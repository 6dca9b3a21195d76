"""Findings for people: the words of the file, with carets under those that are meant, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from corpusbuild.diagnostics.finding import Severity
from corpusbuild.diagnostics.report import Located, Report
from corpusbuild.diagnostics.source import SourceFile
from corpusbuild.diagnostics.where import Origin, Place
from corpusbuild.render.colours import BOLD, BOLD_BLUE, BOLD_ORANGE, BOLD_RED, BOLD_TEAL, INVERSE, RESET
from corpusbuild.render.counting import counted
from corpusbuild.render.width import cells, graphemes, printable

SourceOf = Callable[[Origin], SourceFile]

_COLOURS = {Severity.ERROR: BOLD_RED, Severity.WARNING: BOLD_ORANGE, Severity.NOTE: BOLD_TEAL}


@dataclass(frozen=True, slots=True)
class Human:
    """Renders findings in ``width`` cells; ``colour`` for a terminal that wants it; those that are new are marked."""

    source_of: SourceOf
    colour: bool = False
    width: int = 100
    is_new: Callable[[Located], bool] | None = None

    def report(self, report: Report, most: int | None = None) -> Iterator[str]:
        """Every finding, or ``most`` of them, of as many rules as possible; then what was found in all."""
        shown = list(report) if most is None else _in_order(report, ranked(report)[:most])
        for each in shown:
            yield from self.finding(each)
            yield ""
        if len(shown) < len(report):
            yield f"… and {counted(len(report) - len(shown), 'more finding')} (--max 0 shows all)"
            yield ""
        yield from self.summary(report)

    def finding(self, each: Located) -> Iterator[str]:
        """One finding."""
        finding = each.finding
        colour = _COLOURS[finding.severity]
        title = printable(finding.message)
        new = self._in(INVERSE, "new ") if self.is_new is not None and self.is_new(each) else ""
        yield f"{new}{self._in(colour, f'{finding.severity}[{finding.code}] {finding.name}')}{self._in(BOLD, f': {title}')}"
        gutter = max(len(str(place.line)) for place in (each.place, *each.also))
        pointer = f"  {each.place.pointer.removeprefix('/')}" if each.place.pointer else ""
        place = each.place
        yield f"{' ' * gutter}{self._in(BOLD_BLUE, '-->')} {printable(f'{place.path}:{place.line}:{place.column}{pointer}')}"
        yield from self._excerpt(place, finding.where.origin, gutter, "^", colour, finding.label)
        for also, other in zip(finding.also, each.also, strict=True):
            if (other.path, other.line) != (each.place.path, each.place.line) or other.column != each.place.column:
                yield f"{' ' * gutter}{self._in(BOLD_BLUE, ':::')} {printable(f'{other.path}:{other.line}:{other.column}')}"
                yield from self._excerpt(other, also.where.origin, gutter, "-", BOLD_BLUE, also.label)
        if finding.help:
            yield f"{' ' * gutter} {self._in(BOLD_BLUE, '=')} {self._in(BOLD, 'help')}: {printable(finding.help)}"

    def summary(self, report: Report, most: int | None = None) -> Iterator[str]:
        """How many findings there are, by severity and by rule (``most`` of these), and how many of them can be mended by program."""
        if not len(report):
            yield "no findings" + (f" ({len(report.waived):,} waived)" if report.waived else "")
            return
        names: dict[str, str] = {each.finding.code: each.finding.name for each in report}
        counts = Counter(each.finding.code for each in report)
        fixable = Counter(each.finding.code for each in report if each.finding.fix is not None)
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]:
            mended = f"  ({fixable[code]:,} fixable)" if fixable[code] else ""
            yield f"{count:>6,}  {code}  {names[code]}{mended}"
        if most is not None and most < len(counts):
            yield f"{'…':>6}  and {counted(len(counts) - most, 'more rule')}"
        totals = [(report.count(severity), severity) for severity in Severity]
        yield ", ".join(counted(count, severity) for count, severity in totals if count)
        if report.waived:
            yield f"{len(report.waived):,} waived"
        safe = sum(each.finding.fix is not None and each.finding.fix.safe for each in report)
        unsafe = fixable.total() - safe
        if safe:
            yield f"{safe:,} can be mended with `corpusbuild check --fix`"
        if unsafe:
            yield f"{unsafe:,}{' more' if safe else ''} can probably be mended: see `corpusbuild check --diff --unsafe`"

    def _excerpt(self, place: Place, origin: Origin, gutter: int, mark: str, colour: str, label: str) -> Iterator[str]:
        line = self.source_of(origin).line(place.line)
        bar = self._in(BOLD_BLUE, "|")
        nowhere = (place.end_line, place.end_column) == (place.line, place.column)
        if nowhere and (not line or place.column == 1):  # a file or a text as a whole
            if label:
                yield f"{' ' * gutter} {bar} {printable(label)}"
            return
        end = place.end_column if place.end_line == place.line else len(line) + 1
        shown, before, marked = _window(line, place.column - 1, max(end - 1, place.column - 1), self.width - gutter - 3)
        more = " …" if place.end_line > place.line else ""
        marks = mark * max(marked, 1) + more
        note = printable(label)
        yield f"{' ' * gutter} {bar}"
        yield f"{self._in(BOLD_BLUE, f'{place.line:>{gutter}} |')} {shown}"
        room = self.width - gutter - 3
        if not note or before + len(marks) + 1 + cells(note) <= room:
            yield f"{' ' * gutter} {bar} {' ' * before}{self._in(colour, f'{marks} {note}'.rstrip())}"
            return
        yield f"{' ' * gutter} {bar} {' ' * before}{self._in(colour, marks)}"
        # Beside the marks it would run over the edge of the terminal, and go on under the line numbers.
        yield f"{' ' * gutter} {bar} {' ' * max(min(before, room - cells(note)), 0)}{self._in(colour, note)}"

    def _in(self, colour: str, text: str) -> str:
        return f"{colour}{text}{RESET}" if self.colour else text


def ranked(report: Report, is_new: Callable[[Located], bool] | None = None) -> list[Located]:
    """What to show first: what is new, then errors before others, and the first of each rule before its second."""
    nth: Counter[str] = Counter()
    ranks: list[tuple[bool, bool, int, int, Located]] = []
    for i, each in enumerate(report):
        nth[each.finding.code] += 1
        old = is_new is not None and not is_new(each)
        ranks.append((old, each.finding.severity is not Severity.ERROR, nth[each.finding.code], i, each))
    return [each for *_, each in sorted(ranks, key=lambda rank: rank[:4])]


def _in_order(report: Report, chosen: list[Located]) -> list[Located]:
    """The ``chosen`` findings in the order of the report."""
    wanted = {id(each) for each in chosen}
    return [each for each in report if id(each) in wanted]


@dataclass(frozen=True, slots=True)
class _Shown:
    """Characters as a terminal shows them, and the cells that they take."""

    text: str
    cells: int


_GAP = _Shown(" … ", 3)


def _window(line: str, start: int, end: int, width: int) -> tuple[str, int, int]:
    """A line as it is shown, the cells before the marked words, and those of the words; long lines are cut around them.

    What people take for one character is never cut: of an emoji or a letter with marks, all is marked or nothing.
    """
    # However long the line is, no more of it can be shown.
    reach = 4 * width
    low, high = max(start - reach, 0), min(end + reach, len(line))
    before, words, after = _parts(line[low:high], start - low, end - low, reach)
    if low == 0 and high == len(line) and _total(before) + _total(words) + _total(after) <= width:
        return "".join(each.text for each in (*before, *words, *after)), _total(before), _total(words)
    kept = max(width - 4, 20)
    if _total(words) > kept * 2 // 3:
        words = [*_fit(words, kept // 3), _GAP, *_fit(words[::-1], kept // 3)[::-1]]
    room = max(kept - _total(words), 0)
    left = _fit(before[::-1], max(room // 2, room - _total(after)))[::-1]
    right = _fit(after, room - _total(left))
    head = "… " if low > 0 or len(left) < len(before) else ""
    tail = " …" if high < len(line) or len(right) < len(after) else ""
    text = "".join(each.text for each in (*left, *words, *right))
    return f"{head}{text}{tail}", len(head) + _total(left), _total(words)


def _parts(text: str, start: int, end: int, reach: int) -> tuple[list[_Shown], list[_Shown], list[_Shown]]:
    """The characters before, in and after ``text[start:end]``; one that the range cuts is in it. Far from its ends, some are left out."""
    if end - start > 2 * reach:
        words = [*_characters(text[start : start + reach]), _GAP, *_characters(text[end - reach : end])]
        return _characters(text[:start]), words, _characters(text[end:])
    parts: tuple[list[_Shown], list[_Shown], list[_Shown]] = ([], [], [])
    at = 0
    for character in graphemes(text):
        after = at + len(character)
        parts[0 if after <= start else 1 if at < end else 2].append(_shown(character))
        at = after
    return parts


def _characters(text: str) -> list[_Shown]:
    return [_shown(character) for character in graphemes(text)]


def _shown(character: str) -> _Shown:
    safe = printable(character)
    return _Shown(safe, cells(safe))


def _total(shown: list[_Shown]) -> int:
    return sum(each.cells for each in shown)


def _fit(shown: list[_Shown], width: int) -> list[_Shown]:
    """The first of ``shown`` that take no more than ``width`` cells together."""
    used = 0
    for i, each in enumerate(shown):
        used += each.cells
        if used > width:
            return shown[:i]
    return shown
