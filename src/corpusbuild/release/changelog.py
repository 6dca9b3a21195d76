"""What a changelog says of a release: counts, what became of the schema, and the errata."""

from __future__ import annotations

from datetime import date

from corpusbuild.difference.difference import Difference
from corpusbuild.difference.nouns import Kind
from corpusbuild.emit.summary import Summary
from corpusbuild.release.versioning import schema_text
from corpusbuild.render.difference_markdown import code, counts_table, described, record_lists
from corpusbuild.schema.vocabulary import BY_ANNOTATOR

_ERRATA = frozenset({Kind.REMOVED, Kind.CHANGED, Kind.MOVED})


def first_entry(title: str, day: date, summary: Summary | None) -> str:
    """The entry of a first release, in Markdown: rows by table. ``title`` is the name and the version."""
    lines = [f"## {title} ({day.isoformat()})\n", "The first release.\n", "| table | rows |", "|---|---:|"]
    for name, table in summary.tables.items() if summary is not None else ():
        if table.rows and not name.endswith(BY_ANNOTATOR):
            lines.append(f"| {code(name)} | {table.rows:,} |")
    return "\n".join(lines) + "\n"


def changelog_entry(difference: Difference, version: str, day: date, *, most: int | None = 100) -> str:
    """The entry of ``version`` in Markdown: why the version rose so far, rows by table, and the errata.

    Errata are the records that changed, went or moved to another split, by name; at most ``most`` of a kind in each table.
    """
    lines = [f"## {version} ({day.isoformat()})\n", f"Since {difference.old.version}."]
    demand = difference.demand
    if demand is not None and demand.reasons:
        lines[-1] = f"Since {difference.old.version}, a {demand.bump} change:\n"
        lines += [f"- {code(each.text)}" for each in demand.reasons if each.bump is demand.bump]
    lines.append("")
    lines += counts_table(difference)
    lines += described(difference, [schema_text(each) for each in difference.schema])
    errata = list(record_lists(difference, _ERRATA, most))
    if errata:
        lines += ["### Errata\n", *errata]
    return "\n".join(lines).rstrip() + "\n"
