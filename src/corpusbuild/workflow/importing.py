"""Bring work in from another tool: a source becomes a corpus folder, or a list of what is wrong in the source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson

from corpusbuild.corpus.locate import Locator
from corpusbuild.diagnostics.finding import Finding, Severity
from corpusbuild.diagnostics.report import Report
from corpusbuild.errors import CannotGoOn
from corpusbuild.interchange.building import Builder
from corpusbuild.interchange.files import is_archive
from corpusbuild.interchange.formats import reader
from corpusbuild.interchange.judging import Sound, sound
from corpusbuild.interchange.mapping import Mapped
from corpusbuild.interchange.mapping_file import MappingFile
from corpusbuild.interchange.model import Document, Reader, Source, Unit
from corpusbuild.interchange.offsets import Counted
from corpusbuild.interchange.recording import REJECTS, is_refusal, place_of
from corpusbuild.policy import Judged
from corpusbuild.workflow.initialising import corpus_name
from corpusbuild.workflow.progress import Progress, silent
from corpusbuild.workflow.run import located

_WHOSE = frozenset({"annotator", "pattern"})
_SHOWN = 10_000  # characters of a record that the list of rejects has


@dataclass(frozen=True, slots=True)
class Options:
    """How a source is imported: the options of the format, and those that all formats have.

    ``unit`` is what offsets count where words do not prove it, ``crlf`` whether CRLF counts as two; ``gold`` the annotator whose
    labels are the reference.
    """

    format: Mapping[str, str]
    mapping: MappingFile | None = None
    unit: Unit | None = None
    crlf: bool | None = None
    gold: str | None = None
    keep_going: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import found, and what it made: ``folder`` is None where nothing was written."""

    folder: Path | None
    report: Report
    source: Path
    """The folder or the archive that the places of the report are in."""

    articles: int = 0
    annotations: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)
    records: Mapping[str, int] = field(default_factory=dict)
    """How many records were kept, changed, refused."""

    units: Mapping[str, int] = field(default_factory=dict)
    """How offsets are counted, and in how many documents."""

    annotators: tuple[str, ...] = ()
    gold: str | None = None

    @property
    def ok(self) -> bool:
        """Whether every record of the source was read."""
        return self.report.ok


def import_corpus(  # noqa: PLR0913  each is an option of the command
    format: str,  # noqa: A002  the command's name
    source: str | Path,
    to: str | Path,
    *,
    options: Mapping[str, str] | None = None,
    mapping: str | Path | None = None,
    unit: str | None = None,
    crlf: bool | None = None,
    gold: str | None = None,
    keep_going: bool = False,
    progress: Progress = silent,
) -> Imported:
    """Make a corpus at ``to`` of what a tool wrote; nothing is written where a record cannot be read, unless ``keep_going``.

    Raises :class:`~corpusbuild.errors.CannotGoOn` for a source that is not of this format, or where nothing can be written.
    """
    said = None if mapping is None else MappingFile(Path(mapping))
    if said is not None:
        options, unit, gold = _with(said.options, options or {}), unit or said.unit, gold or said.gold
    how = Options(options or {}, said, _unit(unit), crlf, gold, keep_going)
    reads = reader(format)
    place = Path(source)
    if not place.exists():
        raise CannotGoOn("there is no such file or folder", str(source))
    with ExitStack() as building:  # before anything is there, so that nothing stays, whenever the run is ended
        return _Import(reads, Source(place, how.format), Path(to), building, how, progress).run()


def _with(said: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """The options of a mapping, but for those that are given; who annotated is said in one way."""
    kept = {name: value for name, value in said.items() if not (name in _WHOSE and given.keys() & _WHOSE)}
    return {**kept, **given}


def _unit(name: str | None) -> Unit | None:
    try:
        return None if name is None else Unit(name)
    except ValueError as error:
        raise CannotGoOn(f'there is no unit "{name}"', help=f"units are {', '.join(Unit)}") from error


class _Import:
    """One import at work."""

    def __init__(self, reads: Reader, source: Source, to: Path, building: ExitStack, how: Options, progress: Progress) -> None:
        self._reader, self._source, self._how, self._progress = reads, source, how, progress
        self._root = source.path if source.path.is_dir() or is_archive(source.path) else source.path.parent
        self._tables = {table.name: table for table in reads.tables(source)}
        self._mapper: Mapped | None = None if how.mapping is None else how.mapping.mapped(self._tables.values())
        self._builder = Builder(to, building, self._mapper)
        self._declare()
        self._findings: list[Finding] = []
        self._units: Counter[str] = Counter()
        self._failed = False

    def run(self) -> Imported:
        """Read, write, put in place."""
        try:
            for number, (_, group) in enumerate(groupby(self._reader.documents(self._source), key=_name), start=1):
                self._take(list(group))
                self._progress("importing", number, 0)
            return self._finish()
        finally:
            self._builder.discard()

    def _declare(self) -> None:
        self._builder.declare(self._tables.values() if self._mapper is None else self._mapper.tables)

    def _take(self, documents: list[Document]) -> None:
        """Everything about one text."""
        if any(row.table not in self._tables for each in documents for row in each.rows):
            self._refresh()
        known = Counted(self._how.unit, self._reader.unit, self._how.crlf)
        for each in self._mapped(sound(documents, self._tables, known)):
            self._findings += each.findings
            self._failed = self._failed or any(map(is_error, each.findings))
            self._units.update([each.counting] if each.counting else [])
            # What is not going to be put in place need not be written.
            if self._how.keep_going or not self._failed:
                (self._builder.add if each.text.strip() else self._builder.refused)(each)

    def _mapped(self, documents: Iterable[Sound]) -> Iterator[Sound]:
        return iter(documents) if self._mapper is None else map(self._mapper.map, documents)

    def _refresh(self) -> None:
        """Ask again for the tables: some formats know them only once they were read."""
        self._tables = {table.name: table for table in self._reader.tables(self._source)}
        self._declare()

    def _finish(self) -> Imported:
        report = located(self._root, Judged(self._findings))
        result = Imported(None, report, self._root, units=self._units, records=self._builder.records.counts)
        if self._failed and not self._how.keep_going:
            return result
        builder = self._builder
        if not builder.articles:
            if not self._findings:
                raise CannotGoOn("there is no document here", str(self._source.path))
            return result
        refused = [each.finding for each in report if is_refusal(each.finding)]
        if refused:
            self._write_rejects(refused)
        target = builder.target.resolve().name
        gold = builder.finish(corpus_name(target), target, self._how.gold)
        return replace(
            result,
            folder=builder.target,
            articles=builder.articles,
            annotations=builder.annotations,
            rows=builder.rows,
            annotators=tuple(builder.annotators),
            gold=gold,
        )

    def _write_rejects(self, refused: Iterable[Finding]) -> None:
        """Beside the list of all records, those that were refused, as they stand in the source."""
        locator = Locator(self._root)
        with (self._builder.folder / REJECTS).open("wb") as file:
            for each in refused:
                at = place_of(each)
                line: dict[str, Any] = {**at, "code": each.code, "why": each.message}
                if "line" in at:
                    line["record"] = locator.source(each.where.origin).line(at["line"])[:_SHOWN]
                file.write(orjson.dumps(line) + b"\n")


def is_error(finding: Finding) -> bool:
    """Whether a finding keeps the corpus from being written."""
    return finding.severity is Severity.ERROR


def _name(document: Document) -> str:
    return document.name
