"""A difference in Markdown, for a pull request or a changelog. Words of the corpus stand in code, where they do nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpusbuild.difference.difference import Difference
from corpusbuild.difference.nouns import Bump, Kind, RecordChange
from corpusbuild.render.difference_lines import change_line, counts, record_line, records
from corpusbuild.render.width import printable

_VERBS = {Kind.ADDED: "added", Kind.REMOVED: "removed", Kind.CHANGED: "changed", Kind.MOVED: "moved to another split"}


def code(text: str) -> str:
    """Text of a stranger as code: no link, no mention, no HTML, on one line."""
    plain = printable(re.sub(r"\s+", " ", text))
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", plain)), default=0))
    space = " " if plain.startswith(("`", " ")) or plain.endswith(("`", " ")) or not plain else ""
    return f"{fence}{space}{plain}{space}{fence}"


def difference_markdown(difference: Difference, schema: Sequence[str], least: str | None, most: int | None = None) -> Iterator[str]:
    """The whole difference under a heading; arguments are those of :class:`~corpusbuild.render.difference_human.HumanDifference`."""
    old, new = difference.old, difference.new
    again = "" if old.name == new.name else f"{code(new.name)} "
    yield f"### {code(old.name)} {code(old.version)} → {again}{code(new.version)}\n"
    if difference.is_empty:
        yield "No changes."
        return
    if difference.demand is not None and least is not None and difference.demand.bump is not Bump.NONE:
        yield f"A **{difference.demand.bump}** change: {code(least)} or above.\n"
        yield from (f"- {each.bump}: {code(each.text)}" for each in difference.demand.reasons)
        yield ""
    yield from counts_table(difference)
    yield from described(difference, schema)
    yield from record_lists(difference, frozenset(Kind), most)


def counts_table(difference: Difference) -> Iterator[str]:
    """Rows before and after, and how many came, went and changed, by table."""
    yield "| table | before | after | added | removed | changed |"
    yield "|---|---:|---:|---:|---:|---:|"
    for name, table in counts(difference):
        numbers = (table.before, table.after, table.added, table.removed, table.changed)
        shown = code(name).replace("|", "\\|")
        yield f"| {shown} | {' | '.join('' if each is None else f'{each:,}' for each in numbers)} |"
    yield ""


def described(difference: Difference, schema: Sequence[str]) -> Iterator[str]:
    """What changed besides records."""
    said = [f"{each.name}: {code(each.before or 'none')} → {code(each.after or 'none')}" for each in difference.metadata]
    said += [code(text) for text in schema]
    said += [f"split {code(split)} {kind}" for split, kind in difference.splits.items()]
    said += [f"{code(path)} {kind}" for path, kind in difference.files.items()]
    yield from (f"- {each}" for each in said)
    if said:
        yield ""


def record_lists(difference: Difference, kinds: frozenset[Kind], most: int | None) -> Iterator[str]:
    """The records of these kinds, a list for each table."""
    table = ""
    for each in records(difference, most):
        kind = each.kind if isinstance(each, RecordChange) else each[1]
        if kind not in kinds:
            continue
        name = each.table if isinstance(each, RecordChange) else each[0]
        if name != table:
            if table:
                yield ""
            yield f"#### {code(name)}\n"
            table = name
        if isinstance(each, RecordChange):
            yield from _record(each)
        else:
            yield f"- … and {each[2]:,} more {_VERBS[kind]}"
    if table:
        yield ""


def _record(change: RecordChange) -> Iterator[str]:
    who = f" of {code(change.annotator)}" if change.annotator is not None else ""
    head = f"- {_VERBS[change.kind]}: {code(change.key)}{who}"
    if change.kind is Kind.MOVED:
        yield f"{head}, {code(change.fields[0].before)} → {code(change.fields[0].after)}"
    elif change.kind is Kind.CHANGED:
        yield head
        yield from (f"  - {change_line(each, code)}" for each in change.fields)
    else:
        said = record_line(change, code)
        yield f"{head} ({said})" if said else head
