"""From a corpus folder to its linked facts and every finding that needs no article's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from corpusbuild.corpus.config import FILE, Config, parse_config
from corpusbuild.corpus.layout import ArticleFiles, Layout, discover, schema_files
from corpusbuild.corpus.shards import Lines, ranges
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.engines import Engine
from corpusbuild.errors import BadConfig
from corpusbuild.facts import ArticleFact, Facts
from corpusbuild.link import Linked, link
from corpusbuild.plan import Plan
from corpusbuild.registries import Registries, read_registries
from corpusbuild.rules import schema_invalid, schema_not_columnar, unknown_schema_keyword, unread_file, unsafe_path
from corpusbuild.scan import read_value, scan_annotations, scan_article_files, scan_article_lines, whole
from corpusbuild.schema.deriving import ANNOTATION, ARTICLE, Deriver
from corpusbuild.schema.judging import Judge
from corpusbuild.schema.loading import FaultKind, SchemaFault, Schemas, schema_faults
from corpusbuild.schema.shape import Shape
from corpusbuild.text.nearest import nearest_name
from corpusbuild.units import text_of
from corpusbuild.workflow.progress import Progress

# Files of one article each are scanned in runs: enough to make a task worth sending.
_FILES_A_TASK = 256

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


def analyse(root: Path, engine: Engine, progress: Progress) -> Analysis:
    """Scan and link the corpus at ``root``."""
    analysis = Analysis()
    config_data = (root / FILE).read_bytes()
    config = parse_config(config_data)
    shape = _load_schemas(root, analysis)
    if shape is None or analysis.schemas is None:
        return analysis
    _check_config(config, shape)
    judges = {name: Judge(analysis.schemas, file) for name, file in shape.registry_schemas}
    layout = analysis.layout = discover(root, judges)
    for path in layout.strangers:
        analysis.findings += unread_file.check(path)
    for path in layout.outside:
        analysis.findings += unsafe_path.outside(path)
    analysis.registries = read_registries(root, layout.registries, shape, judges)
    analysis.findings += analysis.registries.findings
    plan = analysis.plan = Plan(
        root=root,
        config=config,
        shape=shape,
        article_judge=Judge(analysis.schemas, ARTICLE),
        annotation_judge=Judge(analysis.schemas, ANNOTATION),
        registry_keys=analysis.registries.keys(shape),
    )
    analysis.facts = _scan(layout, plan, engine, progress)
    analysis.findings += analysis.facts.findings
    analysis.linked = link(analysis.facts, plan, partial(_text_of, plan), config_data)
    analysis.findings += analysis.linked.findings
    return analysis


def _text_of(plan: Plan, fact: ArticleFact) -> str:
    return text_of(fact, plan)


def _load_schemas(root: Path, analysis: Analysis) -> Shape | None:
    files: dict[str, Any] = {}
    for path in schema_files(root):
        origin, data = whole(root, path)
        value, findings = read_value(data, origin)
        analysis.findings += findings
        files[path.removeprefix("schema/")] = value
    if analysis.findings:
        return None
    schemas = Schemas(files)
    faults = schema_faults(schemas)
    shape = None
    if all(fault.kind is FaultKind.UNKNOWN_KEYWORD for fault in faults):
        shape, more = Deriver(schemas).shape()
        faults = [*faults, *more]
    analysis.findings += [finding for fault in faults for finding in _fault_finding(fault)]
    analysis.schemas = schemas
    return shape


def _fault_finding(fault: SchemaFault) -> Iterator[Finding]:
    yield from _FAULT_RULES[fault.kind].check(fault)


def _check_config(config: Config, shape: Shape) -> None:
    """What the config says of metadata fields must be so."""
    group = config.splits.group
    if group is not None and shape.article.get(group) is None:
        near = nearest_name(group, [column.name for column in shape.article.columns])
        help_text = f'did you mean "{near}"?' if near else "name a property of schema/article.json"
        raise BadConfig(f'splits.group = "{group}" is no field of the metadata', FILE, help_text)


@dataclass(frozen=True, slots=True)
class _Task:
    """A part of the input that is scanned at once."""

    articles: tuple[ArticleFiles, ...] = ()
    article_lines: Lines | None = None
    annotations: tuple[str, ...] = ()
    annotation_lines: Lines | None = None


def _scan(layout: Layout, plan: Plan, engine: Engine, progress: Progress) -> Facts:
    facts = Facts()
    tasks = list(_tasks(layout, plan.root))
    for done, found in enumerate(engine.map(partial(_scan_task, plan), tasks), start=1):
        facts.add(found)
        progress("reading", done, len(tasks))
    return facts


def _tasks(layout: Layout, root: Path) -> Iterator[_Task]:
    for run in _runs(layout.articles):
        yield _Task(articles=tuple(run))
    for path in layout.article_shards:
        for lines in ranges(root, path):
            yield _Task(article_lines=lines)
    for paths in _runs(layout.annotations):
        yield _Task(annotations=tuple(paths))
    for path in layout.annotation_shards:
        for lines in ranges(root, path):
            yield _Task(annotation_lines=lines)


def _runs(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _FILES_A_TASK):
        yield items[start : start + _FILES_A_TASK]


def _scan_task(plan: Plan, task: _Task) -> Facts:
    if task.articles:
        return scan_article_files(task.articles, plan)
    if task.article_lines is not None:
        return scan_article_lines(task.article_lines.read(plan.root), plan)
    if task.annotation_lines is not None:
        return scan_annotations(task.annotation_lines.read(plan.root), plan)
    return scan_annotations((whole(plan.root, path) for path in task.annotations), plan)


def input_bytes(root: Path) -> int:
    """The size of everything that a run reads."""
    return sum(path.stat().st_size for folder in ("raw", "annotations") for path in (root / folder).rglob("*") if path.is_file())
