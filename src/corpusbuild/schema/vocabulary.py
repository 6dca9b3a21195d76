"""The keywords of JSON Schema 2020-12, those of ours, and where in a schema further schemas stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from corpusbuild.diagnostics.where import Pointer

DIALECT = "https://json-schema.org/draft/2020-12/schema"

OURS = ("x-table", "x-key", "x-ref", "x-anchor", "x-column")

# Tables and columns that the compiler makes; a schema may not use their names.
# `datasets` takes a config `default` for the default one, whatever the card says.
OUR_TABLES = frozenset({"documents", "articles", "annotations", "default"})
OUR_COLUMNS = frozenset({"article_id", "annotator", "uid"})
BY_ANNOTATOR = "_by_annotator"

_ONE = frozenset(
    {"additionalProperties", "contains", "contentSchema", "else", "if", "items", "not", "propertyNames", "then"}
    | {"unevaluatedItems", "unevaluatedProperties"}
)
_LIST = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
DEFINITIONS = frozenset({"$defs", "definitions"})
"""Keywords whose schemas are applied only where something refers to them."""

_MAP = frozenset({*DEFINITIONS, "dependentSchemas", "patternProperties", "properties"})

KNOWN = (
    _ONE
    | _LIST
    | _MAP
    | frozenset(OURS)
    | frozenset({"$anchor", "$comment", "$dynamicAnchor", "$dynamicRef", "$id", "$ref", "$schema", "$vocabulary"})
    | frozenset({"const", "dependentRequired", "enum", "exclusiveMaximum", "exclusiveMinimum", "maxContains", "maxItems"})
    | frozenset({"maxLength", "maxProperties", "maximum", "minContains", "minItems", "minLength", "minProperties", "minimum"})
    | frozenset({"multipleOf", "pattern", "required", "type", "uniqueItems", "format"})
    | frozenset({"contentEncoding", "contentMediaType", "default", "deprecated", "description", "examples", "readOnly"})
    | frozenset({"title", "writeOnly"})
)


def vocabulary_schema() -> dict[str, Any]:
    """The meta-schema of the x- keywords, for one schema object."""
    schema: dict[str, Any] = json.loads(files("corpusbuild.schema").joinpath("vocabulary.schema.json").read_bytes())
    return schema


def subschemas(schema: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Every schema object in ``schema``, itself first, with its pointer."""
    if not isinstance(schema, dict):
        return
    yield pointer, schema
    for below, each in children(schema, pointer):
        yield from subschemas(each, below)


def children(schema: dict[str, Any], pointer: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    """The schemas that stand in a schema object, which is at ``pointer``, but for those that stand in these."""
    for keyword, value in schema.items():
        if keyword in _ONE:
            yield (*pointer, keyword), value
        elif keyword in _LIST and isinstance(value, list):
            yield from (((*pointer, keyword, i), each) for i, each in enumerate(value))
        elif keyword in _MAP and isinstance(value, dict):
            yield from (((*pointer, keyword, name), each) for name, each in value.items())
