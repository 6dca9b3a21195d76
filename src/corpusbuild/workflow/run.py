"""What every run over a corpus shares: whether its own checks may run, what counts, scan and link, and the report."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from corpusbuild.blocks import Block
from corpusbuild.corpus.config import read_config
from corpusbuild.corpus.locate import Locator
from corpusbuild.corpus.shards import Hashed, Lines
from corpusbuild.corpus.storage import Root
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.report import Report
from corpusbuild.engines import Engine, runs_elsewhere
from corpusbuild.kernel import check_block
from corpusbuild.layers.loading import own_checks
from corpusbuild.plan import Plan
from corpusbuild.policy import Judged, Policy
from corpusbuild.workflow.analysis import Analysis, analysed
from corpusbuild.workflow.progress import Progress, silent

if TYPE_CHECKING:
    from corpusbuild.workflow.corpus import Corpus


# Of more blocks than this it pays to look which were built before.
_FEW = 4


@dataclass(frozen=True, slots=True)
class Run:
    """One run over a corpus: what counts, and how it is carried out."""

    corpus: Corpus
    policy: Policy
    trusted: bool
    jobs: int | None = None
    scheduler: str | None = None
    progress: Progress = silent

    @classmethod
    def of(  # noqa: PLR0913  each is an option of a command
        cls,
        corpus: Corpus,
        *,
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        strict: bool = False,
        locked: bool = False,
        today: date | None = None,
        trust: bool = False,
        jobs: int | None = None,
        scheduler: str | None = None,
        progress: Progress = silent,
    ) -> Run:
        """A run with these options, as :class:`~corpusbuild.workflow.corpus.Corpus` explains them."""
        trusted = corpus.trusts(asked=trust)
        rules = tuple(module.RULE for module in corpus.rules(trusted=trusted))
        unknown = bool(own_checks(corpus.config.checks)) and not trusted
        policy = Policy(corpus.config, rules, tuple(select), tuple(ignore), strict, locked, today, unknown_rules=unknown)
        return cls(corpus, policy, trusted, jobs, scheduler, progress)

    @contextmanager
    def analysed(
        self, *, only: frozenset[str] | None = None, merging: bool = False, hashed: Mapping[Lines, Hashed] | None = None
    ) -> Iterator[Analysed]:
        """The corpus scanned and linked; the engine that did it is at work until the context ends. ``hashed`` is known of shards."""
        root = self.corpus.root
        with analysed(
            root,
            self.progress,
            jobs=self.jobs,
            scheduler=self.scheduler,
            trusted=self.trusted,
            only=only,
            merging=merging,
            keeping=_may_keep(root, self.scheduler),
            hashed=hashed,
        ) as (analysis, runs):
            yield Analysed(self, analysis, runs)

    def judge(self, findings: Sequence[Finding], *, compiling: bool = False, whole: bool = True) -> Judged:
        """Those findings that count, and those that are waived."""
        return self.policy.judge(findings, read_config(self.corpus.root), compiling=compiling, whole=whole)

    def report(self, judged: Judged) -> Report:
        """What counts, with its places."""
        return located(self.corpus.root, judged)


@dataclass(frozen=True, slots=True)
class Analysed:
    """A corpus that has been scanned and linked, for what is compiled of it."""

    run: Run
    analysis: Analysis
    engine: Engine

    def judge(self, found: Sequence[Finding] = (), *, whole: bool = True) -> Judged:
        """What counts for compiling, of all that is known and what was ``found`` since."""
        return self.run.judge([*self.analysis.findings, *found], compiling=True, whole=whole)

    @property
    def compiles(self) -> bool:
        """Whether nothing is known that keeps the corpus from being compiled."""
        return self.analysis.linked is not None and not self.judge(whole=False).has_errors

    def why_not(self) -> Report:
        """Everything that is wrong with a corpus that does not compile, what takes the words of articles to find included."""
        return self.run.report(self.judge(self.anchor_findings()))

    def anchor_findings(self) -> list[Finding]:
        """What takes the words of articles to find."""
        analysis, progress = self.analysis, self.run.progress
        if analysis.plan is None or analysis.linked is None:
            return []
        found: list[Finding] = []
        blocks = analysis.linked.blocks
        task: Callable[[Block], list[Finding]] = partial(_check, analysis.plan, frozenset(analysis.facts.unplaceable))
        if len(blocks) > _FEW:
            from corpusbuild.workflow.parts import known_silent  # noqa: PLC0415  start-up time

            task = known_silent(task, analysis.plan, analysis.linked.gold)
        sizes, done = blocks.sizes, 0
        progress("checking", 0, sum(sizes))
        for size, more in zip(sizes, self.engine.map(task, blocks), strict=True):
            found += more
            done += size
            progress("checking", done, sum(sizes))
        return found


def _may_keep(root: Root, scheduler: str | None) -> bool:
    """Whether what is found can be kept where every worker finds it."""
    return os.access(root, os.W_OK) if isinstance(root, Path) else not runs_elsewhere(scheduler)


def located(root: Root, judged: Judged) -> Report:
    """Findings with their places, file by file: so that each file is read once."""
    locator = Locator(root)
    in_order = sorted(judged.findings, key=_in_file)
    waived = sorted(judged.waived, key=lambda each: _in_file(each[0]))
    return Report(
        tuple(locator.locate(finding) for finding in in_order),
        tuple((locator.locate(finding), reason) for finding, reason in waived),
    )


def _in_file(finding: Finding) -> tuple[str, int, int, str]:
    """Findings in the order in which their files are read; a file as a whole stands before the lines of it."""
    path, offset, length = finding.where.origin
    return path, offset, -1 if length is None else length, finding.code


def _check(plan: Plan, unplaceable: frozenset[str], block: Block) -> list[Finding]:
    return check_block(block, plan, unplaceable)
