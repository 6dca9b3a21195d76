"""A corpus's schemas decide its columns: each kind of column, what has none, and what decides nothing."""

from __future__ import annotations

import json
import socket
from typing import Any

import pyarrow as pa
import pytest

from corpusbuild.schema.arrow import SPAN, arrow_field, arrow_type
from corpusbuild.schema.features import features
from corpusbuild.schema.loading import FaultKind
from corpusbuild.schema.shape import Column, Label, Listing, Record, Scalar, Words
from schemas_at_hand import ANCHOR, annotation, closed, column_of, derive, fault_of, refused, row_of, shape_of
from written import CORPORA

# ---- the table of columns ----

TABLE = [
    ({"type": "string"}, pa.string(), {"dtype": "string"}),
    ({"type": "string", "enum": ["b", "a"]}, pa.string(), {"dtype": {"class_label": {"names": {"0": "b", "1": "a"}}}}),
    ({"enum": ["b", "a"]}, pa.string(), {"dtype": {"class_label": {"names": {"0": "b", "1": "a"}}}}),
    ({"type": "string", "format": "date"}, pa.date32(), {"dtype": "date32"}),
    ({"type": "string", "format": "date-time"}, pa.timestamp("us", "UTC"), {"dtype": "timestamp[us, tz=UTC]"}),
    ({"type": "string", "format": "email"}, pa.string(), {"dtype": "string"}),
    ({"type": "integer"}, pa.int64(), {"dtype": "int64"}),
    ({"type": "number"}, pa.float64(), {"dtype": "float64"}),
    ({"type": ["integer", "number"]}, pa.float64(), {"dtype": "float64"}),
    ({"type": "boolean"}, pa.bool_(), {"dtype": "bool"}),
    ({"enum": [1, 2]}, pa.int64(), {"dtype": "int64"}),
    ({"type": "number", "enum": [1, 2]}, pa.float64(), {"dtype": "float64"}),
    ({"enum": [0.5, 2]}, pa.float64(), {"dtype": "float64"}),
    ({"enum": [True, False]}, pa.bool_(), {"dtype": "bool"}),
    ({"const": "only"}, pa.string(), {"dtype": {"class_label": {"names": {"0": "only"}}}}),
    ({"type": "array", "items": {"type": "integer"}}, pa.list_(pa.field("item", pa.int64(), nullable=False)), {"list": "int64"}),
    (
        {"type": "array", "items": {"type": "array", "items": {"type": ["number", "null"]}}},
        pa.list_(pa.field("item", pa.list_(pa.field("item", pa.float64())), nullable=False)),
        {"list": {"list": "float64"}},
    ),
    (
        closed({"a": {"type": "string"}, "b": {"type": "boolean"}}, "a"),
        pa.struct([pa.field("a", pa.string(), nullable=False), pa.field("b", pa.bool_())]),
        {"struct": [{"name": "a", "dtype": "string"}, {"name": "b", "dtype": "bool"}]},
    ),
    ({"x-column": "json"}, pa.string(), {"dtype": "string"}),
]


@pytest.mark.parametrize(("schema", "arrow", "feature"), TABLE, ids=[json.dumps(schema) for schema, _, _ in TABLE])
def test_each_type_has_its_column(schema: Any, arrow: pa.DataType, feature: dict[str, Any]) -> None:
    column = column_of(schema, required=True)
    assert arrow_type(column.type) == arrow
    assert features([column]) == [{"name": "it", **feature}]


def test_an_anchor_is_a_struct_of_two_offsets_and_the_words() -> None:
    span = pa.struct(
        [pa.field("start", pa.int32(), nullable=False), pa.field("end", pa.int32(), nullable=False), pa.field("text", pa.string())]
    )
    assert span == SPAN
    (column,) = row_of({"words": {**ANCHOR, "x-anchor": {}}}).columns
    assert (column.type, arrow_type(column.type)) == (Words(), SPAN)


def test_an_array_of_anchors_is_one_discontinuous_span() -> None:
    (column,) = row_of({"words": {"type": "array", "items": ANCHOR, "x-anchor": {}}}).columns
    assert column.type == Words(segments=True)
    assert arrow_type(column.type) == pa.list_(pa.field("item", SPAN, nullable=False))


