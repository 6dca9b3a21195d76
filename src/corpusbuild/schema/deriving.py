"""Derive the shape from the schemas, keyword by keyword, or say which place has no column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

from corpusbuild.diagnostics.where import Pointer
from corpusbuild.schema.loading import ANNOTATION, ARTICLE, FaultKind, SchemaFault, Schemas, base_of, places
from corpusbuild.schema.meaning import meaning_faults
from corpusbuild.schema.shape import Column, Label, Listing, Record, Scalar, Shape, Table, Type, Words

_ALL = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
_SCALARS = {"integer": Scalar.INTEGER, "number": Scalar.NUMBER, "boolean": Scalar.BOOLEAN, "string": Scalar.STRING}
_AS_JSON = '"x-column": "json" keeps it as a JSON string'
_FORMATS = {"date": Scalar.DATE, "date-time": Scalar.INSTANT}


class NotColumnar(Exception):
    """A place in a schema that no column can hold."""

    def __init__(self, node: _Node, message: str, help: str = "", kind: FaultKind = FaultKind.NOT_COLUMNAR) -> None:  # noqa: A002  the field's name
        super().__init__(message)
        self.fault = SchemaFault(kind, node.file, node.pointer, message, help)


@dataclass(frozen=True)
class _Node:
    """A schema object and where it stands."""

    schema: Any
    file: str
    pointer: Pointer

    def at(self, *steps: str | int) -> _Node:
        below = self.schema
        for step in steps:
            below = below[step]
        return _Node(below, self.file, (*self.pointer, *steps))


@dataclass
class _Facts:
    """What a schema and all that it combines say about type."""

    types: frozenset[str] = _ALL
    typed: bool = False
    enum: list[Any] | None = None
    format: str | None = None
    properties: dict[str, list[_Node]] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    items: list[_Node] = field(default_factory=list)
    closed: bool = False
    unevaluated: bool = True
    sometimes: dict[str, _Node] = field(default_factory=dict)
    open_at: _Node | None = None
    refused: NotColumnar | None = None
    ours: dict[str, Any] = field(default_factory=dict)
    description: str = ""

    @property
    def bare(self) -> bool:
        """Whether nothing is said but which JSON types are meant."""
        return not (self.properties or self.items or self.enum or self.format or self.ours or self.closed or self.open_at or self.refused)


@dataclass
class Deriver:
    """Derives types from schemas."""

    schemas: Schemas
    _around: set[int] = field(default_factory=set, repr=False)  # what is being made a column: a schema that comes again contains itself

    @cached_property
    def _places(self) -> dict[str, tuple[str, Pointer]]:
        return places(self.schemas)

    def shape(self) -> tuple[Shape | None, list[SchemaFault]]:
        """The shape of all schemas together, or every fault that keeps them from having one."""
        faults: list[SchemaFault] = []
        records: dict[str, Record] = {}
        for file in (ARTICLE, ANNOTATION, *self._registries()):
            if file not in self.schemas.files:
                help_text = "`corpusbuild init` writes one to start from"
                faults.append(SchemaFault(FaultKind.INVALID, file, (), f"there is no schema/{file}", help_text))
                continue
            try:
                records[file] = self._root(file)
            except NotColumnar as error:
                faults.append(error.fault)
        if faults:
            return None, faults
        try:
            shape = Shape(
                article=records[ARTICLE],
                annotation=records[ANNOTATION],
                tables=tuple(self._tables(records[ANNOTATION])),
                registries=tuple(Table(name, records[file]) for file, name in self._registries().items()),
                registry_schemas=tuple((name, file) for file, name in self._registries().items()),
            )
        except NotColumnar as error:
            return None, [error.fault]
        faults = list(meaning_faults(self.schemas, shape))
        return (None if faults else shape), faults

    def _registries(self) -> dict[str, str]:
        """Schema file → table, for each schema that has ``x-table`` at its root."""
        return {
            file: schema["x-table"]
            for file, schema in self.schemas.files.items()
            if isinstance(schema, dict) and isinstance(schema.get("x-table"), str) and file not in {ARTICLE, ANNOTATION}
        }

    def _root(self, file: str) -> Record:
        node = _Node(self.schemas.files[file], file, ())
        made, _ = self._type([node], (), "")
        if not isinstance(made, Record):
            raise NotColumnar(node, "the schema of a document must describe a closed object")
        return made

    def _tables(self, annotation: Record) -> Iterator[Table]:
        root = _Node(self.schemas.files[ANNOTATION], ANNOTATION, ())
        facts = self._facts([root], ())
        for name, nodes in facts.properties.items():
            table = self._facts(nodes, ()).ours.get("x-table")
            column = annotation.get(name)
            if table is None or column is None:
                continue
            if not isinstance(column.type, Listing) or not isinstance(column.type.item.type, Record):
                raise NotColumnar(nodes[0], "x-table stands on what is not an array of closed objects", kind=FaultKind.INVALID)
            if column.type.item.nullable:
                raise NotColumnar(nodes[0], "the rows of a table may not be null", kind=FaultKind.INVALID)
            yield Table(table, column.type.item.type, name)

    # ---- types ----

    def _type(self, nodes: list[_Node], seen: tuple[int, ...], name: str) -> tuple[Type, bool]:
        """The type that ``nodes`` mean together, and whether it may be null."""
        facts = self._facts(nodes, seen)
        node = nodes[0]
        types = facts.types
        nullable = "null" in types
        kinds = types - {"null"}
        if facts.ours.get("x-column") == "json":
            return Scalar.JSON, nullable
        if "x-anchor" in facts.ours:
            return self._anchor(node, facts, kinds), nullable
        if facts.refused is not None:
            raise facts.refused
        if kinds == {"integer", "number"}:
            kinds = frozenset({"number"})
        if len(kinds) != 1:
            what = "no type" if not facts.typed else "several types" if kinds else "no type but null"
            raise NotColumnar(node, f"{_named(name)} has {what}", 'give it one "type" (and "null"), or "x-column": "json"')
        (kind,) = kinds
        if kind == "array":
            item = self._column(node, "item", facts.items)
            if isinstance(item.type, Words):
                message = "x-anchor stands on the items of an array: write it on the array, which is then one discontinuous span"
                raise NotColumnar(
                    facts.items[0], message, "for anchors that stand each for themselves, make the items objects", FaultKind.INVALID
                )
            return Listing(item), nullable
        if kind == "object":
            return self._record(node, facts, name), nullable
        if kind == "string" and facts.enum is not None:
            return Label(tuple(dict.fromkeys(value for value in facts.enum if isinstance(value, str)))), nullable
        if kind == "string":
            return _FORMATS.get(facts.format or "", Scalar.STRING), nullable
        return _SCALARS[kind], nullable

    def _anchor(self, node: _Node, facts: _Facts, kinds: frozenset[str]) -> Words:
        if not kinds or not kinds <= {"string", "object", "array"} or ("array" in kinds and len(kinds) > 1):
            raise NotColumnar(node, "x-anchor stands on what is neither an anchor nor an array of anchors", kind=FaultKind.INVALID)
        if facts.items and "null" in self._facts(facts.items, ()).types:
            raise NotColumnar(facts.items[0], "the parts of a discontinuous span may not be null", kind=FaultKind.INVALID)
        return Words("array" in kinds, facts.ours["x-anchor"].get("within"))

    def _record(self, node: _Node, facts: _Facts, name: str) -> Record:
        if facts.open_at is not None or not facts.closed:
            where = facts.open_at or node
            help_text = 'add "additionalProperties": false, or "x-column": "json" to keep it as a JSON string'
            raise NotColumnar(where, f"{_named(name)} is an open object", help_text)
        for each, place in facts.sometimes.items() if facts.unevaluated else ():
            if each not in facts.properties:
                raise NotColumnar(place, f'"{each}" is allowed only under a condition, and has no column', 'name it in "properties", too')
        if name and not facts.properties:
            raise NotColumnar(node, f"{_named(name)} is an object without properties", 'name them, or take "x-column": "json"')
        columns = []
        for each, nodes in facts.properties.items():
            if "\0" in each:
                raise NotColumnar(nodes[0], "no column can have a name with the character U+0000", "give the property another name")
            column = self._column(node, each, nodes)
            columns.append(column if each in facts.required else replace(column, nullable=True))
        return Record(tuple(columns))

    def _column(self, node: _Node, name: str, nodes: list[_Node]) -> Column:
        if not nodes:
            help_text = 'say what its items are with "items", or "x-column": "json" to keep it as a JSON string'
            raise NotColumnar(node, f"{_named(name)} has no type", help_text)
        own = {id(each.schema) for each in nodes if isinstance(each.schema, dict)}
        if own & self._around:
            raise _contains_itself(nodes[0])
        self._around |= own
        try:
            made, nullable = self._type(nodes, (), name)
        finally:
            self._around -= own
        facts = self._facts(nodes, ())
        ref, key = facts.ours.get("x-ref"), bool(facts.ours.get("x-key"))
        if key and made is not Scalar.STRING:
            raise NotColumnar(nodes[0], f"x-key stands on {_named(name)}, which is not a string", kind=FaultKind.INVALID)
        if ref is not None and isinstance(made, Listing) and made.item.type is Scalar.STRING:
            made, ref = Listing(replace(made.item, ref=ref)), None
        elif ref is not None and made is not Scalar.STRING:
            message = f"x-ref stands on {_named(name)}, which is neither a string nor an array of strings"
            raise NotColumnar(nodes[0], message, kind=FaultKind.INVALID)
        return Column(name, made, nullable, ref, key, facts.description)

    # ---- keywords ----

    def _facts(self, nodes: list[_Node], seen: tuple[int, ...]) -> _Facts:
        facts = _Facts()
        for node in nodes:
            self._gather(node, facts, seen)
        return facts

    def _gather(self, node: _Node, facts: _Facts, seen: tuple[int, ...]) -> None:
        schema = node.schema
        if schema is True or schema is False:
            facts.types = facts.types if schema else frozenset()
            return
        if id(schema) in seen:
            facts.refused = _contains_itself(node)
            return
        facts.ours = {**{k: v for k, v in schema.items() if k.startswith("x-")}, **facts.ours}
        facts.description = facts.description or schema.get("description", "")
        _gather_types(schema, facts)
        self._gather_object(node, facts)
        if "items" in schema and "prefixItems" not in schema:
            facts.items.append(node.at("items"))
        if "prefixItems" in schema:
            facts.refused = NotColumnar(node.at("prefixItems"), "items of unlike types have no column", _AS_JSON)
        if "$dynamicRef" in schema:
            facts.refused = NotColumnar(node.at("$dynamicRef"), "a $dynamicRef has no fixed target", f'write "$ref"; {_AS_JSON}')
        inside = (*seen, id(schema))
        for i, _ in enumerate(schema.get("allOf", ())):
            self._gather(node.at("allOf", i), facts, inside)
        if "$ref" in schema:
            self._gather(self._target(node), facts, inside)
        for option in _conditional(node):
            self._note_conditional(option, self._facts([option], inside), facts)
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                self._gather_options(node, keyword, facts, inside)

    def _gather_object(self, node: _Node, facts: _Facts) -> None:
        schema = node.schema
        for name in schema.get("properties", {}):
            facts.properties.setdefault(name, []).append(node.at("properties", name))
        facts.required |= set(schema.get("required", ()))
        facts.closed |= schema.get("additionalProperties") is False or schema.get("unevaluatedProperties") is False
        facts.unevaluated &= schema.get("additionalProperties") is not False
        if schema.get("patternProperties"):
            facts.open_at = facts.open_at or node.at("patternProperties")
        if isinstance(schema.get("additionalProperties"), dict):
            facts.open_at = facts.open_at or node.at("additionalProperties")

    def _gather_options(self, node: _Node, keyword: str, facts: _Facts, seen: tuple[int, ...]) -> None:
        """Alternatives decide the type where they have one in common, null aside; where they say none, they only validate."""
        options = [node.at(keyword, i) for i in range(len(node.schema[keyword]))]
        told = [(option, self._facts([option], seen)) for option in options]
        if not all(each.typed for _, each in told):
            for option, each in told:
                self._note_conditional(option, each, facts)
            return
        facts.types = kept = _both(facts.types, frozenset().union(*(each.types for _, each in told)))
        facts.typed = True
        real = [(option, each) for option, each in told if each.types - {"null"}]
        if any(each.bare for _, each in real):
            for option, each in real:
                self._note_conditional(option, each, facts)
            return
        if len(real) == 1:
            self._gather(real[0][0], facts, seen)
            facts.types = facts.types | (kept & {"null"})
            return
        try:
            made = {self._type([option], seen, "")[0] for option, _ in real}
        except NotColumnar as error:
            facts.refused = error
            return
        if made and all(isinstance(each, Label) for each in made):
            values = [value for _, each in real for value in each.enum or ()]
            facts.enum = values if facts.enum is None else [value for value in facts.enum if value in values]
        elif len(made) > 1:
            facts.refused = NotColumnar(node.at(keyword), "alternatives of unlike types have no column", _AS_JSON)
        elif real:
            self._gather(real[0][0], facts, seen)
            facts.types = kept

    def _note_conditional(self, option: _Node, told: _Facts, facts: _Facts) -> None:
        """Remember the properties that only a condition allows: where nothing else names them, they have no column."""
        for name in (*told.properties, *told.sometimes):
            facts.sometimes.setdefault(name, option)

    def _target(self, node: _Node) -> _Node:
        ref = node.schema["$ref"]
        uri, fragment = urldefrag(urljoin(base_of(self.schemas, node.file, node.pointer), ref))
        known = self._places
        if fragment and not fragment.startswith("/"):
            file, pointer = known[f"{uri}#{unquote(fragment)}"]
            return _Node(self.schemas.files[file], file, ()).at(*pointer)
        file, pointer = known[uri]
        resource = _Node(self.schemas.files[file], file, ()).at(*pointer)
        return resource.at(*_steps(resource.schema, fragment))


def _steps(schema: Any, fragment: str) -> list[str | int]:
    """The steps of a JSON pointer in a URI fragment; an array's are numbers."""
    steps: list[str | int] = []
    for raw in unquote(fragment).split("/")[1:] if fragment else []:
        name = raw.replace("~1", "/").replace("~0", "~")
        step: str | int = int(name) if isinstance(schema, list) else name
        schema = schema[step]
        steps.append(step)
    return steps


