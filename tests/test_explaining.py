"""Why a value is refused: every refusal has its reasons, as many as can be shown, however dear a pattern is."""

from __future__ import annotations

from typing import Any

import pytest

from corpusbuild.diagnostics.where import InJson, Origin
from corpusbuild.rules import limit_met
from corpusbuild.schema.columnless import instant_fault, parse_instant
from corpusbuild.schema.judging import MORE, MOST, STEPS, Judge, ShapeFault
from corpusbuild.schema.loading import Schemas

DEAR = "^(\\w|\\w\\w)+\\1!$"
"""Refers back, and takes very many steps back in :data:`LONG`."""
LONG = "a" * 60


def explained(schema: dict[str, Any], value: Any, times: int = 1) -> list[ShapeFault]:
    judge = Judge(Schemas({"article.json": schema}), "article.json")
    assert not judge.accepts(value)
    for _ in range(times - 1):
        judge.explain(value)
    return judge.explain(value)


def message(fault: ShapeFault) -> str:
    (finding,) = limit_met.check(InJson(Origin("raw/a.json"), fault.pointer), fault)
    return finding.message


def test_what_a_pattern_for_names_wants_of_a_value_is_told_at_the_value() -> None:
    found = explained(
        {"patternProperties": {"^n_": {"type": "integer"}, "^t_": {"type": "string"}}}, {"n_a": 1, "n_b": "x", "t_c": 2, "d": []}
    )
    assert [(each.pointer, each.keyword, each.wanted) for each in found] == [(("n_b",), "type", "integer"), (("t_c",), "type", "string")]


@pytest.mark.parametrize("times", [1, 25])
def test_a_string_that_a_pattern_is_too_dear_for_is_told_of_however_often(times: int) -> None:
    (fault,) = explained({"properties": {"a": {"pattern": DEAR}}}, {"a": LONG}, times)
    assert (fault.pointer, fault.keyword, fault.value) == (("a",), STEPS, LONG)
    pattern = f"the pattern {DEAR}" if times == 1 else "a pattern"
    assert message(fault).startswith(f'{pattern} takes more than 100,000 steps back on "aaa')


def test_a_name_that_a_pattern_is_too_dear_for_is_told_with_the_pattern() -> None:
    (fault,) = explained({"patternProperties": {DEAR: {"type": "string"}}, "additionalProperties": False}, {LONG: 3})
    assert (fault.pointer, fault.keyword) == ((), STEPS)
    assert message(fault).startswith(f"the pattern {DEAR} takes more than 100,000 steps back on ")


def test_of_very_many_reasons_so_many_are_told_and_that_there_are_more() -> None:
    found = explained({"items": {"type": "string"}}, list(range(MOST + 5)))
    assert [each.pointer for each in found[:-1]] == [(i,) for i in range(MOST)]
    assert (found[-1].keyword, found[-1].wanted) == (MORE, MOST)
    assert len(explained({"items": {"type": "string"}}, list(range(MOST)))) == MOST


@pytest.mark.parametrize("value", ["2031-05-04", "2031-05-04T10:00Z", "2031-05-04T10:00:00", "20310504T100000Z"])
def test_what_is_no_instant_of_rfc_3339_is_none(value: str) -> None:
    assert instant_fault(value) == "it is not written as RFC 3339 wants it"
    with pytest.raises(ValueError, match=value):
        parse_instant(value)
