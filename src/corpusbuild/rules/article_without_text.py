"""Metadata without a text.

## Why
`raw/<id>.json` goes with `raw/<id>.txt`, or holds `"text": {"sha256": …, "chars": …}` where the text may not
be redistributed.

## Example
`raw/pidato.json` stands alone.

## How to mend
Put the text in, or detach it, or delete the metadata.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InFile, InJson, Origin

RULE = Rule("CB014", "article-without-text", Severity.ERROR, since="0.1.0", essential=True)


def check(metadata: Origin, text: str | None) -> Iterator[Finding]:
    """Metadata that has no text beside it; ``text`` is the path where it should be, None in a shard."""
    help_text = f"write {text}" if text else 'write "text" in this line'
    where = InFile(metadata) if text else InJson(metadata, ("id",))
    yield RULE.finding("this article has no text", where, help=f'{help_text}, or detach it: "text": {{"sha256": …, "chars": …}}')
