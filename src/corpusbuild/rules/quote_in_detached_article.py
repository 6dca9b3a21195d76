"""Words of an article whose text may not be redistributed.

## Why
The article is detached so that its words are not in the repository; a quotation puts them there. Besides, it can
be checked only by those who have the text.

## Example
`annotations/berita.json` quotes an article whose metadata hold only a hash.

## How to mend
Write a position with its check value: `{"start": …, "end": …, "check": …}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import Where

RULE = Rule("CB212", "quote-in-detached-article", Severity.ERROR, since="0.1.0", essential=True)


def check(where: Where) -> Iterator[Finding]:
    """An anchor by words, in a detached article."""
    yield RULE.finding(
        "this quotes an article that is detached", where, help='write a position with its check value: {"start": …, "end": …, "check": …}'
    )
