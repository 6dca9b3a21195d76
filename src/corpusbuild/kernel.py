"""Compile a block: a pure function from units to rows, the same on one core and on a cluster."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpusbuild.blocks import Block
from corpusbuild.checks import Document
from corpusbuild.diagnostics.finding import Finding, Severity
from corpusbuild.layers.loading import load_checks, run_checks
from corpusbuild.placing import Placements, place_document
from corpusbuild.plan import Plan
from corpusbuild.rules import detached_text_missing
from corpusbuild.units import Unit, read_units

if TYPE_CHECKING:
    from corpusbuild.tables import Tables


@dataclass(slots=True)
class Compiled:
    """What became of a block."""

    split: str
    findings: list[Finding] = field(default_factory=list)
    tables: Tables | None = None


def check_block(block: Block, plan: Plan, unplaceable: frozenset[str]) -> list[Finding]:
    """Every finding that takes an article's words: the anchors of its annotations."""
    findings: list[Finding] = []
    for unit in read_units(block, plan):
        if unit.article.id not in unplaceable:
            findings += _place(unit, plan)[1]
    return findings


def compile_block(block: Block, plan: Plan, gold: str | None, *, include_detached_text: bool = False) -> Compiled:
    """The rows of a block in all tables, or the findings that keep it from having any."""
    from corpusbuild.tables import block_tables  # noqa: PLC0415  checking needs no Arrow

    compiled = Compiled(block.split)
    units = read_units(block, plan)
    placements = Placements()
    for unit in units:
        placed, findings = _place(unit, plan)
        placements.extend(placed)
        compiled.findings += findings
    if not any(finding.severity is Severity.ERROR for finding in compiled.findings):
        compiled.tables = block_tables(units, placements, plan, gold, include_detached_text=include_detached_text)
    return compiled


def _place(unit: Unit, plan: Plan) -> tuple[Placements, list[Finding]]:
    placements = Placements()
    findings: list[Finding] = []
    modules = load_checks(plan.root, plan.checks)
    for fact, document in unit.documents:
        placed, more = place_document(document, unit.article, fact.origin, plan.levels)
        placements.extend(placed)
        findings += more
        if modules and not any(finding.severity is Severity.ERROR for finding in more):
            seen = Document(unit.article, fact.annotator, fact.origin, document, plan, placed)
            findings += run_checks(modules, "check", seen)
    if unit.article.detached and unit.article.text is None and placements.spans:
        findings += detached_text_missing.check(unit.article, placements.spans)
    return placements, findings
