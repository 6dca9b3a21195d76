"""Findings as GitHub workflow commands: they appear beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Severity
from corpusbuild.diagnostics.report import Report
from corpusbuild.render.width import printable

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def github(report: Report) -> Iterator[str]:
    """One workflow command for each finding."""
    for each in report:
        place, finding = each.place, each.finding
        title = f"{finding.code} {finding.name}"
        where = {"file": place.path, "line": place.line, "endLine": place.end_line, "col": place.column, "title": title}
        if place.end_line == place.line:
            where["endColumn"] = max(place.end_column - 1, place.column)
        properties = ",".join(f"{name}={_property(str(value))}" for name, value in where.items())
        message = f"{finding.message} (help: {finding.help})" if finding.help else finding.message
        yield f"::{_COMMANDS[finding.severity]} {properties}::{_data(printable(message))}"


def _data(text: str) -> str:
    """As the workflow's runner reads it: a line end would begin another command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
