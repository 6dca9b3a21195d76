"""The tables of a block, in the order and with the columns in which they are written.

Rows are ordered by article id (UTF-8 bytes), then annotator, then as the author wrote them. Plain tables
hold gold only; ``<table>_by_annotator`` holds everybody's rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpusbuild.columns import anchor_arrays, lengths, list_array, record_array
from corpusbuild.placing import Placements
from corpusbuild.plan import SHARED, Plan
from corpusbuild.schema.arrow import arrow_field, arrow_schema, arrow_type
from corpusbuild.schema.shape import Column, Listing, Record, Scalar, Shape, Table
from corpusbuild.schema.vocabulary import BY_ANNOTATOR
from corpusbuild.units import Unit

Tables = dict[str, pa.Table]

_ARTICLE_ID = Column("article_id", Scalar.STRING, nullable=False)
_ANNOTATOR = Column("annotator", Scalar.STRING, nullable=False)
_UID = Column("uid", Scalar.STRING, nullable=False, description="article#id, unique in the corpus")
_TEXT = (
    Column("text", Scalar.STRING, description="canonical text; null for a detached article"),
    Column("text_sha256", Scalar.STRING, nullable=False, description="of the text in UTF-8"),
    Column("text_chars", Scalar.INTEGER, nullable=False, description="code points"),
)


def table_columns(shape: Shape) -> dict[str, tuple[Column, ...]]:
    """The columns of every table that a data set has, in the order in which tables are listed."""
    articles = (_ARTICLE_ID, *_TEXT, *shape.article.columns)
    nested = tuple(Column(table.name, Listing(_item(table)), nullable=False) for table in shape.tables)
    found = {"documents": (*articles, *nested), "articles": articles}
    for table in shape.tables:
        uid = (_UID,) if table.key else ()
        found[table.name] = (_ARTICLE_ID, *uid, *table.row.columns)
        found[table.name + BY_ANNOTATOR] = (_ARTICLE_ID, _ANNOTATOR, *uid, *table.row.columns)
    found["annotations"] = found["annotations" + BY_ANNOTATOR] = _annotation_columns(shape)
    for registry in shape.registries:
        found[registry.name] = registry.row.columns
        found[registry.name + BY_ANNOTATOR] = (replace(_ANNOTATOR, nullable=True), *registry.row.columns)
    return found


def plain_columns(shape: Shape) -> dict[str, tuple[Column, ...]]:
    """The columns of the plain tables: what is nested or everybody's is told by these already."""
    plain = {"articles", "annotations", *(table.name for table in (*shape.tables, *shape.registries))}
    return {name: columns for name, columns in table_columns(shape).items() if name in plain}


def _item(table: Table) -> Column:
    return Column("item", table.row, nullable=False)


def _annotation_columns(shape: Shape) -> tuple[Column, ...]:
    named = {"article": _ARTICLE_ID, "annotator": _ANNOTATOR}
    scalars = shape.annotation_scalars.columns
    return (_ARTICLE_ID, _ANNOTATOR, *(column for column in scalars if column.name not in named))


def block_tables(units: Sequence[Unit], placements: Placements, plan: Plan, gold: str | None, *, include_detached_text: bool) -> Tables:
    """The rows of a block in every table but the registries."""
    shape = plan.shape
    columns = table_columns(shape)
    articles = _articles(units, shape, include_detached_text=include_detached_text)
    found: Tables = {"articles": pa.table(articles, schema=arrow_schema(columns["articles"]))}

    facts = [fact for unit in units for fact, _ in unit.documents]
    documents = [document for unit in units for _, document in unit.documents]
    array = record_array(documents, shape.annotation, anchor_arrays(placements, plan.levels))
    ids = pa.array([fact.article for fact in facts], pa.string())
    annotators = pa.array([fact.annotator for fact in facts], pa.string())
    golden = [i for i, fact in enumerate(facts) if fact.annotator == gold]
    for table in shape.tables:
        lists = array.field(table.member) if len(array) else pa.array([], arrow_type(Listing(_item(table))))
        name = table.name + BY_ANNOTATOR
        found[name] = everybody = _rows(lists, ids, annotators, table, columns[name])
        found[table.name] = (
            pa.table(everybody.remove_column(1).columns, schema=arrow_schema(columns[table.name]))
            if len(golden) == len(facts)
            else _rows(_chosen(lists, golden), _chosen(ids, golden), None, table, columns[table.name])
        )
    scalars = _scalars(array, ids, annotators, columns["annotations"])
    found["annotations" + BY_ANNOTATOR] = scalars
    found["annotations"] = _chosen(scalars, golden)

    of_article = {facts[i].article: i for i in golden}
    chosen = [of_article.get(unit.article.id) for unit in units]
    nested = [_nested(array, table, chosen) for table in shape.tables]
    found["documents"] = pa.table([*articles, *nested], schema=arrow_schema(columns["documents"]))
    return found


