"""An annotation document that is about one article, in a file that is named for another.

## Why
The file's name is where people look for it. Judged by what it says, every quotation in it would be missing from the
article, and the article that it is named for would have no annotation.

## Example
`annotations/pasar.json` says `"article": "jembatan"`, copied from another document.

## How to mend
Say the article that the file is named for, or give the file the name of the article that it is about.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Edit, Finding, Fix, Rule, Severity
from corpusbuild.diagnostics.where import InJson

RULE = Rule("CB020", "file-names-another-article", Severity.ERROR, since="0.1.0", essential=True)


def check(where: InJson, article: str, named: str) -> Iterator[Finding]:
    """The document at ``where`` says ``article``, and its file has the name of the article ``named``."""
    yield RULE.finding(
        f'this document is about "{article}", and its file is named for "{named}"',
        where,
        help=f'write "{named}", or rename the file',
        fix=Fix((Edit.to_string(where, named),), safe=False),
    )
