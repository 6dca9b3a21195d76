"""Find what each schema allows by itself but all together do not mean: names that clash, references to nowhere, lost anchors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from corpusbuild.diagnostics.where import Pointer
from corpusbuild.schema.loading import ANNOTATION, ARTICLE, FaultKind, SchemaFault, Schemas
from corpusbuild.schema.shape import Column, Path, Record, Scalar, Shape, Table, Words, walk
from corpusbuild.schema.vocabulary import BY_ANNOTATOR, OUR_COLUMNS, OUR_TABLES, subschemas

ANNOTATORS = "annotators"


def meaning_faults(schemas: Schemas, shape: Shape) -> Iterator[SchemaFault]:
    """What each schema allows but all together do not mean."""
    tables = [*shape.tables, *shape.registries]
    names = [table.name for table in tables]
    for table in tables:
        file = ANNOTATION if table.member else next(f for n, f in shape.registry_schemas if n == table.name)
        at: Pointer = ("properties", table.member, "x-table") if table.member else ("x-table",)
        taken = table.name in OUR_TABLES or table.name.endswith(BY_ANNOTATOR)
        if taken or names.count(table.name) > 1 or shape.article.get(table.name) is not None:
            whose = "one of corpusbuild's own" if taken else "used twice"
            yield SchemaFault(FaultKind.INVALID, file, at, f'the table name "{table.name}" is {whose}', "choose another")
        for column in table.row.columns:
            if column.name in OUR_COLUMNS:
                message = f'the column "{column.name}" of {table.name} is one that corpusbuild adds'
                yield SchemaFault(FaultKind.INVALID, file, at, message, "give the property another name")
        for message in _key_faults(table):
            yield SchemaFault(FaultKind.INVALID, file, at, message)
    for name in ("article", "annotator"):
        own = shape.annotation.get(name)
        if own is None or own.type is not Scalar.STRING or own.nullable:
            message = f'an annotation document must have a required string "{name}"'
            yield SchemaFault(FaultKind.INVALID, ANNOTATION, (), message, "see `corpusbuild init`")
    if shape.annotation_scalars.get("article_id") is not None:
        message = 'the column "article_id" of annotations is one that corpusbuild adds'
        yield SchemaFault(FaultKind.INVALID, ANNOTATION, ("properties", "article_id"), message, "give the property another name")
    for name in ("id", "text", "article_id", "text_sha256", "text_chars"):
        if shape.article.get(name) is not None:
            message = f'"{name}" is taken out before article.json is applied'
            yield SchemaFault(FaultKind.INVALID, ARTICLE, ("properties", name), message, "leave it out")
    yield from _stray_faults(schemas, shape)
    roots = [(ARTICLE, shape.article), (ANNOTATION, shape.annotation)]
    roots += [(dict(shape.registry_schemas)[table.name], table.row) for table in shape.registries]
    keyed = {table.name for table in tables if table.key} | {"articles"}
    for file, root in roots:
        yield from _site_faults(schemas, file, root, keyed, {table.name for table in tables})


def _stray_faults(schemas: Schemas, shape: Shape) -> Iterator[SchemaFault]:
    """Keys and tables where they mean nothing: below the properties that make rows and documents."""
    for file, schema in schemas.files.items():
        meant = {name for name, each in shape.registry_schemas if each == file} | {table.name for table in shape.tables}
        for pointer, each in subschemas(schema):
            if "x-table" in each and each["x-table"] not in meant:
                message = "x-table stands where no table can be: it belongs on a top-level array of annotation.json or at a schema's root"
                yield SchemaFault(FaultKind.INVALID, file, (*pointer, "x-table"), message, "take it out", key=True)
    rows = [*(table.row for table in shape.tables), *(table.row for table in shape.registries), shape.article]
    for record in rows:
        for path, column in walk(record):
            if column.key and len(path) > 1:
                message = f"x-key stands on {'/'.join(path)}, which is no property of a row"
                yield _Fault("x-key", True, message, "only a row has a key").at(schemas, ANNOTATION, path[-1])


def _site_faults(schemas: Schemas, file: str, root: Record, keyed: set[str], names: set[str]) -> Iterator[SchemaFault]:
    anchors = {path: column for path, column in walk(root) if isinstance(column.type, Words)}
    if anchors and file != ANNOTATION:
        yield SchemaFault(FaultKind.INVALID, file, (), "anchors belong in annotation.json: only there is an article to find words in")
    for path, column in walk(root):
        if column.ref is not None and column.ref not in keyed and not (column.ref == ANNOTATORS and ANNOTATORS not in names):
            why = "has no x-key" if column.ref in names else "is no table of this corpus"
            message = f'{"/".join(path)} refers to "{column.ref}", which {why}'
            help_text = f"tables with keys are {', '.join(sorted(keyed))}"
            yield _Fault("x-ref", column.ref, message, help_text).at(schemas, file, column.name)
        within = column.type.within if isinstance(column.type, Words) else None
        if within is None:
            continue
        around = {path[:i] for i in range(len(path))}
        if not any((*parent, within) in anchors for parent in around) or within == column.name:
            message = f'{"/".join(path)} is within "{within}", which is no anchor of the same object or of one around it'
            yield _Fault("x-anchor", {"within": within}, message).at(schemas, file, column.name)
        elif _circular(path, anchors):
            message = f'{"/".join(path)} is within "{within}", and that within it'
            yield _Fault("x-anchor", {"within": within}, message).at(schemas, file, column.name)


class _Fault(NamedTuple):
    """What is wrong with a keyword's value at the columns of one name."""

    keyword: str
    value: Any
    message: str
    help: str = ""

    def at(self, schemas: Schemas, file: str, column: str) -> SchemaFault:
        """The fault where the keyword says so: on a property of that name if there is one, in ``file`` or one that it refers to."""
        steps = (self.keyword, "within") if self.keyword == "x-anchor" else (self.keyword,)
        found = [
            (column not in pointer, name != file, name, pointer)
            for name, schema in schemas.files.items()
            for pointer, each in subschemas(schema)
            if self.keyword in each and each[self.keyword] == self.value
        ]
        _, _, where, pointer = min(found, key=lambda place: place[:3], default=(True, True, file, ()))
        return SchemaFault(FaultKind.INVALID, where, (*pointer, *steps) if found else (), self.message, self.help)


def _key_faults(table: Table) -> Iterator[str]:
    keys = [column for column in table.row.columns if column.key]
    if any(column.nullable for column in keys):
        yield f"the x-key of {table.name} must be required, and may not be null"
    if len(keys) > 1:
        yield f"{table.name} has more than one x-key"


def _circular(path: Path, anchors: Mapping[Path, Column]) -> bool:
    """Whether an anchor of one object lies, by way of others of that object, within itself."""
    seen: set[Path] = set()
    at = path
    while at in anchors and at not in seen:
        seen.add(at)
        words = anchors[at].type
        at = (*at[:-1], words.within) if isinstance(words, Words) and words.within is not None else ()
    return at == path
