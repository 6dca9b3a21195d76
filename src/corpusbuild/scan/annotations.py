"""Scan annotation documents: their shape, their keys, and what they refer to.

What is looked at here needs nothing but the document and the plan.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any

from corpusbuild.corpus import ids
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.where import InJson, Origin
from corpusbuild.facts import AnnotationFact, AnnotationFacts, Facts, Foreign
from corpusbuild.plan import Plan
from corpusbuild.refused import fault_findings, faulty_rows, shape_faults, without_rows
from corpusbuild.rules import (
    unsafe_path,
)
from corpusbuild.scan.documents import EDITOR_HINT, columnless_findings, duplicate_key_findings, read_document
from corpusbuild.scan.references import Scope, reference_findings
from corpusbuild.schema.judging import ShapeFault

NAMELESS = ""
"""Stands among the unreadable for a line of a shard of which nobody knows what article it is about."""


def scan_annotations(documents: Iterable[tuple[Origin, bytes]], plan: Plan) -> Facts:
    """Facts and findings of annotation documents."""
    facts = Facts()
    found = (_scan_annotation(origin, data, plan, facts) for origin, data in documents)
    facts.annotations = AnnotationFacts.of([fact for fact in found if fact is not None])
    return facts


def _scan_annotation(origin: Origin, data: bytes, plan: Plan, facts: Facts) -> AnnotationFact | None:
    """The facts of one document; None where it cannot be told what it is about."""
    document, findings = read_document(data, origin, plan.config.limits)
    if document is None:
        facts.findings += findings
        facts.unreadable.add(_supposed_article(origin))
        return None
    document.pop(EDITOR_HINT, None)
    faults = shape_faults(document, plan.annotation_judge)
    faulty = faulty_rows(document, faults, plan) if faults else None
    misnamed = _name_findings(document, origin) if not faults or faulty is not None else []
    facts.findings += [*fault_findings(faults, document, origin), *misnamed]
    if misnamed or (faults and faulty is None):
        # Where the name itself is at fault, the file's stands for it.
        name = document.get("article")
        facts.unreadable.add(name if isinstance(name, str) and ids.fault(name) is None else _supposed_article(origin))
        return None
    keys = _keys(document, faults, origin, plan, facts)
    if faulty is None:
        facts.findings += columnless_findings(plan.annotation_fits, data, document, origin)
    else:
        facts.unreadable.add(document["article"])
        document = without_rows(document, faulty)
    nameless = False
    foreign: list[Foreign] = []
    scope = Scope(origin, document["annotator"], keys, foreign, {})
    for reference in plan.annotation_references:
        if reference.table not in keys and reference.table in plan.nested_tables:
            continue
        found = reference_findings(reference, document, scope, plan)
        facts.findings += found
        if found and reference.path == ("annotator",):
            # Nobody knows whose document it is: nothing is said of references between it and others.
            facts.unreadable.add(document["article"])
            nameless = True
    if nameless:
        foreign.clear()
    for name, used in scope.used.items():
        facts.use(name, used, document["article"])
    digest = hashlib.sha256(data).hexdigest()
    rows = {table.name: len(document.get(table.member) or ()) for table in plan.shape.tables}
    return AnnotationFact(document["article"], document["annotator"], origin, digest, keys, tuple(foreign), faulty, rows)


def _keys(document: dict[str, Any], faults: Sequence[ShapeFault], origin: Origin, plan: Plan, facts: Facts) -> dict[str, list[str]]:
    """The keys of each nested table. One is left out where a row's key is at fault: what it was to be may be referred to."""
    keys: dict[str, list[str]] = {}
    wrong = {fault.pointer for fault in faults}
    rows_at_fault = {fault.pointer[:2] for fault in faults}
    for table, column in plan.keyed_tables:
        rows = document.get(table.member) or ()
        named = [row.get(column) if isinstance(row, dict) else None for row in rows]
        known = [name for name in named if isinstance(name, str)]
        distinct = len(set(known)) == len(known)
        if not distinct:
            placed = ((name, InJson(origin, (table.member, i, column))) for i, name in enumerate(named) if isinstance(name, str))
            facts.findings += duplicate_key_findings(table.name, placed)
        told = (isinstance(name, str) or (table.member, i) not in rows_at_fault for i, name in enumerate(named))
        if distinct and (not faults or (all(told) and not any((table.member, i, column) in wrong for i in range(len(rows))))):
            keys[table.name] = known
        else:
            facts.unreadable.add(document["article"])
    return keys


def _supposed_article(origin: Origin) -> str:
    """The article that a document of which nothing is known is about: its file's name says so, but for a shard's."""
    return NAMELESS if origin.length is not None else PurePosixPath(origin.path).stem


def _name_findings(document: dict[str, Any], origin: Origin) -> list[Finding]:
    found: list[Finding] = []
    for name, what in (("article", "an article"), ("annotator", "an annotator")):
        fault = ids.fault(document[name])
        if fault is not None:
            found += unsafe_path.check(InJson(origin, (name,)), document[name], fault, what)
    return found
