"""Every JSON document of a corpus that is written by its schemas, for work that must miss none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import PurePosixPath
from typing import Any

from corpusbuild.corpus.layout import Layout, is_shard
from corpusbuild.corpus.shards import ranges
from corpusbuild.corpus.storage import Root
from corpusbuild.diagnostics.where import InJson, Origin, Pointer
from corpusbuild.errors import CannotGoOn
from corpusbuild.plan import Plan
from corpusbuild.scan.documents import EDITOR_HINT, read_value, whole
from corpusbuild.schema.judging import Judge, ShapeFault
from corpusbuild.schema.loading import ANNOTATION, ARTICLE, Schemas
from corpusbuild.schema.paths import pointers_at, values_at
from corpusbuild.schema.shape import Path as ShapePath
from corpusbuild.schema.shape import Record, walk
from corpusbuild.workflow.analysis import analyse

_NOT_JUDGED = {ARTICLE: frozenset({"id", "text", EDITOR_HINT}), ANNOTATION: frozenset({EDITOR_HINT})}


@dataclass(frozen=True, slots=True)
class Document:
    """A document, or one entry of a registry: the schema file that describes it, where it stands, what it says.

    ``article`` is the article that it is about; empty for a registry's.
    """

    schema: str
    origin: Origin
    base: Pointer
    value: dict[str, Any]
    article: str = ""

    def where(self, pointer: Pointer) -> InJson:
        """The place of a value in it."""
        return InJson(self.origin, (*self.base, *pointer))

    def strings(self, path: ShapePath) -> Iterator[tuple[Pointer, str]]:
        """Every string at ``path``, with its pointer."""
        for pointer, value in zip(pointers_at(self.value, path), values_at([self.value], path), strict=True):
            if isinstance(value, str):
                yield pointer, value


@dataclass(frozen=True)
class Readable:
    """A corpus whose schemas are valid, and whose every document can be read by them."""

    root: Root
    plan: Plan
    layout: Layout
    schemas: Schemas

    @classmethod
    def of(cls, root: Root) -> Readable:
        """The corpus at ``root``. Raises :class:`~corpusbuild.errors.CannotGoOn` where it has no valid schemas."""
        analysis = analyse(root)
        if analysis.plan is None or analysis.layout is None or analysis.schemas is None:
            where = analysis.findings[0].where.origin.path if analysis.findings else "schema"
            raise _not_readable("the schemas are not valid", where)
        return cls(root, analysis.plan, analysis.layout, analysis.schemas)

    @cached_property
    def records(self) -> dict[str, Record]:
        """Schema file → what it describes."""
        shape = self.plan.shape
        registries = {file: table.row for name, file in shape.registry_schemas for table in shape.registries if table.name == name}
        return {ARTICLE: shape.article, ANNOTATION: shape.annotation, **registries}

    @cached_property
    def registry_files(self) -> Mapping[str, str]:
        """Registry → the schema file of its entries."""
        return dict(self.plan.shape.registry_schemas)

    def references(self, file: str, table: str) -> list[ShapePath]:
        """The paths of a document described by ``file`` at which keys of ``table`` stand."""
        paths = [path for path, column in walk(self.records[file]) if column.ref == table]
        # What these two say is known without an x-ref.
        always: dict[str, ShapePath] = {"articles": ("article",), "annotators": ("annotator",)}
        if file == ANNOTATION and table in always and always[table] not in paths:
            paths.append(always[table])
        return paths

    def documents(self) -> Iterator[Document]:
        """All documents. Raises :class:`~corpusbuild.errors.CannotGoOn` at one that its schema refuses."""
        judges = {file: Judge(self.schemas, file) for file in self.records}
        for document in self._all():
            fault = refusal(document, judges[document.schema])
            if fault is not None:
                raise _not_readable("this document is not as its schema wants it", document.origin.path)
            yield document

    def _all(self) -> Iterator[Document]:
        for path in self.layout.damaged:
            raise _not_readable("this shard cannot be unpacked", path)
        for article in self.layout.articles:
            if article.metadata is not None:
                origin, value = self._file(article.metadata)
                yield self._object(ARTICLE, origin, value, article.id)
        for path in self.layout.article_shards:
            for origin, value in self._lines(path):
                yield self._object(ARTICLE, origin, value, str(value.get("id", "")) if isinstance(value, dict) else "")
        files = (self._file(path) for path in self.layout.annotations)
        for origin, value in chain(files, *(self._lines(path) for path in self.layout.annotation_shards)):
            yield self._object(ANNOTATION, origin, value, str(value.get("article", "")) if isinstance(value, dict) else "")
        for file in self.layout.registries:
            schema = self.registry_files[file.table]
            if is_shard(file.path):
                yield from (self._object(schema, origin, value) for origin, value in self._lines(file.path))
            else:
                origin, rows = self._file(file.path)
                for i, row in enumerate(rows if isinstance(rows, list) else [rows]):
                    yield self._object(schema, origin, row, base=(i,))

    def _file(self, path: str) -> tuple[Origin, Any]:
        origin, data = whole(self.root, path)
        return origin, self._value(origin, data)

    def _lines(self, path: str) -> Iterator[tuple[Origin, Any]]:
        for part in ranges(self.root, path, most=self.plan.config.limits.line_bytes):
            for origin, data in part.read(self.root):
                yield origin, self._value(origin, data)

    def _value(self, origin: Origin, data: bytes) -> Any:
        value, findings = read_value(data, origin, self.plan.config.limits)
        if findings:
            raise _not_readable(findings[0].message, origin.path)
        return value

    def _object(self, schema: str, origin: Origin, value: Any, article: str = "", base: Pointer = ()) -> Document:
        if not isinstance(value, dict):
            raise _not_readable("here stands something else than an object", origin.path)
        return Document(schema, origin, base, value, article)


def refusal(document: Document, judge: Judge) -> ShapeFault | None:
    """Why the schema refuses a document, None where it does not."""
    taken_out = _NOT_JUDGED.get(document.schema, frozenset())
    value = {name: each for name, each in document.value.items() if name not in taken_out}
    return None if judge.accepts(value) else judge.explain(value)[0]


def stem(path: str) -> str:
    """A file's name without folder and suffix."""
    return PurePosixPath(path).stem


def _not_readable(message: str, path: str) -> CannotGoOn:
    return CannotGoOn(message, path, "mend what `corpusbuild check` finds first")
