"""A data set card that says something else than the data.

## Why
People decide by the card whether to use a data set, and `datasets` reads columns, labels and splits from it.

## Example
The card's table of rows gives 1,204 claims, and the Parquet files hold 1,197.

## How to mend
Nothing is to be mended by hand: compile the data set anew with `corpusbuild make`, or get it again.
What people have to say of the corpus belongs in its `card.md`.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InText, Where

RULE = Rule("CB608", "card-differs-from-data", Severity.ERROR, since="0.1.0")

_HELP = "compile the data set anew; what people say of it belongs in card.md"


def check(where: InText, wanted: str | None) -> Iterator[Finding]:
    """The line of the card at ``where`` should be ``wanted``; None where it should not be there."""
    label = f"should be: {wanted}" if wanted is not None else "nothing should stand here"
    yield RULE.finding("the card does not say what the data say", where, label=label, help=_HELP)


def unreadable(where: Where) -> Iterator[Finding]:
    """The card is not UTF-8."""
    yield RULE.finding("the card is not UTF-8", where, help=_HELP)
