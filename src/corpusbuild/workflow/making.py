"""Compile a corpus into a data set: all of it, or nothing."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyarrow.compute as pc

from corpusbuild.blocks import Block
from corpusbuild.corpus.config import FILE, key_place
from corpusbuild.corpus.files import read_bytes
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.where import InText, Origin
from corpusbuild.emit import manifest, swap
from corpusbuild.emit.card import card
from corpusbuild.emit.parquet import TableWriter
from corpusbuild.emit.summary import SplitSummary, Summary, TableSummary
from corpusbuild.engines import Engine
from corpusbuild.errors import CannotWrite
from corpusbuild.kernel import Compiled, compile_block
from corpusbuild.link import Linked
from corpusbuild.plan import Plan
from corpusbuild.policy import Judged
from corpusbuild.rules import label_missing_from_split
from corpusbuild.schema.shape import Label
from corpusbuild.tables import Tables, registry_rows, table_columns
from corpusbuild.workflow.analysis import Analysis
from corpusbuild.workflow.progress import Progress

REGISTRY = "registry"
PREFACE = "card.md"
"""A file of the corpus folder that opens the data set's card: what only people can say of it."""


@dataclass
class Building:
    """A data set that is being written beside the place where it will stand."""

    folder: Path
    writers: dict[tuple[str, str], TableWriter] = field(default_factory=dict)
    labels: dict[tuple[str, str], dict[str, Counter[str]]] = field(default_factory=dict)
    """Table and column → split → label → rows."""
    textless: int = 0
    """Articles whose text is left out."""

    def write(self, split: str, tables: Tables) -> None:
        """Append one row group to each table's part in ``split``."""
        for name, table in tables.items():
            writer = self.writers.setdefault((name, split), TableWriter(self.folder / "data" / name, split))
            writer.write(table)
        if "articles" in tables:
            self.textless += tables["articles"]["text"].null_count

    def count_labels(self, split: str, tables: Tables, columns: dict[str, tuple[str, ...]]) -> None:
        """Add the labels of these rows to the histograms; ``columns`` are the labelled columns by table."""
        for name, table in tables.items():
            for column in columns.get(name, ()):
                counted = self.labels.setdefault((name, column), {})
                if len(table):
                    counts = pc.value_counts(table[column].combine_chunks())
                    counted.setdefault(split, Counter()).update(
                        {str(each["values"]): int(each["counts"].as_py()) for each in counts if each["values"].is_valid}
                    )

    def missing_labels(self, column: tuple[str, str], names: Sequence[str]) -> dict[str, list[str]]:
        """Of the labels ``names``, those that a split has no row with, though another has; for each split with rows in the table."""
        counts = self.labels.get(column, {})
        somewhere = [name for name in names if any(of[name] for of in counts.values())]
        found = {split: [name for name in somewhere if not of[name]] for split, of in counts.items()}
        return {split: labels for split, labels in found.items() if labels}


@contextmanager
def building(target: Path) -> Iterator[Building]:
    """A place to write what will stand at ``target``; nothing of it is left if that fails."""
    folder = swap.staging(target)
    try:
        if not swap.may_replace(target):
            raise CannotWrite("this is not a data set that corpusbuild wrote", str(target), "name a new or an empty folder with --out")
        target.parent.mkdir(parents=True, exist_ok=True)
        swap.mend(target)
        folder.mkdir()
    except OSError as error:
        raise CannotWrite(
            f"nothing can be written here: {error.strerror}", str(target.parent), "make the folder writable, or choose another with --out"
        ) from error
    try:
        yield Building(folder)
    except OSError as error:
        raise CannotWrite(f"writing failed: {error.strerror or error}", str(target.parent), "the old data set stands as it was") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class CompiledCorpus:
    """What was found while compiling; the summary and the manifest's hash of what was written, if nothing was wrong."""

    findings: list[Finding]
    summary: Summary | None = None
    manifest_hash: str = ""


