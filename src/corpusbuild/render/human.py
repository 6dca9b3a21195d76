"""Findings for people: the words of the file, with carets under those that are meant, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from corpusbuild.diagnostics.finding import Severity
from corpusbuild.diagnostics.report import Located, Report
from corpusbuild.diagnostics.source import SourceFile
from corpusbuild.diagnostics.where import Origin, Place
from corpusbuild.render.width import cells, printable

SourceOf = Callable[[Origin], SourceFile]

_RESET, _BOLD, _BLUE, _NEW = "\x1b[0m", "\x1b[1m", "\x1b[1;34m", "\x1b[7m"
_COLOURS = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m", Severity.NOTE: "\x1b[1;36m"}


@dataclass(frozen=True, slots=True)
class Human:
    """Renders findings in ``width`` cells; ``colour`` for a terminal that wants it; those that are new are marked."""

    source_of: SourceOf
    colour: bool = False
    width: int = 100
    is_new: Callable[[Located], bool] | None = None

    def report(self, report: Report, most: int | None = None) -> Iterator[str]:
        """Every finding, or ``most`` of them, of as many rules as possible; then what was found in all."""
        shown = list(report) if most is None else _varied(report, most)
        for each in shown:
            yield from self.finding(each)
            yield ""
        if len(shown) < len(report):
            yield f"… and {len(report) - len(shown):,} more findings (--max 0 shows all)"
            yield ""
        yield from self.summary(report)

    def finding(self, each: Located) -> Iterator[str]:
        """One finding."""
        finding = each.finding
        colour = _COLOURS[finding.severity]
        title = printable(finding.message)
        new = self._in(_NEW, "new ") if self.is_new is not None and self.is_new(each) else ""
        yield f"{new}{self._in(colour, f'{finding.severity}[{finding.code}] {finding.name}')}{self._in(_BOLD, f': {title}')}"
        gutter = max(len(str(place.line)) for place in (each.place, *each.also))
        pointer = f"  {each.place.pointer.removeprefix('/')}" if each.place.pointer else ""
        place = each.place
        yield f"{' ' * gutter}{self._in(_BLUE, '-->')} {printable(f'{place.path}:{place.line}:{place.column}{pointer}')}"
        yield from self._excerpt(place, finding.where.origin, gutter, "^", colour, finding.label)
        for also, other in zip(finding.also, each.also, strict=True):
            if (other.path, other.line) != (each.place.path, each.place.line) or other.column != each.place.column:
                yield f"{' ' * gutter}{self._in(_BLUE, ':::')} {printable(f'{other.path}:{other.line}:{other.column}')}"
                yield from self._excerpt(other, also.where.origin, gutter, "-", _BLUE, also.label)
        if finding.help:
            yield f"{' ' * gutter} {self._in(_BLUE, '=')} {self._in(_BOLD, 'help')}: {printable(finding.help)}"

    def summary(self, report: Report) -> Iterator[str]:
        """How many findings there are, by severity and by rule, and how many of them can be mended by program."""
        if not len(report):
            yield "no findings" + (f" ({len(report.waived):,} waived)" if report.waived else "")
            return
        names: dict[str, str] = {each.finding.code: each.finding.name for each in report}
        counts = Counter(each.finding.code for each in report)
        fixable = Counter(each.finding.code for each in report if each.finding.fix is not None)
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            mended = f"  ({fixable[code]:,} fixable)" if fixable[code] else ""
            yield f"{count:>6,}  {code}  {names[code]}{mended}"
        totals = [(report.count(severity), severity) for severity in Severity]
        yield ", ".join(f"{count:,} {severity}{'s' if count > 1 else ''}" for count, severity in totals if count)
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
        bar = self._in(_BLUE, "|")
        nowhere = (place.end_line, place.end_column) == (place.line, place.column)
        if nowhere and (not line or place.column == 1):  # a file or a text as a whole
            if label:
                yield f"{' ' * gutter} {bar} {printable(label)}"
            return
        end = place.end_column if place.end_line == place.line else len(line) + 1
        shown, before, marked = _window(line, place.column - 1, max(end - 1, place.column - 1), self.width - gutter - 3)
        more = " …" if place.end_line > place.line else ""
        note = f" {printable(label)}" if label else ""
        yield f"{' ' * gutter} {bar}"
        yield f"{self._in(_BLUE, f'{place.line:>{gutter}} |')} {shown}"
        yield f"{' ' * gutter} {bar} {' ' * before}{self._in(colour, mark * max(marked, 1) + more + note)}"

    def _in(self, colour: str, text: str) -> str:
        return f"{colour}{text}{_RESET}" if self.colour else text


def _varied(report: Report, most: int) -> list[Located]:
    """So many findings of a report, in its order: errors before others, and the first of each rule before its second."""
    nth: Counter[str] = Counter()
    ranked: list[tuple[bool, int, int, Located]] = []
    for i, each in enumerate(report):
        nth[each.finding.code] += 1
        ranked.append((each.finding.severity is not Severity.ERROR, nth[each.finding.code], i, each))
    chosen = sorted(ranked, key=lambda rank: rank[:3])[:most]
    return [each for *_, each in sorted(chosen, key=lambda rank: rank[2])]


def _window(line: str, start: int, end: int, width: int) -> tuple[str, int, int]:
    """A line as it is shown, the cells before the marked words, and those of the words; long lines are cut around them."""
    before, words, after = (printable(part) for part in (line[:start], line[start:end], line[end:]))
    if cells(before) + cells(words) + cells(after) <= width:
        return before + words + after, cells(before), cells(words)
    kept = max(width - 4, 20)
    if cells(words) > kept * 2 // 3:
        half = kept // 3
        words = f"{_fit(words, half)} … {_fit(words, half, last=True)}"
    room = max(kept - cells(words), 0)
    left = _fit(before, max(room // 2, room - cells(after)), last=True)
    right = _fit(after, room - cells(left))
    head = "… " if left != before else ""
    tail = " …" if right != after else ""
    return f"{head}{left}{words}{right}{tail}", cells(head) + cells(left), cells(words)


def _fit(text: str, width: int, *, last: bool = False) -> str:
    """The first (or last) characters of ``text`` that take no more than ``width`` cells."""
    if cells(text) <= width:
        return text
    kept: list[str] = []
    used = 0
    for character in reversed(text) if last else text:
        used += cells(character)
        if used > width:
            break
        kept.append(character)
    return "".join(reversed(kept) if last else kept)
