"""A value that is none of those the schema lists.

## Why
Labels become classes. One that is misspelt would be a class of its own, with one member.

## Example
```json
{"attribution": "indirct"}
```

## How to mend
Write one of the values listed. A label that is missing from the list goes into the schema. `--fix` writes the one that
differs in nothing but case, white space, hyphens and underscores; `--fix --unsafe`, the nearest.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Edit, Finding, Fix, Rule, Severity
from corpusbuild.diagnostics.where import InJson
from corpusbuild.rules.showing import as_json, excerpt
from corpusbuild.schema.judging import ShapeFault
from corpusbuild.text.nearest import meant_name

RULE = Rule("CB104", "value-not-allowed", Severity.ERROR, since="0.1.0", essential=True)


def check(where: InJson, fault: ShapeFault) -> Iterator[Finding]:
    """``enum`` or ``const`` says no."""
    allowed = [fault.wanted] if fault.keyword == "const" else list(fault.wanted)
    names = [value for value in allowed if isinstance(value, str)]
    meant = meant_name(fault.value, names, " -_") if isinstance(fault.value, str) else None
    near = meant.name if meant else None
    yield RULE.finding(
        f"{excerpt(fault.value)} is not allowed here",
        where,
        label=f'the nearest is "{near}"' if near else "",
        help=f'write "{near}"' if near else f"write one of {', '.join(map(as_json, allowed))}",
        fix=Fix((Edit.to_string(where, meant.name),), meant.certain) if meant and meant.alone else None,
    )
