"""A keyword that neither JSON Schema 2020-12 nor corpusbuild knows.

## Why
JSON Schema ignores what it does not know. A mistyped `requird` or `x-tabel` would check nothing, and nobody
would notice.

## Example
```json
{"type": "array", "x-tabel": "claims"}
```

## How to mend
Correct the keyword, or delete it. Notes to readers go into `$comment`.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InJson, Origin
from corpusbuild.schema.loading import SchemaFault
from corpusbuild.schema.vocabulary import KNOWN
from corpusbuild.text.nearest import nearest_name

RULE = Rule("CB103", "unknown-schema-keyword", Severity.WARNING, since="0.1.0")


def check(fault: SchemaFault) -> Iterator[Finding]:
    """A fault of a schema file, whose message is the keyword."""
    near = nearest_name(fault.message, sorted(KNOWN))
    yield RULE.finding(
        f'"{fault.message}" is no keyword of JSON Schema 2020-12',
        InJson(Origin(f"schema/{fault.file}"), fault.pointer, key=True),
        help=f'did you mean "{near}"?' if near else "delete it; notes to readers go into $comment",
    )