@pytest.mark.parametrize(
    ("schema", "nullable"),
    [
        ({"type": "string"}, False),
        ({"type": ["string", "null"]}, True),
        ({"enum": ["a", None]}, True),
        ({"type": "string", "enum": ["a", None]}, False),
        ({"type": ["string", "null"], "enum": ["a"]}, False),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, True),
        ({"oneOf": [{"type": "null"}, {"type": "string", "format": "date"}]}, True),
        ({"anyOf": [{"enum": ["a", "b"]}, {"type": "null"}]}, True),
        ({"anyOf": [{"const": "a"}, {"const": None}]}, True),
        ({"type": "string", "anyOf": [{"type": "string"}, {"type": "null"}]}, False),
        ({"anyOf": [closed({"a": {"type": "string"}}), {"type": "null"}]}, True),
        ({"x-column": "json"}, True),
        ({"x-column": "json", "type": "object"}, False),
    ],
    ids=json.dumps,
)
def test_a_column_is_nullable_where_null_is_allowed(schema: Any, nullable: Any) -> None:
    assert column_of(schema, required=True).nullable is nullable
    assert column_of(schema).nullable is True, "not required"


def test_labels_are_in_enum_order_without_null() -> None:
    assert column_of({"enum": ["z", None, "a", "m"]}).type == Label(("z", "a", "m"))


def test_a_label_that_stands_twice_is_one_class() -> None:
    assert column_of({"enum": ["z", "a", "z"]}).type == Label(("z", "a"))


def test_constants_with_titles_are_labels_too() -> None:
    assert column_of({"oneOf": [{"const": "z", "title": "last"}, {"const": "a"}, {"type": "null"}]}).type == Label(("z", "a"))


def test_columns_stand_in_the_order_of_the_schema() -> None:
    assert [column.name for column in row_of({"z": {"type": "string"}, "a": {"type": "string"}, "m": {"type": "string"}}).columns] == [
        "z",
        "a",
        "m",
    ]


def test_a_description_goes_with_its_column() -> None:
    assert column_of({"type": "string", "description": "why"}).description == "why"


# ---- composition ----


def test_references_lead_to_other_files_definitions_and_anchors() -> None:
    common = {
        "$defs": {"day": {"type": "string", "format": "date"}, "tag": {"$anchor": "tag", "$ref": "#/$defs/kind"}, "kind": {"enum": ["x"]}}
    }
    record = shape_of(
        {
            "common.json": common,
            "article.json": closed(
                {
                    "file": {"$ref": "whole.json"},
                    "pointer": {"$ref": "common.json#/$defs/day"},
                    "anchor": {"$ref": "common.json#tag"},
                    "own": {"$ref": "#/$defs/a~1b%20c"},
                },
                **{"$defs": {"a/b c": {"type": "boolean"}}},
            ),
            "whole.json": {"type": "integer"},
        }
    ).article
    assert [column.type for column in record.columns] == [Scalar.INTEGER, Scalar.DATE, Label(("x",)), Scalar.BOOLEAN]


def test_references_are_resolved_against_the_id_around_them() -> None:
    inner = {"$id": "https://example.org/deep/inner", **closed({"a": {"$ref": "#/$defs/n"}}), "$defs": {"n": {"type": "number"}}}
    article = closed({"it": {"$ref": "https://example.org/deep/inner"}, "other": {"$ref": "/else"}}, **{"$defs": {"i": inner}})
    article["$id"] = "https://example.org/article"
    other = {"$id": "https://example.org/else", "type": "boolean"}
    record = shape_of({"article.json": article, "else.json": other}).article
    assert [column.type for column in record.columns] == [
        Record((Column("a", Scalar.NUMBER),)),
        Scalar.BOOLEAN,
    ]


def test_all_of_merges_what_each_part_says() -> None:
    schema = {
        "allOf": [{"$ref": "#/$defs/base"}, {"properties": {"b": {"type": "integer", "minimum": 1}}, "required": ["b"]}],
        "properties": {"a": {"enum": ["x", "y", "z"]}},
        "unevaluatedProperties": False,
    }
    base = {"type": "object", "properties": {"a": {"type": "string", "enum": ["z", "x"]}, "c": {"type": "boolean"}}, "required": ["a"]}
    made = column_of(schema, **{"$defs": {"base": base}}).type
    assert isinstance(made, Record)
    assert {column.name: (column.type, column.nullable) for column in made.columns} == {
        "a": (Label(("x", "z")), False),
        "b": (Scalar.INTEGER, False),
        "c": (Scalar.BOOLEAN, True),
    }


