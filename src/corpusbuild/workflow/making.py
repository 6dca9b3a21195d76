"""Make the data set of a corpus, unless the one that stands is that already."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from corpusbuild.corpus.own_folder import own_folder
from corpusbuild.corpus.storage import Remote, Root, place
from corpusbuild.diagnostics.report import Report
from corpusbuild.errors import CannotGoOn, CannotWrite
from corpusbuild.workflow.locking import only_run
from corpusbuild.workflow.sources import FOLDERS, commit_of, source_files
from corpusbuild.workflow.state import EDITOR, State, input_hash, input_marks, recall, remember, stands

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from corpusbuild.corpus.shards import Hashed, Lines
    from corpusbuild.emit.summary import Summary
    from corpusbuild.workflow.compiling import CompiledCorpus
    from corpusbuild.workflow.corpus import Corpus
    from corpusbuild.workflow.progress import Progress


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a ``make``. ``summary`` is None where nothing was written: see ``report``, and ``up_to_date``."""

    path: Root
    report: Report
    summary: Summary | None = None
    up_to_date: bool = False

    @property
    def ok(self) -> bool:
        """Whether the data set at ``path`` is the compiled corpus."""
        return self.report.ok


@dataclass(frozen=True, slots=True)
class Wish:
    """How a data set is asked for; see :meth:`corpusbuild.workflow.corpus.Corpus.make`."""

    strict: bool
    locked: bool
    today: date | None
    trust: bool
    jobs: int | None
    scheduler: str | None
    include_detached_text: bool
    progress: Progress


def make(corpus: Corpus, out: str | Path | Remote | None, wish: Wish) -> Made:
    """Compile ``corpus`` into ``out``, or say that what stands there is the same."""
    with only_run(corpus.root):
        # Another run may have changed the config before this one held the lock.
        return make_alone(type(corpus).open(corpus.root, search=False) if isinstance(corpus.root, Path) else corpus, out, wish)


def make_alone(corpus: Corpus, out: str | Path | Remote | None, wish: Wish, commit: str | None = None) -> Made:
    """The same, for whoever holds the lock of the corpus, and may know the ``commit`` that will have the sources as they are."""
    target = _target(corpus, out)
    _parts_in(corpus.root, target, wish.scheduler)
    if isinstance(target, Path):
        _mend(target)
    trusted = corpus.trusts(asked=wish.trust)
    files = source_files(corpus.root, corpus.config)
    commit = commit or commit_of(corpus.root, files)
    marks = input_marks(corpus.root, files)
    said = _decisive(corpus, wish, trusted=trusted, commit=commit)
    inputs = input_hash(corpus.root, files, *said, most=corpus.config.limits.line_bytes)
    state = recall(corpus.root, target)
    ready = not isinstance(corpus.root, Path) or (corpus.root / EDITOR).is_dir()
    if state is not None and state.inputs == inputs.sha256 and ready and stands(target, state.manifest):
        return Made(target, state.report, up_to_date=True)
    made, compiled = _compile(corpus, target, wish, commit, state, inputs.hashed)
    # What was saved meanwhile may be in the data set, and be other than what was hashed.
    if compiled is not None and made.ok and input_marks(corpus.root, files) == marks:
        remember(corpus.root, target, State(inputs.sha256, compiled.manifest_hash, made.report, compiled.parts, compiled.keys))
    return made


def _mend(target: Path) -> None:
    """Take away what a run left behind beside the data set that was killed; a first run finds nothing, and loads nothing for it."""
    if any(target.with_name(f".{target.name}{ending}").exists() for ending in (".new", ".old")):
        from corpusbuild.emit import swap  # noqa: PLC0415  start-up time

        try:
            swap.mend(target)
        except OSError as error:
            raise CannotWrite(f"nothing can be written here: {error.strerror}", str(target.parent), "make the folder writable") from error


def _decisive(corpus: Corpus, wish: Wish, *, trusted: bool, commit: str | None) -> tuple[str, ...]:
    """Whatever decides the result besides the files."""
    # Which waivers have expired is all that the day decides.
    expired = [str(i) for i, each in enumerate(corpus.config.waive) if each.is_expired(corpus.config.version, wish.today)]
    said = f"text={wish.include_detached_text} strict={wish.strict} locked={wish.locked} trusted={trusted} checks={corpus.checks_hash}"
    return said, f"expired={','.join(expired)}", f"commit={commit}"


def _target(corpus: Corpus, out: str | Path | Remote | None) -> Root:
    """Where the data set goes; never among the sources."""
    target = place(out) if out is not None else corpus.default_out
    target = target.absolute() if isinstance(target, Path) else target
    for folder in FOLDERS:
        if _is_below(target, corpus.root / folder):
            raise CannotWrite(f"a data set cannot stand among the sources in {folder}/", str(target), "name another folder with --out")
    return target


def _parts_in(root: Root, target: Root, scheduler: str | None) -> Root | None:
    """Where workers on other machines put what they build of a corpus in a storage: beside the data set. None for where it always is.

    Raises :class:`~corpusbuild.errors.CannotGoOn` where that is no place that they share.
    """
    if isinstance(root, Path):
        return None
    from corpusbuild.engines import runs_elsewhere  # noqa: PLC0415  start-up time

    if not runs_elsewhere(scheduler):
        return None
    if isinstance(target, Path):
        remedy = "name a URL with --out"
        raise CannotGoOn("workers on other machines cannot put the rows of a corpus in a storage into a folder here", str(target), remedy)
    return target.beside(f".{target.name}.parts")


def _is_below(target: Root, folder: Root) -> bool:
    if isinstance(target, Path):
        return isinstance(folder, Path) and target.resolve().is_relative_to(folder)
    return f"{target}/".startswith(f"{folder}/")


def _compile(
    corpus: Corpus, target: Root, wish: Wish, commit: str | None, last: State | None, hashed: Mapping[Lines, Hashed]
) -> tuple[Made, CompiledCorpus | None]:
    """Check and compile, if there is nothing against it; ``last`` is what is remembered of the last run, ``hashed`` known of shards."""
    # What does nothing should start fast.
    from corpusbuild.workflow.compiling import compile_corpus  # noqa: PLC0415  start-up time
    from corpusbuild.workflow.editor import write_schemas  # noqa: PLC0415  start-up time
    from corpusbuild.workflow.parts import NAME as PARTS  # noqa: PLC0415  start-up time
    from corpusbuild.workflow.run import Run  # noqa: PLC0415  start-up time
    from corpusbuild.workflow.signing import drift_of, unsigned  # noqa: PLC0415  start-up time

    run = Run.of(
        corpus,
        strict=wish.strict,
        locked=wish.locked,
        today=wish.today,
        trust=wish.trust,
        jobs=wish.jobs,
        scheduler=wish.scheduler,
        progress=wish.progress,
    )
    with run.analysed(hashed=hashed) as done:
        analysis = done.analysis
        if isinstance(corpus.root, Path):  # nobody edits what lies in a storage
            write_schemas(corpus.root, analysis)
        if wish.locked and analysis.lock is None:
            analysis.findings += unsigned()
        if not done.compiles:
            return Made(target, done.why_not()), None
        compiled = compile_corpus(
            analysis,
            target,
            done.engine,
            wish.progress,
            done.judge,
            partial(drift_of, corpus.root, analysis),
            include_detached_text=wish.include_detached_text,
            commit=commit,
            parts=_parts_in(corpus.root, target, wish.scheduler) or own_folder(corpus.root, PARTS),
            last=last,
        )
        return Made(target, run.report(done.judge(compiled.findings)), compiled.summary), compiled
