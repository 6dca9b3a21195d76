"""Content that does not have the hash that stands beside it.

## Why
A byte was changed since the data set was compiled: a damaged copy, an edit by hand, or a forgery.

## Example
One byte of `data/claims/test-00000-of-00001.parquet` was lost on the way.

## How to mend
Get the data set again from where it was published, or compile it anew with `corpusbuild make`.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InFile, InJson, Origin, Where

RULE = Rule("CB612", "digest-mismatch", Severity.ERROR, since="0.1.0")

_HELP = "get the data set again, or compile it anew"


def of_file(path: str, size: int, wanted: int) -> Iterator[Finding]:
    """A file has ``size`` bytes where the manifest has ``wanted``; with the same size, it has another hash."""
    message = "this file does not have the SHA-256 that manifest.json gives it"
    if size != wanted:
        message = f"this file has {size:,} bytes, and manifest.json gives it {wanted:,}"
    yield RULE.finding(message, InFile(Origin(path)), help=_HELP)


def of_content(path: str, table: str, split: str) -> Iterator[Finding]:
    """The rows of a split, which begin in the file at ``path``, have another digest."""
    message = f"the rows of {table} ({split}) do not have the digest that manifest.json gives them"
    yield RULE.finding(message, InFile(Origin(path)), help=_HELP)


def of_text(path: str, article: str, more: int) -> Iterator[Finding]:
    """The text of an article in the file at ``path`` has another hash or length, and so have ``more``."""
    others = f" (and {more:,} more)" if more else ""
    message = f'the text of article "{article}"{others} does not have the text_sha256 or the text_chars beside it'
    yield RULE.finding(message, InFile(Origin(path)), help=_HELP)


def of_schema(file: str) -> Iterator[Finding]:
    """The provenance gives a schema another hash than the list of files."""
    where = InJson(Origin("manifest.json"), ("provenance", "schemas"))
    yield RULE.finding(f"what is said here of the schemas is not so of schema/{file}", where, help=_HELP)


def of_manifest(where: Where) -> Iterator[Finding]:
    """The manifest does not have the hash that it gives itself, or was written in another form."""
    yield RULE.finding("manifest.json does not have the hash that it gives of itself", where, help=_HELP)


def of_sums(path: str) -> Iterator[Finding]:
    """``SHA256SUMS`` says something else than the manifest."""
    yield RULE.finding("this is not what the files make", InFile(Origin(path)), help=_HELP)


def of_archive(path: str, at: int) -> Iterator[Finding]:
    """An archive is, from the byte ``at`` on, not the one that its files make."""
    message = f"from byte {at:,} on, this archive is not the one that its files make"
    yield RULE.finding(message, InFile(Origin(path)), help="get it again, or pack it anew with `corpusbuild release`")
