"""What a check would say of a draft, before it is written: rows that one annotator alone has may not go with the other's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from corpusbuild.agreement.comparing import Comparison
from corpusbuild.agreement.reading import Reading
from corpusbuild.checks import Document
from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Finding, Severity
from corpusbuild.diagnostics.where import InJson, Origin
from corpusbuild.layers.loading import run_checks
from corpusbuild.placing import place_document
from corpusbuild.plan import Plan
from corpusbuild.policy import Policy
from corpusbuild.workflow.drafting import Draft, DraftRow


@dataclass(frozen=True)
class Checks:
    """What a check would run: the rules about meaning, and what the config makes of findings."""

    plan: Plan
    modules: Sequence[ModuleType]
    policy: Policy

    def errors(self, value: Any, article: Article, annotator: str, origin: Origin) -> list[Finding]:
        """What counts as an error in a document."""
        placed, findings = place_document(value, article, origin, self.plan.levels)
        if not findings:
            findings = run_checks(self.modules, "check", Document(article, annotator, origin, value, self.plan, placed))
        return [each for each in self.policy.judge(findings, b"", whole=False).findings if each.severity is Severity.ERROR]


def leave_out_refused(
    draft: Draft, readings: tuple[Reading, Reading], comparisons: Sequence[Comparison], checks: Checks, origin: Origin
) -> bool:
    """Leave out rows of b alone that a check refuses, or because of which it refuses a row of a; return whether there were any.

    What is wrong with a's row in a's own document, too, is a's to mend and stays.
    """
    one, _ = readings
    members = {comparison.table.member: comparison for comparison in comparisons}
    known = {_known(finding, one.value, members) for finding in checks.errors(one.value, one.article, one.annotator, one.origin)}
    changed = False
    while True:
        document = draft.document()
        news = [
            finding
            for finding in checks.errors(document, one.article, draft.head["annotator"], origin)
            if _known(finding, document, members) not in known
        ]
        culprit = next((row for finding in news for row in _culprits(finding, draft, members)), None)
        if culprit is None:
            return changed
        row, finding = culprit
        row.refused = f"{finding.code}: {finding.message}"
        changed = True


def _known(finding: Finding, document: Any, members: Mapping[str, Comparison]) -> tuple[str, str, str]:
    """What a finding is known by in two documents that hold the same row."""
    pointer = finding.where.pointer if isinstance(finding.where, InJson) else ()
    if len(pointer) < 2 or pointer[0] not in members:
        return finding.code, str(pointer), ""
    comparison = members[str(pointer[0])]
    row = document[pointer[0]][pointer[1]]
    said = row[comparison.table.key] if comparison.table.key else [row.get(column.name) for column in comparison.compared]
    return finding.code, comparison.name, str(said) + str(pointer[2:])


def _culprits(finding: Finding, draft: Draft, members: Mapping[str, Comparison]) -> Iterator[tuple[DraftRow, Finding]]:
    """The rows of b alone that may be why: the one that is pointed at, else those that share words with it, else those beside it."""
    pointer = finding.where.pointer if isinstance(finding.where, InJson) else ()
    if len(pointer) < 2 or pointer[0] not in members:
        return
    table = members[str(pointer[0])].name
    row = draft.kept(table)[int(pointer[1])]
    if row.a is None:
        yield row, finding
        return
    strangers = [each for rows in draft.rows.values() for each in rows if each.refused is None and each.a is None]
    yield from ((each, finding) for each in strangers if _touches(row, each))
    yield from ((each, finding) for each in strangers if each.comparison.name == table)


def _touches(row: DraftRow, other: DraftRow) -> bool:
    if row.a is None or other.b is None:
        return False
    mine = row.a.all_spans(row.comparison.anchors)
    return any(a.start < b.end and b.start < a.end for a in mine for b in other.b.all_spans(other.comparison.anchors))
