"""A corpus, and everything that can be done with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Protocol

from corpusbuild.blocks import Block
from corpusbuild.corpus.config import FILE, Config, find_root, parse_config
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.report import Report
from corpusbuild.errors import CannotWrite, NotACorpus
from corpusbuild.workflow.progress import Progress, silent

if TYPE_CHECKING:
    from corpusbuild.agreement.decisions import Adjudication
    from corpusbuild.agreement.figures import Agreement
    from corpusbuild.emit.summary import Summary
    from corpusbuild.engines import Engine
    from corpusbuild.plan import Plan
    from corpusbuild.policy import Judged, Policy
    from corpusbuild.text.anchors import Position, Quote
    from corpusbuild.workflow.analysis import Analysis
    from corpusbuild.workflow.detaching import Detached
    from corpusbuild.workflow.hydrating import Hydrated
    from corpusbuild.workflow.mending import Mended
    from corpusbuild.workflow.releasing import Released
    from corpusbuild.workflow.renaming import Renamed
    from corpusbuild.workflow.signing import SignedOff
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


class Judge(Protocol):
    """Makes of what was found, in addition to what is known, the findings that count."""

    def __call__(self, found: Sequence[Finding], *, whole: bool = True) -> Judged:
        """Judge; unless the ``whole`` corpus was looked at, no waiver is unused."""
        ...


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

    def check(  # noqa: PLR0913  each is an option of the command
        self,
        paths: Sequence[str | Path] = (),
        *,
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        strict: bool = False,
        today: date | None = None,
        trust: bool = False,
        jobs: int | None = None,
        progress: Progress = silent,
    ) -> Report:
        """Every finding; with ``paths``, those in the articles that these files belong to. Nothing is written.

        ``select`` and ``ignore`` name rules (a name, a code, or the beginning of a code); ``strict`` makes errors of
        warnings; ``today`` decides which waivers have expired, none without it; ``trust`` lets the corpus's own
        checks run, as they do where the user has trusted them before.
        """
        from corpusbuild.engines import engine  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.analysis import analyse, input_bytes  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.selection import files_of  # noqa: PLC0415  start-up time

        trusted = self._trusted(trust=trust)
        policy = self._policy(select=select, ignore=ignore, strict=strict, today=today, trusted=trusted)
        only = files_of(self.root, paths) if paths else None
        with engine(jobs, input_bytes(self.root)) as runs:
            analysis = analyse(self.root, runs, progress, trusted=trusted, only=only)
            findings = analysis.findings + self._anchor_findings(analysis, runs, progress)
        if only is not None:
            findings = [finding for finding in findings if finding.where.origin.path in only]
        return self._report(policy.judge(findings, self._config_data, whole=only is None))

    def mend(self, report: Report, *, unsafe: bool = False) -> Mended:
        """What the fixes of a report make of their files; ``unsafe`` ones are probably what the author meant. Nothing is written."""
        from corpusbuild.workflow.mending import mend  # noqa: PLC0415  start-up time

        return mend(self.root, report, unsafe=unsafe)

    def fix(self, report: Report, *, unsafe: bool = False) -> Mended:
        """Mend what a report says can be mended by program: files are edited in place, and stay as their author had them otherwise."""
        from corpusbuild.workflow.mending import write  # noqa: PLC0415  start-up time

        mended = self.mend(report, unsafe=unsafe)
        write(self.root, mended)
        return mended

    def add_waivers(self, report: Report, until: date, reason: str) -> int:
        """Forgive, until that day, all that a report finds: what is wrong today keeps nobody from seeing what is new. Return how many."""
        from corpusbuild.workflow.mending import add_waivers  # noqa: PLC0415  start-up time

        return add_waivers(self.root, report, until, reason)

    def make(  # noqa: PLR0913  each is an option of the command
        self,
        out: str | Path | None = None,
        *,
        strict: bool = False,
        locked: bool = False,
        today: date | None = None,
        trust: bool = False,
        jobs: int | None = None,
        include_detached_text: bool = False,
        progress: Progress = silent,
    ) -> Made:
        """Check, then compile into ``out``. If anything counts as an error, nothing is written and what stood there stands.

        When ``locked``, so does whatever is not as it was signed off. Other options are those of :meth:`check`.
        Raises :class:`~corpusbuild.errors.CannotGoOn` where the run cannot go on.
        """
        from corpusbuild.workflow.locking import only_run  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.sources import commit_of, source_files  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.state import EDITOR, State, input_hash, recall, remember, stands  # noqa: PLC0415  start-up time

        target = self._target(out)
        with only_run(self.root):
            trusted = self._trusted(trust=trust)
            flags = f"text={include_detached_text} strict={strict} locked={locked} trusted={trusted} checks={self._checks_hash()}"
            files = source_files(self.root, self.config)
            commit = commit_of(self.root, files)
            inputs = input_hash(self.root, files, flags, f"expired={self._expired(today)}", f"commit={commit}")
            state = recall(self.root, target)
            if state is not None and state.inputs == inputs and (self.root / EDITOR).is_dir() and stands(target, state.manifest):
                return Made(target, state.report, up_to_date=True)
            policy = self._policy(strict=strict, locked=locked, today=today, trusted=trusted)
            made, manifest_hash = self._compile(
                target, jobs, progress, policy, trusted=trusted, include_detached_text=include_detached_text, commit=commit
            )
            if made.ok:
                remember(self.root, target, State(inputs, manifest_hash, made.report))
            return made

    def lock(
        self,
        *,
        dry_run: bool = False,
        today: date | None = None,
        trust: bool = False,
        jobs: int | None = None,
        progress: Progress = silent,
    ) -> SignedOff:
        """Sign off what the corpus holds now: write corpus.lock, unless it says so already or ``dry_run`` is asked for.

        A corpus with errors is not signed off. Options are those of :meth:`check`.
        """
        from corpusbuild.lock import dumps  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.locking import only_run  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.making import count_corpus  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.signing import SignedOff, is_unfinished, lock_of, write_lock  # noqa: PLC0415  start-up time

        with only_run(self.root):
            trusted = self._trusted(trust=trust)
            policy = self._policy(strict=False, today=today, trusted=trusted)
            with self._analysed(jobs, progress, policy, trusted=trusted, merging=True) as (analysis, runs, judge):
                if analysis.linked is None or judge((), whole=False).has_errors:
                    return SignedOff(self._report(judge(self._anchor_findings(analysis, runs, progress))), analysis.lock)
                done = count_corpus(analysis, runs, progress)
            judged = judge(done.findings)
            if done.summary is None or judged.has_errors:
                return SignedOff(self._report(judged), analysis.lock)
            after = lock_of(analysis, done.summary)
            changed = analysis.lock is None or dumps(analysis.lock) != dumps(after) or is_unfinished(self.root)
            if changed and not dry_run:
                write_lock(self.root, after)
            return SignedOff(self._report(judged), analysis.lock, after, written=changed and not dry_run)

    def release(  # noqa: PLR0913  each is an option of the command
        self,
        version: str | None = None,
        *,
        today: date,
        against: str | None = None,
        commit: bool = False,
        tag: bool = False,
        dry_run: bool = False,
        trust: bool = False,
        progress: Progress = silent,
    ) -> Released:
        """Release the corpus: see :func:`corpusbuild.workflow.releasing.release`."""
        from corpusbuild.workflow.releasing import release  # noqa: PLC0415  start-up time

        return release(self, version, today=today, against=against, commit=commit, tag=tag, dry_run=dry_run, trust=trust, progress=progress)

    def _target(self, out: str | Path | None) -> Path:
        """Where the data set goes; never among the sources."""
        target = Path(out if out is not None else self.default_out).absolute()
        for folder in ("raw", "annotations", "schema"):
            if target.resolve().is_relative_to(self.root / folder):
                raise CannotWrite(f"a data set cannot stand among the sources in {folder}/", str(target), "name another folder with --out")
        return target

    def _compile(  # noqa: PLR0913  each decides what is written
        self,
        target: Path,
        jobs: int | None,
        progress: Progress,
        policy: Policy,
        *,
        trusted: bool,
        include_detached_text: bool,
        commit: str | None,
    ) -> tuple[Made, str]:
        from corpusbuild.workflow.editor import write_schemas  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.making import compile_corpus  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.signing import drift_of, unsigned  # noqa: PLC0415  start-up time

        with self._analysed(jobs, progress, policy, trusted=trusted) as (analysis, runs, judge):
            write_schemas(self.root, analysis)
            if policy.locked and analysis.lock is None:
                analysis.findings += unsigned()
            if analysis.linked is None or judge((), whole=False).has_errors:
                return Made(target, self._report(judge(self._anchor_findings(analysis, runs, progress)))), ""
            drift = partial(drift_of, self.root, analysis)
            done = compile_corpus(
                analysis, target, runs, progress, judge, drift, include_detached_text=include_detached_text, commit=commit
            )
        return Made(target, self._report(judge(done.findings)), done.summary), done.manifest_hash

    @contextmanager
    def _analysed(
        self, jobs: int | None, progress: Progress, policy: Policy, *, trusted: bool, merging: bool = False
    ) -> Iterator[tuple[Analysis, Engine, Judge]]:
        """The corpus scanned and linked, the engine that did it, and what makes of findings those that count for compiling."""
        from corpusbuild.engines import engine  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.analysis import analyse, input_bytes  # noqa: PLC0415  start-up time

        with engine(jobs, input_bytes(self.root)) as runs:
            analysis = analyse(self.root, runs, progress, trusted=trusted, merging=merging)

            def judge(found: Sequence[Finding], *, whole: bool = True) -> Judged:
                return policy.judge([*analysis.findings, *found], self._config_data, compiling=True, whole=whole)

            yield analysis, runs, judge

    def _anchor_findings(self, analysis: Analysis, runs: Engine, progress: Progress) -> list[Finding]:
        """What takes the words of articles to find."""
        if analysis.plan is None or analysis.linked is None:
            return []
        found: list[Finding] = []
        task = partial(_check, analysis.plan, frozenset(analysis.facts.unplaceable))
        blocks = analysis.linked.blocks
        for done, more in enumerate(runs.map(task, blocks), start=1):
            found += more
            progress("checking", done, len(blocks))
        return found

    @property
    def _config_data(self) -> bytes:
        return (self.root / FILE).read_bytes()

    def _trusted(self, *, trust: bool) -> bool:
        """Whether the corpus's own checks may run; without any, there is nothing to trust."""
        from corpusbuild.layers.loading import checks_hash, own_checks  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.trust import is_trusted  # noqa: PLC0415  start-up time

        own = own_checks(self.config.checks)
        return trust or not own or is_trusted(self.root, checks_hash(self.root, self.config.checks))

    def _checks_hash(self) -> str:
        """What the corpus's own checks say, which decides what is found as every input does."""
        from corpusbuild.layers.loading import checks_hash  # noqa: PLC0415  start-up time

        return checks_hash(self.root, self.config.checks)

    def trust(self) -> None:
        """Trust the corpus's own checks in this folder, until one of their files changes; kept in the user's config."""
        from corpusbuild.layers.loading import checks_hash, own_checks  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.trust import remember_trust  # noqa: PLC0415  start-up time

        if own_checks(self.config.checks):
            remember_trust(self.root, checks_hash(self.root, self.config.checks))

    def rules(self, *, trusted: bool | None = None) -> list[ModuleType]:
        """The modules of every rule there is for this corpus, ours first; its own only where they are trusted.

        Unless told, the user's own config says whether they are.
        """
        from corpusbuild.layers.loading import load_checks, own_checks  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.explaining import rule_modules  # noqa: PLC0415  start-up time

        trusted = self._trusted(trust=False) if trusted is None else trusted
        own = own_checks(self.config.checks) if trusted else ()
        return [*rule_modules(), *load_checks(self.root, own)]

    def _policy(
        self,
        *,
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        strict: bool,
        locked: bool = False,
        today: date | None,
        trusted: bool,
    ) -> Policy:
        from corpusbuild.layers.loading import own_checks  # noqa: PLC0415  start-up time
        from corpusbuild.policy import Policy  # noqa: PLC0415  start-up time

        rules = tuple(module.RULE for module in self.rules(trusted=trusted))
        unknown = bool(own_checks(self.config.checks)) and not trusted
        return Policy(self.config, rules, tuple(select), tuple(ignore), strict, locked, today, unknown_rules=unknown)

    def _expired(self, today: date | None) -> str:
        """Which waivers have expired: all that the day decides."""
        return ",".join(str(i) for i, each in enumerate(self.config.waive) if each.is_expired(self.config.version, today))

    def stats(self) -> Statistics:
        """Counts of tables, splits and labels, from the sources as they are."""
        from corpusbuild.workflow.statistics import statistics  # noqa: PLC0415  start-up time

        return statistics(self)

    def quote(self, article: str, words: str) -> Sequence[tuple[int, int, Quote | Position]]:
        """Every place of ``words`` in an article, each with the shortest anchor that fits there alone; a position in a detached one."""
        from corpusbuild.workflow.quoting import quotes  # noqa: PLC0415  start-up time

        return quotes(self, article, words)

    def new(self, article: str, annotator: str | None = None) -> Path:
        """Write the skeleton of an annotation document, and return where it is."""
        from corpusbuild.workflow.quoting import skeleton  # noqa: PLC0415  start-up time

        return skeleton(self, article, annotator)

    def agree(self, a: str, b: str, *, tables: Sequence[str] = ()) -> Agreement:
        """How far two annotators agree, or the gold and a system, in every table or in ``tables``, with all that differs."""
        from corpusbuild.workflow.agreeing import agree  # noqa: PLC0415  start-up time

        return agree(self, a, b, tables)

    def agreement_pairs(self) -> Sequence[tuple[str, str]]:
        """Whom ``agree`` compares where nobody is named: the two annotators if there are two, else the gold and each other one."""
        from corpusbuild.workflow.agreeing import pairs  # noqa: PLC0415  start-up time

        return pairs(self)

    def adjudicate(
        self,
        a: str,
        b: str,
        *,
        articles: Sequence[str] = (),
        force: bool = False,
        dry_run: bool = False,
        list_to: str | Path | None = None,
    ) -> Adjudication:
        """Draft the gold of the articles that two annotators have annotated, and list what is to be decided.

        Of ``articles``, or all that both have annotated. A gold that is there is replaced only with ``force``. The list
        goes to ``list_to`` (``.json``, or Markdown), else to ``.corpusbuild/adjudication/``; with ``dry_run`` no draft is
        written, and no list but to ``list_to``. All files are written or none.
        """
        from corpusbuild.workflow.adjudicating import adjudicate, write  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.locking import only_run  # noqa: PLC0415  start-up time

        target = None if list_to is None else Path(list_to)
        if dry_run and target is None:
            return adjudicate(self, a, b, articles=articles, force=force)
        with only_run(self.root):
            found = adjudicate(self, a, b, articles=articles, force=force)
            return write(self, found, target, drafts=not dry_run)

    def rename(
        self, field: str, old: str, new: str, *, article: str | None = None, annotator: str | None = None, dry_run: bool = False
    ) -> Renamed:
        """Give a key, a label or an article another name, everywhere it stands; ``field`` is ``TABLE.FIELD``.

        Keys that are unique only in their document need its ``article``, and ``annotator`` where several have them.
        All files are written or none; with ``dry_run``, none.
        """
        from corpusbuild.workflow.editor import refresh  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.locking import only_run  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.renaming import Request, rename  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.state import EDITOR  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.writing import write_all  # noqa: PLC0415  start-up time

        request = Request(field, old, new, article, annotator)
        if dry_run:
            return rename(self.root, self.config, request)
        with only_run(self.root):
            renamed = rename(self.root, self.config, request)
            write_all(self.root, renamed.after, renamed.moved)
            if (self.root / EDITOR).is_dir():
                refresh(self.root)
        return renamed

    def detach(self, articles: Sequence[str], *, allow_words: bool = False, dry_run: bool = False) -> Detached:
        """Take the texts of ``articles`` out of the corpus: hashes for their paragraphs, positions for the quotations of every annotator.

        All files are written or none. Where words of a text would still stand in the corpus (``borrowed``), none are
        unless ``allow_words``; with ``dry_run``, none. The texts stay at hand in ``.corpusbuild/text/``, outside git.
        """
        from corpusbuild.workflow.detaching import detach, write  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.locking import only_run  # noqa: PLC0415  start-up time

        if dry_run:
            return detach(self.root, articles)
        with only_run(self.root):
            detached = detach(self.root, articles)
            if detached.borrowed and not allow_words:
                return detached
            write(self.root, detached)
        return replace(detached, written=True)

    def hydrate(self, folders: Sequence[str | Path]) -> Hydrated:
        """Find the texts of detached articles by hash in a reader's own folders, whole or paragraph by paragraph.

        They are kept in ``.corpusbuild/text/``, outside git, and every span that they prove is checked.
        """
        from corpusbuild.workflow.hydrating import hydrate  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.locking import only_run  # noqa: PLC0415  start-up time

        with only_run(self.root):
            return hydrate(self.root, folders)

    def _report(self, judged: Judged) -> Report:
        from corpusbuild.corpus.locate import Locator  # noqa: PLC0415  start-up time

        locator = Locator(self.root)
        in_order = sorted(judged.findings, key=lambda finding: (finding.where.origin, finding.code))
        waived = sorted(judged.waived, key=lambda each: (each[0].where.origin, each[0].code))
        return Report(
            tuple(locator.locate(finding) for finding in in_order),
            tuple((locator.locate(finding), reason) for finding, reason in waived),
        )


def _check(plan: Plan, unplaceable: frozenset[str], block: Block) -> list[Finding]:
    from corpusbuild.kernel import check_block  # noqa: PLC0415  start-up time

    return check_block(block, plan, unplaceable)
