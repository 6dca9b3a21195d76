"""What became of every record of a source, one JSON line each: kept, changed or refused. Nothing is dropped in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import orjson

from corpusbuild.diagnostics.finding import Finding, Severity
from corpusbuild.diagnostics.where import OnLine
from corpusbuild.interchange.model import At, Change

RECORDS = "import.jsonl"
"""Where the list stands in the corpus; the compiler does not read it."""

REJECTS = "rejects.jsonl"


@dataclass(slots=True)
class Records:
    """Writes the list to ``file`` as documents come, and counts."""

    file: BinaryIO
    counts: Counter[str] = field(default_factory=Counter)

    def document(self, name: str, article: str, annotator: str, at: At, unit: str) -> None:
        """A document, and how its offsets are counted."""
        self._write({"path": at.path, "document": name, "article": article, "annotator": annotator, **({"unit": unit} if unit else {})})

    def rows(self, article: str, annotator: str, rows: Iterable[tuple[At, str, Any]], changes: Iterable[Change]) -> None:
        """The records of a document that were kept: where each stood, its table and its key."""
        changed: dict[At, list[str]] = {}
        for at, how in changes:
            changed.setdefault(at, []).append(how)
        for at, table, key in rows:
            hows = changed.pop(at, [])
            status = "changed" if hows else "kept"
            told = {"how": "; ".join(hows)} if hows else {}
            line = {**_place(at), "status": status, "article": article, "annotator": annotator, "table": table, "id": key, **told}
            self._write(line, status)
        for at, hows in changed.items():
            self._write({**_place(at), "status": "changed", "article": article, "annotator": annotator, "how": "; ".join(hows)}, "changed")

    def findings(self, article: str, findings: Iterable[Finding]) -> None:
        """The records of a document that were refused, and why; what is only remarked upon was kept."""
        for each in findings:
            if is_refusal(each):
                self._write({**place_of(each), "status": "refused", "article": article, "code": each.code, "why": each.message}, "refused")

    def kept(self, path: str, article: str) -> None:
        """A file that was put in as it is."""
        self._write({"path": path, "status": "kept", "article": article}, "kept")

    def renamed(self, what: str, old: str, new: str) -> None:
        """A name that could not be kept."""
        self._write({"status": "changed", "how": f'the {what} "{old}" is called "{new}"'}, "changed")

    def _write(self, line: dict[str, Any], status: str | None = None) -> None:
        if status is not None:
            self.counts[status] += 1
        self.file.write(orjson.dumps(line) + b"\n")


def is_refusal(finding: Finding) -> bool:
    """Whether a finding means that its record is not in the corpus: an error, or a record that is not carried over."""
    return finding.severity is Severity.ERROR or finding.name == "record-not-carried"


def place_of(finding: Finding) -> dict[str, Any]:
    """Where the record of a finding stands."""
    where = finding.where
    return _place(At(where.origin.path, where.line if isinstance(where, OnLine) else 0))


def _place(at: At) -> dict[str, Any]:
    return {"path": at.path, **({"line": at.line} if at.line else {})}
