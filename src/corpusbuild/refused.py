"""What the schema refuses: why, and what of a document can be looked at all the same."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import deepcopy
from typing import Any

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.where import InJson, Origin, Pointer
from corpusbuild.plan import Plan
from corpusbuild.rules import (
    constraint_not_met,
    format_mismatch,
    limit_met,
    missing_property,
    number_out_of_range,
    pattern_mismatch,
    unexpected_property,
    value_not_allowed,
    wrong_type,
)
from corpusbuild.schema.judging import MORE, NESTING, STEPS, Judge, ShapeFault
from corpusbuild.schema.shape import Scalar

_BY_KEYWORD = {
    "enum": value_not_allowed,
    "const": value_not_allowed,
    "required": missing_property,
    "dependentRequired": missing_property,
    "additionalProperties": unexpected_property,
    "unevaluatedProperties": unexpected_property,
    "type": wrong_type,
    "anyOf": wrong_type,
    "oneOf": wrong_type,
    "pattern": pattern_mismatch,
    "format": format_mismatch,
    NESTING: limit_met,
    STEPS: limit_met,
    MORE: limit_met,
}


def shape_findings(document: Any, origin: Origin, judge: Judge, base: Pointer = ()) -> list[Finding]:
    """Why the schema refuses ``document``, which stands at ``base``; nothing where it does not."""
    return fault_findings(shape_faults(document, judge), document, origin, base)


def shape_faults(document: Any, judge: Judge) -> list[ShapeFault]:
    """Why the schema refuses ``document``, each cause once; nothing where it does not."""
    return [] if judge.accepts(document) else list(_causes(judge.explain(document)))


def fault_findings(faults: Iterable[ShapeFault], document: Any, origin: Origin, base: Pointer = ()) -> list[Finding]:
    """The findings of ``faults`` in ``document``, which stands at ``base``."""
    found: list[Finding] = []
    for fault in faults:
        where = InJson(origin, (*base, *fault.pointer))
        rule = _BY_KEYWORD.get(fault.keyword, constraint_not_met)
        value = _at(document, fault.pointer)
        infinite = value in {math.inf, -math.inf}  # as written, it is too large for a float
        found += number_out_of_range.check(where, value, Scalar.NUMBER.value) if infinite else rule.check(where, fault)
    return found


def _causes(faults: Sequence[ShapeFault]) -> Iterator[ShapeFault]:
    """``faults`` without those of properties that are missing because they are misspelt."""
    unexpected = [(fault, unexpected_property.meant_property(fault.unexpected, fault)) for fault in faults if fault.unexpected is not None]
    misspelt = {(fault.pointer[:-1], meant.name) for fault, meant in unexpected if meant is not None}
    return (fault for fault in faults if fault.missing is None or (fault.pointer, fault.missing) not in misspelt)


def _at(document: Any, pointer: Pointer) -> Any:
    """The number at ``pointer``; None for anything else."""
    try:
        for step in pointer:
            document = document[step]
    except (KeyError, IndexError, TypeError):
        return None
    return document if isinstance(document, float) else None


def faulty_rows(document: dict[str, Any], faults: Sequence[ShapeFault], plan: Plan) -> tuple[tuple[str, int], ...] | None:
    """The rows that cannot be looked into because of their shape; None where more than rows is at fault.

    A label that is none of those allowed keeps nothing else of its row from being looked at.
    """
    members = {table.member for table in plan.shape.tables}
    rows: set[tuple[str, int]] = set()
    spoilt: set[tuple[str, int]] = set()
    mended = deepcopy(document)
    for fault in faults:
        member, index = (*fault.pointer, None, None)[:2]
        if member not in members or not isinstance(index, int):
            return None
        rows.add((str(member), index))
        if not _relabel(mended, fault):
            spoilt.add((str(member), index))
    for withheld in (spoilt, rows):
        rest = {name: [row for i, row in enumerate(mended[name]) if (name, i) not in withheld] for name, _ in rows}
        if plan.annotation_judge.accepts({**mended, **rest}):
            return tuple(sorted(withheld))
    return None


def _relabel(document: Any, fault: ShapeFault) -> bool:
    """Put an allowed label in the place of one that is not; whether that can be done."""
    allowed = [fault.wanted] if fault.keyword == "const" else fault.wanted if fault.keyword == "enum" else []
    label = next((each for each in allowed if isinstance(each, str)), None)
    if label is None or not isinstance(fault.value, str):
        return False
    for step in fault.pointer[:-1]:
        document = document[step]
    document[fault.pointer[-1]] = label
    return True


def without_rows(document: dict[str, Any], rows: Collection[tuple[str, int]]) -> dict[str, Any]:
    """``document`` with None for these rows of its tables, so that the others keep their places."""
    left = {name: [None if (name, i) in rows else row for i, row in enumerate(document[name])] for name, _ in rows}
    return {**document, **left}
