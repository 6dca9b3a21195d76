"""A difference for people: counts by table, what became of the schema, and the records with each value before and after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpusbuild.difference.difference import Difference
from corpusbuild.difference.nouns import Bump, Kind, RecordChange, SchemaChange, What
from corpusbuild.render.colours import BOLD, BOLD_ORANGE, BOLD_RED, BOLD_TEAL, GREEN, ORANGE, RED, RESET
from corpusbuild.render.difference_lines import MARKS, change_line, counts, record_line, records
from corpusbuild.render.width import cells, printable
from corpusbuild.schema.vocabulary import BY_ANNOTATOR

_COLOURS = {"+": GREEN, "-": RED, "~": ORANGE}
_BUMPS = {Bump.MAJOR: BOLD_RED, Bump.MINOR: BOLD_ORANGE, Bump.PATCH: BOLD_TEAL, Bump.NONE: BOLD}
_CAME = frozenset({What.TABLE_ADDED, What.FIELD_ADDED, What.LABEL_ADDED})
_WENT = frozenset({What.TABLE_REMOVED, What.FIELD_REMOVED, What.LABEL_REMOVED})


@dataclass(frozen=True, slots=True)
class HumanDifference:
    """Renders a difference; ``colour`` for a terminal that wants it. At most ``most`` records of each kind in each table."""

    colour: bool = False
    most: int | None = None

    def lines(self, difference: Difference, schema: Sequence[str], least: str | None) -> Iterator[str]:
        """Every line. ``schema`` are the changes of the schema in words, ``least`` the least version that fits."""
        old, new = difference.old, difference.new
        again = "" if old.name == new.name else f"{new.name} "
        yield self._in(BOLD, printable(f"{old.name} {old.version} → {again}{new.version}")) + printable(f"  ({old.place} → {new.place})")
        yield ""
        yield from self._counts(difference)
        yield from self._described(difference, schema)
        if difference.is_empty:
            yield "no changes"
            return
        yield from self._records(difference)
        yield from self._demand(difference, least)

    def _counts(self, difference: Difference) -> Iterator[str]:
        rows = list(counts(difference))
        wide = max((cells(name) for name, _ in rows), default=0)
        yield " " * wide + "".join(f"{word:>10}" for word in ("before", "after", "added", "removed", "changed"))
        for name, table in rows:
            totals = "".join(f"{'' if count is None else f'{count:,}':>10}" for count in (table.before, table.after))
            differ = "".join(self._cell(mark, count) for mark, count in (("+", table.added), ("-", table.removed), ("~", table.changed)))
            moved = f"  {table.moved:,} in another split" if table.moved else ""
            order = "  in another order" if table.reordered else ""
            yield f"{name}{' ' * (wide - cells(name))}{totals}{differ}{moved}{order}".rstrip()
        yield ""

    def _cell(self, mark: str, count: int) -> str:
        text = f"{mark}{count:,}" if count else ""
        return " " * (10 - len(text)) + self._marked(mark, text)

    def _described(self, difference: Difference, schema: Sequence[str]) -> Iterator[str]:
        """What changed besides records."""
        said = [("~", f"{each.name}: {each.before or 'none'} → {each.after or 'none'}") for each in difference.metadata]
        said += [(_mark(change), text) for change, text in zip(difference.schema, schema, strict=True)]
        said += [(MARKS[kind], f"split {split}") for split, kind in difference.splits.items()]
        said += [(MARKS[kind], path) for path, kind in difference.files.items()]
        if difference.rewritten and difference.same_records and not difference.schema:
            said.append(("~", "data files: the same records in other bytes"))
        for mark, text in said:
            yield f"{self._marked(mark, mark)} {printable(text)}"
        if said:
            yield ""

    def _records(self, difference: Difference) -> Iterator[str]:
        table = ""
        for each in records(difference, self.most):
            if not isinstance(each, RecordChange):
                _, kind, more = each
                yield f"  … and {more:,} more {kind} (--max 0 shows all)"
                continue
            if each.table != table:
                if table:
                    yield ""
                table = each.table
                plain = table.removesuffix(BY_ANNOTATOR)
                yield self._in(BOLD, printable(plain)) + ("" if plain == table else " of other annotators")
            yield from self._record(each)
        if table:
            yield ""

    def _record(self, change: RecordChange) -> Iterator[str]:
        mark = MARKS[change.kind]
        who = f"{change.annotator}: " if change.annotator is not None else ""
        head = f"{self._marked(mark, mark)} {printable(who + change.key)}"
        if change.kind is Kind.MOVED:
            yield f"{head}  moved from {printable(change.fields[0].before)} to {printable(change.fields[0].after)}"
        elif change.kind is Kind.CHANGED:
            yield head
            for each in change.fields:
                yield f"    {change_line(each, printable)}"
        else:
            said = record_line(change, printable)
            yield f"{head}  {said}" if said else head

    def _demand(self, difference: Difference, least: str | None) -> Iterator[str]:
        demand = difference.demand
        if demand is None or least is None:
            return
        for each in demand.reasons:
            yield f"{self._in(_BUMPS[each.bump], str(each.bump))}{' ' * (5 - len(str(each.bump)))}  {printable(each.text)}"
        if demand.bump is not Bump.NONE:
            yield f"this is a {self._in(_BUMPS[demand.bump], str(demand.bump))} change: {least} or above"

    def _marked(self, mark: str, text: str) -> str:
        return self._in(_COLOURS[mark], text) if text else text

    def _in(self, colour: str, text: str) -> str:
        return f"{colour}{text}{RESET}" if self.colour else text


def _mark(change: SchemaChange) -> str:
    return "+" if change.what in _CAME else "-" if change.what in _WENT else "~"
