"""What was proved of a data set, and what was found against it."""

from __future__ import annotations

from dataclasses import dataclass, field

from corpusbuild.diagnostics.finding import Finding


@dataclass(slots=True)
class Proof:
    """``proved`` are sentences, each true of the whole data set; ``findings`` name files of it."""

    findings: list[Finding] = field(default_factory=list)
    proved: list[str] = field(default_factory=list)


def counted(count: int, one: str, many: str = "") -> str:
    """``1 file``, ``2,000 files``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
