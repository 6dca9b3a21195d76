"""A mapping turns the tables of a source into those of a schema: a small file, which is judged before anything is read.

Rows that no rule takes, and that no path goes through, are reported as not carried over.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.resources import files
from itertools import pairwise, product
from pathlib import Path as FilePath
from typing import Any

from corpusbuild.corpus.config import key_place
from corpusbuild.corpus.json_positions import JsonPositions
from corpusbuild.corpus.json_reading import JsonFault, read_json
from corpusbuild.corpus.toml_reading import read_toml
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.source import SourceFile
from corpusbuild.errors import BadConfig
from corpusbuild.interchange.judging import Placed, Sound
from corpusbuild.interchange.model import ColumnSpec, Kind, Row, TableSpec
from corpusbuild.interchange.paths import Index, Path, PathError, parse_path
from corpusbuild.interchange.refusing import malformed, not_carried
from corpusbuild.schema.deriving import Deriver
from corpusbuild.schema.judging import Judge
from corpusbuild.schema.loading import ANNOTATION, ARTICLE, Schemas, schema_faults
from corpusbuild.schema.shape import Column, Label, Listing, Scalar, Shape, Table, Words
from corpusbuild.text.nearest import nearest_name
from corpusbuild.text.span import Span

_TEMPLATES = ("attribution", "minimal")
_SCALARS = {Scalar.INTEGER: Kind.INTEGER, Scalar.NUMBER: Kind.NUMBER, Scalar.BOOLEAN: Kind.BOOLEAN}
_SOME_WORDS = {"exact": "words", "start": 0}


class _RowRefusedError(Exception):
    """A row of the source cannot become one of the target: why."""


@dataclass(frozen=True, slots=True)
class _Value:
    """How a column of the target gets its value: from ``path``, or the hull of ``covering``; else it is ``default``."""

    path: Path | None = None
    covering: tuple[Path, ...] = ()
    widen: bool = False
    values: Mapping[str, Any] | None = None
    default: Any = None


@dataclass(frozen=True, slots=True)
class _Rule:
    """Which rows of the source make rows of ``table``, and how."""

    table: TableSpec
    source: str
    where: Mapping[str, tuple[Any, ...]]
    columns: Mapping[str, _Value]

    def takes(self, row: Row) -> bool:
        """Whether a row of the source makes one."""
        return row.table == self.source and all(row.values.get(name) in wanted for name, wanted in self.where.items())


@dataclass
class Mapped:
    """A mapping at work: what the corpus's tables and schemas are, and each document as these have it."""

    schemas: dict[str, bytes]
    shape: Shape
    source: dict[str, TableSpec]
    tables: tuple[TableSpec, ...]
    rules: tuple[_Rule, ...]
    article: Mapping[str, Any]
    _documents: Judge = field(repr=False)
    _articles: Judge = field(repr=False)

    @cached_property
    def registries(self) -> frozenset[str]:
        """The tables whose data are files of their own."""
        return frozenset(table.name for table in self.shape.registries)

    def map(self, document: Sound) -> Sound:
        """A document in the tables of the target."""
        findings: list[Finding] = []
        index = Index(document.rows, self.source)
        rows: list[Row] = []
        carried: set[int] = set()
        refused: set[int] = set()
        numbers = Counter[str]()
        for rule, row in product(self.rules, document.rows):
            if rule.takes(row):
                numbers[rule.table.name] += 1
                index.used = {id(row)}
                made, told = self._row(rule, row, index, document.text, numbers[rule.table.name])
                rows += made
                findings += told
                carried |= index.used if made else set()
                refused |= set() if made else {id(row)}
        findings += [self._left(row) for row in document.rows if id(row) not in carried | refused]
        metadata, told = self._metadata(document)
        return replace(
            document,
            rows=rows,
            metadata=metadata,
            findings=[*document.findings, *findings, *told],
            carried=[(row.at, row.table, self._key(row)) for row in document.rows if id(row) in carried - refused],
        )

    def _key(self, row: Row) -> Any:
        return row.values.get(self.source[row.table].key or "")

    def _left(self, row: Row) -> Finding:
        labels = (row.values.get(each.name) for each in self.source[row.table].columns if each.kind is Kind.LABEL)
        label = next((each for each in labels if isinstance(each, str)), "")
        what = " ".join(filter(None, (self._key(row), label))) or "this record"
        return not_carried(row.at, f"no rule takes {what}, of {row.table}")

    def _row(self, rule: _Rule, row: Row, index: Index, text: str, number: int) -> tuple[list[Row], list[Finding]]:
        columns = {column.name: column for column in rule.table.columns}
        values: dict[str, Any] = {}
        try:
            for name, how in rule.columns.items():
                value = _made(how, columns[name], row, index, text)
                if value is not None:
                    values[name] = value
        except _RowRefusedError as why:
            return [], [malformed(row.at, f"this cannot be a row of {rule.table.name}: {why}", "correct the record, or the mapping")]
        key = rule.table.key
        if key is not None:
            values.setdefault(key, f"{rule.table.name[0]}{number}")
        faults = [*self._faults(rule.table, values), *self._outside(rule.table, values)]
        if faults:
            told = f"this cannot be a row of {rule.table.name}: {'; '.join(faults)}"
            return [], [malformed(row.at, told, "correct the record, or the mapping")]
        return [Row(rule.table.name, values, row.at)], []

    def _faults(self, table: TableSpec, values: Mapping[str, Any]) -> Iterable[str]:
        """What the schema has against a row, whatever its words are."""
        made = {}
        for column in table.columns:
            value = values.get(column.name, [] if column.many or column.kind is Kind.SEGMENTS else None)
            if value is not None:
                made[column.name] = _shown(column, value)
        document = {"article": "a", "annotator": "a", table.name: [made]}
        if not self._documents.accepts(document):
            yield from (_told(fault.pointer[2:], fault.message) for fault in self._documents.explain(document))

    def _outside(self, table: TableSpec, values: Mapping[str, Any]) -> Iterable[str]:
        """Anchors that are not within the one that they should be in."""
        shaped = self.shape.table(table.name)
        for column in shaped.row.columns if shaped is not None else ():
            home = column.type.within if isinstance(column.type, Words) else None
            if home is not None and values.get(home) and column.name in values:
                outside = [span for span in values[column.name] if not any(held.holds(span) for held in values[home])]
                if outside:
                    yield f"{column.name} is not within {home}"

    def _metadata(self, document: Sound) -> tuple[dict[str, Any], list[Finding]]:
        metadata = {name: _metadatum(how, document) for name, how in self.article.items()}
        metadata = {name: value for name, value in metadata.items() if value is not None}
        if self._articles.accepts(metadata):
            return metadata, []
        told = "; ".join(_told(fault.pointer, fault.message) for fault in self._articles.explain(metadata))
        return metadata, [
            malformed(document.at, f"the article's metadata are not as article.json wants them: {told}", "say in [article] where they are")
        ]


