"""Compare two data sets: table by table, article by article, one article at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from corpusbuild.difference.describing import file_changes, metadata_changes, rewritten, split_changes
from corpusbuild.difference.difference import Difference, Named
from corpusbuild.difference.fields import schema_changes
from corpusbuild.difference.nouns import SchemaChange, Sort, TableDifference, What
from corpusbuild.difference.reading import Side
from corpusbuild.difference.records import Pairing, compare_registry, compare_runs
from corpusbuild.difference.spool import Spool
from corpusbuild.difference.tallying import Tally
from corpusbuild.errors import UnknownName
from corpusbuild.schema.vocabulary import BY_ANNOTATOR
from corpusbuild.text.nearest import nearest_name

# What it holds is in the other tables too.
_DERIVED = "documents"


def compare(old: Side, new: Side, table: str | None = None) -> Difference:
    """What differs from ``old`` to ``new``; with ``table``, in that table and in everybody's rows of it alone.

    Rows are compared where the manifests' digests differ. Raises :class:`~corpusbuild.errors.CannotGoOn` where a data
    set is damaged, and :class:`~corpusbuild.errors.UnknownName`.
    """
    spool = Spool()
    schema: list[SchemaChange] = []
    tables: dict[str, TableDifference] = {}
    for name in _tables(old, new, table):
        changes = [] if name.endswith(BY_ANNOTATOR) else list(_table_schema(old, new, name))
        tally = Tally(name, spool, _pending(changes))
        tables[name] = _compare_table(old, new, name, tally)
        schema += _with_renames(changes, tally)
    before, after = (Named(side.place, side.manifest["name"], side.manifest["version"]) for side in (old, new))
    if table is not None:
        return Difference(before, after, (), tuple(schema), {}, tables, {}, rewritten=False, spool=spool)
    return Difference(
        before,
        after,
        metadata=tuple(metadata_changes(old, new)),
        schema=tuple(schema),
        splits=split_changes(old, new),
        tables=tables,
        files=file_changes(old, new),
        rewritten=rewritten(old, new),
        spool=spool,
    )


def _tables(old: Side, new: Side, only: str | None) -> list[str]:
    """The tables to compare, articles first, everybody's rows of a table after it."""
    names = {name for side in (old, new) for name in side.manifest["tables"]} - {_DERIVED}
    if only is not None:
        if only not in names:
            plain = sorted(name for name in names if not name.endswith(BY_ANNOTATOR))
            near = nearest_name(only, plain)
            help_text = f'did you mean "{near}"?' if near else f"the tables are {', '.join(plain)}"
            raise UnknownName(f'there is no table "{only}" to compare', help=help_text)
        names &= {only, only + BY_ANNOTATOR}
    return sorted(names, key=lambda name: (name != "articles", name))


def _table_schema(old: Side, new: Side, name: str) -> Iterator[SchemaChange]:
    before, after = (name in side.manifest["tables"] for side in (old, new))
    if before and after:
        yield from schema_changes(name, old.fields(name), new.fields(name))
    else:
        yield SchemaChange(name, What.TABLE_ADDED if after else What.TABLE_REMOVED)


def _pending(changes: list[SchemaChange]) -> dict[str, tuple[str, str]]:
    """The columns in which one label went and one came: perhaps it was renamed, which the rows must say."""
    found: dict[str, tuple[str, str]] = {}
    for path in {change.field for change in changes}:
        went = [each.before for each in changes if each.field == path and each.what is What.LABEL_REMOVED]
        came = [each.after for each in changes if each.field == path and each.what is What.LABEL_ADDED]
        if len(went) == len(came) == 1 and went[0] is not None and came[0] is not None:
            found[path] = (went[0], came[0])
    return found


def _with_renames(changes: list[SchemaChange], tally: Tally) -> Iterator[SchemaChange]:
    """The changes, with one in the place of two where the rows say that a label was renamed."""
    renames = tally.renames()
    for each in changes:
        if each.field not in renames or each.what not in {What.LABEL_REMOVED, What.LABEL_ADDED}:
            yield each
        elif each.what is What.LABEL_REMOVED:
            after = tally.pending[each.field][1]
            yield replace(each, what=What.LABEL_RENAMED, after=after, rows=renames[each.field])


@dataclass(frozen=True, slots=True)
class _Counted:
    before: int | None
    after: int | None


def _compare_table(old: Side, new: Side, name: str, tally: Tally) -> TableDifference:
    sorts = [_sort(side, name) for side in (old, new)]
    sort = sorts[1] or sorts[0] or Sort.ANNOTATIONS
    counted = _counted(old, new, name)
    if old.digests(name) != new.digests(name):
        pairing = Pairing.of(old, new, name, sort)
        compare_table = compare_registry if sort is Sort.REGISTRY else compare_runs
        if None not in sorts and sorts[0] != sorts[1]:
            # It has become something else: nothing of it is what it was.
            nothing = replace(old, manifest={**old.manifest, "tables": {}})
            compare_other = compare_registry if sorts[0] is Sort.REGISTRY else compare_runs
            compare_other(Pairing.of(old, nothing, name, sorts[0] or sort), tally)
            pairing = Pairing.of(nothing, new, name, sort)
        compare_table(pairing, tally)
    return tally.result(sort, counted.before, counted.after)


def _sort(side: Side, name: str) -> Sort | None:
    """What a table's records are; None where the data set has no such table."""
    if name not in side.manifest["tables"]:
        return None
    if name == "articles":
        return Sort.ARTICLES
    return Sort.ANNOTATIONS if any(each.name == "article_id" for each in side.fields(name)) else Sort.REGISTRY


def _counted(old: Side, new: Side, name: str) -> _Counted:
    """The rows before and after; of everybody's rows, those that the plain table does not have."""
    plain = name.removesuffix(BY_ANNOTATOR)
    same_gold = old.manifest["gold"] == new.manifest["gold"]
    counts: list[int | None] = []
    for side in (old, new):
        rows = side.table(name)["rows"]
        less = side.table(plain)["rows"] if plain != name and same_gold else 0
        counts.append(max(rows - less, 0) if name in side.manifest["tables"] else None)
    return _Counted(*counts)