def test_keywords_beside_a_reference_count() -> None:
    table = shape_of({"annotation.json": annotation(properties={"rows": _keyed()}, **{"$defs": {"key": {"type": "string"}}})}).table("rows")
    assert table is not None
    assert table.key == "id"


def _keyed() -> dict[str, Any]:
    return {"type": "array", "x-table": "rows", "items": closed({"id": {"$ref": "#/$defs/key", "x-key": True}}, "id")}


def test_a_definition_may_be_used_in_itself_where_it_does_not_recur() -> None:
    base = closed({"a": {"type": "string"}})
    schema = {
        "type": "object",
        "properties": {"one": {"$ref": "#/$defs/base"}, "two": {"$ref": "#/$defs/base"}},
        "additionalProperties": False,
    }
    made = column_of(schema, **{"$defs": {"base": base}}).type
    assert made == Record(tuple(Column(name, Record((Column("a", Scalar.STRING),))) for name in ("one", "two")))


# ---- what only validates ----

VALIDATORS = [
    {"if": {"const": "a"}, "then": {"minLength": 1}, "else": False},
    {"not": {"const": "x"}},
    {"pattern": "^a", "minLength": 1, "maxLength": 9},
    {"anyOf": [{"pattern": "^a"}, {"maxLength": 3}]},
    {"anyOf": [{"type": "string", "pattern": "^a"}, {"type": "string", "format": "date"}]},
    {"oneOf": [{"minLength": 3}, True]},
    {"allOf": [{"not": {"type": "object"}}]},
    {"contentMediaType": "text/plain", "default": 3, "examples": [1], "deprecated": True},
]


@pytest.mark.parametrize("keywords", VALIDATORS, ids=json.dumps)
def test_keywords_that_only_validate_decide_no_type(keywords: dict[str, Any]) -> None:
    assert column_of({"type": "string", **keywords}).type is Scalar.STRING


OBJECT_VALIDATORS = [
    {"dependentRequired": {"a": ["b"]}},
    {"minProperties": 1, "maxProperties": 2, "propertyNames": {"maxLength": 3}},
    {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"properties": {"b": {"const": "x"}}}},
    {"dependentSchemas": {"a": {"required": ["b"], "properties": {"b": {"minLength": 1}}}}},
    {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
    {"oneOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}]},
    {"not": {"properties": {"c": {"type": "string"}}, "required": ["c"]}},
]


@pytest.mark.parametrize("keywords", OBJECT_VALIDATORS, ids=json.dumps)
@pytest.mark.parametrize("closing", ["additionalProperties", "unevaluatedProperties"])
def test_keywords_that_only_validate_decide_no_columns(keywords: dict[str, Any], closing: str) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, closing: False, **keywords}
    assert column_of(schema).type == Record((Column("a", Scalar.STRING), Column("b", Scalar.STRING)))


@pytest.mark.parametrize(
    "keywords", [{"minItems": 1, "maxItems": 3, "uniqueItems": True}, {"contains": {"const": 1}, "minContains": 0}], ids=json.dumps
)
def test_bounds_of_an_array_decide_no_type(keywords: dict[str, Any]) -> None:
    made = column_of({"type": "array", "items": {"type": "integer", "exclusiveMinimum": 0, "multipleOf": 2}, **keywords}).type
    assert made == Listing(Column("item", Scalar.INTEGER, nullable=False))


# ---- what has no column ----

