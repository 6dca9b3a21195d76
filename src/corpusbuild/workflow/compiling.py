"""Compile a corpus into a data set: all of it, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from corpusbuild.blocks import Blocks
from corpusbuild.corpus.config import FILE, key_place, read_config
from corpusbuild.corpus.storage import Root
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.where import InText, Origin
from corpusbuild.emit import swap, uploading
from corpusbuild.emit.summary import SplitSummary, Summary, TableSummary
from corpusbuild.emit.tally import Tally, fields, path_text
from corpusbuild.engines import Engine
from corpusbuild.link import Linked
from corpusbuild.plan import Plan
from corpusbuild.policy import Judged
from corpusbuild.rules import label_missing_from_split
from corpusbuild.schema.shape import Label
from corpusbuild.tables import Tables, registry_rows, table_columns
from corpusbuild.workflow.analysis import Analysis
from corpusbuild.workflow.building import REGISTRY, Building, building
from corpusbuild.workflow.describing import describe
from corpusbuild.workflow.parts import Bench, Built, build, fingerprint, found_standing, tally_of, tidy
from corpusbuild.workflow.progress import Progress
from corpusbuild.workflow.state import State


@dataclass
class Counting:
    """Rows that are counted and not kept; ``rows`` by table and split."""

    tally: Tally
    rows: Counter[tuple[str, str]] = field(default_factory=Counter)

    def take(self, built: Built, again: Callable[[], Built]) -> None:  # noqa: ARG002  rows are not looked at
        """Count what was built of a block."""
        if built.tally is not None:
            self.tally.merge(built.tally)
        self.rows.update({(name, built.split): rows for name, rows in built.rows.items()})

    def take_registry(self, tables: Tables) -> None:
        """Count the rows of a registry."""
        self.tally.add(REGISTRY, tables)
        self.rows.update({(name, REGISTRY): table.num_rows for name, table in tables.items()})

    def part(self, table: str, split: str) -> SplitSummary:
        """What was counted of one split of a table."""
        return SplitSummary(self.rows[table, split], 0, (), "")


Sink = Building | Counting
"""Where rows go, block by block."""


@dataclass(frozen=True, slots=True)
class CompiledCorpus:
    """What was found while compiling; the summary and the manifest's hash of what was written, if nothing was wrong.

    ``parts`` and ``keys`` are what it is put together from, as :class:`~corpusbuild.workflow.state.State` has it.
    """

    findings: list[Finding]
    summary: Summary | None = None
    manifest_hash: str = ""
    parts: frozenset[str] = frozenset()
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def unlocked(summary: Summary) -> Sequence[Finding]:  # noqa: ARG001  what a lock would be compared with
    """What is not as it was signed off, where nothing is compared with a lock."""
    return ()


def compile_corpus(  # noqa: PLR0913  the whole of a compilation
    analysis: Analysis,
    target: Root,
    engine: Engine,
    progress: Progress,
    judge: Callable[[Sequence[Finding]], Judged],
    drift: Callable[[Summary], Sequence[Finding]] = unlocked,
    *,
    include_detached_text: bool,
    commit: str | None = None,
    parts: Root | None = None,
    last: State | None = None,
) -> CompiledCorpus:
    """Compile every block, and put the data set at ``target`` unless ``judge`` says that what was found counts as an error.

    ``drift`` says what of the summary is not as it was signed off; ``commit`` is the one that holds the sources; ``parts`` is
    the folder where what is built of blocks is kept, and found again, and which every worker must reach; without one, nothing is.
    ``last`` is what is remembered of the last run that wrote ``target``.
    """
    plan, linked = _linked(analysis)
    with building(target, tally_of(plan), plan.root, last) as site, _parts(site.folder, parts) as folder:
        made_by = fingerprint(plan, linked.gold, include_detached_text=include_detached_text)
        likely = last.parts if last is not None and site.standing else frozenset[str]()
        bench = Bench(plan, linked.gold, include_detached_text, folder, made_by, likely)
        findings, complete, made_of = _compile_blocks(analysis, engine, progress, site, bench)
        if not complete or judge(findings).has_errors:
            return CompiledCorpus(findings)
        summary = _finish(site, analysis, plan, linked)
        findings += drift(summary)
        if judge(findings).has_errors:
            return CompiledCorpus(findings)
        manifest_hash = describe(site.folder, plan, summary, analysis.schemas, commit)
        progress("putting it in place", 0, 0)
        if isinstance(target, Path):
            swap.replace(site.folder, target)
        else:
            uploading.upload(site.folder, target, progress)
        return CompiledCorpus(findings, summary, manifest_hash, made_of, site.keys)


def count_corpus(analysis: Analysis, engine: Engine, progress: Progress) -> CompiledCorpus:
    """Compile every block and count what is in it; nothing is written, and the summary names no files."""
    plan, linked = _linked(analysis)
    counting = Counting(tally_of(plan, uses=True))
    findings, complete, _ = _compile_blocks(analysis, engine, progress, counting, Bench(plan, linked.gold))
    if not complete:
        return CompiledCorpus(findings)
    splits = (*linked.splits, REGISTRY)
    tables = {
        name: TableSummary(columns, {split: counting.part(name, split) for split in splits if counting.rows[name, split]})
        for name, columns in table_columns(plan.shape).items()
    }
    summary = Summary(tables, linked.splits, linked.gold, fields=counting.tally.summary(), uses=counting.tally.uses())
    return CompiledCorpus(findings, summary)


def _linked(analysis: Analysis) -> tuple[Plan, Linked]:
    if analysis.plan is None or analysis.linked is None:
        raise ValueError("a corpus whose schemas are not valid cannot be compiled")
    return analysis.plan, analysis.linked


@contextmanager
def _parts(site: Path, kept: Root | None) -> Iterator[Root]:
    """The folder of parts: the one where they are ``kept``, or one beside the data set that is being built, gone with its place."""
    if kept is not None:
        yield kept
        return
    folder = site.parent / "parts"
    folder.mkdir()
    yield folder


def _compile_blocks(analysis: Analysis, engine: Engine, progress: Progress, sink: Sink, bench: Bench) -> _Done:
    """Give every row to ``sink``."""
    plan, linked = _linked(analysis)
    findings: list[Finding] = []
    complete = True
    parts: list[Root] = []
    sizes, done = linked.blocks.sizes, 0
    progress("compiling", 0, sum(sizes))
    for number, built in enumerate(_built(engine, bench, linked.blocks)):
        findings += built.findings
        if built.tally is not None and complete:
            sink.take(built, partial(_again, bench, linked.blocks, number))
        complete &= built.tally is not None
        parts += [built.part] if built.part is not None else []
        done += sizes[number]
        progress("compiling", done, sum(sizes))
    if complete:
        findings += _missing_labels(sink.tally, plan)
        for table in plan.shape.registries:
            sink.take_registry(registry_rows(table, analysis.registries.owned(table.name), linked.gold))
        if bench.folder is not None:
            tidy(bench.folder, parts)
    return _Done(findings, complete, frozenset(part.name for part in parts))


class _Done(NamedTuple):
    """What was found in all blocks, whether every block has its rows, and the names of the parts where these are."""

    findings: list[Finding]
    complete: bool
    parts: frozenset[str]


def _built(engine: Engine, bench: Bench, blocks: Blocks) -> Iterator[Built]:
    """What becomes of each block. What stands in the old data set is found here: nobody needs to be asked for it."""
    here = [found_standing(bench, block) for block in blocks] if bench.likely else [None] * len(blocks)
    elsewhere = engine.map(partial(build, bench), (blocks[number] for number, built in enumerate(here) if built is None))
    for built in here:
        yield built or next(elsewhere)


def _again(bench: Bench, blocks: Blocks, number: int) -> Built:
    """Build a block whose part, as it stands, is not to be relied on."""
    return build(replace(bench, likely=frozenset()), blocks[number])


def _missing_labels(tally: Tally, plan: Plan) -> Iterator[Finding]:
    """What each labelled field of the annotations' tables lacks in some split."""
    where = InText(Origin(FILE), *key_place(read_config(plan.root), ("splits",)))
    for table in plan.shape.tables:
        for column in tally.columns[table.name]:
            for path, each in fields(column):
                missing = tally.missing_labels(table.name, path, each.type.names) if isinstance(each.type, Label) else {}
                if missing:
                    yield from label_missing_from_split.check(f"{table.name}.{path_text(path)}", missing, where)


def _finish(site: Building, analysis: Analysis, plan: Plan, linked: Linked) -> Summary:
    """Close every file, and sum up what they hold."""
    tables: dict[str, TableSummary] = {}
    file_bytes: dict[str, int] = {}
    file_sha256: dict[str, str] = {}
    for name, columns in table_columns(plan.shape).items():
        splits: dict[str, SplitSummary] = {}
        for split in (*linked.splits, REGISTRY):
            writer = site.writers.get((name, split))
            if writer is None or not writer.rows:
                continue
            written = {path.relative_to(site.folder).as_posix(): file for path, file in writer.close().items()}
            file_sha256.update({path: file.sha256 for path, file in written.items()})
            file_bytes.update({path: (site.folder / path).stat().st_size for path in written})
            site.keys.update({path: file.keys for path, file in written.items()})
            splits[split] = SplitSummary(writer.rows, writer.num_bytes, tuple(written), writer.digest)
        tables[name] = TableSummary(columns, splits)
    detached = int(analysis.facts.articles.numbers("detached").sum())
    return Summary(
        tables, linked.splits, linked.gold, file_bytes, file_sha256, site.tally.summary(), site.textless, detached - site.textless
    )
