"""Findings about records of a source that is imported: each says why a record was refused, and where it stands.

A message states a fact and a help states an act; lower case, no full stop.
"""

from __future__ import annotations

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.where import InFile, OnLine, Origin, Where
from corpusbuild.interchange.model import At
from corpusbuild.rules import (
    dangling_target,
    malformed_record,
    record_not_carried,
    repeated_record_id,
    span_fits_no_unit,
    text_not_there,
)
from corpusbuild.rules import missing_role as role_missing


def where(at: At) -> Where:
    """The place of a record, for a finding: its line, or the file as a whole."""
    return OnLine(Origin(at.path), at.line) if at.line else InFile(Origin(at.path))


def malformed(at: At, message: str, help: str = "") -> Finding:  # noqa: A002  the field's name
    """A record that is not what its format says it should be (CB701)."""
    return malformed_record.RULE.finding(message, where(at), help=help)


def dangling(at: At, message: str, help: str = "") -> Finding:  # noqa: A002  the field's name
    """A record that names another, which is not there (CB702)."""
    return dangling_target.RULE.finding(message, where(at), help=help)


def repeated(at: At, message: str, help: str = "") -> Finding:  # noqa: A002  the field's name
    """A record with the id of an earlier one (CB703)."""
    return repeated_record_id.RULE.finding(message, where(at), help=help)


def missing_role(at: At, message: str, help: str = "") -> Finding:  # noqa: A002  the field's name
    """A relation or an event without an argument that it must have (CB704)."""
    return role_missing.RULE.finding(message, where(at), help=help)


def no_unit(at: At, message: str, help: str = "") -> Finding:  # noqa: A002  the field's name
    """A span whose words stand at its offsets in no unit that offsets are counted in (CB705)."""
    return span_fits_no_unit.RULE.finding(message, where(at), help=help)


def no_text(at: At, message: str, help: str = "") -> Finding:  # noqa: A002  the field's name
    """Annotations of a text that is not in the source, or cannot be read (CB706)."""
    return text_not_there.RULE.finding(message, where(at), help=help)


def not_carried(at: At, message: str, help: str = "") -> Finding:  # noqa: A002  the field's name
    """A record that is sound and has no place in the corpus that is made (CB707)."""
    return record_not_carried.RULE.finding(message, where(at), help=help)
