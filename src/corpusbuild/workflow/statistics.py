"""Counts of a corpus, from its sources as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpusbuild.diagnostics.report import Report
from corpusbuild.emit.agreement import Agreements
from corpusbuild.emit.summary import Summary
from corpusbuild.workflow.analysis import analysed
from corpusbuild.workflow.compiling import count_corpus
from corpusbuild.workflow.progress import Progress, silent
from corpusbuild.workflow.saved_agreement import saved_agreements, stale

if TYPE_CHECKING:
    from corpusbuild.workflow.corpus import Corpus


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a corpus counts; ``summary`` is None where ``report`` says why nothing can be counted.

    ``agreements`` are the figures that the corpus keeps, ``agreements_stand`` says whether they are of its documents as they are.
    """

    report: Report
    summary: Summary | None
    characters: int = 0
    agreements: Agreements = ()
    agreements_stand: bool = True


def statistics(corpus: Corpus, progress: Progress = silent) -> Statistics:
    """Compile ``corpus``, and sum up what comes of it."""
    with analysed(corpus.root, progress) as (analysis, runs):
        if analysis.linked is None or any(finding.severity == "error" for finding in analysis.findings):
            return Statistics(corpus.check(), None)
        done = count_corpus(analysis, runs, progress)
    if done.summary is None or any(finding.severity == "error" for finding in done.findings):
        return Statistics(corpus.check(), None)
    characters = int(analysis.facts.articles.numbers("chars").sum())
    kept = saved_agreements(corpus.root)
    stand = next(stale(kept, analysis.facts.annotations), None) is None
    return Statistics(Report(), done.summary, characters, kept, stand)
