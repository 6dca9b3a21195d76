"""Gather what a site shows: the rows of a corpus as they are compiled, of all its articles or of a sample; nothing is written."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from corpusbuild.blocks import Block
from corpusbuild.diagnostics.report import Report
from corpusbuild.emit.summary import Summary
from corpusbuild.facts import AnnotationFact, ArticleFact
from corpusbuild.kernel import compile_block
from corpusbuild.link import Linked
from corpusbuild.plan import Plan
from corpusbuild.schema.paths import values_at
from corpusbuild.schema.shape import walk
from corpusbuild.site.contents import ANNOTATIONS, ARTICLES, Contents, Row, Sample
from corpusbuild.tables import Tables, registry_rows
from corpusbuild.workflow.analysis import Analysis
from corpusbuild.workflow.compiling import count_corpus
from corpusbuild.workflow.overview import agreements, annotated, leaks
from corpusbuild.workflow.run import Run

_AT_ONCE = 256
"""Articles of which rows are compiled together."""

Units = Sequence[tuple[str, ArticleFact, tuple[AnnotationFact, ...]]]
"""Articles, each with its split and what is written about it."""


def gather(run: Run, most: int, *, include_detached_text: bool) -> tuple[Contents | None, Report]:
    """What the site of a corpus shows, of ``most`` articles and entries of each registry at most; None where it has errors."""
    with run.analysed() as done:
        analysis = done.analysis
        if not done.compiles or analysis.plan is None or analysis.linked is None:
            return None, done.why_not()
        counted = count_corpus(analysis, done.engine, run.progress)
        report = run.report(done.judge(counted.findings))
        if counted.summary is None or not report.ok:
            return None, report
        gathered = _Gathered(analysis, analysis.plan, analysis.linked, most, include_detached_text)
        return gathered.contents(counted.summary, report), report


@dataclass(frozen=True)
class _Gathered:
    analysis: Analysis
    plan: Plan
    linked: Linked
    most: int
    include_detached_text: bool

    def contents(self, summary: Summary, report: Report) -> Contents:
        entries, samples = self._entries()
        articles = self._rows[ARTICLES]
        agreed, no_agreement = agreements(self.analysis)
        return Contents(
            config=self.plan.config,
            shape=self.plan.shape,
            summary=summary,
            report=report,
            articles=articles,
            rows={name: rows for name, rows in self._rows.items() if name != ARTICLES},
            entries=entries,
            splits={fact.id: split for split, fact, _ in self._units},
            annotators={fact.id: tuple(each.annotator for each in written) for _, fact, written in self._units},
            sample=Sample(len(articles), len(self.linked.blocks.article_rows)),
            samples=samples,
            annotated=annotated(self.analysis),
            leaks=leaks(self.linked, self.plan),
            agreements=agreed,
            no_agreement=no_agreement,
        )

    @cached_property
    def _units(self) -> Units:
        """All articles, or those with the least hashes; in the order of their ids."""
        blocks = self.linked.blocks
        ids = blocks.articles.column("id")
        names = [ids[int(row)].as_py() for row in blocks.article_rows]
        kept = _chosen(names, self.most)
        units = [unit for unit in blocks.units() if unit[1].id in kept]
        return sorted(units, key=lambda unit: unit[1].id.encode())

    @cached_property
    def _rows(self) -> Mapping[str, list[Row]]:
        """The rows of each table, articles' own among them."""
        keys = {table.name: table.key for table in self.plan.shape.tables}
        rows: dict[str, list[Row]] = {name: [] for name in (ARTICLES, *keys, ANNOTATIONS)}
        for tables in self._compiled():
            rows[ARTICLES] += [Row(ARTICLES, row["article_id"], row) for row in tables[ARTICLES].to_pylist()]
            for name in (*keys, ANNOTATIONS):
                rows[name] += _numbered(name, keys.get(name), tables[name].to_pylist())
        for each in rows.values():
            each.sort(key=lambda row: (row.article or row.name).encode())  # they came split by split
        return rows

    def _compiled(self) -> Iterator[Tables]:
        for split in self.linked.splits:
            units = [(fact, written) for each, fact, written in self._units if each == split]
            for start in range(0, len(units), _AT_ONCE):
                block = Block.of(split, units[start : start + _AT_ONCE])
                compiled = compile_block(block, self.plan, self.linked.gold, include_detached_text=self.include_detached_text)
                if compiled.tables is not None:
                    yield compiled.tables

    def _entries(self) -> tuple[dict[str, list[Row]], dict[str, Sample]]:
        """The entries of each registry, or so many, those first that the rows refer to; and how many of all they are."""
        entries: dict[str, list[Row]] = {}
        samples: dict[str, Sample] = {}
        for table in self.plan.shape.registries:
            if table.key is None:
                continue
            compiled = registry_rows(table, self.analysis.registries.owned(table.name), self.linked.gold)[table.name].to_pylist()
            keys = [row[table.key] for row in compiled]
            kept = _chosen(keys, self.most, self._used(table.name))
            entries[table.name] = [Row(table.name, row[table.key], row) for row in compiled if row[table.key] in kept]
            samples[table.name] = Sample(len(entries[table.name]), len(compiled))
        return entries, samples

    def _used(self, registry: str) -> frozenset[str]:
        """The keys of a registry that the rows refer to."""
        records = {table.name: table.row for table in self.plan.shape.tables} | {ARTICLES: self.plan.shape.article}
        used: set[str] = set()
        for name, record in records.items():
            for path in (path for path, column in walk(record) if column.ref == registry):
                used.update(value for value in values_at((row.values for row in self._rows[name]), path) if value is not None)
        return frozenset(used)


def _chosen(names: Sequence[str], most: int, first: Collection[str] = ()) -> frozenset[str]:
    """All names, or so many: the ``first``, then those with the least hashes, which stay the same when others come."""
    if len(names) <= most:
        return frozenset(names)
    order = sorted(names, key=lambda name: (name not in first, hashlib.sha256(name.encode()).digest()))
    return frozenset(order[:most])


def _numbered(table: str, key: str | None, rows: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    """Rows of a table, numbered in each article."""
    article, number = None, 0
    for row in rows:
        number = number + 1 if row["article_id"] == article else 0
        article = row["article_id"]
        yield Row(table, None if key is None else row[key], row, row["article_id"], number)
