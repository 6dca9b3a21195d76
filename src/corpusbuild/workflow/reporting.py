"""Make the site to read a corpus in, and put it in place in one step."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from corpusbuild.blocks import Block
from corpusbuild.diagnostics.report import Report
from corpusbuild.emit import swap
from corpusbuild.emit.libraries import made_by
from corpusbuild.emit.summary import Summary
from corpusbuild.errors import CannotGoOn, CannotWrite
from corpusbuild.facts import AnnotationFact, ArticleFact
from corpusbuild.kernel import compile_block
from corpusbuild.link import Linked
from corpusbuild.plan import Plan
from corpusbuild.schema.vocabulary import BY_ANNOTATOR
from corpusbuild.site.contents import ANNOTATIONS, ARTICLES, Contents, Row, Sample
from corpusbuild.tables import Tables, registry_rows
from corpusbuild.workflow.analysis import Analysis
from corpusbuild.workflow.compiling import count_corpus
from corpusbuild.workflow.locking import only_run
from corpusbuild.workflow.progress import Progress
from corpusbuild.workflow.run import Run
from corpusbuild.workflow.sources import FOLDERS

if TYPE_CHECKING:
    from corpusbuild.workflow.corpus import Corpus

ARTICLES_SHOWN = 2_000
"""Articles, and entries of each registry, that a site has pages for unless more are asked for."""

ROWS_SHOWN = 20_000
"""Rows of each table that the search of a site looks in unless more are asked for: a browser has them at hand in 0.1 s or so."""

NAME = "report"

Units = Sequence[tuple[str, ArticleFact, tuple[AnnotationFact, ...]]]


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of a ``report``. Without ``pages`` nothing was written: see ``report``."""

    path: Path
    report: Report
    pages: int = 0
    bytes: int = 0
    sample: Sample | None = None

    @property
    def ok(self) -> bool:
        """Whether the site at ``path`` is the one of the corpus as it is."""
        return self.report.ok


@dataclass(frozen=True, slots=True)
class Asked:
    """How a site is asked for; see :meth:`corpusbuild.workflow.corpus.Corpus.report`."""

    articles: int
    rows: int
    include_detached_text: bool


def need_extra() -> None:
    """Raise :class:`CannotGoOn` where what writes pages is not installed."""
    if find_spec("jinja2") is None:
        raise CannotGoOn("jinja2 is not installed", help="pip install 'corpusbuild[report]'")


def make_site(run: Run, out: str | Path | None, asked: Asked) -> Reported:
    """Write the site of a corpus into ``out``, ``dist/report`` of the corpus unless given; nothing where it has errors."""
    need_extra()
    from corpusbuild.site.writing import write_site  # noqa: PLC0415  an extra

    target = _target(run.corpus, out)
    with only_run(run.corpus.root):
        contents, report = _contents(run, asked)
        if contents is None:
            return Reported(target, report)
        folder = _staged(target)
        try:
            written = write_site(contents, folder, asked.rows, run.progress)
            (folder / "manifest.json").write_bytes(_manifest(contents))
            swap.replace(target)
        except OSError as error:
            raise CannotWrite(f"writing failed: {error.strerror or error}", str(target), "the old site stands as it was") from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return Reported(target, report, written.pages, written.bytes, contents.sample)


def _target(corpus: Corpus, out: str | Path | None) -> Path:
    """Where the site goes; never among the sources."""
    if out is None and not isinstance(corpus.root, Path):
        raise CannotGoOn("a site is written to a folder of this machine", str(corpus.root), "name one with --out")
    target = Path(out) if out is not None else corpus.folder / "dist" / NAME
    target = target.absolute()
    for name in FOLDERS:
        if isinstance(corpus.root, Path) and target.resolve().is_relative_to(corpus.root / name):
            raise CannotWrite(f"a site cannot stand among the sources in {name}/", str(target), "name another folder with --out")
    return target


