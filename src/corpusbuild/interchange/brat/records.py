"""The lines of one ``.ann`` file as rows. A line that cannot be read is a finding; the others are read all the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from corpusbuild.diagnostics.finding import Finding, Severity
from corpusbuild.interchange.brat.tables import (
    ARGUMENTS,
    ATTRIBUTES,
    EQUIVALENCES,
    EVENTS,
    NORMALIZATIONS,
    NOTES,
    RELATIONS,
    SPANS,
    TARGETS,
)
from corpusbuild.interchange.model import At, Row, Segment, Words
from corpusbuild.interchange.refusing import dangling, malformed, missing_role, repeated

_ID = re.compile(r"([TREAMN#]\d+)(?=\t|\s|$)")
_OFFSETS = re.compile(r"-?\d{1,18} -?\d{1,18}(?:;-?\d{1,18} -?\d{1,18})*")
_ROLE = re.compile(r"(.*?)(\d{0,18})", re.DOTALL)
_SHOWN = 60  # characters of a line that a message shows


class _RefusedError(Exception):
    """A line is no record: why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self.finding = finding


@dataclass
class Records:
    """The rows of a file, and what is wrong with its other lines."""

    path: str
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    _lines: dict[str, int] = field(default_factory=dict)
    """Id → the line that it stands in first."""
    _equivalences: int = 0

    def read(self, text: str) -> Records:
        """Read all lines of ``text``. Returns this."""
        lines = [line.removesuffix("\r") for line in text.split("\n")]
        for number, line in enumerate(lines, start=1):
            found = _ID.match(line)
            if found:
                self._lines.setdefault(found[1], number)
        number = 0
        while number < len(lines):
            line, at = lines[number], At(self.path, number + 1)
            number += 1
            if not line.strip():
                continue
            behind = number
            # What begins no record goes on with the words before it: a line end was stored as it is.
            while _breaks_off(line) and behind < len(lines) - 1 and not _begins(lines[behind]):
                behind += 1
            if behind > number:
                told = f"a line end stands in the words: they go on in line {number + 1}"
                self.findings.append(malformed(at, told, "write them on one line, with a space"))
                number = behind
                continue
            self._read(line, at)
        return self

    def _read(self, line: str, at: At) -> None:
        try:
            self.rows += self._rows(line, at)
        except _RefusedError as why:
            self.findings.append(why.finding)

    def _rows(self, line: str, at: At) -> list[Row]:
        if line.startswith("*"):
            return self._equivalence(line, at)
        found = _ID.match(line)
        if found is None:
            raise _RefusedError(malformed(at, f'this begins no record: "{_short(line)}"', "begin it with an id, such as T1, and a tab"))
        key, fields = found[1], line.split("\t")
        if len(fields) < 2 or fields[0] != key:
            raise _RefusedError(malformed(at, f"a tab is missing behind {key}"))
        if self._lines[key] != at.line:
            told = f'the id "{key}" stands in line {self._lines[key]} already'
            raise _RefusedError(repeated(at, told, "give this record an id of its own"))
        return _KINDS[key[0]](self, key, fields, at)

    # ---- kinds of records ----

    def _span(self, key: str, fields: list[str], at: At) -> list[Row]:
        if len(fields) < 3:
            raise _RefusedError(malformed(at, f"a tab is missing between the offsets and the words of {key}"))
        kind, _, offsets = fields[1].strip().partition(" ")
        if not kind or not _OFFSETS.fullmatch(offsets):
            raise _RefusedError(malformed(at, f'no type and offsets: "{_short(fields[1])}"', "write it as: Type 0 5, or: Type 0 5;8 12"))
        segments = _segments(offsets)
        for start, end, _ in segments:
            if start < 0 or end < start:
                why = f"ends before it starts: {start} {end}" if start >= 0 else f"starts before the text: {start} {end}"
                raise _RefusedError(malformed(at, f"{key} {why}"))
        words = "\t".join(fields[2:])
        value = Words((segments[0]._replace(words=words),)) if len(segments) == 1 else Words(segments, joined=words)
        return [Row(SPANS, {"id": key, "type": kind, "words": value}, at)]

    def _event(self, key: str, fields: list[str], at: At) -> list[Row]:
        first, _, others = fields[1].strip().partition(" ")
        kind, _, trigger = first.partition(":")
        if not kind or not trigger:
            raise _RefusedError(missing_role(at, f"{key} has no {'trigger' if kind else 'type'}", "begin it with: Type:T1"))
        if not trigger.startswith("T"):
            raise _RefusedError(malformed(at, f'the trigger of {key} is "{trigger}", and should be a span'))
        self._known(trigger, at, "T")
        rows = []
        for number, (role, target) in enumerate(_pairs(others, at), start=1):
            if not role or not target:
                raise _RefusedError(missing_role(at, f"an argument of {key} has no {'target' if role else 'role'}"))
            bare, which = self._role(role)
            values: dict[str, Any] = {"id": f"{key}.{number}", "owner": key, "role": bare, **self._target(target, at, "TE")}
            rows.append(Row(ARGUMENTS, {**values, **({"number": int(which)} if which else {})}, at))
        args = [row.values["id"] for row in rows]
        return [Row(EVENTS, {"id": key, "type": kind, "trigger": trigger, "args": args}, at), *rows]

    @staticmethod
    def _role(role: str) -> tuple[str, str]:
        """``Theme2`` as Theme and 2."""
        found = _ROLE.fullmatch(role)
        return (found[1], found[2]) if found and found[1] else (role, "")

    def _relation(self, key: str, fields: list[str], at: At) -> list[Row]:
        kind, _, rest = fields[1].strip().partition(" ")
        ends = _pairs(rest, at) if rest else []
        if len(ends) > 2:
            raise _RefusedError(malformed(at, f"{key} has {len(ends)} arguments, and a relation has two"))
        if not kind or len(ends) < 2 or not all(role and target for role, target in ends):
            has = f"only {ends[0][0] or 'one without a role'}" if ends else "no argument"
            raise _RefusedError(missing_role(at, f"{key} has {has}, and a relation has two arguments", "write it as: Type Arg1:T1 Arg2:T2"))
        values: dict[str, Any] = {"id": key, "type": kind}
        for side, (role, target) in zip(("from", "to"), ends, strict=True):
            values[f"{side}_role"] = role
            ((column, found),) = self._target(target, at, "TE").items()
            values[side if column == "span" else f"{side}_event"] = found
        return [Row(RELATIONS, values, at)]

    def _attribute(self, key: str, fields: list[str], at: At) -> list[Row]:
        name, *rest = fields[1].strip().split(" ", 2)
        if not name or not rest:
            raise _RefusedError(missing_role(at, f"{key} is of no record", "write it as: Name T1, or: Name T1 Value"))
        value = {"value": rest[1]} if len(rest) > 1 else {}
        return [Row(ATTRIBUTES, {"id": key, "name": name, **value, **self._target(rest[0], at, "TER")}, at)]

    def _normalization(self, key: str, fields: list[str], at: At) -> list[Row]:
        kind, *rest = fields[1].strip().split(" ", 2)
        if len(rest) < 2 or ":" not in rest[1]:
            raise _RefusedError(malformed(at, f"{key} names no entry of a database", "write it as: Reference T1 Database:entry"))
        database, _, entry = rest[1].partition(":")
        values = {"id": key, "type": kind, "database": database, "entry": entry, "name": "\t".join(fields[2:]) or None}
        return [Row(NORMALIZATIONS, {**values, **self._target(rest[0], at, "TER")}, at)]

    def _note(self, key: str, fields: list[str], at: At) -> list[Row]:
        kind, *rest = fields[1].strip().split(" ")
        if not kind or len(rest) != 1:
            raise _RefusedError(malformed(at, f"{key} is of no record", "write it as: AnnotatorNotes T1, a tab, and the note"))
        values = {"id": f"note{key[1:]}", "type": kind, "text": "\t".join(fields[2:])}
        return [Row(NOTES, {**values, **self._target(rest[0], at, "TERAN")}, at)]

    def _equivalence(self, line: str, at: At) -> list[Row]:
        star, tab, rest = line.partition("\t")
        kind, *members = rest.split() or [""]
        if star != "*" or not tab:
            raise _RefusedError(malformed(at, "a tab is missing behind *"))
        if len(members) < 2:
            raise _RefusedError(missing_role(at, "an equivalence has two members or more"))
        targets = [self._target(member, at, "TE") for member in members]
        self._equivalences += 1
        values: dict[str, Any] = {"id": f"eq{self._equivalences}", "type": kind}
        for column in ("span", "event"):
            values[f"{column}s"] = [each[column] for each in targets if column in each]
        return [Row(EQUIVALENCES, values, at)]

    # ---- what records name ----

    def _target(self, target: str, at: At, letters: str) -> dict[str, str]:
        """The column for a record that another one is about, with its id."""
        self._known(target, at, letters)
        return {TARGETS[target[0]][0]: target}

    def _known(self, target: str, at: At, letters: str) -> None:
        """Note what is defined behind ``at``. Raises for what is no id, is of a kind that cannot stand here, or is nowhere."""
        found = _ID.fullmatch(target)
        if found is None:
            raise _RefusedError(malformed(at, f'"{_short(target)}" is no id'))
        if target[0].replace("M", "A") not in letters:
            raise _RefusedError(malformed(at, f'"{target}" is no record that can stand here'))
        line = self._lines.get(target)
        if line is None:
            raise _RefusedError(dangling(at, f'there is no "{target}" in this file', "correct the id, or remove the record"))
        if line > at.line:
            told = dangling(at, f'"{target}" is defined later, in line {line}', "move that record up; this one was read all the same")
            self.findings.append(replace(told, severity=Severity.WARNING))