NODE = closed({"name": {"type": "string"}, "below": {"type": "array", "items": {"$ref": "#/$defs/node"}}})
OPEN = [
    ("open object", {"type": "object", "properties": {"a": {"type": "string"}}}),
    ("open by pattern", {"type": "object", "patternProperties": {"^a": {"type": "string"}}, "additionalProperties": False}),
    ("open by schema", {"type": "object", "additionalProperties": {"type": "string"}}),
    ("name that readers cut short", closed({"a\0b": {"type": "string"}})),
    ("object without properties", {"type": "object", "additionalProperties": False}),
    ("unlike alternatives", {"oneOf": [{"type": "string"}, {"type": "integer"}]}),
    ("unlike objects", {"oneOf": [closed({"a": {"type": "string"}}), closed({"a": {"type": "integer"}})]}),
    ("several types", {"type": ["string", "integer"]}),
    ("enum of unlike values", {"enum": ["a", 1]}),
    ("no type", {}),
    ("anything", True),
    ("nothing", False),
    ("null alone", {"type": "null"}),
    ("recursion", {"$ref": "#/$defs/node"}),
    ("a reference in a circle", {"$ref": "#/$defs/round"}),
    ("prefixItems", {"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "string"}}),
    ("items without a type", {"type": "array"}),
    ("dynamic reference", {"$dynamicRef": "#/$defs/node"}),
    (
        "a property that only a condition allows",
        {
            "type": "object",
            "properties": {"a": {"type": "string"}},
            "then": {"properties": {"b": {"type": "string"}}},
            "if": True,
            "unevaluatedProperties": False,
        },
    ),
]
DEFS = {"node": NODE, "round": {"$ref": "#/$defs/round"}}


@pytest.mark.parametrize("schema", [schema for _, schema in OPEN], ids=[name for name, _ in OPEN])
def test_what_has_no_column_is_refused_at_its_place(schema: Any) -> None:
    fault = refused(schema, **{"$defs": DEFS})
    assert fault.file == "article.json"
    assert fault.pointer[:2] in {("properties", "it"), ("$defs", "node"), ("$defs", "round")}
    assert fault.message
    assert fault.help


@pytest.mark.parametrize(
    "schema", [schema for _, schema in OPEN if isinstance(schema, dict)], ids=[n for n, s in OPEN if isinstance(s, dict)]
)
def test_x_column_json_keeps_it_as_a_string(schema: Any) -> None:
    assert column_of({**schema, "x-column": "json"}, **{"$defs": DEFS}).type is Scalar.JSON


def test_recursion_is_refused_wherever_it_starts() -> None:
    fault = fault_of({"article.json": closed({"self": {"$ref": "#"}})})
    assert "contains itself" in fault.message


def test_every_root_that_has_no_columns_is_reported() -> None:
    shape, faults = derive({"article.json": {"type": "object"}, "annotation.json": {"type": "array"}})
    assert shape is None
    assert [(fault.kind, fault.file) for fault in faults] == [
        (FaultKind.NOT_COLUMNAR, "article.json"),
        (FaultKind.NOT_COLUMNAR, "annotation.json"),
    ]


@pytest.mark.parametrize("root", [{"type": "string"}, {"type": "array", "items": {"type": "string"}}])
def test_a_document_is_an_object(root: dict[str, Any]) -> None:
    fault = fault_of({"article.json": root})
    assert (fault.file, fault.pointer, fault.message) == ("article.json", (), "the schema of a document must describe a closed object")


@pytest.mark.parametrize("bounds", [({"minimum": 10}, {"maximum": 3}), ({"multipleOf": 3}, {"multipleOf": 5}, {"multipleOf": 7})])
@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_alternatives_of_one_type_are_a_column_of_it(keyword: str, bounds: tuple[dict[str, Any], ...]) -> None:
    options = [{"type": "integer", **each} for each in bounds]
    assert (column_of({keyword: options}, required=True).type, column_of({keyword: options}, required=True).nullable) == (
        Scalar.INTEGER,
        False,
    )
    assert column_of({keyword: [*options, {"type": "null"}]}, required=True).nullable
    lists = [{"type": "array", "items": {"type": "integer"}, "minItems": 2}, {"type": "array", "items": {"type": "integer"}, "maxItems": 0}]
    listed = column_of({keyword: lists}).type
    assert isinstance(listed, Listing)
    assert listed.item.type is Scalar.INTEGER


def test_an_alternative_without_a_column_is_refused_where_it_stands() -> None:
    fault = refused({"anyOf": [{"type": "array", "items": {}}, {"type": "array", "items": {"type": "integer"}}]})
    assert fault.pointer == ("properties", "it", "anyOf", 0, "items")
    assert "has no type" in fault.message


def test_a_reference_to_what_allows_everything_decides_no_type() -> None:
    defs = {"any": True, "name": {"$id": "names/", "$defs": {"short": {"$anchor": "short", "type": "string"}}, "$ref": "#short"}}
    assert column_of({"type": "integer", "$ref": "#/$defs/any"}, **{"$defs": defs}).type is Scalar.INTEGER


# ---- what means nothing ----


def _invalid(row: dict[str, Any] | None = None, **more: Any) -> str:
    files = more.pop("files", {})
    return fault_of({"annotation.json": annotation(row, **more), **files}, FaultKind.INVALID).message


def test_a_reference_must_name_a_table_with_a_key() -> None:
    assert 'refers to "people", which is no table' in _invalid({"who": {"type": "string", "x-ref": "people"}})
    assert 'refers to "rows", which has no x-key' in _invalid({"who": {"type": "string", "x-ref": "rows"}})


def test_a_reference_stands_on_strings_only() -> None:
    assert "neither a string nor an array of strings" in refused_kind({"it": {"type": "integer", "x-ref": "articles"}})


def refused_kind(properties: dict[str, Any]) -> str:
    return fault_of({"article.json": closed(properties)}, FaultKind.INVALID).message


def test_references_go_down_into_arrays() -> None:
    (column,) = row_of({"who": {"type": "array", "items": {"type": "string"}, "x-ref": "articles"}}).columns
    assert column.type == Listing(Column("item", Scalar.STRING, nullable=False, ref="articles"))


def test_within_must_name_an_anchor_of_the_same_object_or_of_one_around_it() -> None:
    inner = {"type": "array", "items": closed({"w": {**ANCHOR, "x-anchor": {"within": "whole"}}})}
    assert row_of({"whole": {**ANCHOR, "x-anchor": {}}, "parts": inner}).columns
    assert "which is no anchor" in _invalid({"parts": inner})
    assert "which is no anchor" in _invalid({"whole": {"type": "string"}, "parts": inner})
    below = {"type": "array", "items": closed({"whole": {**ANCHOR, "x-anchor": {}}})}
    assert "which is no anchor" in _invalid({"w": {**ANCHOR, "x-anchor": {"within": "whole"}}, "parts": below})


def test_within_may_not_lead_back() -> None:
    shape, faults = derive(
        {"annotation.json": annotation({name: {**ANCHOR, "x-anchor": {"within": other}} for name, other in ("ab", "bc", "ca")})}
    )
    assert shape is None
    assert [fault.kind for fault in faults] == [FaultKind.INVALID] * 3


def test_an_anchor_stands_on_an_anchor_or_an_array_of_them() -> None:
    for schema in ({"type": "integer"}, {"type": ["string", "array"]}, {"type": "boolean"}, {}):
        assert "x-anchor" in _invalid({"w": {**schema, "x-anchor": {}}})
    assert "on the items" in _invalid({"w": {"type": "array", "items": {**ANCHOR, "x-anchor": {}}}})
    assert "may not be null" in _invalid({"w": {"type": "array", "items": {"type": ["string", "null"]}, "x-anchor": {}}})


def test_anchors_belong_in_annotations() -> None:
    assert "anchors belong in annotation.json" in refused_kind({"w": {**ANCHOR, "x-anchor": {}}})


@pytest.mark.parametrize("name", ["documents", "articles", "annotations", "rows_by_annotator"])
def test_a_table_may_not_take_a_name_of_ours(name: str) -> None:
    table = {"type": "array", "x-table": name, "items": closed({"a": {"type": "string"}})}
    assert "one of corpusbuild's own" in _invalid(properties={"rows": table})


def test_a_table_name_is_used_once() -> None:
    registry = closed({"id": {"type": "string", "x-key": True}}, "id", **{"x-table": "rows"})
    shape, faults = derive({"annotation.json": annotation({"a": {"type": "string"}}), "row.json": registry})
    assert shape is None
    assert {fault.message for fault in faults} == {'the table name "rows" is used twice'}
    assert {fault.file for fault in faults} == {"annotation.json", "row.json"}


def test_a_table_may_not_have_the_name_of_a_metadata_field() -> None:
    assert "used twice" in _invalid({"a": {"type": "string"}}, files={"article.json": closed({"rows": {"type": "string"}})})


@pytest.mark.parametrize("name", ["article_id", "annotator", "uid"])
def test_a_row_may_not_have_a_column_of_ours(name: str) -> None:
    assert "one that corpusbuild adds" in _invalid({name: {"type": "string"}})


def test_an_annotation_document_may_not_have_a_column_of_ours() -> None:
    assert "one that corpusbuild adds" in _invalid(properties={"article_id": {"type": "string"}})


@pytest.mark.parametrize("name", ["id", "text", "text_sha256", "text_chars", "article_id"])
def test_metadata_may_not_have_a_column_of_ours(name: str) -> None:
    assert "leave it out" in fault_of({"article.json": closed({name: {"type": "string"}})}, FaultKind.INVALID).help


def test_a_table_is_an_array_of_objects_that_are_not_null() -> None:
    item = closed({"a": {"type": "string"}})
    assert "not an array of closed objects" in _invalid(
        properties={"rows": {"type": "array", "x-table": "rows", "items": {"type": "string"}}}
    )
    assert "may not be null" in _invalid(
        properties={"rows": {"type": "array", "x-table": "rows", "items": {"anyOf": [item, {"type": "null"}]}}}
    )


def test_a_key_is_a_required_string_and_the_only_one() -> None:
    def keyed(properties: dict[str, Any], *required: str) -> dict[str, Any]:
        return {"rows": {"type": "array", "x-table": "rows", "items": closed(properties, *required)}}

    key = {"type": "string", "x-key": True}
    assert "must be required" in _invalid(properties=keyed({"id": key}))
    assert "must be required" in _invalid(properties=keyed({"id": {**key, "type": ["string", "null"]}}, "id"))
    assert "more than one x-key" in _invalid(properties=keyed({"id": key, "no": key}, "id", "no"))
    assert "not a string" in _invalid(properties=keyed({"id": {"type": "integer", "x-key": True}}, "id"))


def test_a_document_names_its_article_and_its_annotator() -> None:
    shape, faults = derive({"annotation.json": closed({"article": {"type": "string"}, "annotator": {"type": "integer"}})})
    assert shape is None
    assert [fault.message for fault in faults] == [
        f'an annotation document must have a required string "{name}"' for name in ("article", "annotator")
    ]


def test_a_key_stands_on_a_property_of_the_row_itself() -> None:
    inner = closed({"id": {"type": "string", "x-key": True}}, "id")
    assert _invalid({"inner": inner}) == "x-key stands on inner/id, which is no property of a row"
    fault = fault_of({"article.json": closed({"inner": inner})}, FaultKind.INVALID)
    assert (fault.file, fault.pointer[-2:]) == ("article.json", ("id", "x-key"))


def test_our_keywords_have_a_meta_schema() -> None:
    for keyword in (
        {"x-key": "yes"},
        {"x-table": "With Space"},
        {"x-anchor": True},
        {"x-anchor": {"inside": "a"}},
        {"x-column": "text"},
        {"x-ref": 1},
    ):
        assert derive({"article.json": closed({"it": {"type": "string", **keyword}})})[1][0].kind is FaultKind.INVALID


def test_a_mistyped_keyword_of_ours_is_found() -> None:
    fault = fault_of({"article.json": closed({"it": {"type": "string", "x-reff": "articles"}})}, FaultKind.UNKNOWN_KEYWORD)
    assert (fault.pointer, fault.key) == (("properties", "it", "x-reff"), True)


# ---- references that lead out ----


@pytest.mark.parametrize(
    "ref",
    [
        "http://example.org/schema.json",
        "https://json-schema.org/draft/2020-12/schema",
        "https://corpus.invalid/other/schema.json",
        "file:///etc/passwd",
        "../pyproject.toml",
        "nowhere.json#/$defs/x",
        "//example.org/x",
    ],
)
def test_a_reference_out_of_the_corpus_is_refused_and_nothing_is_fetched(ref: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object) -> None:
        raise AssertionError("something looked at the network")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", connect)
    fault = fault_of({"article.json": closed({"it": {"$ref": ref}})}, FaultKind.INVALID)
    assert fault.pointer == ("properties", "it", "$ref")
    assert ref in fault.message
    assert "nothing is fetched" in fault.help


@pytest.mark.parametrize("ref", ["#/$defs/nowhere", "#nowhere", "annotation.json#/properties/nowhere", "#/properties/it/$ref"])
def test_a_reference_to_what_is_not_there_is_refused(ref: str) -> None:
    assert "there is no #" in fault_of({"article.json": closed({"it": {"$ref": ref}})}, FaultKind.INVALID).message


# ---- the corpora at hand ----


@pytest.mark.parametrize("name", sorted(CORPORA))
def test_the_schemas_of_the_corpora_have_a_shape(name: str) -> None:
    shape = shape_of({path.name: json.loads(path.read_bytes()) for path in (CORPORA[name] / "schema").glob("*.json")})
    for record in (shape.article, shape.annotation, *(table.row for table in shape.registries)):
        for column in record.columns:
            assert arrow_field(column).nullable is column.nullable
