"""Compile a corpus aside: into a temporary folder, with none of its own code run and nothing in it touched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from corpusbuild.corpus.config import read_config
from corpusbuild.corpus.scratch import scratch
from corpusbuild.diagnostics.finding import Finding, Severity
from corpusbuild.diagnostics.report import Report
from corpusbuild.errors import CannotGoOn
from corpusbuild.policy import Judged, Policy
from corpusbuild.workflow.analysis import analysed
from corpusbuild.workflow.compiling import compile_corpus
from corpusbuild.workflow.progress import Progress, silent
from corpusbuild.workflow.run import located

if TYPE_CHECKING:
    from corpusbuild.workflow.corpus import Corpus


@dataclass(eq=False)
class DoesNotCompile(CannotGoOn):
    """A corpus has findings that count as errors; ``report`` holds all of them."""

    report: Report = field(default_factory=Report)


@contextmanager
def compiled_aside(corpus: Corpus, shown: str, *, include_detached_text: bool = False, progress: Progress = silent) -> Iterator[Path]:
    """The data set that ``corpus`` makes, as a folder that is there until the context ends.

    ``shown`` is what errors call the corpus. Raises :class:`DoesNotCompile`.
    """
    with scratch() as folder:
        target = folder / corpus.config.name
        try:
            findings = _compile(corpus, target, progress, include_detached_text=include_detached_text)
        except CannotGoOn as error:
            error.place = f"{shown}:{error.place}"
            raise
        if findings is not None:
            report = located(corpus.root, findings)
            errors = report.count(Severity.ERROR)
            first = next(each for each in report if each.finding.severity is Severity.ERROR)
            raise DoesNotCompile(
                f"this does not compile: {errors:,} error{'s' if errors != 1 else ''}, the first in {first.place.path}:{first.place.line}: "
                f"{first.finding.message}",
                shown,
                "compare with what does compile",
                report,
            )
        yield target


def _compile(corpus: Corpus, target: Path, progress: Progress, *, include_detached_text: bool) -> Judged | None:
    """Compile into ``target``; what was found where that cannot be."""
    # Its own rules are not loaded, so a name that no rule has may be one of theirs.
    rules = tuple(module.RULE for module in corpus.rules(trusted=False))
    policy = Policy(corpus.config, rules, unknown_rules=True)
    config = read_config(corpus.root)

    def judge(found: Sequence[Finding]) -> Judged:
        return policy.judge([*analysis.findings, *found], config, compiling=True, whole=False)

    with analysed(corpus.root, progress) as (analysis, runs):
        judged = judge(())
        if analysis.plan is None or analysis.linked is None or judged.has_errors:
            return judged
        done = compile_corpus(analysis, target, runs, progress, judge, include_detached_text=include_detached_text)
    return None if done.summary is not None else judge(done.findings)
