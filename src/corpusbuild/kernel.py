"""Compile a block: a pure function from units to rows, the same on one core and on a cluster."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from corpusbuild.blocks import Block
from corpusbuild.checks import Document
from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Finding, Severity
from corpusbuild.layers.loading import load_checks, run_checks
from corpusbuild.placing import Placements, place_document
from corpusbuild.plan import Plan
from corpusbuild.rules import detached_text_mismatch, detached_text_missing, inconsistent_blocks
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
    rules = _Rules.of(plan)
    for unit in read_units(block, plan):
        if unit.article.id not in unplaceable:
            findings += _place(unit, plan, rules).findings
    return findings


def compile_block(block: Block, plan: Plan, gold: str | None, *, include_detached_text: bool = False) -> Compiled:
    """The rows of a block in all tables, and its findings; without rows where an anchor has no place."""
    from corpusbuild.tables import block_tables  # noqa: PLC0415  checking needs no Arrow

    compiled = Compiled(block.split)
    units = read_units(block, plan)
    rules = _Rules.of(plan)
    placements = Placements()
    complete = True
    for unit in units:
        placed = _place(unit, plan, rules)
        for each in placed.placements:
            placements.extend(each)
        compiled.findings += placed.findings
        complete &= placed.complete
    if complete:
        compiled.tables = block_tables(units, placements, plan, gold, include_detached_text=include_detached_text)
    return compiled


class _Rules(NamedTuple):
    """The rules about meaning, by what they look at: asked for once a block, not once an article."""

    documents: tuple[ModuleType, ...]
    articles: tuple[ModuleType, ...]

    @classmethod
    def of(cls, plan: Plan) -> _Rules:
        modules = load_checks(plan.root, plan.checks)
        return cls(*(tuple(each for each in modules if hasattr(each, function)) for function in ("check", "check_article")))


class _Placed(NamedTuple):
    """The places of the anchors of a unit's documents, what there is to say of it, and whether every anchor has its place.

    What rules about meaning find can be waived, or be set to count for less: the rows are there all the same.
    """

    placements: list[Placements]
    findings: list[Finding]
    complete: bool


def _place(unit: Unit, plan: Plan, rules: _Rules) -> _Placed:
    placements: list[Placements] = []
    findings: list[Finding] = []
    complete = True
    for fact, document in unit.documents:
        placed, more = place_document(document, unit.article, fact.origin, plan.levels)
        placements.append(placed)
        findings += more
        fits = not any(finding.severity is Severity.ERROR for finding in more)
        whole = fits and fact.faulty is None
        complete &= whole
        # Where a key is at fault, nobody knows which row a reference means.
        if rules.documents and whole and all(table.name in fact.keys for table, _ in plan.keyed_tables):
            seen = Document(unit.article, fact.annotator, fact.origin, document, plan, placed)
            findings += run_checks(rules.documents, "check", seen)
    if rules.articles:
        findings += run_checks(rules.articles, "check_article", unit.article)
    if unit.article.detached:
        unproven, spans = sum(each.unproven(unit.article) for each in placements), sum(each.spans for each in placements)
        findings += detached_text_missing.check(unit.article, unproven, spans) if unproven else _promise_findings(unit.article)
    return _Placed(placements, findings, complete)


def _promise_findings(article: Article) -> list[Finding]:
    """What a detached article's metadata say of its text that is not so, where the text is at hand."""
    if article.text is None:
        return []
    if len(article.text) != article.chars:
        return list(detached_text_mismatch.check(replace(article, chars=len(article.text)), article.sha256, article.chars))
    return list(inconsistent_blocks.check_text(article))
