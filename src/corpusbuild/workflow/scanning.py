"""Scan the input of a corpus, task by task, where the engine runs them.

What the scan of a range of a shard found is kept in ``.corpusbuild/scan/`` under the name of what decides it, and is not
found again: the bytes of the lines, and everything that they are judged by. Only where there was nothing to report.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from corpusbuild.corpus.layout import ArticleFiles, Layout
from corpusbuild.corpus.own_folder import own_folder
from corpusbuild.corpus.scratch import scratch
from corpusbuild.corpus.shards import Hashed, Lines, ranges
from corpusbuild.corpus.storage import Root
from corpusbuild.emit.libraries import made_by
from corpusbuild.engines import Engine
from corpusbuild.errors import CannotGoOn, CannotWrite
from corpusbuild.facts import AnnotationFacts, Facts
from corpusbuild.plan import Plan
from corpusbuild.scan.annotations import scan_annotations
from corpusbuild.scan.articles import scan_article_files, scan_article_lines
from corpusbuild.scan.documents import wholes
from corpusbuild.similarity import Sketches
from corpusbuild.workflow.kept_facts import is_kept, load, save
from corpusbuild.workflow.progress import Progress, silent
from corpusbuild.workflow.selection import narrowed, targets

KEPT, SKETCHES = "scan", "sketches"
"""The folders, below ``.corpusbuild/``, of what was found before, and of what is too large to hold while it is linked."""

# Files of one article each are scanned in runs: enough to make a task worth sending.
_FILES_A_TASK = 256


@dataclass(frozen=True, slots=True)
class Task:
    """A part of the input that is scanned at once."""

    articles: tuple[ArticleFiles, ...] = ()
    article_lines: Lines | None = None
    annotations: tuple[str, ...] = ()
    annotation_lines: Lines | None = None
    hashed: Hashed | None = None
    """What is known of the lines, where the run has read them before: what was saved since is for the next run."""

    @property
    def step(self) -> str:
        """What is done by scanning it, as progress has it."""
        return "reading" if self.articles or self.annotations else "reading shards"

    @property
    def size(self) -> int:
        """How much that is: files, or bytes of shards."""
        lines = self.article_lines or self.annotation_lines
        return len(self.articles) + len(self.annotations) if lines is None else lines.end - lines.start


@dataclass(frozen=True, slots=True)
class Scanner:
    """All that a scan takes besides the input; what was found before is in ``kept``, if anything is to be kept."""

    plan: Plan
    kept: Path | None = None
    fingerprint: bytes = b""

    def __call__(self, task: Task) -> Found:
        """Scan a part of the input."""
        plan = self.plan
        if task.articles:
            return Found(scan_article_files(task.articles, plan))
        lines = task.article_lines or task.annotation_lines
        if lines is None:
            return Found(scan_annotations(wholes(plan.root, task.annotations), plan))
        scanned = scan_annotations if task.article_lines is None else scan_article_lines
        if self.kept is not None and task.hashed is not None:
            name = self._name(scanned, lines, task.hashed)
            if is_kept(self.kept / name):
                return Found(None, name)
        loaded = lines.load(plan.root)
        if self.kept is None:
            return Found(scanned(loaded.lines(), plan))
        name = self._name(scanned, lines, Hashed(loaded.offset, loaded.sha256))
        if is_kept(self.kept / name):
            return Found(None, name)
        facts = scanned(loaded.lines(), plan)
        return Found(None, name) if facts.silent and save(self.kept / name, facts) else Found(facts)

    def _name(self, scanned: Callable[..., Facts], lines: Lines, hashed: Hashed) -> str:
        """What decides the facts of some lines."""
        said = orjson.dumps([scanned.__name__, lines.path, hashed.offset])
        return hashlib.sha256(self.fingerprint + said + hashed.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Found:
    """What the scan of a task found, or the name under which that is kept."""

    facts: Facts | None
    name: str = ""


def scan(  # noqa: PLR0913, PLR0917  all that a scan takes
    layout: Layout,
    plan: Plan,
    engine: Engine,
    progress: Progress,
    sketches: Sketches,
    kept: Path | None = None,
    hashed: Mapping[Lines, Hashed] | None = None,
) -> Facts:
    """The facts of everything in ``layout``.

    What was found before is in ``kept``, if anything is to be kept; ``hashed`` is known of some ranges of shards.
    """
    scanner = Scanner(plan) if kept is None else Scanner(plan, kept, _fingerprint(plan))
    tasks = [*_tasks(layout, plan.root, plan.config.limits.line_bytes, hashed or {})]
    names: set[str] = set()
    total: Counter[str] = Counter()
    for task in tasks:
        total[task.step] += task.size
    for step, size in islice(total.items(), 1):
        progress(step, 0, size)

    def parts() -> Iterator[Facts]:
        done: Counter[str] = Counter()
        for task, found in zip(tasks, engine.map(scanner, tasks), strict=True):
            yield found.facts or _load(kept, found.name)
            names.add(found.name)
            done[task.step] += task.size
            progress(task.step, done[task.step], total[task.step])

    facts = Facts.joined(parts(), sketches)
    if kept is not None:
        _tidy(kept, names)
    return facts


def _load(kept: Path | None, name: str) -> Facts:
    """What a task has found and kept, and proved to be whole."""
    facts = None if kept is None else load(kept / name)
    if facts is None:
        raise CannotGoOn("what was found a moment ago is gone", f"{kept}/{name}", "run again, and let no other run delete it")
    return facts


def scan_only(layout: Layout, only: frozenset[str], plan: Plan, engine: Engine, sketches: Sketches) -> Facts:
    """The facts of some files, and of the documents that they refer into; other articles are only known by name."""
    part, left = narrowed(layout, only)
    facts = scan(part, plan, engine, silent, sketches)
    referred = frozenset(reference.article for each in facts.annotations.referring() for reference in each.foreign)
    others = scan_annotations(wholes(plan.root, targets(layout, referred, only)), plan)
    facts.annotations = AnnotationFacts.joined((facts.annotations, others.annotations))
    facts.unreadable |= others.unreadable
    facts.unplaceable |= left
    facts.partial = True
    return facts


def _tasks(layout: Layout, root: Root, most: int, hashed: Mapping[Lines, Hashed]) -> Iterator[Task]:
    for run in _runs(layout.articles):
        yield Task(articles=tuple(run))
    for path in layout.article_shards:
        for lines in ranges(root, path, most=most):
            yield Task(article_lines=lines, hashed=hashed.get(lines))
    for paths in _runs(layout.annotations):
        yield Task(annotations=tuple(paths))
    for path in layout.annotation_shards:
        for lines in ranges(root, path, most=most):
            yield Task(annotation_lines=lines, hashed=hashed.get(lines))


def _runs(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _FILES_A_TASK):
        yield items[start : start + _FILES_A_TASK]


# ---- what is kept ----


def _fingerprint(plan: Plan) -> bytes:
    """A hash of everything that lines are judged by."""
    config = plan.config
    keys = {table: {owner: sorted(keys) for owner, keys in owners.items()} for table, owners in plan.registry_keys.items()}
    digest = hashlib.sha256(plan.schemas_sha256)
    said: dict[str, Any] = {**made_by(), "keys": keys}
    said |= {"group": config.splits.group, "derived": config.splits.derived, "shingle": config.duplicates.shingle}
    said |= {"limits": asdict(config.limits)}
    digest.update(orjson.dumps(said, option=orjson.OPT_SORT_KEYS))
    return digest.digest()


def _tidy(kept: Path, names: Iterable[str]) -> None:
    """Take away what was kept of input that is no longer there."""
    wanted = set(names)
    for path in kept.iterdir():
        if path.stem not in wanted:
            path.unlink(missing_ok=True)


@contextmanager
def sketch_folder(root: Root, *, needed: bool) -> Iterator[Path | None]:
    """A folder for sketches that are too many to be held in memory, gone in the end; None where it is not ``needed``."""
    if not needed:
        yield None
        return
    parent = own_folder(root, SKETCHES)
    try:
        folders = ExitStack()
        folder = folders.enter_context(scratch(parent))
    except OSError as error:
        raise CannotWrite(f"nothing can be kept here: {error.strerror}", f"{parent}", "make room, or the folder writable") from error
    with folders:
        yield folder
