"""A string that is not what its format says: a date, an instant, a URI, …

## Why
`format` is a promise about what the string means, and some formats decide a column's type. It is checked here,
not just noted.

## Example
```json
{"date": "19 June 2024"}
```

## How to mend
Write it in the format named: dates as 2024-06-19, instants as 2024-06-19T10:00:00+07:00.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where
from corpusbuild.rules.showing import excerpt
from corpusbuild.schema.judging import ShapeFault

RULE = Rule("CB109", "format-mismatch", Severity.ERROR, since="0.1.0", essential=True)


_FORMS = {"date": "2024-06-19", "date-time": "2024-06-19T10:00:00+07:00", "time": "10:00:00+07:00", "uri": "https://example.org/page"}


def check(where: Where, fault: ShapeFault) -> Iterator[Finding]:
    """``format`` says no."""
    example = _FORMS.get(str(fault.wanted))
    wanted = f"an {fault.wanted}" if str(fault.wanted)[0] in "aeio" else f"a {fault.wanted}"
    help_text = f"write it like {example}" if example else f"write {wanted}"
    if example and _outline(fault.value) == _outline(example):
        help_text = "correct the value; its form is right"
    yield RULE.finding(f"{excerpt(fault.value)} is not {wanted}", where, help=help_text)


def _outline(text: str) -> str:
    return re.sub(r"\d", "0", text)