def _pairs(text: str, at: At) -> list[tuple[str, str]]:
    """``Role:T1 Role:T2`` as pairs."""
    pairs = [each.rpartition(":") for each in text.split()]
    if any(not mark for _, mark, _ in pairs):
        raise _RefusedError(missing_role(at, f'no role and target: "{_short(text)}"', "write each as: Role:T1"))
    return [(role, target) for role, _, target in pairs]


def _segments(offsets: str) -> tuple[Segment, ...]:
    """``0 5;8 12`` as segments."""
    pairs = (each.split() for each in offsets.split(";"))
    return tuple(Segment(int(start), int(end)) for start, end in pairs)


def _breaks_off(line: str) -> bool:
    """Whether the words of a text-bound line are shorter than its offsets say, in whatever unit."""
    fields = line.split("\t", 2)
    offsets = fields[1].partition(" ")[2] if len(fields) == 3 else ""
    if not line.startswith("T") or not _OFFSETS.fullmatch(offsets):
        return False
    segments = _segments(offsets)
    wanted = sum(each.end - each.start for each in segments) + len(segments) - 1
    words = fields[2]
    return wanted > len(words) and wanted not in {len(words.encode("utf-16-le")) // 2, len(words.encode())}


def _begins(line: str) -> bool:
    """Whether a line begins a record, or tries to; empty ones do not go on with anything."""
    return not line.strip() or line.startswith("*") or _ID.match(line) is not None


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


_KINDS: dict[str, Callable[[Records, str, list[str], At], list[Row]]] = {
    "T": Records._span,  # noqa: SLF001  same module
    "E": Records._event,  # noqa: SLF001  same module
    "R": Records._relation,  # noqa: SLF001  same module
    "A": Records._attribute,  # noqa: SLF001  same module
    "M": Records._attribute,  # noqa: SLF001  same module
    "N": Records._normalization,  # noqa: SLF001  same module
    "#": Records._note,  # noqa: SLF001  same module
}
