"""A value that some other keyword of the schema refuses: a bound, a length, `uniqueItems`, `not`, `if`/`then`, …

## Why
The corpus's own schema says that this value would be wrong.

## Example
```json
{"intensity": 11}
```
where the schema says `"maximum": 10`.

## How to mend
Correct the value, or the schema where it asks too much.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import InJson
from corpusbuild.rules.showing import excerpt
from corpusbuild.schema.judging import ShapeFault

RULE = Rule("CB110", "constraint-not-met", Severity.ERROR, since="0.1.0", essential=True)

_SAID = {
    "minimum": "{value} is less than {wanted}",
    "maximum": "{value} is more than {wanted}",
    "exclusiveMinimum": "{value} is not more than {wanted}",
    "exclusiveMaximum": "{value} is not less than {wanted}",
    "multipleOf": "{value} is no multiple of {wanted}",
    "minLength": "it has {size} of at least {wanted} characters",
    "maxLength": "it has {size} of at most {wanted} characters",
    "minItems": "it has {size} of at least {wanted} items",
    "maxItems": "it has {size} of at most {wanted} items",
    "false": "the schema allows nothing where {value} stands",
    "not": "this is what the schema says it must not be",
}


def check(where: InJson, fault: ShapeFault) -> Iterator[Finding]:
    """Any keyword that has no rule of its own says no."""
    twins = _twins(fault.value) if fault.keyword == "uniqueItems" else None
    if twins is not None:
        first, second = (InJson(where.origin, (*where.pointer, i)) for i in twins)
        message = f"{excerpt(fault.value[twins[1]])} stands twice in this list"
        yield RULE.finding(message, second, label="again here", also=(Also(first, "first here"),), help="delete one of the two")
        return
    size = len(fault.value) if isinstance(fault.value, str | list) else 0
    said = _SAID.get(fault.keyword, "").format(value=excerpt(fault.value), wanted=fault.wanted, size=size) or fault.message
    message = said if len(said) <= 160 else f"{said[:159]}…"
    yield RULE.finding(
        f'this does not meet "{fault.keyword}": {message}', where, help="correct the value, or the schema where it asks too much"
    )


def _twins(items: list[object]) -> tuple[int, int] | None:
    """The first item that stands in the list before, and where."""
    first: dict[str, int] = {}
    for i, item in enumerate(items):
        before = first.setdefault(json.dumps(item, sort_keys=True), i)
        if before != i:
            return before, i
    return None