def _conditional(node: _Node) -> Iterator[_Node]:
    """The schemas that hold only under a condition."""
    for keyword in ("if", "then", "else"):
        if keyword in node.schema:
            yield node.at(keyword)
    for name in node.schema.get("dependentSchemas", ()):
        yield node.at("dependentSchemas", name)


def _contains_itself(node: _Node) -> NotColumnar:
    return NotColumnar(node, "this schema contains itself", f"a column has a fixed depth; {_AS_JSON}")


def _gather_types(schema: dict[str, Any], facts: _Facts) -> None:
    if facts.ours.get("x-column") == "json":
        facts.typed = True
    if "type" in schema:
        named = frozenset([schema["type"]] if isinstance(schema["type"], str) else schema["type"])
        facts.types = _both(facts.types, named | ({"integer"} if "number" in named else frozenset()))
        facts.typed = True
    for values in [schema["enum"]] if "enum" in schema else [[schema["const"]]] if "const" in schema else []:
        facts.enum = list(values) if facts.enum is None else [value for value in facts.enum if value in values]
        facts.types = facts.types & _types_of(facts.enum, facts.types)
        facts.typed = True
    facts.format = facts.format or schema.get("format")


def _types_of(values: list[Any], declared: frozenset[str]) -> frozenset[str]:
    """The JSON types of an enum's values; whole numbers are numbers where the schema says so."""
    found = frozenset(_json_type(value) for value in values)
    return found | {"number"} if "integer" in found and declared != _ALL else found


def _both(ours: frozenset[str], theirs: frozenset[str]) -> frozenset[str]:
    return ours & theirs


def _json_type(value: Any) -> str:
    names = ((type(None), "null"), (bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array"))
    return next((name for kind, name in names if isinstance(value, kind)), "object")


def _named(name: str) -> str:
    return f'"{name}"' if name else "the document"
