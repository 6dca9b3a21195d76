"""A key that stands twice in one JSON object.

## Why
Parsers keep one of the two values and drop the other in silence, and not all keep the same one.

## Example
```json
{"id": "c1", "type": "fact", "type": "norm"}
```

## How to mend
Delete one of the two, or give it its right name. `--fix --unsafe` deletes the second where both values are equal:
nothing that was written is lost, but it may have been meant to be another key.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.corpus.json_positions import JsonPositions
from corpusbuild.diagnostics.finding import Also, Edit, Finding, Fix, Rule, Severity
from corpusbuild.diagnostics.where import InBytes, Origin

RULE = Rule("CB008", "duplicate-json-key", Severity.ERROR, since="0.1.0", essential=True)


def check(origin: Origin, data: bytes) -> Iterator[Finding]:
    """Every key of ``data`` that stands in its object before."""
    for pointer, first, second, spare in JsonPositions(data).repeated_keys():
        yield RULE.finding(
            f'the key "{pointer[-1]}" stands twice in this object',
            InBytes(origin, *second),
            label="again here",
            also=(Also(InBytes(origin, *first), "first here"),),
            help="delete one of the two",
            fix=Fix((Edit(InBytes(origin, *spare), ""),), safe=False) if spare else None,
        )
