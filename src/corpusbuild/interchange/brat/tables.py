"""The tables that brat's records become: one for each kind of record, whatever the project's types are."""

from __future__ import annotations

from collections.abc import Mapping

from corpusbuild.interchange.model import ColumnSpec, Kind, TableSpec

SPANS, EVENTS, ARGUMENTS, RELATIONS = "spans", "events", "arguments", "relations"
ATTRIBUTES, NORMALIZATIONS, EQUIVALENCES, NOTES = "attributes", "normalizations", "equivalences", "notes"

TARGETS = {
    "T": ("span", SPANS),
    "E": ("event", EVENTS),
    "R": ("relation", RELATIONS),
    "A": ("attribute", ATTRIBUTES),
    "M": ("attribute", ATTRIBUTES),
    "N": ("normalization", NORMALIZATIONS),
}
"""First letter of an id → the column that refers to such a record, and its table."""

Labels = Mapping[str, tuple[str, ...]]
"""``table.column`` → the labels that the project's configuration declares."""


def _key() -> ColumnSpec:
    return ColumnSpec("id", Kind.STRING, description="As in the source.")


def _refers(name: str, table: str, *, many: bool = False) -> ColumnSpec:
    return ColumnSpec(name, Kind.REFERENCE, many, table)


def _targets(letters: str) -> tuple[ColumnSpec, ...]:
    """One column for each kind of record that can be meant; one of them has a value."""
    return tuple(_refers(*TARGETS[letter]) for letter in letters)


def brat_tables(labels: Labels) -> tuple[TableSpec, ...]:
    """All tables."""

    def label(table: str, column: str = "type") -> ColumnSpec:
        return ColumnSpec(column, Kind.LABEL, labels=labels.get(f"{table}.{column}", ()))

    return (
        TableSpec(
            SPANS,
            (_key(), label(SPANS), ColumnSpec("words", Kind.SEGMENTS)),
            description="Text-bound annotations, triggers of events included.",
        ),
        TableSpec(
            EVENTS,
            (_key(), label(EVENTS), _refers("trigger", SPANS), _refers("args", ARGUMENTS, many=True)),
            description="Events: a trigger and its arguments.",
        ),
        TableSpec(
            ARGUMENTS,
            (
                ColumnSpec("id", Kind.STRING, description="The event's, and a number in its order."),
                ColumnSpec("owner", Kind.REFERENCE, table=EVENTS, owner=True),
                label(ARGUMENTS, "role"),
                ColumnSpec("number", Kind.INTEGER, description="Of a role that an event has several times: 2 for Theme2."),
                *_targets("TE"),
            ),
            description="Arguments of events.",
        ),
        TableSpec(
            RELATIONS,
            (
                _key(),
                label(RELATIONS),
                label(RELATIONS, "from_role"),
                _refers("from", SPANS),
                _refers("from_event", EVENTS),
                label(RELATIONS, "to_role"),
                _refers("to", SPANS),
                _refers("to_event", EVENTS),
            ),
            description="Binary relations.",
        ),
        TableSpec(
            ATTRIBUTES,
            (_key(), label(ATTRIBUTES, "name"), label(ATTRIBUTES, "value"), *_targets("TER")),
            description="Attributes of other records; a flag has no value.",
        ),
        TableSpec(
            NORMALIZATIONS,
            (
                _key(),
                label(NORMALIZATIONS),
                ColumnSpec("database", Kind.STRING),
                ColumnSpec("entry", Kind.STRING),
                ColumnSpec("name", Kind.STRING),
                *_targets("TER"),
            ),
            description="References to entries of databases.",
        ),
        TableSpec(
            EQUIVALENCES,
            (
                ColumnSpec("id", Kind.STRING, description="The order of the records; they have no ids in the source."),
                label(EQUIVALENCES),
                _refers("spans", SPANS, many=True),
                _refers("events", EVENTS, many=True),
            ),
            description="Sets of records that mean the same.",
        ),
        TableSpec(
            NOTES,
            (
                ColumnSpec("id", Kind.STRING, description="note1 for #1 of the source: a key has no #."),
                label(NOTES),
                ColumnSpec("text", Kind.STRING),
                *_targets("TERAN"),
            ),
            description="What annotators wrote about records.",
        ),
    )
