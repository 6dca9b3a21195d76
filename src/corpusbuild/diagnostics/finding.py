"""A finding: one fault, with its place and what to do about it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from corpusbuild.diagnostics.where import InJson, Where


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
class Edit:
    """``text`` in the place of what stands at ``where``; in a JSON document, the JSON text of a value or of a key."""

    where: Where
    text: str

    @classmethod
    def to_string(cls, where: InJson, value: str) -> Edit:
        """Another string for a value or a key of a JSON document; what is no ASCII stands as it is."""
        return cls(where, json.dumps(value, ensure_ascii=False))


@dataclass(frozen=True, slots=True)
class Fix:
    """How a finding can be mended by program. Safe: certainly what the author meant; otherwise probable."""

    edits: tuple[Edit, ...]
    safe: bool


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
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """The facts of a rule. Its documentation is the docstring of the module that it stands in."""

    code: str
    name: str
    severity: Severity
    since: str

    essential: bool = False
    """Whether what it finds cannot be compiled: such a rule can be waived for ``check``, never turned off."""

    def finding(
        self,
        message: str,
        where: Where,
        *,
        label: str = "",
        also: tuple[Also, ...] = (),
        help: str = "",  # noqa: A002  the field's name
        fix: Fix | None = None,
    ) -> Finding:
        """A finding of this rule."""
        return Finding(self.code, self.name, self.severity, message, where, label, also, help, fix)
