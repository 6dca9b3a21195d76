"""Findings for editors and grep: one a line, ``file:line:column: code message``."""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.report import Report
from corpusbuild.render.width import printable


def concise(report: Report) -> Iterator[str]:
    """One line for each finding."""
    for each in report:
        place, finding = each.place, each.finding
        yield printable(f"{place.path}:{place.line}:{place.column}: {finding.code} {finding.message}")