def _told(pointer: Sequence[Any], message: str) -> str:
    return ": ".join(each for each in ("/".join(map(str, pointer)), message) if each)


def _shown(column: ColumnSpec, value: Any) -> Any:
    """A value as the schema sees it: what the words are makes no difference to it."""
    if column.kind is Kind.SEGMENTS:
        return [_SOME_WORDS for _ in value]
    return _SOME_WORDS if column.kind is Kind.WORDS else value


def _metadatum(how: Any, document: Sound) -> Any:
    if how == "name":
        return document.name
    if how == "first-line":
        return next((line.strip() for line in document.text.split("\n") if line.strip()), None)
    return how["value"] if "value" in how else document.metadata.get(how["metadata"], how.get("default"))


# ---- values ----


def _made(how: _Value, column: ColumnSpec, row: Row, index: Index, text: str) -> Any:
    if how.covering:
        return _hull([place for path in how.covering for place in path.values(row, index)], text, widen=how.widen)
    found = how.path.values(row, index) if how.path is not None else []
    if not found:
        return how.default
    if how.values is not None:
        found = [_replaced(how.values, value, column.name) for value in found]
    if column.kind in {Kind.WORDS, Kind.SEGMENTS}:
        return _anchor(column, found)
    if column.many:
        return list(dict.fromkeys(found))
    if len(set(found)) > 1:
        raise _RowRefusedError(f"{column.name} has several values: {', '.join(map(str, found))}")
    return found[0]


def _replaced(values: Mapping[str, Any], value: Any, column: str) -> Any:
    if str(value) not in values:
        raise _RowRefusedError(f'the mapping has no value of {column} for "{value}"')
    return values[str(value)]


