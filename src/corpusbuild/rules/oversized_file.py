"""A file that is larger than any article or document should be.

## Why
A text or a document is read whole. One of gigabytes is a mistake, such as a dump under the wrong name, or a trap, and would
take all memory before anything is said of it.

## Example
`raw/arsip.txt` holds ten years of a newspaper.

## How to mend
Cut it into articles. Many articles or documents in one file are a shard: `*.jsonl`, one a line, of any size. Where single
files really are that large, set `limits.file_bytes` in the config.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InFile, Origin

RULE = Rule("CB013", "oversized-file", Severity.ERROR, since="0.1.0", essential=True)


def check(path: str, size: int, most: int) -> Iterator[Finding]:
    """The file at ``path`` has ``size`` bytes, and may have ``most``."""
    yield RULE.finding(
        f"this file has {size:,} bytes, and may have {most:,}: it is not read",
        InFile(Origin(path)),
        help="cut it up, make it a shard (*.jsonl), or raise limits.file_bytes",
    )
