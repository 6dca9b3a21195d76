"""A file, or a line of a shard, that is not one JSON value of the kind that is wanted.

## Why
Nothing in it can be read. NaN and Infinity are no JSON either, though some programs write them.

## Example
```json
{"article": "pidato", "annotator": "ana",}
```
A comma stands before the brace.

## How to mend
Mend the JSON at the place shown; what is wrong often stands just before it.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.corpus.json_reading import JsonFault
from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InBytes, InJson, Origin

RULE = Rule("CB007", "invalid-json", Severity.ERROR, since="0.1.0", essential=True)


def check(origin: Origin, fault: JsonFault, data: bytes) -> Iterator[Finding]:
    """What the parser could not read in ``data``; where they end too soon, the place behind the last that is not blank."""
    end = len(data.rstrip())
    start = min(fault.byte, end)
    reason = fault.reason if end else "there is nothing here"
    yield RULE.finding(f"this is not JSON: {reason}", InBytes(origin, start, min(start + 1, end)))


def not_a(kind: str, origin: Origin) -> Iterator[Finding]:
    """A value of another kind at the root: ``kind`` is "an object" or "an array of objects"."""
    yield RULE.finding(f"this must be {kind}", InJson(origin), help=f"write {kind}")