def _anchor(column: ColumnSpec, places: Sequence[Placed]) -> Placed:
    spans = tuple(sorted({span for place in places for span in place}))
    if column.kind is Kind.WORDS and len(spans) > 1:
        raise _RowRefusedError(f"{column.name} is one span, and {len(spans)} are found")
    if any(one.end > other.start for one, other in pairwise(spans)):
        raise _RowRefusedError(f"spans of {column.name} overlap")
    return spans


def _hull(places: Sequence[Placed], text: str, *, widen: bool) -> Placed | None:
    spans = [span for place in places for span in place]
    if not spans:
        return None
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    if widen:
        start = text.rfind("\n", 0, start) + 1
        behind = text.find("\n", end)
        end = len(text) if behind < 0 else behind
    return (Span(start, end),)


# ---- the file ----


def read_mapping(path: FilePath, source: Iterable[TableSpec]) -> Mapped:
    """The mapping in a file, JSON or TOML, from the tables of ``source``.

    Raises :class:`~corpusbuild.errors.BadConfig`, with its place, for what is wrong with it.
    """
    file = _File(path)
    values = file.values()
    schemas = _schemas(file, values["schema"])
    shape = _shape(file, schemas)
    tables = tuple(_table_spec(table) for table in shape.tables)
    known = {table.name: table for table in source}
    rules = tuple(_rule(file, number, each, tables, known) for number, each in enumerate(values["rows"]))
    for name in values.get("article", {}):
        if shape.article.get(name) is None:
            raise file.bad(
                ("article", name), f'article.json has no property "{name}"', _near(name, [each.name for each in shape.article.columns])
            )
    loaded = Schemas({name: json.loads(content) for name, content in schemas.items()})
    return Mapped(schemas, shape, known, tables, rules, values.get("article", {}), Judge(loaded, ANNOTATION), Judge(loaded, ARTICLE))


class _File:
    """A mapping's file, and where its values stand."""

    def __init__(self, path: FilePath) -> None:
        self.path = path
        try:
            self.data = path.read_bytes()
        except OSError as error:
            raise BadConfig(f"this mapping cannot be read: {error.strerror}", str(path)) from error

    @property
    def is_toml(self) -> bool:
        return self.path.suffix.lower() == ".toml"

    def values(self) -> dict[str, Any]:
        """What the file says, once its schema has judged it."""
        import jsonschema_rs  # noqa: PLC0415  start-up time

        try:
            values = read_toml(self.data) if self.is_toml else _json(self.data)
        except ValueError as error:
            found = re.search(r"line (\d+),? column (\d+)", str(error))
            place = f"{self.path}:{found[1]}:{found[2]}" if found else str(self.path)
            raise BadConfig(f"this is not {'TOML' if self.is_toml else 'JSON'}: {error}", place) from error
        schema = json.loads(files("corpusbuild.interchange").joinpath("mapping.schema.json").read_bytes())
        for fault in jsonschema_rs.Draft202012Validator(schema, offline=True).iter_errors(values):
            unexpected = (fault.kind.as_dict().get("unexpected") or [])[:1]
            raise self.bad((*fault.instance_path, *unexpected), fault.message, "see docs/importing.md")
        made: dict[str, Any] = values
        return made

    def bad(self, steps: tuple[str | int, ...], message: str, help: str = "") -> BadConfig:  # noqa: A002  as in findings
        """An error at a place of the file, with its line and column."""
        source = SourceFile(str(self.path), self.data)
        if self.is_toml:
            start, end = key_place(self.data, steps, root=())
        else:
            start, end = map(source.code_point, JsonPositions(self.data).value(steps))
        place = source.place(start, end)
        where = f"{place.path}:{place.line}:{place.column}"
        dotted = ".".join(str(step) for step in steps)
        return BadConfig(f"{dotted}: {message}" if dotted else message, where, help)


def _json(data: bytes) -> Any:
    """The value that ``data`` holds. Raises :class:`ValueError`."""
    value = read_json(data)
    if isinstance(value, JsonFault):
        line, column = data.count(b"\n", 0, value.byte) + 1, value.byte - data.rfind(b"\n", 0, value.byte)
        raise ValueError(f"{value.reason} (line {line} column {column})")  # noqa: TRY004  as JSON's own
    return value


def _schemas(file: _File, name: str) -> dict[str, bytes]:
    """The files of the schema folder that a mapping names."""
    if name in _TEMPLATES:
        folder = files("corpusbuild.templates").joinpath(name, "schema")
        found = {each.name: each.read_bytes() for each in folder.iterdir() if each.name.endswith(".json")}
    else:
        found = {each.name: each.read_bytes() for each in sorted((file.path.parent / name).glob("*.json"))}
    if not found:
        raise file.bad(("schema",), f'there are no schemas in "{name}"', f"name a folder, or one of {', '.join(_TEMPLATES)}")
    return found


