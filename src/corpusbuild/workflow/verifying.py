"""Verify a data set: a folder, an archive or a URL. Needs no corpus folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from corpusbuild.diagnostics.report import Located, Report
from corpusbuild.diagnostics.source import SourceFile
from corpusbuild.diagnostics.where import InFile, Origin
from corpusbuild.workflow.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class Verified:
    """What was proved of the data set at ``place``, and what was found: places are paths from its root.

    ``sources`` are the files that findings point into, for whoever shows them: what was unpacked is gone by then.
    """

    place: str
    report: Report
    proved: tuple[str, ...]
    sources: Mapping[str, SourceFile] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the data set is whole."""
        return self.report.ok

    def source(self, origin: Origin) -> SourceFile:
        """The file of a finding; empty for one that is pointed at as a whole."""
        return self.sources.get(origin.path, SourceFile(origin.path, b""))

    def words(self, each: Located) -> str:
        """What a finding points at, as far as it stands on its first line."""
        line = self.source(each.finding.where.origin).line(each.place.line)
        return line[each.place.column - 1 : each.place.end_column - 1 if each.place.end_line == each.place.line else None]


def verify(place: str | Path, *, load: bool = True, progress: Progress = silent) -> Verified:
    """Prove the data set at ``place`` whole, or find what is wrong with it; ``load`` says whether ``datasets`` is to load it.

    Raises :class:`~corpusbuild.errors.CannotGoOn` where there is no data set.
    """
    from corpusbuild.corpus.locate import Locator  # noqa: PLC0415  start-up time
    from corpusbuild.release.archive import DamagedArchive  # noqa: PLC0415  start-up time
    from corpusbuild.release.dataset import at_hand  # noqa: PLC0415  start-up time
    from corpusbuild.release.verifying import prove  # noqa: PLC0415  start-up time
    from corpusbuild.rules import damaged_archive  # noqa: PLC0415  start-up time

    try:
        with at_hand(place, unproved=True) as there:
            proof = prove(there, progress, load=load)
            locator = Locator(there.folder)
            located = tuple(locator.locate(finding) for finding in proof.findings)
            inside = {each.where.origin for each in proof.findings if not isinstance(each.where, InFile)}
            sources = {origin.path: locator.source(origin) for origin in inside}
    except DamagedArchive as error:
        name = Path(error.place).name
        damaged = [Locator(Path()).locate(finding) for finding in damaged_archive.check(name, error.message)]
        return Verified(str(place), Report(tuple(damaged)), ())
    return Verified(str(place), Report(located), tuple(proof.proved), sources)
