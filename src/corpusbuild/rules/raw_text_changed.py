"""An article whose text is not the one that was signed off.

## Why
Everything in the corpus stands on the texts. A changed text moves offsets in the data set, and whoever has the last
release has other words for the same article.

## Example
Someone corrects a name in `raw/pasar.txt` after the release.

## How to mend
Take the change back, or sign it off with `corpusbuild lock`.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Also, Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where
from corpusbuild.rules.signing import HELP

RULE = Rule("CB604", "raw-text-changed", Severity.WARNING, since="0.1.0")


def check(article: str, where: Where, signed: Where) -> Iterator[Finding]:
    """The text of ``article`` has another hash than it had."""
    yield RULE.finding(f'the text of "{article}" is not the one that was signed off', where, also=(Also(signed, "signed off"),), help=HELP)
