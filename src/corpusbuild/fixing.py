"""Apply fixes to files in place: only the words that are meant change, formatting and key order stay as the author had them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpusbuild.corpus.json_positions import JsonPositions
from corpusbuild.diagnostics.finding import Edit, Finding
from corpusbuild.diagnostics.where import InBytes, InFile, InJson, InText, Origin


@dataclass(slots=True)
class Fixed:
    """New contents of files by path, and the findings whose fixes they hold; the rest overlapped with these."""

    files: dict[str, bytes] = field(default_factory=dict)
    mended: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True, order=True)
class _Splice:
    start: int
    end: int
    data: bytes


def fix_files(findings: Sequence[Finding], files: dict[str, bytes], *, unsafe: bool = False) -> Fixed:
    """The contents of ``files`` (path → bytes) once every fix that may be applied has been.

    Of fixes that overlap, the first is applied; the others show up again when everything is checked again.
    """
    fixed = Fixed()
    splices: dict[str, list[_Splice]] = {path: [] for path in files}
    positions: dict[Origin, JsonPositions] = {}
    for finding in findings:
        fix = finding.fix
        if fix is None or not (fix.safe or unsafe):
            continue
        wanted = [(edit.where.origin.path, _splice(edit, files, positions)) for edit in fix.edits]
        if any(_overlaps(splice, splices[path]) for path, splice in wanted):
            continue
        for path, splice in wanted:
            splices[path].append(splice)
        fixed.mended.append(finding)
    for path, wanted_here in splices.items():
        if wanted_here:
            fixed.files[path] = _spliced(files[path], wanted_here)
    return fixed


def _splice(edit: Edit, files: dict[str, bytes], positions: dict[Origin, JsonPositions]) -> _Splice:
    where, origin = edit.where, edit.where.origin
    data = files[origin.path]
    document = data[origin.offset : None if origin.length is None else origin.offset + origin.length]
    match where:
        case InJson(_, pointer, key):
            known = positions.setdefault(origin, JsonPositions(document))
            start, end = known.key(pointer) if key else known.value(pointer)
        case InBytes(_, start, end):
            pass
        case InText(_, first, last):
            text = document.decode("utf-8", "surrogateescape")
            start = len(text[:first].encode("utf-8", "surrogateescape"))
            end = start + len(text[first:last].encode("utf-8", "surrogateescape"))
        case InFile():
            start, end = 0, len(document)
    return _Splice(origin.offset + start, origin.offset + end, edit.text.encode("utf-8", "surrogateescape"))


def _overlaps(one: _Splice, others: Sequence[_Splice]) -> bool:
    return any((one.start < other.end and other.start < one.end) or one.start == other.start for other in others)


def _spliced(data: bytes, splices: Sequence[_Splice]) -> bytes:
    parts: list[bytes] = []
    at = 0
    for splice in sorted(splices):
        parts += [data[at : splice.start], splice.data]
        at = splice.end
    return b"".join([*parts, data[at:]])


def as_diff(before: dict[str, bytes], after: dict[str, bytes]) -> Iterator[str]:
    """The changes as unified diffs, file by file."""
    for path in sorted(after):
        old, new = (each.decode("utf-8", "replace").splitlines(keepends=True) for each in (before[path], after[path]))
        for line in difflib.unified_diff(old, new, f"a/{path}", f"b/{path}"):
            yield line.rstrip("\n")
