"""A file that corpusbuild does not read.

## Why
Someone put it there for a reason; with another name or place it may be an article or an annotation that
everybody thinks is in the corpus.

## Example
`raw/pidato.TXT`, `annotations/ana/old/pidato.json`.

## How to mend
Give it the name it should have, or move it out. Hidden files and `*.md` are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InFile, Origin

RULE = Rule("CB016", "unread-file", Severity.WARNING, since="0.1.0")


def check(path: str) -> Iterator[Finding]:
    """The file at ``path`` has no meaning in a corpus."""
    wanted = "<id>.txt, <id>.json or *.jsonl in raw/" if path.startswith("raw/") else "<name>.json or *.jsonl, at most one folder deep"
    yield RULE.finding("this file is not read", InFile(Origin(path)), help=f"name it as the others are ({wanted}), or move it out")
