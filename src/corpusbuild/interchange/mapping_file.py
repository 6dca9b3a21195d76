"""Read a mapping: a small file, TOML or JSON, that is judged as a whole before anything of the source is read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path as FilePath
from typing import Any

from corpusbuild.corpus.config import key_place
from corpusbuild.corpus.json_positions import JsonPositions
from corpusbuild.corpus.json_reading import JsonFault, read_json
from corpusbuild.corpus.toml_reading import read_toml
from corpusbuild.diagnostics.source import SourceFile
from corpusbuild.errors import BadConfig
from corpusbuild.interchange.closest_fault import closest_fault
from corpusbuild.interchange.mapping import DOCUMENT, Mapped, Rule
from corpusbuild.interchange.mapping_values import Fields, Value, Ways
from corpusbuild.interchange.model import ColumnSpec, Kind, TableSpec
from corpusbuild.interchange.paths import Path, PathError, RowPath, parse_path, parse_row_path
from corpusbuild.schema.deriving import Deriver
from corpusbuild.schema.judging import Judge
from corpusbuild.schema.loading import FaultKind, Schemas, schema_faults
from corpusbuild.schema.shape import Column, Label, Listing, Record, Scalar, Shape, Words
from corpusbuild.text.nearest import nearest_name

_TEMPLATES = ("attribution", "minimal")
_SCALARS = {Scalar.INTEGER: Kind.INTEGER, Scalar.NUMBER: Kind.NUMBER, Scalar.BOOLEAN: Kind.BOOLEAN, Scalar.JSON: Kind.JSON}
_ANCHORS = {Kind.WORDS, Kind.SEGMENTS}

_Steps = tuple[str | int, ...]


class MappingFile:
    """A mapping's file, and where its values stand.

    Raises :class:`~corpusbuild.errors.BadConfig`, with its place, for what is wrong with it.
    """

    def __init__(self, path: FilePath) -> None:
        self.path = path
        try:
            self.data = path.read_bytes()
        except OSError as error:
            raise BadConfig(f"this mapping cannot be read: {error.strerror}", str(path)) from error
        self._values = self._read()

    @property
    def options(self) -> Mapping[str, str]:
        """The options of the format that hold unless others are given."""
        options: Mapping[str, str] = self._values.get("options", {})
        return options

    @property
    def unit(self) -> str | None:
        """What offsets count."""
        unit: str | None = self._values.get("unit")
        return unit

    @property
    def gold(self) -> str | None:
        """The annotator whose labels are the reference."""
        gold: str | None = self._values.get("gold")
        return gold

    def mapped(self, source: Iterable[TableSpec]) -> Mapped:
        """The mapping from the tables of ``source``."""
        values = self._values
        contents = self._schemas(values["schema"])
        shape, schemas = self._shape(contents)
        tables = tuple(_table_spec(table.name, table.row.columns, table.key) for table in shape.tables)
        registries = tuple(_table_spec(table.name, table.row.columns, table.key) for table in shape.registries)
        whole = _table_spec(DOCUMENT, shape.annotation_scalars.without("article", "annotator").columns, None)
        known = {table.name: table for table in source}
        reader = _Rules(self, (*tables, *registries, whole), frozenset(table.name for table in registries), known)
        rules = tuple(reader.rule(number, each) for number, each in enumerate(values["rows"]))
        for name in values.get("article", {}):
            if shape.article.get(name) is None:
                names = [each.name for each in shape.article.columns]
                raise self.bad(("article", name), f'article.json has no property "{name}"', _near(name, names))
        metadata, detached = (self._below((name,), values[name]) if name in values else None for name in ("metadata", "detached"))
        given = dict(self._registries(shape, schemas))
        return Mapped(contents, schemas, shape, known, tables, whole, rules, values.get("article", {}), metadata, detached, given)

    # ---- the file ----

    @cached_property
    def _is_toml(self) -> bool:
        return self.path.suffix.lower() == ".toml"

    def _read(self) -> dict[str, Any]:
        """What the file says, once its schema has judged it."""
        import jsonschema_rs  # noqa: PLC0415  start-up time

        try:
            values = read_toml(self.data) if self._is_toml else _json(self.data)
        except ValueError as error:
            found = re.search(r"line (\d+),? column (\d+)", str(error))
            place = f"{self.path}:{found[1]}:{found[2]}" if found else str(self.path)
            raise BadConfig(f"this is not {'TOML' if self._is_toml else 'JSON'}: {error}", place) from error
        schema = json.loads(files("corpusbuild.interchange").joinpath("mapping.schema.json").read_bytes())
        for fault in jsonschema_rs.Draft202012Validator(schema, offline=True).iter_errors(values):
            raise self.bad(*closest_fault(fault), "see docs/importing.md")
        made: dict[str, Any] = values
        return made

    def bad(self, steps: _Steps, message: str, help: str = "") -> BadConfig:  # noqa: A002  as in findings
        """An error at a place of the file, with its line and column."""
        source = SourceFile(str(self.path), self.data)
        if self._is_toml:
            start, end = key_place(self.data, steps, root=())
        else:
            start, end = map(source.code_point, JsonPositions(self.data).value(steps))
        place = source.place(start, end)
        where = f"{place.path}:{place.line}:{place.column}"
        dotted = ".".join(str(step) for step in steps)
        return BadConfig(f"{dotted}: {message}" if dotted else message, where, help)

    def _below(self, at: _Steps, name: str) -> FilePath:
        """What a mapping names besides the schemas. It lies below the mapping, links followed: a mapping may be of strangers."""
        path = self.path.parent / name
        if not path.resolve().is_relative_to(self.path.parent.resolve()):
            raise self.bad(at, f'"{name}" leads out of the mapping\'s folder')
        return path

    # ---- what it names ----

    def _schemas(self, name: str) -> dict[str, bytes]:
        """The files of the schema folder that a mapping names."""
        if name in _TEMPLATES:
            folder = files("corpusbuild.templates").joinpath(name, "schema")
            found = {each.name: each.read_bytes() for each in folder.iterdir() if each.name.endswith(".json")}
        else:
            found = {each.name: each.read_bytes() for each in sorted((self.path.parent / name).glob("*.json"))}
        if not found:
            raise self.bad(("schema",), f'there are no schemas in "{name}"', f"name a folder, or one of {', '.join(_TEMPLATES)}")
        return found

    def _shape(self, contents: Mapping[str, bytes]) -> tuple[Shape, Schemas]:
        files: dict[str, Any] = {}
        for name, content in contents.items():
            try:
                files[name] = _json(content)
            except ValueError as error:
                raise self.bad(("schema",), f"{name} is not JSON: {error}") from error
        schemas = Schemas(files)
        # A keyword that nobody knows is a warning once the corpus is there.
        faults = [fault for fault in schema_faults(schemas) if fault.kind is not FaultKind.UNKNOWN_KEYWORD]
        shape, more = (None, faults) if faults else Deriver(schemas).shape()
        if shape is None:
            first = more[0]
            raise self.bad(("schema",), f"{first.file}: {first.message}", first.help)
        return shape, schemas

    def _registries(self, shape: Shape, schemas: Schemas) -> Iterable[tuple[tuple[str, str], list[dict[str, Any]]]]:
        """The entries of the files that ``[registries]`` names, by owner and table."""
        judges = {name: Judge(schemas, file) for name, file in shape.registry_schemas}
        for place, name in self._values.get("registries", {}).items():
            owner, _, table = place.rpartition("/")
            at = ("registries", place)
            if table not in judges:
                raise self.bad(at, f'the schema has no registry "{table}"', _near(table, list(judges)))
            try:
                entries = read_json(self._below(at, name).read_bytes())
            except OSError as error:
                raise self.bad(at, f'"{name}" cannot be read: {error.strerror}') from error
            if isinstance(entries, JsonFault) or not isinstance(entries, list):
                why = entries.reason if isinstance(entries, JsonFault) else "it should be an array"
                raise self.bad(at, f'"{name}" is no registry: {why}')
            for number, entry in enumerate(entries):
                if not judges[table].accepts(entry):
                    fault = judges[table].explain(entry)[0]
                    where = "/".join(map(str, (number, *fault.pointer)))
                    raise self.bad(at, f'"{name}": {where}: {fault.message}', "correct the entry, or the schema")
            yield (owner, table), entries


@dataclass(frozen=True, slots=True)
class _Rules:
    """Reads the rules of a file: ``tables`` can be made, those of them that are ``registries`` too, from the tables of ``source``."""

    file: MappingFile
    tables: Sequence[TableSpec]
    registries: frozenset[str]
    source: Mapping[str, TableSpec]

    def rule(self, number: int, said: Mapping[str, Any]) -> Rule:
        at: _Steps = ("rows", number)
        target = next((table for table in self.tables if table.name == said["table"]), None)
        if target is None:
            names = [table.name for table in self.tables]
            raise self.file.bad((*at, "table"), f'the schema has no table "{said["table"]}"', _near(said["table"], names))
        if said["from"] not in self.source:
            message = f'the source has no table "{said["from"]}"'
            raise self.file.bad((*at, "from"), message, _near(said["from"], list(self.source)))
        spec = self.source[said["from"]]
        names = [column.name for column in spec.columns]
        for name in said.get("where", {}):
            if name not in names:
                raise self.file.bad((*at, "where", name), f'{spec.name} has no column "{name}"', _near(name, names))
        if target.name in self.registries and target.key not in said["columns"]:
            message = f"an entry of a registry needs its key: {target.key}"
            raise self.file.bad((*at, "columns"), message, "say which column of the source it is")
        where = {name: tuple(value) if isinstance(value, list) else (value,) for name, value in said.get("where", {}).items()}
        return Rule(target, said["from"], where, self._fields(at, said, target.name, target.columns, spec))

    def _fields(self, at: _Steps, said: Mapping[str, Any], name: str, columns: Sequence[ColumnSpec], spec: TableSpec) -> Fields:
        """An object of the target from rows of ``spec``, or of the table that ``each`` leads to from them."""
        each = None
        if "each" in said:
            each = self._row_path((*at, "each"), said["each"], spec)
            spec = each.table
        belonging = tuple(self._row_path((*at, "with", number), path, spec) for number, path in enumerate(said.get("with", ())))
        made = {}
        for member, how in said["columns"].items():
            here = (*at, "columns", member)
            column = next((known for known in columns if known.name == member), None)
            if column is None:
                raise self.file.bad(here, f'{name} has no column "{member}"', _near(member, [known.name for known in columns]))
            made[member] = self._ways(here, how, column, spec)
        return Fields(made, each, belonging)

    def _ways(self, at: _Steps, how: Any, column: ColumnSpec, spec: TableSpec) -> Ways:
        if isinstance(how, list):
            return tuple(self._way((*at, number), each, column, spec) for number, each in enumerate(how))
        return (self._way(at, how, column, spec),)

    def _way(self, at: _Steps, how: Any, column: ColumnSpec, spec: TableSpec) -> Value:
        if isinstance(how, str):
            made = Value(self._path(at, how, spec))
        elif "value" in how:
            made = Value(default=how["value"])
        elif "columns" in how:
            if column.kind is not Kind.OBJECT:
                raise self.file.bad(at, f"{column.name} is no object")
            return Value(record=self._fields(at, how, column.name, column.columns, spec))
        elif "covering" in how:
            made = Value(covering=tuple(self._path(at, each, spec) for each in how["covering"]), widen="widen" in how)
        else:
            made = Value(self._path(at, how["path"], spec), values=how.get("values"), as_json="json" in how, default=how.get("default"))
        self._check_kinds(at, column, made)
        return made

    def _path(self, at: _Steps, text: str, spec: TableSpec) -> Path:
        try:
            return parse_path(text, spec, self.source)
        except PathError as error:
            raise self.file.bad(at, str(error), error.help) from error

    def _row_path(self, at: _Steps, text: str, spec: TableSpec) -> RowPath:
        try:
            return parse_row_path(text, spec, self.source)
        except PathError as error:
            raise self.file.bad(at, str(error), error.help) from error

    def _check_kinds(self, at: _Steps, column: ColumnSpec, value: Value) -> None:
        """Words become words, objects are made of columns, and JSON can be all."""
        wants = column.kind in _ANCHORS
        paths = [*value.covering, *([value.path] if value.path is not None else [])]
        if value.covering and not wants:
            raise self.file.bad(at, f"{column.name} takes no words")
        for path in paths:
            has = path.column.kind in _ANCHORS
            if value.as_json and has:
                raise self.file.bad(at, f"{path.column.name} has words, which are no JSON")
            if not value.as_json and has != wants:
                told = f"{column.name} takes {'words' if wants else 'no words'}, and {path.column.name} has {'none' if wants else 'words'}"
                raise self.file.bad(at, told)
            if not value.as_json and column.kind is Kind.OBJECT:
                raise self.file.bad(at, f"{column.name} is an object", "say what its columns are, with columns = { … }")
        if wants and value.default not in (None, []):
            raise self.file.bad(at, f"{column.name} takes words, which no constant is")


def _near(name: str, known: Sequence[str]) -> str:
    near = nearest_name(name, known)
    return f'did you mean "{near}"?' if near else f"there are {', '.join(known)}"


# ---- the target ----


def _table_spec(name: str, columns: Sequence[Column], key: str | None) -> TableSpec:
    return TableSpec(name, tuple(map(_column_spec, columns)), key)


def _column_spec(column: Column) -> ColumnSpec:
    kind, many, ref = Kind.STRING, False, column.ref
    columns: tuple[ColumnSpec, ...] = ()
    of = column.type
    if isinstance(of, Listing):
        many, ref, of = True, column.ref or of.item.ref, of.item.type
    if isinstance(of, Words):
        kind = Kind.SEGMENTS if of.segments else Kind.WORDS
    elif isinstance(of, Record):
        kind, columns = Kind.OBJECT, tuple(map(_column_spec, of.columns))
    elif isinstance(of, Listing):
        kind = Kind.JSON  # a list of lists
    elif isinstance(of, Label):
        kind = Kind.LABEL
    else:
        kind = _SCALARS.get(of, Kind.STRING)
    within = of.within if isinstance(of, Words) else None
    # References are judged with the corpus: what they lead to may be a registry.
    return ColumnSpec(column.name, kind, many, ref or "", columns=columns, optional=column.nullable, within=within)


def _json(data: bytes) -> Any:
    """The value that ``data`` holds. Raises :class:`ValueError`, with the line."""
    value = read_json(data)
    if isinstance(value, JsonFault):
        line, column = data.count(b"\n", 0, value.byte) + 1, value.byte - data.rfind(b"\n", 0, value.byte)
        raise ValueError(f"{value.reason} (line {line} column {column})")  # noqa: TRY004  as JSON's own
    return value
