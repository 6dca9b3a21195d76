"""A key that stands twice in one JSON object.

## Why
Parsers keep one of the two values and drop the other in silence, and not all keep the same one.

## Example
```json
{"id": "c1", "type": "fact", "type": "norm"}
```

## How to mend
Delete one of the two, or give it its right name.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.corpus.json_positions import JsonPositions
from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import InBytes, Origin

RULE = Rule("CB008", "duplicate-json-key", Severity.ERROR, since="0.1.0", essential=True)


def check(origin: Origin, data: bytes) -> Iterator[Finding]:
    """Every key of ``data`` that stands in its object before."""
    for pointer, first, second in JsonPositions(data).repeated_keys():
        yield RULE.finding(
            f'the key "{pointer[-1]}" stands twice in this object',
            InBytes(origin, *second),
            label="again here",
            also=(Also(InBytes(origin, *first), "first here"),),
            help="delete one of the two",
        )
