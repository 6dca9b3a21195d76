"""Apply fixes to files in place: only the words that are meant change, formatting and key order stay as the author had them."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from corpusbuild.corpus.json_positions import JsonPositions
from corpusbuild.diagnostics.finding import Edit, Finding
from corpusbuild.diagnostics.where import InBytes, InFile, InJson, InText, OnLine, Origin


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
    documents: dict[Origin, _Document] = {}
    for finding in findings:
        fix = finding.fix
        if fix is None or not (fix.safe or unsafe):
            continue
        wanted = [(edit.where.origin.path, _splice(edit, files, documents)) for edit in fix.edits]
        placed = [(path, splice) for path, splice in wanted if splice is not None]
        if len(placed) < len(wanted) or not _apart(placed) or any(_overlaps(splice, splices[path]) for path, splice in placed):
            continue
        for path, splice in placed:
            insort(splices[path], splice)
        fixed.mended.append(finding)
    for path, wanted_here in splices.items():
        if wanted_here:
            fixed.files[path] = _spliced(files[path], wanted_here)
    return fixed


@dataclass
class _Document:
    """A document that is edited, and what is known of places in it."""

    data: bytes
    _at: tuple[int, int] = (0, 0)

    @cached_property
    def positions(self) -> JsonPositions:
        return JsonPositions(self.data)

    @cached_property
    def _text(self) -> str:
        return self.data.decode("utf-8", "surrogateescape")

    def byte(self, code_point: int) -> int:
        """Where a code point begins. Quick where it stands behind the one that was asked for before."""
        known, byte = self._at if self._at[0] <= code_point else (0, 0)
        self._at = code_point, byte + len(self._text[known:code_point].encode("utf-8", "surrogateescape"))
        return self._at[1]


def _splice(edit: Edit, files: dict[str, bytes], documents: dict[Origin, _Document]) -> _Splice | None:
    """The edit in bytes of its file; None where a document does not hold what it is about."""
    where, origin = edit.where, edit.where.origin
    if origin not in documents:
        documents[origin] = _Document(files[origin.path][origin.offset : None if origin.length is None else origin.offset + origin.length])
    document = documents[origin]
    match where:
        case InJson(_, pointer, key):
            if not document.positions.has(pointer):
                return None
            start, end = document.positions.key(pointer) if key else document.positions.value(pointer)
        case InBytes(_, start, end):
            pass
        case InText(_, first, last):
            start, end = document.byte(first), document.byte(last)
        case InFile():
            start, end = 0, len(document.data)
        case OnLine():
            return None
    return _Splice(origin.offset + start, origin.offset + end, edit.text.encode("utf-8", "surrogateescape"))


def _apart(placed: Sequence[tuple[str, _Splice]]) -> bool:
    """Whether the edits of one fix keep out of each other's way."""
    return all(path != other or one.end <= two.start for (path, one), (other, two) in pairwise(sorted(placed)))


def _overlaps(one: _Splice, others: Sequence[_Splice]) -> bool:
    """Whether ``one`` overlaps any of ``others``, which are in order and apart; at the same place, one is in the way of the other."""
    at = bisect_left(others, one.start, key=lambda other: other.start)
    before, behind = others[at - 1] if at else None, others[at] if at < len(others) else None
    return (before is not None and before.end > one.start) or (behind is not None and (behind.start < one.end or behind.start == one.start))


def _spliced(data: bytes, splices: Sequence[_Splice]) -> bytes:
    parts: list[bytes] = []
    at = 0
    for splice in splices:
        parts += [data[at : splice.start], splice.data]
        at = splice.end
    return b"".join([*parts, data[at:]])


def as_diff(before: dict[str, bytes], after: dict[str, bytes]) -> Iterator[str]:
    """The changes as unified diffs, file by file."""
    for path in sorted(after):
        # Lines end with LF alone: the end of a line may be what changes.
        old, new = (re.findall("[^\n]*\n|[^\n]+", each.decode("utf-8", "replace")) for each in (before[path], after[path]))
        for line in difflib.unified_diff(old, new, f"a/{path}", f"b/{path}"):
            yield line.rstrip("\n")
