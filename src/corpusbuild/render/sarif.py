"""Findings as SARIF 2.1.0 (OASIS): for code scanning, and whatever else reads it.

Fingerprints are made of the rule, the path, the pointer without the numbers of items, the message and the words
that are pointed at, never of line numbers: they survive edits elsewhere in the file.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

import orjson

from corpusbuild.diagnostics.finding import Severity
from corpusbuild.diagnostics.report import Located, Report
from corpusbuild.diagnostics.where import Place
from corpusbuild.render.as_json import clean
from corpusbuild.render.width import inert

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "corpusbuild/v1"


def sarif(report: Report, rules: Iterable[tuple[str, str, Severity, str]], words: Callable[[Located], str]) -> Iterator[str]:
    """The report as one SARIF log.

    ``rules`` are code, name, default severity and documentation of every rule there is; ``words`` are those that a
    finding points at.
    """
    declared = [_rule(*rule) for rule in rules]
    index = {rule["id"]: i for i, rule in enumerate(declared)}
    seen: Counter[str] = Counter()
    results = [_result(each, index, _fingerprint(each, words(each), seen), None) for each in report]
    results += [_result(each, index, _fingerprint(each, words(each), seen), reason) for each, reason in report.waived]
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "corpusbuild", "version": version("corpusbuild"), "rules": declared}},
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"CORPUS": {"description": {"text": "the corpus folder"}}},
                "results": results,
            }
        ],
    }
    yield inert(orjson.dumps(clean(log), option=orjson.OPT_INDENT_2).decode())


def _rule(code: str, name: str, severity: Severity, text: str) -> dict[str, Any]:
    summary = text.splitlines()[0]
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in name.split("-")),
        "shortDescription": {"text": summary},
        "fullDescription": {"text": text.split("\n\n", 2)[1].replace("## Why\n", "").replace("\n", " ") if "\n\n" in text else summary},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": _LEVELS[severity]},
    }


def _fingerprint(each: Located, words: str, seen: Counter[str]) -> str:
    """What stays the same when other things in the file change; equal findings are numbered."""
    pointer = re.sub(r"/\d+(?=/|$)", "/-", each.place.pointer)
    identity = f"{each.finding.code}\0{each.place.path}\0{pointer}\0{each.finding.message}\0{words}"
    seen[identity] += 1
    return hashlib.sha256(f"{identity}\0{seen[identity]}".encode("utf-8", "replace")).hexdigest()


def _result(each: Located, index: dict[str, int], fingerprint: str, waived: str | None) -> dict[str, Any]:
    finding = each.finding
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message}; {finding.help}" if finding.help else finding.message},
        "locations": [_location(each.place, finding.label)],
        "partialFingerprints": {FINGERPRINT: fingerprint},
    }
    if finding.code in index:
        result["ruleIndex"] = index[finding.code]
    if finding.also:
        result["relatedLocations"] = [
            {"id": i, **_location(place, also.label)} for i, (also, place) in enumerate(zip(finding.also, each.also, strict=True))
        ]
    if waived is not None:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": waived}]
    return result


def _location(place: Place, label: str) -> dict[str, Any]:
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": quote(os.fsencode(place.path)), "uriBaseId": "CORPUS"}, "region": region}
    }
    if place.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": place.pointer, "kind": "value"}]
    if label:
        location["message"] = {"text": label}
    return location
