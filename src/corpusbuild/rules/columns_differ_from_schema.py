"""Columns that are not those which the schemas in the data set give a table.

## Why
The schemas say what every column means and which values it may have. A column that they do not know means nothing.

## Example
A Parquet file of `claims` has a column `certainty2`, which `schema/annotation.json` does not name.

## How to mend
Compile the data set anew with `corpusbuild make`, or get it again from where it was published.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.diagnostics.finding import Finding, Rule, Severity
from corpusbuild.diagnostics.where import InFile, InJson, Origin

RULE = Rule("CB615", "columns-differ-from-schema", Severity.ERROR, since="0.1.0")

_HELP = "compile the data set anew, or get it again"


def of_file(path: str, table: str, difference: str) -> Iterator[Finding]:
    """The columns of a Parquet file are not those of its table."""
    message = f"these columns are not those that the schemas give {table}: {difference}"
    yield RULE.finding(message, InFile(Origin(path)), help=_HELP)


def of_manifest(table: str) -> Iterator[Finding]:
    """The fields of a table in the manifest are not those that the schemas give it."""
    where = InJson(Origin("manifest.json"), ("tables", table, "fields"))
    yield RULE.finding(f"these fields are not those that the schemas give {table}", where, help=_HELP)


def of_tables(missing: str, unknown: str) -> Iterator[Finding]:
    """The tables in the manifest are not those that the schemas make; one of the names is empty."""
    message = f'the schemas make a table "{missing}", which is not here' if missing else f'the schemas make no table "{unknown}"'
    pointer = ("tables",) if missing else ("tables", unknown)
    yield RULE.finding(message, InJson(Origin("manifest.json"), pointer), help=_HELP)
