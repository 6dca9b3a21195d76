"""A compressed shard that cannot be unpacked to its end.

## Why
What cannot be unpacked cannot be read. The lines before the damage are not read either: nobody could tell a corpus that lacks
the others from one that never had them.

## Example
`raw/kabar.jsonl.gz` is the half of a download that broke off.

## How to mend
Get the file again, or pack it again from what it was made of. `gzip -t` and `zstd -t` test a file. Several members or frames in
one file are read one after the other; anything else behind them is damage.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InFile, Origin

RULE = Rule("CB021", "damaged-shard", Severity.ERROR, since="0.1.0", essential=True)


def check(path: str, why: str) -> Iterator[Finding]:
    """Why the shard at ``path`` cannot be unpacked."""
    yield RULE.finding(f"this shard cannot be unpacked: {why}", InFile(Origin(path)), help="get it again, or pack it again")