def _staged(target: Path) -> Path:
    """A new folder beside the place where the site will stand."""
    if not swap.may_replace(target):
        raise CannotWrite("this is no site that corpusbuild wrote", str(target), "name a new or an empty folder with --out")
    folder = swap.staging(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        swap.mend(target)
        folder.mkdir()
    except OSError as error:
        help_text = "make the folder writable, or choose another with --out"
        raise CannotWrite(f"nothing can be written here: {error.strerror}", str(target.parent), help_text) from error
    return folder


def _manifest(contents: Contents) -> bytes:
    """What says that a folder is a site of ours, which the next may replace."""
    said = {
        "kind": "report",
        "name": contents.config.name,
        "version": contents.config.version,
        "provenance": {"tool": {"name": "corpusbuild", "version": made_by()["corpusbuild"]}},
    }
    return orjson.dumps(said, option=orjson.OPT_INDENT_2)


# ---- what is shown ----


def _contents(run: Run, asked: Asked) -> tuple[Contents | None, Report]:
    with run.analysed() as done:
        analysis = done.analysis
        if not done.compiles or analysis.plan is None or analysis.linked is None:
            return None, done.why_not()
        counted = count_corpus(analysis, done.engine, run.progress)
        report = run.report(done.judge(counted.findings))
        if counted.summary is None or not report.ok:
            return None, report
        units = _chosen(analysis, asked.articles)
        return _gathered(run, analysis, analysis.plan, analysis.linked, counted.summary, report, units, asked), report


def _chosen(analysis: Analysis, most: int) -> Units:
    """The articles of a site: all, or so many, those with the least hashes, each with what is written about it, by id."""
    if analysis.linked is None:
        return ()
    blocks = analysis.linked.blocks
    ids = blocks.articles.column("id")
    if len(blocks.article_rows) > most:
        names = (ids[int(row)].as_py() for row in blocks.article_rows)
        kept = frozenset(sorted(names, key=_hash)[:most])
    else:
        kept = None
    units = [unit for unit in blocks.units() if kept is None or unit[1].id in kept]
    return sorted(units, key=lambda unit: unit[1].id.encode())


def _hash(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def _gathered(
    run: Run,
    analysis: Analysis,
    plan: Plan,
    linked: Linked,
    summary: Summary,
    report: Report,
    units: Units,
    asked: Asked,
) -> Contents:
    shape = plan.shape
    articles: list[Row] = []
    rows: dict[str, list[Row]] = {name: [] for name in (*(table.name for table in shape.tables), ANNOTATIONS)}
    for split, tables in _compiled(plan, linked, units, include_detached_text=asked.include_detached_text):
        articles += [Row(ARTICLES, row["article_id"], row) for row in tables[ARTICLES].to_pylist()]
        for name, found in rows.items():
            table = shape.table(name)
            found += _numbered(name, table.key if table is not None else None, tables[name].to_pylist())
    entries, samples = _entries(analysis, linked, asked.articles)
    total = len(linked.blocks.article_rows)
    return Contents(
        config=run.corpus.config,
        shape=shape,
        summary=summary,
        report=report,
        articles=sorted(articles, key=lambda row: row.name.encode()),
        rows=rows,
        entries=entries,
        splits={fact.id: split for split, fact, _ in units},
        annotators={fact.id: tuple(each.annotator for each in written) for _, fact, written in units},
        sample=Sample(len(articles), total),
        detached=frozenset(row.name for row in articles if row.values["text"] is None),
        samples=samples,
    )


def _compiled(plan: Plan, linked: Linked, units: Units, *, include_detached_text: bool) -> Iterator[tuple[str, Tables]]:
    """The rows of the chosen articles, some hundreds at a time."""
    at_once = 256
    for split in linked.splits:
        of_split = [(fact, written) for each, fact, written in units if each == split]
        for start in range(0, len(of_split), at_once):
            block = Block.of(split, of_split[start : start + at_once])
            compiled = compile_block(block, plan, linked.gold, include_detached_text=include_detached_text)
            if compiled.tables is not None:
                yield split, compiled.tables


def _numbered(table: str, key: str | None, rows: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    """Rows of a table, numbered in each article."""
    article, number = None, 0
    for row in rows:
        number = number + 1 if row["article_id"] == article else 0
        article = row["article_id"]
        yield Row(table, None if key is None else row[key], row, article, number)


def _entries(analysis: Analysis, linked: Linked, most: int) -> tuple[dict[str, list[Row]], dict[str, Sample]]:
    """The entries of each registry, or so many of them, and how many that are."""
    entries: dict[str, list[Row]] = {}
    samples: dict[str, Sample] = {}
    for table in analysis.plan.shape.registries if analysis.plan is not None else ():
        compiled = registry_rows(table, analysis.registries.owned(table.name), linked.gold)[table.name].to_pylist()
        if table.key is None:
            continue
        found = [Row(table.name, row[table.key], row) for row in compiled]
        kept = frozenset(sorted((row.name for row in found), key=_hash)[:most])
        entries[table.name] = [row for row in found if row.name in kept]
        samples[table.name] = Sample(len(entries[table.name]), len(found))
    return entries, samples
