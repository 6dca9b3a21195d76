"""What a document refers to: in itself, in registries, in other documents, which only the link knows."""

from __future__ import annotations

from typing import Any, NamedTuple

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.where import InJson, Origin
from corpusbuild.facts import Foreign
from corpusbuild.plan import Plan, Reference
from corpusbuild.rules import unknown_reference
from corpusbuild.schema.paths import pointers_at, values_at


class Scope(NamedTuple):
    """What references of a document are looked up in, and where those that lead out of it are kept for the link.

    ``keys`` are the document's own, by table; ``annotator`` is None for an article. ``used`` collects what it
    refers to in registries.
    """

    origin: Origin
    annotator: str | None
    keys: dict[str, list[str]]
    foreign: list[Foreign]
    used: dict[str, set[str]]


def reference_findings(reference: Reference, document: dict[str, Any], scope: Scope, plan: Plan) -> list[Finding]:
    """References that lead nowhere."""
    values = values_at([document], reference.path)
    wanted = set(values)
    wanted.discard(None)
    known = _known(reference, scope, plan)
    if reference.table in plan.registry_keys:
        scope.used.setdefault(reference.table, set()).update(wanted)
    if known is not None and wanted <= known:
        return []
    found: list[Finding] = []
    names = sorted(known or ())
    for pointer, value in zip(pointers_at(document, reference.path), values, strict=True):
        if value is None or (known is not None and value in known):
            continue
        article, mark, key = value.partition("#")
        if known is None:
            scope.foreign.append(Foreign(pointer, reference.table, value, ""))
        elif mark and reference.table in scope.keys:
            scope.foreign.append(Foreign(pointer, reference.table, article, key))
        else:
            found += unknown_reference.check(InJson(scope.origin, pointer), value, reference.table, names)
    return found


def _known(reference: Reference, scope: Scope, plan: Plan) -> frozenset[str] | None:
    """The keys that a bare reference may name; None where only the link knows them."""
    if reference.table == "articles":
        return None
    if reference.table in scope.keys:
        return frozenset(scope.keys[reference.table])
    return plan.known_keys(reference.table, scope.annotator)
