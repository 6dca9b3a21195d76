"""A finding: one fault, with its place and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from corpusbuild.diagnostics.where import Where


class Severity(StrEnum):
    """How grave a finding is. Errors keep ``make`` from writing; warnings and notes do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Also:
    """A second place that a finding shows, with what is to be seen there."""

    where: Where
    label: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault.

    ``message`` states a fact and stands alone; ``label`` says in a few words what the carets point
    at; ``help`` states an act. All are lower case, without a full stop.
    """

    code: str
    name: str
    severity: Severity
    message: str
    where: Where
    label: str = ""
    also: tuple[Also, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """The facts of a rule. Its documentation is the docstring of the module that it stands in."""

    code: str
    name: str
    severity: Severity
    since: str

    def finding(self, message: str, where: Where, *, label: str = "", also: tuple[Also, ...] = (), help: str = "") -> Finding:  # noqa: A002  the field's name
        """A finding of this rule."""
        return Finding(self.code, self.name, self.severity, message, where, label, also, help)
