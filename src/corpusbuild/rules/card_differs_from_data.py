"""A data set card, or another file that is written from the data, that says something else than the data.

## Why
People decide by the card whether to use a data set, and `datasets` reads columns, labels and splits from it. Search engines and
loaders read `croissant.json`, and reference managers `CITATION.cff`. All three are rendered again from the rows, the schemas and the
manifest, and compared.

## Example
The card's table of rows gives 1,204 claims, and the Parquet files hold 1,197. `CITATION.cff` names other authors than the manifest.

## How to mend
Nothing is to be mended by hand: compile the data set anew with `corpusbuild make`, or get it again.
What people have to say of the corpus belongs in its `card.md`, and who wrote it in its config.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InText, Where

RULE = Rule("CB608", "card-differs-from-data", Severity.ERROR, since="0.1.0")

_CARD = "README.md"


def check(where: InText, wanted: str | None, path: str = _CARD) -> Iterator[Finding]:
    """The line at ``where``, of the card or of another file, should be ``wanted``; None where it should not be there at all."""
    label = f"should be: {wanted}" if wanted else "nothing should stand here"
    yield RULE.finding(f"{_shown(path)} does not say what the data say", where, label=label, help=_help(path))


def unreadable(where: Where, path: str = _CARD) -> Iterator[Finding]:
    """The card, or another file, is not UTF-8."""
    yield RULE.finding(f"{_shown(path)} is not UTF-8", where, help=_help(path))


def _shown(path: str) -> str:
    return "the card" if path == _CARD else path


def _help(path: str) -> str:
    return f"compile the data set anew; what people say of it belongs in {'card.md' if path == _CARD else 'the config'}"
