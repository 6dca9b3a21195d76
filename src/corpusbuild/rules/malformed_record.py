"""A record of a source that is imported is not what its format says it should be.

## Why
What cannot be read cannot be carried over, and nothing is left out in silence.

## Example
In a `.ann` file of brat, a text-bound line without its second tab: `T3	Person 0 4 Siti`.

## How to mend
Mend the line in the source, or have the tool write the file again. With `corpusbuild import --keep-going` the record goes to
`rejects.jsonl`, and the rest is imported.
"""

from __future__ import annotations

from corpusbuild.diagnostics.finding import Rule, Severity

RULE = Rule("CB701", "malformed-record", Severity.ERROR, since="0.1.0")