def _shape(file: _File, contents: Mapping[str, bytes]) -> Shape:
    try:
        schemas = Schemas({name: _json(content) for name, content in contents.items()})
    except ValueError as error:
        raise file.bad(("schema",), f"a schema is not JSON: {error}") from error
    faults = schema_faults(schemas)
    shape, more = (None, faults) if faults else Deriver(schemas).shape()
    if shape is None:
        first = more[0]
        raise file.bad(("schema",), f"{first.file}: {first.message}", first.help)
    return shape


def _table_spec(table: Table) -> TableSpec:
    return TableSpec(table.name, tuple(_column_spec(column) for column in table.row.columns), table.key)


def _column_spec(column: Column) -> ColumnSpec:
    kind, many, ref = Kind.STRING, False, column.ref
    of = column.type
    if isinstance(of, Listing):
        many, ref, of = True, column.ref or of.item.ref, of.item.type
    if isinstance(of, Words):
        kind = Kind.SEGMENTS if of.segments else Kind.WORDS
    elif isinstance(of, Label):
        kind = Kind.LABEL
    elif isinstance(of, Scalar):
        kind = _SCALARS.get(of, Kind.STRING)
    # References are judged with the corpus: what they lead to may be a registry.
    return ColumnSpec(column.name, kind, many, ref or "")


def _rule(file: _File, number: int, said: Mapping[str, Any], tables: Sequence[TableSpec], source: Mapping[str, TableSpec]) -> _Rule:
    target = next((table for table in tables if table.name == said["table"]), None)
    if target is None:
        names = [table.name for table in tables]
        raise file.bad(("rows", number, "table"), f'the schema has no table "{said["table"]}"', _near(said["table"], names))
    if said["from"] not in source:
        raise file.bad(("rows", number, "from"), f'the source has no table "{said["from"]}"', _near(said["from"], list(source)))
    spec = source[said["from"]]
    for name in said.get("where", {}):
        if name not in {column.name for column in spec.columns}:
            raise file.bad(
                ("rows", number, "where", name), f'{spec.name} has no column "{name}"', _near(name, [each.name for each in spec.columns])
            )
    columns = {}
    for name, how in said["columns"].items():
        at = ("rows", number, "columns", name)
        column = next((each for each in target.columns if each.name == name), None)
        if column is None:
            raise file.bad(at, f'{target.name} has no column "{name}"', _near(name, [each.name for each in target.columns]))
        try:
            columns[name] = _value(how, spec, source)
        except PathError as error:
            raise file.bad(at, str(error), error.help) from error
        _check_kinds(file, at, column, columns[name])
    where = {name: tuple(value) if isinstance(value, list) else (value,) for name, value in said.get("where", {}).items()}
    return _Rule(target, said["from"], where, columns)


def _value(how: Any, table: TableSpec, source: Mapping[str, TableSpec]) -> _Value:
    if isinstance(how, str):
        return _Value(parse_path(how, table, source))
    if "value" in how:
        return _Value(default=how["value"])
    if "covering" in how:
        return _Value(covering=tuple(parse_path(each, table, source) for each in how["covering"]), widen="widen" in how)
    return _Value(parse_path(how["path"], table, source), values=how.get("values"), default=how.get("default"))


def _check_kinds(file: _File, at: tuple[str | int, ...], column: ColumnSpec, value: _Value) -> None:
    """Words become words, and nothing else does."""
    anchors = {Kind.WORDS, Kind.SEGMENTS}
    wants = column.kind in anchors
    paths = [*value.covering, *([value.path] if value.path is not None else [])]
    if value.covering and not wants:
        raise file.bad(at, f"{column.name} takes no words")
    for path in paths:
        if (path.column.kind in anchors) != wants:
            raise file.bad(
                at, f"{column.name} takes {'words' if wants else 'no words'}, and {path.column.name} has {'none' if wants else 'words'}"
            )
    if wants and value.default not in (None, []):
        raise file.bad(at, f"{column.name} takes words, which no constant is")


def _near(name: str, known: Sequence[str]) -> str:
    near = nearest_name(name, known)
    return f'did you mean "{near}"?' if near else f"there are {', '.join(known)}"
