"""Check a corpus, or some of its articles: every finding."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corpusbuild.diagnostics.report import Report
from corpusbuild.workflow.run import Run
from corpusbuild.workflow.selection import files_of


def check(run: Run, paths: Sequence[str | Path]) -> Report:
    """Every finding; with ``paths``, those in the articles that these files belong to."""
    only = files_of(run.corpus.folder, paths) if paths else None
    with run.analysed(only=only) as done:
        findings = done.analysis.findings + done.anchor_findings()
    if only is not None:
        findings = [finding for finding in findings if finding.where.origin.path in only]
    return run.report(run.judge(findings, whole=only is None))
