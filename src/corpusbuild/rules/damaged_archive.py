"""An archive that cannot be unpacked, or that nobody should unpack.

## Why
It is not whole, or holds what an archive of a data set never does: links, names that lead out of it, or far more than its size.

## Example
A download that ended early.

## How to mend
Get it again from where it was published.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InFile, Origin

RULE = Rule("CB624", "damaged-archive", Severity.ERROR, since="0.1.0")


def check(path: str, why: str) -> Iterator[Finding]:
    """Why the archive at ``path`` is not unpacked."""
    yield RULE.finding(why, InFile(Origin(path)), help="get it again from where it was published")


def misnamed(path: str, folder: str, wanted: str) -> Iterator[Finding]:
    """The archive's one folder is not named as the data set in it."""
    yield RULE.finding(
        f'its folder is "{folder}", and should be "{wanted}"', InFile(Origin(path)), help="pack it anew with `corpusbuild release`"
    )