def compile_corpus(
    analysis: Analysis,
    target: Path,
    engine: Engine,
    progress: Progress,
    judge: Callable[[Sequence[Finding]], Judged],
    *,
    include_detached_text: bool,
) -> CompiledCorpus:
    """Compile every block, and put the data set at ``target`` unless ``judge`` says that what was found counts as an error."""
    plan, linked = analysis.plan, analysis.linked
    if plan is None or linked is None:
        raise ValueError("a corpus whose schemas are not valid cannot be compiled")
    with building(target) as site:
        findings: list[Finding] = []
        task = partial(_compile, plan, linked.gold, include_detached_text)
        labelled = _labelled(plan)
        complete = True
        for done, compiled in enumerate(engine.map(task, linked.blocks), start=1):
            findings += compiled.findings
            if compiled.tables is not None:
                site.write(compiled.split, compiled.tables)
                site.count_labels(compiled.split, compiled.tables, labelled)
            complete &= compiled.tables is not None
            progress("compiling", done, len(linked.blocks))
        if complete:
            findings += _missing_labels(site, plan)
        if judge(findings).has_errors:
            return CompiledCorpus(findings)
        for table in plan.shape.registries:
            tables = registry_rows(table, analysis.registries.owned(table.name), linked.gold)
            site.write(REGISTRY, tables)
            site.count_labels(REGISTRY, tables, labelled)
        summary = _finish(site, analysis, plan, linked)
        manifest_hash = _describe(site.folder, plan, summary, analysis)
        progress("putting it in place", 0, 0)
        swap.replace(target)
        return CompiledCorpus(findings, summary, manifest_hash)


def _compile(plan: Plan, gold: str | None, include_detached_text: bool, block: Block) -> Compiled:  # noqa: FBT001  partial sends it by place
    return compile_block(block, plan, gold, include_detached_text=include_detached_text)


def _labelled(plan: Plan) -> dict[str, tuple[str, ...]]:
    """The labelled columns of each plain table of the annotations and registries."""
    plain = [table.name for table in (*plan.shape.tables, *plan.shape.registries)]
    columns = table_columns(plan.shape)
    return {name: tuple(column.name for column in columns[name] if isinstance(column.type, Label)) for name in plain}


def _missing_labels(site: Building, plan: Plan) -> Iterator[Finding]:
    """What each labelled column of the annotations' tables lacks in some split."""
    where = InText(Origin(FILE), *key_place((plan.root / FILE).read_bytes(), ("splits",)))
    columns = table_columns(plan.shape)
    for table in plan.shape.tables:
        for column in columns[table.name]:
            missing = site.missing_labels((table.name, column.name), column.type.names) if isinstance(column.type, Label) else {}
            if missing:
                yield from label_missing_from_split.check(f"{table.name}.{column.name}", missing, where)


def _finish(site: Building, analysis: Analysis, plan: Plan, linked: Linked) -> Summary:
    """Close every file, and sum up what they hold."""
    tables: dict[str, TableSummary] = {}
    file_bytes: dict[str, int] = {}
    for name, columns in table_columns(plan.shape).items():
        splits: dict[str, SplitSummary] = {}
        for split in (*linked.splits, REGISTRY):
            writer = site.writers.get((name, split))
            if writer is None or not writer.rows:
                continue
            paths = [(path.relative_to(site.folder).as_posix(), path.stat().st_size) for path in writer.close()]
            file_bytes.update(paths)
            splits[split] = SplitSummary(writer.rows, writer.num_bytes, tuple(path for path, _ in paths), writer.digest)
        tables[name] = TableSummary(columns, splits)
    order = {
        (name, column.name): column.type.names
        for name, table in tables.items()
        for column in table.columns
        if isinstance(column.type, Label) and (name, column.name) in site.labels
    }
    labels = {key: {name: sum(each[name] for each in site.labels[key].values()) for name in names} for key, names in order.items()}
    detached = sum(fact.detached for fact in analysis.facts.articles)
    return Summary(tables, linked.splits, linked.gold, file_bytes, labels, site.textless, detached - site.textless)


def _describe(folder: Path, plan: Plan, summary: Summary, analysis: Analysis) -> str:
    """Write the card, the schemas and the manifest; return the manifest's hash."""
    preface = plan.root / PREFACE
    folder.joinpath("README.md").write_text(
        card(plan.config, summary, preface.read_text("utf-8") if preface.is_file() else ""), "utf-8", newline="\n"
    )
    schemas: dict[str, str] = {}
    (folder / "schema").mkdir()
    for file in analysis.schemas.files if analysis.schemas is not None else ():
        data = read_bytes(plan.root, Origin(f"schema/{file}"))
        schemas[file] = hashlib.sha256(data).hexdigest()
        (folder / "schema" / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / "schema" / file).write_bytes(data)
    data = manifest.manifest(plan.config, summary, folder, schemas)
    (folder / manifest.FILE).write_bytes(data)
    for path in (folder, *folder.rglob("*")):
        # What the umask of whoever builds says has no part in the result.
        path.chmod(0o755 if path.is_dir() else 0o644)
    return hashlib.sha256(data).hexdigest()
