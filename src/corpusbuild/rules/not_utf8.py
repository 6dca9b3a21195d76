"""A file that is not UTF-8.

## Why
Every tool that opens the corpus must see the same words. Bytes in another encoding are read as different
letters by different programs, and offsets no longer mean anything.

## Example
`raw/pidato.txt` was saved as Windows-1252: the byte `E9` stands where `é` should.

## How to mend
Save the file as UTF-8. `iconv -f WINDOWS-1252 -t UTF-8` converts one whose old encoding is known; the tool
never guesses it.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InBytes, Origin

RULE = Rule("CB001", "not-utf8", Severity.ERROR, since="0.1.0", essential=True)


def check(origin: Origin, data: bytes) -> Iterator[Finding]:
    """The first byte of ``data`` that is not UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        shown = data[error.start : error.end].hex(" ").upper()
        yield RULE.finding(
            "this file is not UTF-8",
            InBytes(origin, error.start, error.end),
            label=f"byte{'s' if error.end - error.start > 1 else ''} {shown}: {error.reason}",
            help="save the file as UTF-8",
        )
