"""Findings for programs. ``docs/findings.schema.json`` is the schema of the document; ``format`` its version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from corpusbuild.diagnostics.finding import Severity
from corpusbuild.diagnostics.report import Located, Report
from corpusbuild.diagnostics.where import Place
from corpusbuild.render.width import inert

FORMAT = 1


def as_json(report: Report, *, proved: Sequence[str] | None = None) -> Iterator[str]:
    """The report as one JSON document; ``proved`` is what ``verify`` says besides."""
    value: dict[str, Any] = {
        "format": FORMAT,
        "counts": {severity.value: report.count(severity) for severity in Severity},
        "findings": [finding(each) for each in report],
        "waived": [{**finding(each), "reason": reason} for each, reason in report.waived],
    }
    if proved is not None:
        value["proved"] = list(proved)
    # What an author wrote may hold lone surrogates, which JSON in UTF-8 cannot.
    yield inert(orjson.dumps(clean(value), option=orjson.OPT_INDENT_2).decode())


def finding(each: Located) -> dict[str, Any]:
    """One finding as plain values."""
    found = each.finding
    return {
        "code": found.code,
        "name": found.name,
        "severity": found.severity.value,
        "message": found.message,
        "label": found.label,
        "place": place(each.place),
        "also": [{"label": also.label, "place": place(at)} for also, at in zip(found.also, each.also, strict=True)],
        "help": found.help,
        "fix": None if found.fix is None else "safe" if found.fix.safe else "unsafe",
    }


def place(at: Place) -> dict[str, Any]:
    """One place as plain values; lines and columns count from 1, columns in code points."""
    return {
        "path": at.path,
        "line": at.line,
        "column": at.column,
        "end_line": at.end_line,
        "end_column": at.end_column,
        "pointer": at.pointer,
    }


def clean(value: Any) -> Any:
    """``value`` with lone surrogates replaced: JSON in UTF-8 cannot hold them."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [clean(each) for each in value]
    if isinstance(value, dict):
        return {key: clean(each) for key, each in value.items()}
    return value