def _articles(units: Sequence[Unit], shape: Shape, *, include_detached_text: bool) -> list[pa.Array]:
    articles = [unit.article for unit in units]
    texts = [each.text if include_detached_text or not each.detached else None for each in articles]
    metadata = record_array([each.metadata for each in articles], shape.article, {})
    return [
        pa.array([each.id for each in articles], pa.string()),
        pa.array(texts, pa.string()),
        pa.array([each.sha256 for each in articles], pa.string()),
        pa.array([each.chars for each in articles], pa.int64()),
        *metadata.flatten(),
    ]


def _chosen(values: Any, chosen: Sequence[int | None]) -> Any:
    """The chosen rows of an array or table, null for None; mostly all there are, which then need not be copied."""
    return values if chosen == list(range(len(values))) else values.take(pa.array(chosen, pa.int64()))


def _rows(lists: pa.ListArray, ids: pa.Array, annotators: pa.Array | None, table: Table, columns: Sequence[Column]) -> pa.Table:
    """The items of the lists of some documents, one row each."""
    of_row = pa.array(np.repeat(np.arange(len(lists)), lengths(lists)))
    items = lists.flatten()
    fields = dict(zip(table.row_names, items.flatten(), strict=True))
    article_ids = ids.take(of_row)
    arrays: list[pa.Array] = [article_ids]
    if annotators is not None:
        arrays.append(annotators.take(of_row))
    if table.key is not None:
        arrays.append(pc.binary_join_element_wise(article_ids, fields[table.key], "#"))
    return pa.table([*arrays, *fields.values()], schema=arrow_schema(columns))


def _scalars(array: pa.StructArray, ids: pa.Array, annotators: pa.Array, columns: Sequence[Column]) -> pa.Table:
    rest = [array.field(column.name) for column in columns[2:]]
    return pa.table([ids, annotators, *rest], schema=arrow_schema(columns))


def _nested(array: pa.StructArray, table: Table, chosen: Sequence[int | None]) -> pa.ListArray:
    """One list for each article: its gold document's, empty where it has none."""
    kind = arrow_type(Listing(_item(table)))
    if not len(array):
        return list_array(np.zeros(len(chosen), dtype=np.int64), pa.array([], arrow_type(table.row)), kind)
    lists = _chosen(array.field(table.member), chosen)
    return list_array(lengths(lists), lists.flatten(), kind)


def registry_rows(table: Table, owned: Iterable[tuple[str, Sequence[Any]]], gold: str | None) -> Tables:
    """A registry's tables: the shared rows and the gold annotator's; and, where others added any, everybody's."""
    owned = list(owned)
    plain = [row for owner, rows in owned if owner in (SHARED, gold) for row in rows]
    found = {table.name: _registry_table(table.row, plain)}
    if any(owner != SHARED for owner, _ in owned):
        everything = [row for _, rows in owned for row in rows]
        owners = pa.array([owner or None for owner, rows in owned for _ in rows], pa.string())
        of_all = _registry_table(table.row, everything)
        found[table.name + BY_ANNOTATOR] = of_all.add_column(0, arrow_field(replace(_ANNOTATOR, nullable=True)), owners)
    return found


def _registry_table(record: Record, rows: Sequence[Any]) -> pa.Table:
    return pa.table(record_array(rows, record, {}).flatten(), schema=arrow_schema(record.columns))
