"""Counts of a corpus, from its sources as they are."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.report import Report
from corpusbuild.emit.summary import Summary
from corpusbuild.engines import engine
from corpusbuild.policy import Judged
from corpusbuild.workflow.analysis import analyse, input_bytes
from corpusbuild.workflow.making import compile_corpus
from corpusbuild.workflow.progress import silent

if TYPE_CHECKING:
    from corpusbuild.workflow.corpus import Corpus


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a corpus counts; ``summary`` is None where ``report`` says why nothing can be counted."""

    report: Report
    summary: Summary | None
    characters: int = 0


def statistics(corpus: Corpus) -> Statistics:
    """Compile ``corpus`` aside, and sum up what came of it."""
    with engine(None, input_bytes(corpus.root)) as runs:
        analysis = analyse(corpus.root, runs, silent)
        if analysis.linked is None or any(finding.severity == "error" for finding in analysis.findings):
            return Statistics(corpus.check(), None)
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / corpus.config.name
            done = compile_corpus(analysis, target, runs, silent, _as_found, include_detached_text=False)
    if done.summary is None:
        return Statistics(corpus.check(), None)
    characters = sum(fact.chars for fact in analysis.facts.articles)
    return Statistics(Report(), done.summary, characters=characters)


def _as_found(findings: Sequence[Finding]) -> Judged:
    return Judged(list(findings))
