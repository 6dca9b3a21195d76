r"""A name that cannot be an id, or a file that leads out of the corpus.

## Why
Ids become file names and parts of references (`article#key`) on every system. A name with `/` or `..` in it
could reach files outside the corpus; so could a symbolic link.

## Example
```json
{"article": "../../etc/passwd", "annotator": "ana"}
```

## How to mend
Choose a name without `/`, `\`, `#` and control characters, in NFC, of at most 200 bytes. Copy a file in
rather than linking to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InFile, Origin, Where

RULE = Rule("CB012", "unsafe-path", Severity.ERROR, since="0.1.0", essential=True)


def check(where: Where, name: str, fault: str, what: str) -> Iterator[Finding]:
    """``name`` cannot be the id of ``what`` (an article, an annotator), because of ``fault``."""
    yield RULE.finding(f'"{name}" cannot be the id of {what}: {fault}', where, help="choose a name that is safe as a file's name")


def outside(path: str) -> Iterator[Finding]:
    """The file at ``path`` is not a file of this corpus."""
    yield RULE.finding("this leads out of the corpus, or is not a file", InFile(Origin(path)), help="copy the file into the corpus")
