"""A corpus, and everything that can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from corpusbuild.blocks import Block
from corpusbuild.corpus.config import FILE, Config, find_root, parse_config
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.report import Report
from corpusbuild.errors import NotACorpus
from corpusbuild.workflow.progress import Progress, silent

if TYPE_CHECKING:
    from corpusbuild.emit.summary import Summary
    from corpusbuild.plan import Plan
    from corpusbuild.text.anchors import Quote
    from corpusbuild.workflow.statistics import Statistics


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a ``make``. ``summary`` is None where nothing was written: see ``report``, and ``up_to_date``."""

    path: Path
    report: Report
    summary: Summary | None = None
    up_to_date: bool = False

    @property
    def ok(self) -> bool:
        """Whether the data set at ``path`` is the compiled corpus."""
        return self.report.ok


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus folder. Methods read it anew: what they return is true of the files as they are then."""

    root: Path
    config: Config

    @classmethod
    def open(cls, path: str | Path = ".", *, search: bool = True) -> Corpus:
        """The corpus that ``path`` lies in, or with ``search=False`` the one that it is.

        Raises :class:`~corpusbuild.errors.NotACorpus` and :class:`~corpusbuild.errors.BadConfig`.
        """
        folder = Path(path)
        if not folder.is_dir():
            raise NotACorpus("there is no such folder", str(folder), "name a corpus folder")
        root = find_root(folder) if search else folder.resolve()
        if not (root / FILE).is_file():
            raise NotACorpus(f"there is no {FILE} here", str(folder), "name a corpus folder, or make one with `corpusbuild init DIR`")
        return cls(root, parse_config((root / FILE).read_bytes()))

    @property
    def default_out(self) -> Path:
        """Where ``make`` puts the data set unless told otherwise."""
        return self.root / "dist" / self.config.name

    def check(self, *, jobs: int | None = None, progress: Progress = silent) -> Report:
        """Every finding. Nothing is written."""
        from corpusbuild.engines import engine  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.analysis import analyse, input_bytes  # noqa: PLC0415  start-up time

        with engine(jobs, input_bytes(self.root)) as runs:
            analysis = analyse(self.root, runs, progress)
            findings = list(analysis.findings)
            if analysis.plan is not None and analysis.linked is not None:
                task = partial(_check, analysis.plan, frozenset(analysis.facts.unplaceable))
                blocks = analysis.linked.blocks
                for done, more in enumerate(runs.map(task, blocks), start=1):
                    findings += more
                    progress("checking", done, len(blocks))
        return self._report(findings)

    def make(
        self,
        out: str | Path | None = None,
        *,
        jobs: int | None = None,
        include_detached_text: bool = False,
        progress: Progress = silent,
    ) -> Made:
        """Check, then compile into ``out``. If anything counts as an error, nothing is written and what stood there stands.

        Raises :class:`~corpusbuild.errors.CannotGoOn` where the run cannot go on.
        """
        from corpusbuild.workflow.locking import only_run  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.state import State, input_hash, recall, remember, stands  # noqa: PLC0415  start-up time

        target = (Path(out) if out is not None else self.default_out).absolute()
        with only_run(self.root):
            inputs = input_hash(self.root, f"include_detached_text={include_detached_text}")
            state = recall(self.root, target)
            if state is not None and state.inputs == inputs and stands(target, state.manifest):
                return Made(target, state.report, up_to_date=True)
            made, manifest_hash = self._compile(target, jobs, progress, include_detached_text=include_detached_text)
            if made.ok:
                remember(self.root, target, State(inputs, manifest_hash, made.report))
            return made

    def _compile(self, target: Path, jobs: int | None, progress: Progress, *, include_detached_text: bool) -> tuple[Made, str]:
        from corpusbuild.engines import engine  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.analysis import analyse, input_bytes  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.making import compile_corpus  # noqa: PLC0415  start-up time

        with engine(jobs, input_bytes(self.root)) as runs:
            analysis = analyse(self.root, runs, progress)
            findings = list(analysis.findings)
            if analysis.plan is None or analysis.linked is None:
                return Made(target, self._report(findings)), ""
            if any(finding.severity == "error" for finding in findings):
                task = partial(_check, analysis.plan, frozenset(analysis.facts.unplaceable))
                findings += [finding for more in runs.map(task, analysis.linked.blocks) for finding in more]
                return Made(target, self._report(findings)), ""
            summary, more, manifest_hash = compile_corpus(analysis, target, runs, progress, include_detached_text=include_detached_text)
        return Made(target, self._report([*findings, *more]), summary), manifest_hash

    def stats(self) -> Statistics:
        """Counts of tables, splits and labels, from the sources as they are."""
        from corpusbuild.workflow.statistics import statistics  # noqa: PLC0415  start-up time

        return statistics(self)

    def quote(self, article: str, words: str) -> Sequence[tuple[int, int, Quote]]:
        """Every place of ``words`` in an article, each with the shortest anchor that fits there alone."""
        from corpusbuild.workflow.quoting import quotes  # noqa: PLC0415  start-up time

        return quotes(self, article, words)

    def new(self, article: str, annotator: str | None = None) -> Path:
        """Write the skeleton of an annotation document, and return where it is."""
        from corpusbuild.workflow.quoting import skeleton  # noqa: PLC0415  start-up time

        return skeleton(self, article, annotator)

    def _report(self, findings: Sequence[Finding]) -> Report:
        from corpusbuild.corpus.locate import Locator  # noqa: PLC0415  start-up time

        locator = Locator(self.root)
        in_order = sorted(findings, key=lambda finding: (finding.where.origin, finding.code))
        return Report(tuple(locator.locate(finding) for finding in in_order))


def _check(plan: Plan, unplaceable: frozenset[str], block: Block) -> list[Finding]:
    from corpusbuild.kernel import check_block  # noqa: PLC0415  start-up time

    return check_block(block, plan, unplaceable)
