"""Whether a corpus's tables are those that a tool's import made, so that its export may make the same records of them again."""

from __future__ import annotations

from collections.abc import Sequence

from corpusbuild.interchange.labelled_spans import of_document, reference
from corpusbuild.interchange.model import ColumnSpec, Kind, TableSpec
from corpusbuild.schema.shape import Column, Label, Listing, Scalar, Shape, Table, Words

_STRINGS = frozenset({Kind.STRING, Kind.LABEL, Kind.REFERENCE})
_AS_STRINGS = frozenset({Scalar.STRING, Scalar.DATE, Scalar.INSTANT})
_SCALARS = {Kind.INTEGER: Scalar.INTEGER, Kind.NUMBER: Scalar.NUMBER, Kind.BOOLEAN: Scalar.BOOLEAN}


def made_by(shape: Shape, specs: Sequence[TableSpec]) -> bool:
    """Whether all tables are such as the reader that declares ``specs`` makes."""
    ours = {spec.name: spec for spec in specs}
    return not of_document(shape).columns and all(table.name in ours and _is_of(table, ours[table.name]) for table in shape.tables)


def _is_of(table: Table, spec: TableSpec) -> bool:
    """Whether a table has the key and the columns of ``spec``; those that imports leave out where no row has a value may be missing."""
    columns = {column.name: column for column in spec.columns}
    return (
        table.key == spec.key
        and {column.name for column in spec.columns if column.listed} <= set(table.row_names)
        and all(column.name in columns and _holds(column, columns[column.name]) for column in table.row.columns)
    )


def _holds(column: Column, spec: ColumnSpec) -> bool:
    """Whether the values of a column are such as ``spec`` says. A name alone proves nothing: others call their tables ``spans`` too."""
    if spec.kind in {Kind.WORDS, Kind.SEGMENTS}:
        return isinstance(column.type, Words) and column.type.segments is spec.listed
    listed = isinstance(column.type, Listing)
    kind = column.type.item.type if isinstance(column.type, Listing) else column.type
    if listed is not spec.many or (spec.kind is Kind.REFERENCE and reference(column) != spec.table):
        return False
    # A set of labels is closed or not, and a string may have a format: what is written is a string.
    return isinstance(kind, Label) or kind in _AS_STRINGS if spec.kind in _STRINGS else kind is _SCALARS.get(spec.kind)
