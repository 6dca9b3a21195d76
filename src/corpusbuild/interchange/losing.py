"""Count what a format cannot carry, by column and reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from corpusbuild.agreement.reading import Reading
from corpusbuild.interchange.model import Losses
from corpusbuild.schema.shape import Record, Shape


def lose_columns(losses: Losses, value: Mapping[str, Any], record: Record, but: Collection[str], why: str, table: str = "") -> None:
    """Count the values of an object that are not carried: all but those of some columns."""
    for column in record.columns:
        if column.name not in but and value.get(column.name) not in (None, []):
            losses[f"{table}.{column.name}" if table else column.name, why] += 1


def lose_rows(losses: Losses, reading: Reading, shape: Shape, why: str) -> None:
    """Count all rows of a document, none of which is carried."""
    losses += Losses({(table.name, why): count for table in shape.tables if (count := len(reading.items(table)))})
