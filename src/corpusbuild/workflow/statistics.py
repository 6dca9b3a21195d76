"""Counts of a corpus, from its sources as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpusbuild.diagnostics.report import Report
from corpusbuild.emit.summary import Summary
from corpusbuild.workflow.analysis import analysed
from corpusbuild.workflow.compiling import count_corpus
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
    """Compile ``corpus``, and sum up what comes of it."""
    with analysed(corpus.root) as (analysis, runs):
        if analysis.linked is None or any(finding.severity == "error" for finding in analysis.findings):
            return Statistics(corpus.check(), None)
        done = count_corpus(analysis, runs, silent)
    if done.summary is None or any(finding.severity == "error" for finding in done.findings):
        return Statistics(corpus.check(), None)
    characters = int(analysis.facts.articles.numbers("chars").sum())
    return Statistics(Report(), done.summary, characters=characters)
