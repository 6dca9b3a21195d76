"""All findings of a run, each with its place, in an order that depends on nothing but the corpus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from corpusbuild.diagnostics.finding import Finding, Severity
from corpusbuild.diagnostics.where import Place


@dataclass(frozen=True, slots=True)
class Located:
    """A finding whose place is known by line and column; ``also`` goes with ``finding.also``, one by one."""

    finding: Finding
    place: Place
    also: tuple[Place, ...] = ()

    @property
    def _order(self) -> tuple[object, ...]:
        return (self.place.path, self.place.line, self.place.column, self.finding.code, self.finding.message, self.place)


@dataclass(frozen=True, slots=True)
class Report:
    """Findings ordered by file, then place, then code; the same corpus gives the same report.

    ``waived`` are those that a waiver forgives, each with the reason given: they do not count.
    """

    findings: tuple[Located, ...] = field(default=())
    waived: tuple[tuple[Located, str], ...] = field(default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "findings", tuple(sorted(self.findings, key=lambda each: each._order)))  # noqa: SLF001  same module

    def __iter__(self) -> Iterator[Located]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def count(self, severity: Severity) -> int:
        """How many findings are of this severity."""
        return sum(each.finding.severity is severity for each in self.findings)

    @property
    def ok(self) -> bool:
        """Whether nothing counts as an error."""
        return not self.count(Severity.ERROR)
