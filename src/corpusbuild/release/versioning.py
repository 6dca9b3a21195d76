"""How far a version must rise for what changed. ``docs/versioning.md`` is the policy in words.

MAJOR: results before and after cannot be compared, or a program that read the old data set may fail on the new.
MINOR: something is there that was not; everything that was there is as it was. PATCH: the same records.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.difference.difference import Difference
from corpusbuild.difference.nouns import Bump, Demand, Kind, MetaChange, Reason, SchemaChange, Sort, TableDifference, What
from corpusbuild.schema.vocabulary import BY_ANNOTATOR

Version = tuple[int, int, int]

_SCHEMA = {
    What.TABLE_ADDED: Bump.MINOR,
    What.TABLE_REMOVED: Bump.MAJOR,
    What.FIELD_ADDED: Bump.MINOR,
    What.FIELD_REMOVED: Bump.MAJOR,
    What.FIELDS_REORDERED: Bump.PATCH,
    What.TYPE: Bump.MAJOR,
    What.MAY_BE_NULL: Bump.MAJOR,
    What.NEVER_NULL: Bump.MINOR,
    What.LABEL_ADDED: Bump.MINOR,
    What.LABEL_REMOVED: Bump.MAJOR,
    What.LABEL_RENAMED: Bump.MAJOR,
    What.LABELS_RENUMBERED: Bump.MAJOR,
    What.KEY: Bump.MAJOR,
}

_CARD = "README.md"


def demanded(difference: Difference) -> Demand:
    """How far the version must rise, and why; the reasons that weigh most come first.

    The difference must be one of whole data sets: some tables alone demand nothing that can be known.
    """
    reasons = sorted(_reasons(difference), key=lambda each: -each.bump)
    return Demand(max((each.bump for each in reasons), default=Bump.NONE), tuple(reasons))


def next_version(old: str, bump: Bump) -> str:
    """The least version that a change from ``old`` may have.

    Before 1.0.0 the second number stands for what later is the first, and the third for all else, as in Cargo: 0.3.1
    becomes 0.4.0 for a major change, 0.3.2 for any other. When a corpus is fit for 1.0.0 is for its maintainers to say.
    """
    first, second, third = version_of(old)
    if bump is Bump.NONE:
        return old
    if first == 0:
        return f"0.{second + 1}.0" if bump is Bump.MAJOR else f"0.{second}.{third + 1}"
    return {Bump.MAJOR: f"{first + 1}.0.0", Bump.MINOR: f"{first}.{second + 1}.0"}.get(bump, f"{first}.{second}.{third + 1}")


def suffices(old: str, bump: Bump, new: str) -> bool:
    """Whether ``new`` rises as far from ``old`` as ``bump`` demands, or further."""
    return version_of(new) >= version_of(next_version(old, bump))


def version_of(text: str) -> Version:
    """The three numbers of a version; raises ValueError where they are not three."""
    first, second, third = map(int, text.split("."))
    return first, second, third


def _reasons(difference: Difference) -> Iterator[Reason]:
    for meta in difference.metadata:
        yield _of_metadata(meta)
    for schema in difference.schema:
        yield Reason(_of_schema(schema), schema_text(schema))
    for split, kind in difference.splits.items():
        yield Reason(Bump.MAJOR if kind is Kind.REMOVED else Bump.MINOR, f"split {split} {kind}")
    for table in difference.tables.values():
        yield from _of_table(table)
    derived = bool(difference.schema or difference.splits or not difference.same_records)
    for path, kind in difference.files.items():
        # The card counts rows and lists columns: with these it always changes.
        if not (path == _CARD and derived):
            yield Reason(Bump.PATCH, f"{path} {kind}")
    if difference.rewritten and not derived:
        yield Reason(Bump.PATCH, "the same records in other bytes")


def _of_metadata(change: MetaChange) -> Reason:
    text = f"{change.name}: {change.before or 'none'} → {change.after or 'none'}"
    match change.name:
        case "name" | "gold":
            return Reason(Bump.MAJOR, text)
        case "license":
            # Whether another licence allows less is for lawyers; a first one only grants.
            return Reason(Bump.MINOR if change.before is None else Bump.MAJOR, text)
        case _:
            return Reason(Bump.PATCH, text)


def _of_schema(change: SchemaChange) -> Bump:
    if change.what is What.REFERENCE:
        return Bump.MINOR if change.before is None else Bump.MAJOR
    return _SCHEMA[change.what]


def schema_text(change: SchemaChange) -> str:
    """One change of the schema in a line."""
    where = f"{change.table}.{change.field}" if change.field else change.table
    match change.what:
        case What.LABEL_RENAMED:
            return f"{where}: label renamed? {change.before} → {change.after} ({change.rows:,} records)"
        case What.TABLE_ADDED | What.TABLE_REMOVED:
            return f"{where}: {change.what}"
        case What.FIELD_ADDED | What.LABEL_ADDED:
            return f"{where}: {change.what}: {change.after}"
        case What.FIELD_REMOVED | What.LABEL_REMOVED:
            return f"{where}: {change.what}: {change.before}"
        case _:
            return f"{where}: {change.what}: {change.before or 'none'} → {change.after or 'none'}"


def _of_table(table: TableDifference) -> Iterator[Reason]:
    yield from _counted(table, Kind.REMOVED, table.removed, Bump.MAJOR)
    yield from _counted(table, Kind.ADDED, table.added, Bump.MINOR)
    if table.moved:
        yield from _counted(table, Kind.MOVED, table.moved, Bump.MAJOR, " to another split")
    # In an annotation null is an answer ("no source in the text"); elsewhere it says that nobody has looked yet.
    filled = table.filled if table.sort is not Sort.ANNOTATIONS else 0
    yield from _counted(table, Kind.CHANGED, table.changed - filled, Bump.MAJOR, some=not filled)
    if filled:
        yield Reason(Bump.MINOR, f"{table.name}: {filled:,} {_noun(filled)} gained values where they had none")
    if table.reordered:
        yield Reason(Bump.PATCH, f"{table.name}: the same records in another order")


def _counted(table: TableDifference, kind: Kind, count: int, bump: Bump, rest: str = "", *, some: bool = True) -> Iterator[Reason]:
    if count:
        names = ", ".join(table.first.get(kind, ())) if some else ""
        more = ", …" if count > len(table.first.get(kind, ())) else ""
        shown = f" ({names}{more})" if names else ""
        yield Reason(bump, f"{_who(table)}: {count:,} {_noun(count)} {kind}{rest}{shown}")


def _who(table: TableDifference) -> str:
    plain = table.name.removesuffix(BY_ANNOTATOR)
    return table.name if plain == table.name else f"{plain} of other annotators"


def _noun(count: int) -> str:
    return "record" if count == 1 else "records"
