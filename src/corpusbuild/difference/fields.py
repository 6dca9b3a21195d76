"""Compare the columns of two tables, and find what both have: only there can values be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from corpusbuild.difference.nouns import EVERY, Path, SchemaChange, What, path_text

SPAN, SPANS, LIST, STRUCT = "span", "spans", "list", "struct"


@dataclass(frozen=True, slots=True)
class Field:
    """A column as a manifest describes it. A list has an ``item``, a struct ``fields``, a label ``labels``."""

    name: str
    type: str
    nullable: bool = True
    labels: tuple[str, ...] = ()
    item: Field | None = None
    fields: tuple[Field, ...] = ()
    ref: str | None = None
    key: bool = False

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Field:
        """The column that a manifest describes so."""
        return cls(
            name=value["name"],
            type=value["type"],
            nullable=value["nullable"],
            labels=tuple(value.get("labels", ())),
            item=cls.of(value["item"]) if "item" in value else None,
            fields=tuple(cls.of(each) for each in value.get("fields", ())),
            ref=value.get("ref"),
            key=value.get("key", False),
        )

    @property
    def kind(self) -> str:
        """The type in words: ``label`` for a string of a few, ``list of label``."""
        if self.item is not None:
            return f"list of {self.item.kind}"
        if self.type == STRUCT:
            return f"({', '.join(f'{each.name}: {each.kind}' for each in self.fields)})"
        return "label" if self.labels else self.type

    @property
    def described(self) -> str:
        """The type in words, and whether it may be null."""
        return self.kind + (" or null" if self.nullable else "")


def common(old: Sequence[Field], new: Sequence[Field]) -> tuple[Field, ...]:
    """The fields that both have with comparable types, at every depth, in the newer order."""
    before = {each.name: each for each in old}
    pairs = ((before[each.name], each) for each in new if each.name in before)
    return tuple(shared for pair in pairs if (shared := _shared(*pair)) is not None)


def _shared(old: Field, new: Field) -> Field | None:
    if old.type != new.type:
        return None
    if new.type == STRUCT:
        below = common(old.fields, new.fields)
        return replace(new, fields=below) if below else None
    if old.item is not None and new.item is not None:
        item = _shared(old.item, new.item)
        return None if item is None else replace(new, item=item)
    return new


def schema_changes(table: str, old: Sequence[Field], new: Sequence[Field], path: Path = ()) -> Iterator[SchemaChange]:
    """Every change from the fields ``old`` to ``new`` of a table, at every depth."""
    before, after = ({each.name: each for each in fields} for fields in (old, new))
    for name, each in before.items():
        if name not in after:
            yield SchemaChange(table, What.FIELD_REMOVED, path_text((*path, name)), each.described)
    for name, each in after.items():
        if name not in before:
            yield SchemaChange(table, What.FIELD_ADDED, path_text((*path, name)), None, each.described)
        else:
            yield from _changes(table, before[name], each, (*path, name))
    kept = [[name for name in names if name in before and name in after] for names in (before, after)]
    if kept[0] != kept[1]:
        yield SchemaChange(table, What.FIELDS_REORDERED, path_text(path), ", ".join(kept[0]), ", ".join(kept[1]))


def _changes(table: str, old: Field, new: Field, path: Path) -> Iterator[SchemaChange]:
    where = path_text(path)
    if old.nullable != new.nullable:
        what = What.MAY_BE_NULL if new.nullable else What.NEVER_NULL
        yield SchemaChange(table, what, where, old.described, new.described)
    if old.ref != new.ref:
        yield SchemaChange(table, What.REFERENCE, where, old.ref, new.ref)
    if old.key != new.key:
        yield SchemaChange(table, What.KEY, where, "key" if old.key else None, "key" if new.key else None)
    if old.type != new.type or bool(old.labels) != bool(new.labels):
        yield SchemaChange(table, What.TYPE, where, old.kind, new.kind)
    elif old.item is not None and new.item is not None:
        yield from _changes(table, old.item, new.item, (*path, EVERY))
    elif new.type == STRUCT:
        yield from schema_changes(table, old.fields, new.fields, path)
    else:
        yield from _label_changes(table, old.labels, new.labels, where)


def _label_changes(table: str, old: Sequence[str], new: Sequence[str], where: str) -> Iterator[SchemaChange]:
    went = [label for label in old if label not in new]
    came = [label for label in new if label not in old]
    yield from (SchemaChange(table, What.LABEL_REMOVED, where, label) for label in went)
    yield from (SchemaChange(table, What.LABEL_ADDED, where, None, label) for label in came)
    # `datasets` gives labels as numbers, in the order in which the schema lists them.
    if [old.index(label) for label in old if label in new] != [new.index(label) for label in old if label in new]:
        yield SchemaChange(table, What.LABELS_RENUMBERED, where, ", ".join(old), ", ".join(new))
