"""From a corpus folder to its linked facts and every finding that needs no article's words."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from corpusbuild import checks as checks_view
from corpusbuild.corpus.config import FILE, Config, key_place, parse_config, read_config
from corpusbuild.corpus.layout import Layout, discover, is_oversized, leads_out, schema_files, stem_of
from corpusbuild.corpus.limits import Limits
from corpusbuild.corpus.nesting import too_deep
from corpusbuild.corpus.own_folder import own_folder
from corpusbuild.corpus.shards import Hashed, Lines
from corpusbuild.corpus.storage import Root
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.where import InJson, InText, Origin
from corpusbuild.engines import Engine, engine
from corpusbuild.errors import BadConfig
from corpusbuild.facts import ArticleFact, Facts
from corpusbuild.layers.loading import check_names, load_checks, own_checks, run_checks
from corpusbuild.link import Linked, link
from corpusbuild.lock import Lock
from corpusbuild.plan import Plan
from corpusbuild.registries import Registries, read_registries
from corpusbuild.rules import (
    damaged_shard,
    limit_met,
    oversized_file,
    schema_invalid,
    schema_not_columnar,
    unknown_schema_keyword,
    unread_file,
    unsafe_path,
    untrusted_checks,
)
from corpusbuild.scan.annotations import NAMELESS
from corpusbuild.scan.documents import read_value, whole
from corpusbuild.schema.deriving import Deriver
from corpusbuild.schema.judging import Judge
from corpusbuild.schema.loading import ANNOTATION, ARTICLE, FaultKind, SchemaFault, Schemas, schema_faults
from corpusbuild.schema.shape import Shape
from corpusbuild.similarity import Sketches
from corpusbuild.text.nearest import nearest_name
from corpusbuild.units import texts_of
from corpusbuild.workflow.progress import Progress, silent
from corpusbuild.workflow.saved_agreement import saved_agreements, stale
from corpusbuild.workflow.scanning import KEPT, scan, scan_only, sketch_folder
from corpusbuild.workflow.signing import read_lock
from corpusbuild.workflow.spilling import spilled

# Bytes of input from which on sketches go to a file, and the facts of shards are kept for the next run.
_HELD, _KEPT = 256 << 20, 32 << 20

_FAULT_RULES = {
    FaultKind.INVALID: schema_invalid,
    FaultKind.NOT_COLUMNAR: schema_not_columnar,
    FaultKind.UNKNOWN_KEYWORD: unknown_schema_keyword,
}


@dataclass
class Analysis:
    """What is known of a corpus before any quotation is looked for.

    ``plan`` and ``linked`` are None where the schemas are not fit to judge anything by.
    """

    findings: list[Finding] = field(default_factory=list)
    schemas: Schemas | None = None
    plan: Plan | None = None
    layout: Layout | None = None
    registries: Registries = field(default_factory=Registries)
    facts: Facts = field(default_factory=Facts)
    linked: Linked | None = None
    lock: Lock | None = None


@contextmanager
def analysed(  # noqa: PLR0913  each decides what is looked at, or where
    root: Root,
    progress: Progress = silent,
    *,
    jobs: int | None = None,
    scheduler: str | None = None,
    trusted: bool = False,
    only: frozenset[str] | None = None,
    merging: bool = False,
    linking: bool = True,
    keeping: bool = False,
    hashed: Mapping[Lines, Hashed] | None = None,
) -> Iterator[tuple[Analysis, Engine]]:
    """The corpus at ``root`` scanned and linked, or ``only`` some of its files and what these need; and the engine that did it.

    The engine is at work until the context ends; ``jobs`` and ``scheduler`` choose it. ``trusted`` says whether code that the
    corpus brings may run, ``merging`` whether a lock may be an unfinished merge. ``keeping`` says whether what is found in
    shards may be kept, and found again, in ``.corpusbuild/``; ``hashed`` is known of their ranges. Without ``linking`` there is no
    ``linked``, and the corpus need not be one yet: it may wait for its gold.
    """
    size = input_bytes(root)
    with engine(jobs, size, scheduler) as runs:
        looked = _analyse(
            root, runs, progress, size, trusted=trusted, only=only, merging=merging, linking=linking, keeping=keeping, hashed=hashed
        )
        yield looked, runs


def analyse(root: Root, progress: Progress = silent, *, jobs: int | None = None, linking: bool = True) -> Analysis:
    """What :func:`analysed` finds, for whoever has no further work for the engine."""
    with analysed(root, progress, jobs=jobs, linking=linking) as (analysis, _):
        return analysis


def _analyse(  # noqa: PLR0913  each decides what is looked at
    root: Root,
    engine: Engine,
    progress: Progress,
    size: int,
    *,
    trusted: bool,
    only: frozenset[str] | None,
    merging: bool,
    linking: bool,
    keeping: bool,
    hashed: Mapping[Lines, Hashed] | None,
) -> Analysis:
    analysis = Analysis(lock=read_lock(root, merging=merging))
    config_data = read_config(root)
    config = parse_config(config_data)
    checks = config.checks
    if own_checks(checks) and not trusted:
        files = check_names(root, checks)
        where = InText(Origin(FILE), *key_place(config_data, ("checks",)))
        analysis.findings += (untrusted_checks.check if isinstance(root, Path) else untrusted_checks.in_storage)(files, where)
        checks = tuple(name for name in checks if name not in own_checks(checks))
    shape = load_schemas(root, analysis, config.limits)
    if shape is None or analysis.schemas is None:
        return analysis
    _check_config(config, shape)
    judges = {name: Judge(analysis.schemas, file) for name, file in shape.registry_schemas}
    layout, damaged = spilled(root, discover(root, judges, config.limits.file_bytes), engine, config.limits.expansion)
    analysis.layout = layout
    for path in layout.strangers:
        analysis.findings += unread_file.check(path)
    for path in layout.outside:
        analysis.findings += unsafe_path.outside(path)
    for path in layout.oversized:
        analysis.findings += oversized_file.check(path, (root / path).stat().st_size, config.limits.file_bytes)
    for path, fault in damaged.items():
        analysis.findings += (limit_met.unpacked if fault.inflated else damaged_shard.check)(path, fault.why)
    withheld = (*layout.outside, *layout.oversized, *layout.damaged)
    unread = frozenset(stem_of(path) for path in withheld if path.startswith("annotations/"))
    analysis.registries = read_registries(root, layout.registries, shape, judges, unread & judges.keys())
    analysis.findings += analysis.registries.findings
    plan = analysis.plan = Plan(
        root=root,
        config=config,
        shape=shape,
        article_judge=Judge(analysis.schemas, ARTICLE),
        annotation_judge=Judge(analysis.schemas, ANNOTATION),
        registry_keys=analysis.registries.keys(shape),
        entries=analysis.registries.entries,
        checks=checks,
        schemas_sha256=schemas_hash(root),
    )
    with sketch_folder(root, needed=size > _HELD) as folder:
        sketches = Sketches(folder)
        if only is None or layout.article_shards or layout.annotation_shards:
            kept = own_folder(root, KEPT) if keeping and size > _KEPT else None
            analysis.facts = scan(layout, plan, engine, progress, sketches, kept, hashed)
        else:
            analysis.facts = scan_only(layout, only, plan, engine, sketches)
        analysis.facts.unreadable |= unread
        _know_damage(layout, analysis.facts, judges)
        analysis.findings += analysis.facts.findings
        if not linking:
            return analysis
        progress("linking", 0, 0)
        locked = analysis.lock.splits if analysis.lock is not None else None
        analysis.linked = link(analysis.facts, plan, partial(_texts_of, plan), config_data, locked)
    analysis.facts.sketches = None
    analysis.findings += analysis.linked.findings
    analysis.findings += _check_corpus(plan, analysis.facts, analysis.linked)
    if only is None:
        analysis.findings += stale(saved_agreements(root), analysis.facts.annotations)
    return analysis


def _know_damage(layout: Layout, facts: Facts, registries: Collection[str]) -> None:
    """Nobody knows which articles are in a shard that cannot be unpacked, nor which its annotations are about."""
    for path in layout.damaged:
        if path.startswith("raw/"):
            facts.nameless += 1
        elif stem_of(path) not in registries:
            facts.unreadable.add(NAMELESS)


def _check_corpus(plan: Plan, facts: Facts, linked: Linked) -> list[Finding]:
    """What the rules about meaning find in the corpus as a whole."""
    modules = [module for module in load_checks(plan.root, plan.checks) if hasattr(module, "check_corpus")]
    if not modules:
        return []
    splits = {article.id: split for split, article, _ in linked.blocks.units()}
    # Where an article is still to be annotated, what nothing refers to may be there for it.
    known = frozenset(facts.articles.column("id").to_pylist())
    annotated = pc.all(pc.is_in(facts.articles.column("id"), facts.annotations.column("article"))).as_py() is not False
    complete = annotated and not (facts.partial or facts.unreadable or facts.unplaceable or facts.nameless)
    seen = checks_view.Corpus(plan, facts.articles, facts.annotations, known, splits, facts.used, complete)
    return run_checks(modules, "check_corpus", seen)


def _texts_of(plan: Plan, facts: Iterable[ArticleFact]) -> list[str]:
    return texts_of(facts, plan)


def load_schemas(root: Root, analysis: Analysis, limits: Limits) -> Shape | None:
    """What the schemas of the corpus at ``root`` mean; None where they mean nothing. They and their faults go into ``analysis``."""
    files: dict[str, Any] = {}
    unread: list[Finding] = []
    for path in schema_files(root):
        if leads_out(root, path):
            unread += unsafe_path.outside(path)
            continue
        if is_oversized(root, path, limits.file_bytes):
            unread += oversized_file.check(path, (root / path).stat().st_size, limits.file_bytes)
            continue
        origin, data = whole(root, path)
        value, findings = read_value(data, origin, limits)
        deep = too_deep(value, limits.nesting)
        unread += findings if deep is None else limit_met.nested(InJson(origin, deep), limits.nesting)
        files[path.removeprefix("schema/")] = value
    analysis.findings += unread
    if unread:
        return None
    schemas = Schemas(files, limits)
    faults = schema_faults(schemas)
    shape = None
    if all(fault.kind is FaultKind.UNKNOWN_KEYWORD for fault in faults):
        shape, more = Deriver(schemas).shape()
        faults = [*faults, *more]
    analysis.findings += [finding for fault in faults for finding in _fault_finding(fault)]
    analysis.schemas = schemas
    return shape


def schemas_hash(root: Root) -> bytes:
    """A hash of all schemas of a corpus, their names included."""
    digest = hashlib.sha256()
    for path in schema_files(root):
        digest.update(os.fsencode(path) + b"\0" + hashlib.sha256((root / path).read_bytes()).digest())
    return digest.digest()


def _fault_finding(fault: SchemaFault) -> Iterator[Finding]:
    yield from _FAULT_RULES[fault.kind].check(fault)


def _check_config(config: Config, shape: Shape) -> None:
    """What the config says of metadata fields must be so."""
    group = config.splits.group
    if group is not None and shape.article.get(group) is None:
        near = nearest_name(group, [column.name for column in shape.article.columns])
        help_text = f'did you mean "{near}"?' if near else "name a property of schema/article.json"
        raise BadConfig(f'splits.group = "{group}" is no field of the metadata', config.place("splits", "group"), help_text)


def input_bytes(root: Root) -> int:
    """The size of everything that a run reads."""
    if not isinstance(root, Path):
        return sum(each.size for folder in ("raw", "annotations") for each in (root / folder).files().values())
    return sum(path.stat().st_size for folder in ("raw", "annotations") for path in (root / folder).rglob("*") if path.is_file())
