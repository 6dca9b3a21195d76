"""A corpus, and everything that can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from corpusbuild.corpus.config import FILE, Config, find_root, parse_config, read_config
from corpusbuild.corpus.own_folder import JOURNAL, RELEASE
from corpusbuild.corpus.storage import Remote, Root, place
from corpusbuild.diagnostics.report import Report
from corpusbuild.errors import CannotGoOn, NotACorpus
from corpusbuild.workflow.progress import Progress, silent

if TYPE_CHECKING:
    from corpusbuild.agreement.decisions import Adjudication
    from corpusbuild.agreement.figures import Agreement
    from corpusbuild.text.anchors import Position, Quote
    from corpusbuild.workflow.adding import Added
    from corpusbuild.workflow.detaching import Detached
    from corpusbuild.workflow.exporting import Exported
    from corpusbuild.workflow.hydrating import Hydrated
    from corpusbuild.workflow.making import Made
    from corpusbuild.workflow.mending import Mended
    from corpusbuild.workflow.reanchoring import Reanchored
    from corpusbuild.workflow.releasing import Released
    from corpusbuild.workflow.renaming import Renamed
    from corpusbuild.workflow.reporting import Reported
    from corpusbuild.workflow.signing import SignedOff
    from corpusbuild.workflow.statistics import Statistics


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus, in a folder or in a storage. Methods read it anew: what they return is true of the files as they are then."""

    root: Root
    config: Config

    @classmethod
    def open(cls, path: str | Path | Remote = ".", *, search: bool = True) -> Corpus:
        """The corpus that ``path`` lies in, or with ``search=False`` the one that it is; a URL is the one of a corpus.

        Raises :class:`~corpusbuild.errors.NotACorpus` and :class:`~corpusbuild.errors.BadConfig`.
        """
        folder = place(path)
        if not isinstance(folder, Path):
            return cls(folder, parse_config(_config_of(folder)))
        if not folder.is_dir():
            raise NotACorpus("there is no such folder", str(folder), "name a corpus folder")
        root = find_root(folder) if search else folder.resolve()
        if any((root / left).exists() for left in (JOURNAL, RELEASE)):
            from corpusbuild.workflow.locking import finish_for_killed  # noqa: PLC0415  start-up time

            finish_for_killed(root)
        if not (root / FILE).is_file():
            raise NotACorpus(f"there is no {FILE} here", str(folder), "name a corpus folder, or make one with `corpusbuild init DIR`")
        return cls(root, parse_config(read_config(root)))

    @property
    def default_out(self) -> Root:
        """Where ``make`` puts the data set unless told otherwise."""
        return self.root / "dist" / self.config.name

    @property
    def folder(self) -> Path:
        """The folder that it is in, for what only a folder allows. Raises :class:`~corpusbuild.errors.CannotGoOn` for a storage."""
        if not isinstance(self.root, Path):
            raise CannotGoOn("this needs a corpus in a folder of this machine", str(self.root), "copy the corpus to a folder first")
        return self.root

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
        scheduler: str | None = None,
        progress: Progress = silent,
    ) -> Report:
        """Every finding; with ``paths``, those in the articles that these files belong to. Nothing is written.

        ``select`` and ``ignore`` name rules (a name, a code, or the beginning of a code); ``strict`` makes errors of
        warnings; ``today`` decides which waivers have expired, none without it; ``trust`` lets the corpus's own
        checks run, as they do where the user has trusted them before. ``jobs`` is how many processes to use, chosen by
        the size of the corpus unless given (a script that is run by itself guards with ``if __name__ == "__main__"``, as
        whenever processes are started); ``scheduler`` the address of a Dask cluster to use instead, ``local`` for one of
        this machine.
        """
        from corpusbuild.workflow.checking import check  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.run import Run  # noqa: PLC0415  start-up time

        run = Run.of(
            self, select=select, ignore=ignore, strict=strict, today=today, trust=trust, jobs=jobs, scheduler=scheduler, progress=progress
        )
        return check(run, paths)

    def mend(self, report: Report, *, unsafe: bool = False) -> Mended:
        """What the fixes of a report make of their files; ``unsafe`` ones are probably what the author meant. Nothing is written."""
        from corpusbuild.workflow.mending import mend  # noqa: PLC0415  start-up time

        return mend(self.folder, report, unsafe=unsafe)

    def fix(self, report: Report, *, unsafe: bool = False) -> Mended:
        """Mend what a report says can be mended by program: files are edited in place, and stay as their author had them otherwise."""
        from corpusbuild.workflow.locking import only_run  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.mending import write  # noqa: PLC0415  start-up time

        mended = self.mend(report, unsafe=unsafe)
        if mended.after:
            with only_run(self.folder):
                write(self.folder, mended)
        return mended

    def add_waivers(self, report: Report, until: date, reason: str) -> int:
        """Forgive, until that day, all that a report finds: what is wrong today keeps nobody from seeing what is new. Return how many."""
        from corpusbuild.workflow.locking import only_run  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.mending import add_waivers  # noqa: PLC0415  start-up time

        with only_run(self.folder):
            return add_waivers(self.folder, report, until, reason)

    def make(  # noqa: PLR0913  each is an option of the command
        self,
        out: str | Path | Remote | None = None,
        *,
        strict: bool = False,
        locked: bool = False,
        today: date | None = None,
        trust: bool = False,
        jobs: int | None = None,
        scheduler: str | None = None,
        include_detached_text: bool = False,
        progress: Progress = silent,
    ) -> Made:
        """Check, then compile into ``out``. If anything counts as an error, nothing is written and what stood there stands.

        When ``locked``, so does whatever is not as it was signed off. Other options are those of :meth:`check`.
        Raises :class:`~corpusbuild.errors.CannotGoOn` where the run cannot go on.
        """
        from corpusbuild.workflow.making import Wish, make  # noqa: PLC0415  start-up time

        return make(self, out, Wish(strict, locked, today, trust, jobs, scheduler, include_detached_text, progress))

    def lock(
        self,
        *,
        dry_run: bool = False,
        today: date | None = None,
        trust: bool = False,
        jobs: int | None = None,
        scheduler: str | None = None,
        progress: Progress = silent,
    ) -> SignedOff:
        """Sign off what the corpus holds now: write corpus.lock, unless it says so already or ``dry_run`` is asked for.

        A corpus with errors is not signed off. Options are those of :meth:`check`.
        """
        from corpusbuild.workflow.run import Run  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.signing import sign_off  # noqa: PLC0415  start-up time

        return sign_off(Run.of(self, today=today, trust=trust, jobs=jobs, scheduler=scheduler, progress=progress), dry_run=dry_run)

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

    # ---- the corpus's own checks ----

    @property
    def is_trusted(self) -> bool:
        """Whether the corpus's own checks may run without being asked for; without any, there is nothing to trust."""
        from corpusbuild.layers.loading import own_checks  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.trust import is_trusted  # noqa: PLC0415  start-up time

        return not own_checks(self.config.checks) or is_trusted(self.root, self.checks_hash)

    @property
    def checks_hash(self) -> str:
        """The hash of the corpus's own checks, which decide what is found as every input does."""
        from corpusbuild.layers.loading import checks_hash  # noqa: PLC0415  start-up time

        return checks_hash(self.root, self.config.checks)

    def trusts(self, *, asked: bool) -> bool:
        """Whether its own checks may run: because it is ``asked`` for, or they are trusted.

        Raises :class:`~corpusbuild.errors.CannotGoOn` where that is asked of code that lies in a storage: it is never run.
        """
        from corpusbuild.layers.loading import own_checks  # noqa: PLC0415  start-up time

        if asked and not isinstance(self.root, Path) and own_checks(self.config.checks):
            raise CannotGoOn(
                "a corpus's own checks run only from a folder", str(self.root), "copy the corpus to a folder, or leave out --trust"
            )
        return asked or self.is_trusted

    def trust(self) -> None:
        """Trust the corpus's own checks in this folder, until one of their files changes; kept in the user's config."""
        from corpusbuild.layers.loading import own_checks  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.trust import remember_trust  # noqa: PLC0415  start-up time

        if self.trusts(asked=True) and own_checks(self.config.checks):
            remember_trust(self.folder, self.checks_hash)

    def rules(self, *, trusted: bool | None = None) -> list[ModuleType]:
        """The modules of every rule there is for this corpus, ours first; its own only where they are trusted.

        Unless told, the user's own config says whether they are.
        """
        from corpusbuild.layers.loading import load_checks, own_checks  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.explaining import rule_modules  # noqa: PLC0415  start-up time

        trusted = self.is_trusted if trusted is None else trusted
        own = own_checks(self.config.checks) if trusted else ()
        return [*rule_modules(), *load_checks(self.root, own)]

    # ---- looking and writing ----

    def stats(self, *, progress: Progress = silent) -> Statistics:
        """Counts of tables, splits, labels and references to registries, from the sources as they are."""
        from corpusbuild.workflow.statistics import statistics  # noqa: PLC0415  start-up time

        return statistics(self, progress)

    def report(  # noqa: PLR0913  each is an option of the command
        self,
        out: str | Path | None = None,
        *,
        articles: int | None = None,
        rows: int | None = None,
        strict: bool = False,
        today: date | None = None,
        trust: bool = False,
        jobs: int | None = None,
        scheduler: str | None = None,
        include_detached_text: bool = False,
        progress: Progress = silent,
    ) -> Reported:
        """Make a site to read the corpus in, and put it at ``out``; where anything counts as an error, nothing is written.

        It has pages for so many ``articles`` at most, and entries of each registry (2,000 unless given), and its search looks in
        so many ``rows`` of each table (20,000); of more, it shows a sample by the hash of their ids, and says so. Other options
        are those of :meth:`check`. Raises :class:`~corpusbuild.errors.CannotGoOn` without ``corpusbuild[report]``.
        """
        from corpusbuild.workflow.reporting import ARTICLES_SHOWN, ROWS_SHOWN, Asked, make_site  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.run import Run  # noqa: PLC0415  start-up time

        run = Run.of(self, strict=strict, today=today, trust=trust, jobs=jobs, scheduler=scheduler, progress=progress)
        return make_site(run, out, Asked(articles or ARTICLES_SHOWN, rows or ROWS_SHOWN, include_detached_text))

    def quote(self, article: str, words: str) -> Sequence[tuple[int, int, Quote | Position]]:
        """Every place of ``words`` in an article, each with the shortest anchor that fits there alone; a position in a detached one."""
        from corpusbuild.workflow.quoting import quotes  # noqa: PLC0415  start-up time

        return quotes(self, article, words)

    def add(
        self,
        paths: Sequence[str | Path],
        *,
        name: str | None = None,
        given: Mapping[str, Any] | None = None,
        dry_run: bool = False,
    ) -> Added:
        """Add articles from saved web pages and texts: the text, and the metadata that a page states and the schema has a place for.

        ``name`` is the id of the article where there is one file; ``given`` are metadata of all. A file that gives no
        article is in ``failed``, and nothing is written for it; the others are written all or none, with ``dry_run`` none.
        """
        from corpusbuild.workflow.adding import add  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.locking import only_run  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.writing import write_all  # noqa: PLC0415  start-up time

        if dry_run:
            return add(self.folder, paths, name, given)
        with only_run(self.folder):
            added = add(self.folder, paths, name, given)
            write_all(self.folder, added.after)
        return replace(added, written=bool(added.after))

    def new(self, article: str, annotator: str | None = None) -> Path:
        """Write the skeleton of an annotation document, and return where it is."""
        from corpusbuild.workflow.quoting import skeleton  # noqa: PLC0415  start-up time

        return skeleton(self, article, annotator)

    def agree(self, a: str, b: str, *, tables: Sequence[str] = ()) -> Agreement:
        """How far two annotators agree, or the gold and a system, in every table or in ``tables``, with all that differs."""
        from corpusbuild.workflow.agreeing import agree  # noqa: PLC0415  start-up time

        return agree(self, a, b, tables)

    def save_agreement(self, agreements: Sequence[Agreement]) -> Path:
        """Keep figures in agreement.json, which the card of the data set shows; every text must have been at hand."""
        from corpusbuild.workflow.saved_agreement import save  # noqa: PLC0415  start-up time

        return save(self, agreements)

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
        with only_run(self.folder):
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
            return rename(self.folder, self.config, request)
        with only_run(self.folder):
            renamed = rename(self.folder, self.config, request)
            write_all(self.folder, renamed.after, renamed.moved, before=renamed.before)
            if (self.folder / EDITOR).is_dir():
                refresh(self.folder)
        return renamed

    def detach(self, articles: Sequence[str], *, allow_words: bool = False, dry_run: bool = False) -> Detached:
        """Take the texts of ``articles`` out of the corpus: hashes for their paragraphs, positions for the quotations of every annotator.

        All files are written or none. Where words of a text would still stand in the corpus (``borrowed``), none are
        unless ``allow_words``; with ``dry_run``, none. The texts stay at hand in ``.corpusbuild/text/``, outside git.
        """
        from corpusbuild.workflow.detaching import detach, write  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.locking import only_run  # noqa: PLC0415  start-up time

        if dry_run:
            return detach(self.folder, articles)
        with only_run(self.folder):
            detached = detach(self.folder, articles)
            if detached.borrowed and not allow_words:
                return detached
            write(self.folder, detached)
        return replace(detached, written=True)

    def export(
        self, name: str, to: str | Path, *, annotators: Sequence[str] = (), include_detached_text: bool = False, dry_run: bool = False
    ) -> Exported:
        """Write the annotations in the format ``name`` into ``to``, a new or empty folder; ``lost`` is what the format cannot carry.

        Nothing is written with ``dry_run``. Raises :class:`~corpusbuild.errors.CannotGoOn` for a corpus that has errors.
        """
        from corpusbuild.workflow.exporting import export_corpus  # noqa: PLC0415  start-up time

        return export_corpus(self, name, Path(to), annotators=annotators, include_detached_text=include_detached_text, dry_run=dry_run)

    def hydrate(self, folders: Sequence[str | Path]) -> Hydrated:
        """Find the texts of detached articles by hash in a reader's own folders, whole or paragraph by paragraph.

        They are kept in ``.corpusbuild/text/``, outside git, and every span that they prove is checked.
        """
        from corpusbuild.workflow.hydrating import hydrate  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.locking import only_run  # noqa: PLC0415  start-up time

        with only_run(self.folder):
            return hydrate(self.folder, folders)

    def reanchor(
        self,
        articles: Sequence[str] = (),
        *,
        source: str | Path | None = None,
        threshold: float | None = None,
        margin: float | None = None,
        write: bool = False,
        progress: Progress = silent,
    ) -> Reanchored:
        """Move the anchors of corrected articles, or of ``articles``, to the one place where their words are now; list the others.

        ``source`` is where the texts are as they were: a text, a data set, or a revision; the git repository and the
        compiled data set unless given. What ``threshold`` and ``margin`` are is told in :mod:`corpusbuild.text.reanchoring`.
        Nothing is written unless ``write``; then all files are, or none.
        """
        from corpusbuild.text.reanchoring import MARGIN, THRESHOLD  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.locking import only_run  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.reanchoring import Request, reanchor  # noqa: PLC0415  start-up time
        from corpusbuild.workflow.writing import write_all  # noqa: PLC0415  start-up time

        clear = (THRESHOLD if threshold is None else threshold, MARGIN if margin is None else margin)
        request = Request(tuple(articles), None if source is None else str(source), *clear)
        if not write:
            return reanchor(self.folder, self.config, request, progress)
        with only_run(self.folder):
            found = reanchor(self.folder, self.config, request, progress)
            write_all(self.folder, found.after, before=found.before)
        return replace(found, written=bool(found.after))


def _config_of(root: Remote) -> bytes:
    """The config of a corpus in a storage."""
    if not (root / FILE).is_file():
        raise NotACorpus(
            f"there is no {FILE} here", str(root), "name the URL of a corpus; see that its bucket and folder are written right"
        )
    return read_config(root)
