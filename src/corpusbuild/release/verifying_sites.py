"""Walk the columns of a row group down to every label, span and reference, and know the row of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpusbuild.schema.shape import Column, Listing, Record, Words

Numbers = np.ndarray[Any, np.dtype[np.int64]]


class Site(NamedTuple):
    """All values at one place of the rows: where (``claims.via.speaker``), of which column, and the row of each."""

    field: str
    column: Column
    values: pa.Array
    rows: Numbers


def sites(table: pa.Table, columns: Iterable[Column], name: str) -> Iterator[Site]:
    """Every site of some rows; lists are taken item by item, and the parts of a discontinuous span one by one."""
    rows = np.arange(len(table), dtype=np.int64)
    for column in columns:
        yield from _below(Site(f"{name}.{column.name}", column, table[column.name].combine_chunks(), rows))


def _below(site: Site) -> Iterator[Site]:
    match site.column.type:
        case Record(columns):
            for i, column in enumerate(columns):
                values = pc.struct_field(site.values, [i])
                yield from _below(Site(f"{site.field}.{column.name}", column, values, site.rows))
        case Listing(item):
            yield from _below(_items(site, item))
        case Words(segments):
            yield _items(site, site.column) if segments else site
        case _:
            yield site


def _items(site: Site, column: Column) -> Site:
    of = pc.list_parent_indices(site.values).to_numpy(zero_copy_only=False)
    return Site(site.field, column, pc.list_flatten(site.values), site.rows[of])
