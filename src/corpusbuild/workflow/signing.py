"""Sign off a corpus: what it holds now becomes what it is compared with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from corpusbuild.corpus.config import FILE as CONFIG
from corpusbuild.corpus.config import key_place, read_config
from corpusbuild.corpus.storage import Remote, Root
from corpusbuild.corpus.whole import write_whole
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.report import Report
from corpusbuild.diagnostics.where import InFile, InJson, InText, Origin, Where
from corpusbuild.errors import CannotWrite
from corpusbuild.lock import (
    BESIDE,
    FILE,
    MOST_LINES,
    NEW,
    BadLock,
    Lock,
    Rows,
    SignedArticle,
    SignedDocument,
    SignedField,
    SignedRegistry,
    article_lines,
    dumps,
    loads,
)
from corpusbuild.rules import missing_lock
from corpusbuild.schema.loading import ANNOTATION, ARTICLE

if TYPE_CHECKING:
    from corpusbuild.emit.summary import Summary
    from corpusbuild.facts import AnnotationFact, ArticleFact
    from corpusbuild.workflow.analysis import Analysis
    from corpusbuild.workflow.run import Run


@dataclass(frozen=True, slots=True)
class SignedOff:
    """What ``lock`` did: the lock as it was, None where there was none, and as it is; ``report`` says why ``after`` is None."""

    report: Report
    before: Lock | None
    after: Lock | None = None
    written: bool = False

    @property
    def ok(self) -> bool:
        """Whether there is something to sign off."""
        return self.after is not None


# ---- the file ----


def read_lock(root: Root, *, merging: bool = False) -> Lock | None:
    """The lock of the corpus at ``root``; None where there is none. Raises :class:`~corpusbuild.lock.BadLock`.

    When ``merging``, both sides of an unfinished merge count.
    """
    data = _read(root / FILE)
    return None if data is None else loads(data, partial(_lines_beside, root), merging=merging)


def is_unfinished(root: Root) -> bool:
    """Whether the lock can only be read as an unfinished merge."""
    try:
        read_lock(root)
    except BadLock:
        return True
    return False


def write_lock(root: Root, lock: Lock) -> None:
    """Put ``lock`` at its place in one step. Raises :class:`~corpusbuild.errors.CannotWrite`."""
    files = lock_files(lock)
    if not isinstance(root, Path):
        _put(root, files)
        return
    try:
        if BESIDE in files:
            write_whole(root / NEW, files[BESIDE], durable=True)
        write_whole(root / FILE, files[FILE], durable=True)
        if BESIDE in files:
            (root / NEW).replace(root / BESIDE)
        else:
            (root / BESIDE).unlink(missing_ok=True)
    except OSError as error:
        raise CannotWrite(f"the lock cannot be written: {error.strerror}", FILE, "make the corpus folder writable") from error


def _put(root: Remote, files: Mapping[str, bytes]) -> None:
    """Write the lock of a corpus in a storage; whoever reads it meanwhile finds what it goes with under one of two names."""
    if BESIDE in files:
        (root / NEW).write_bytes(files[BESIDE])
    (root / FILE).write_bytes(files[FILE])
    if BESIDE in files:
        (root / BESIDE).write_bytes(files[BESIDE])
    for path in (NEW,) if BESIDE in files else (BESIDE,):
        (root / path).unlink(missing_ok=True)


def lock_files(lock: Lock) -> dict[str, bytes]:
    """The files of a lock, by name: one, or two for a large corpus."""
    if len(lock.articles) <= MOST_LINES:
        return {FILE: dumps(lock)}
    from corpusbuild.emit.parquet import lines_file  # noqa: PLC0415  start-up time

    lines = lines_file(sorted(lock.articles, key=str.encode), article_lines(lock))
    return {BESIDE: lines, FILE: dumps(lock, hashlib.sha256(lines).hexdigest())}


def _read(path: Root) -> bytes | None:
    if path.is_symlink() or not path.is_file():
        if path.is_symlink() or path.exists():
            raise BadLock("this is not a file", path.name, "delete it, and sign off anew with `corpusbuild lock`")
        return None
    return path.read_bytes()


def _lines_beside(root: Root, sha256: str) -> Iterable[bytes]:
    from corpusbuild.emit.parquet import read_lines  # noqa: PLC0415  start-up time

    for name in (BESIDE, NEW):
        data = _read(root / name)
        if data is not None and hashlib.sha256(data).hexdigest() == sha256:
            return read_lines(data)
    raise BadLock("this is not the file that corpus.lock goes with", BESIDE, "take both from the same commit")


# ---- the corpus as it is ----


def lock_of(analysis: Analysis, summary: Summary) -> Lock:
    """What a compiled corpus would be signed off as."""
    plan, linked = analysis.plan, analysis.linked
    if plan is None or linked is None:
        raise ValueError("a corpus that cannot be compiled cannot be signed off")
    from corpusbuild.emit.tally import path_text  # noqa: PLC0415  start-up time

    keyed = {table.name for table, _ in plan.keyed_tables}
    articles = {
        fact.id: SignedArticle(
            fact.id, split, fact.sha256, fact.metadata_sha256, {each.annotator: _document(each, keyed) for each in annotations}
        )
        for split, fact, annotations in linked.blocks.units()
    }
    registries = {table.name: _registry(table.name, table.key, analysis) for table in plan.shape.registries}
    fields = {
        (table, path_text(path)): SignedField(table, path_text(path), each.type, each.nullable, each.nulls, each.labels)
        for table, those in summary.fields.items()
        for path, each in those.items()
    }
    return Lock(plan.config.name, linked.gold, articles, registries, fields)


def _document(fact: AnnotationFact, keyed: set[str]) -> SignedDocument:
    rows: dict[str, Rows] = {name: tuple(fact.keys[name]) if name in keyed else number for name, number in fact.rows.items()}
    return SignedDocument(fact.sha256, rows)


def _registry(table: str, key: str | None, analysis: Analysis) -> SignedRegistry:
    owned = analysis.registries.owned(table)
    rows: dict[str, Rows] = {owner: tuple(str(each[key]) for each in those) if key else len(those) for owner, those in owned}
    said = orjson.dumps(owned, option=orjson.OPT_SORT_KEYS)
    return SignedRegistry(table, hashlib.sha256(said).hexdigest(), rows)


def unsigned() -> Iterator[Finding]:
    """That nothing was signed off."""
    return missing_lock.check(InFile(Origin(FILE)))


def drift_of(root: Root, analysis: Analysis, summary: Summary) -> Sequence[Finding]:
    """What of a compiled corpus is not as it was signed off; nothing where nothing was."""
    before = analysis.lock
    if before is None:
        return ()
    from corpusbuild.drift import Places, drift  # noqa: PLC0415  start-up time

    facts = {fact.id: fact for fact in analysis.facts.articles}
    documents = {(fact.article, fact.annotator): fact.origin for fact in analysis.facts.annotations}
    plan = analysis.plan
    members = {} if plan is None else {table.name: table.member for table in plan.shape.tables}
    schemas = {"articles": ARTICLE, **({} if plan is None else dict(plan.shape.registry_schemas))}
    registries = {name: entries[0].where.origin for name, entries in analysis.registries.entries.items() if entries}

    def document(article: str, annotator: str, table: str | None) -> Where:
        origin = documents[article, annotator]
        return InFile(origin) if table is None or table not in members else InJson(origin, (members[table],), key=True)

    places = Places(
        text=lambda article: _text(facts[article]),
        metadata=lambda article: InFile(facts[article].origin),
        document=document,
        registry=lambda table: InFile(registries.get(table, Origin(f"annotations/{table}.json"))),
        schema=lambda table: InFile(Origin(f"schema/{schemas.get(table, ANNOTATION)}")),
        config=lambda key: InText(Origin(CONFIG), *key_place(read_config(root), (key,))),
    )
    return drift(before, lock_of(analysis, summary), places)


def _text(fact: ArticleFact) -> Where:
    return InFile(fact.text_origin or fact.origin)


# ---- signing off ----


def sign_off(run: Run, *, dry_run: bool) -> SignedOff:
    """Write the lock of a corpus as it is, unless it says so already; one with errors is not signed off."""
    from corpusbuild.workflow.compiling import count_corpus  # noqa: PLC0415  start-up time
    from corpusbuild.workflow.locking import only_run  # noqa: PLC0415  start-up time

    root = run.corpus.root
    with only_run(root), run.analysed(merging=True) as done:
        before = done.analysis.lock
        if not done.compiles:
            return SignedOff(done.why_not(), before)
        counted = count_corpus(done.analysis, done.engine, run.progress)
        judged = done.judge(counted.findings)
        if counted.summary is None or judged.has_errors:
            return SignedOff(run.report(judged), before)
        after = lock_of(done.analysis, counted.summary)
        # A run that was killed has left its lines under the name that they had before they were put in place.
        changed = before is None or dumps(before) != dumps(after) or is_unfinished(root) or (root / NEW).is_file()
        if changed and not dry_run:
            write_lock(root, after)
        return SignedOff(run.report(judged), before, after, written=changed and not dry_run)
