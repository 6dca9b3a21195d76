"""A value of another type than the schema wants.

## Why
A column has one type. `"3"` is not 3, and null is only null where the schema says so.

## Example
```json
{"difficult": "yes"}
```

## How to mend
Write a value of the type named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where
from corpusbuild.rules.showing import excerpt
from corpusbuild.schema.judging import ShapeFault

RULE = Rule("CB107", "wrong-type", Severity.ERROR, since="0.1.0", essential=True)


def check(where: Where, fault: ShapeFault) -> Iterator[Finding]:
    """``type`` says no, or none of several alternatives fits."""
    if fault.keyword != "type":
        titles = [option["title"] for option in fault.wanted if isinstance(option, dict) and "title" in option]
        yield from no_form_fits(fault.value, where, titles)
        return
    types = [fault.wanted] if isinstance(fault.wanted, str) else list(fault.wanted)
    wanted = " or ".join(types)
    yield RULE.finding(f"{excerpt(fault.value)} is not of type {wanted}", where, help=f"write a value of type {wanted}")


def no_form_fits(value: object, where: Where, titles: Sequence[str]) -> Iterator[Finding]:
    """``value`` has none of the forms of these titles; there may be others that have no title."""
    forms = f"one of them: {'; '.join(titles)}" if len(titles) != 1 else titles[0]
    message = f"{excerpt(value)} has none of the forms that the schema allows here"
    yield RULE.finding(message, where, help=f"write {forms if titles else 'one of them'}")
