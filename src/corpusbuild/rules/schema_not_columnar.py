"""A place in a schema that no column can hold.

## Why
Every property becomes a typed column. An object that allows any property, or a value that may be a number or a
list, has no type that Parquet and `datasets` know.

## Example
```json
{"properties": {"extra": {"type": "object"}}}
```

## How to mend
Close the object (`"additionalProperties": false`) or give the value one type. `"x-column": "json"` keeps what
stands there as a JSON string.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InJson, Origin
from corpusbuild.schema.loading import SchemaFault

RULE = Rule("CB102", "schema-not-columnar", Severity.ERROR, since="0.1.0", essential=True)


def check(fault: SchemaFault) -> Iterator[Finding]:
    """A fault of a schema file."""
    where = InJson(Origin(f"schema/{fault.file}"), fault.pointer)
    yield RULE.finding(fault.message, where, label="no column can hold this", help=fault.help)
