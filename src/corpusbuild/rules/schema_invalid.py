"""A schema that is not valid, or says what cannot be meant.

## Why
The schemas decide what is checked and which columns there are. A schema that is wrong makes every answer wrong,
so nothing else is looked at until it is mended.

## Example
```json
{"type": "strin"}
```
Other cases: a `$ref` to a file that is not in `schema/` (nothing is ever fetched), an `x-ref` to a table that
does not exist, a table with a name that corpusbuild uses itself.

## How to mend
Mend the schema at the place shown.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InJson, Origin
from corpusbuild.schema.loading import SchemaFault

RULE = Rule("CB101", "schema-invalid", Severity.ERROR, since="0.1.0", essential=True)


def check(fault: SchemaFault) -> Iterator[Finding]:
    """A fault of a schema file."""
    where = InJson(Origin(f"schema/{fault.file}"), fault.pointer, key=fault.key)
    yield RULE.finding(fault.message, where, help=fault.help)
