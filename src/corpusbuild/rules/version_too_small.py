"""A version that rises less than the changes demand.

## Why
Whoever reads 1.2.1 after 1.2.0 trusts that results can be compared. A version number is only worth something if it cannot lie.

## Example
A label was renamed since 1.2.0, which takes 2.0.0, and the corpus is to be released as 1.3.0.

## How to mend
Release the version that is asked for, or a greater one; `corpusbuild diff` shows the records behind it. Or take the change back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB605", "version-too-small", Severity.ERROR, since="0.1.0")


def check(version: str, old: str, least: str, reasons: Sequence[str], where: Where) -> Iterator[Finding]:
    """``version`` is asked for, but what changed since ``old`` demands ``least``, for these ``reasons``."""
    why = "; ".join(reasons[:3]) + (f"; and {len(reasons) - 3:,} more" if len(reasons) > 3 else "")
    yield RULE.finding(f"{version} is too small after {old}: {why}", where, help=f"release {least}, or a greater version")


def nothing(old: str, where: Where) -> Iterator[Finding]:
    """Nothing has changed since ``old``."""
    yield RULE.finding(f"nothing has changed since {old}", where, help="name a greater version to release it all the same")


def unknown(old: str, where: Where) -> Iterator[Finding]:
    """The changelog has a release ``old``, and there is nothing here to compare with."""
    yield RULE.finding(
        f"{old} was released, and neither its tag nor its archive is here to compare with",
        where,
        help="fetch the tags (`git fetch --tags --unshallow`), or name the release with --against",
    )
