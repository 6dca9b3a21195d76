"""Reading JSON twice, safely: each trap has a test, and both lanes into columns lead to the same place."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from corpusbuild.columns import _fast_lane, graft, record_array, slow_lane
from corpusbuild.corpus.json_reading import read_json
from corpusbuild.schema.arrow import SPAN, arrow_type
from corpusbuild.schema.columnless import Fits
from corpusbuild.schema.judging import Judge
from corpusbuild.schema.loading import Schemas, schema_faults
from corpusbuild.schema.paths import values_at
from corpusbuild.schema.shape import Record, Scalar, Words, walk
from corpusbuild.workflow.corpus import Corpus
from schemas_at_hand import ANCHOR, annotation, closed, shape_of
from written import as_date, as_instant

SCHEMA = closed(
    {
        "count": {"type": ["integer", "null"]},
        "share": {"type": ["number", "null"]},
        "day": {"type": ["string", "null"], "format": "date"},
        "at": {"type": ["string", "null"], "format": "date-time"},
        "name": {"type": ["string", "null"]},
        "inner": {"anyOf": [closed({"a": {"type": "integer"}, "b": {"type": "array", "items": {"type": "number"}}}), {"type": "null"}]},
        "open": {"x-column": "json"},
    }
)
ROW = {"words": {**ANCHOR, "x-anchor": {}}, "parts": {"type": "array", "items": ANCHOR, "x-anchor": {}}, "n": {"type": "integer"}}


@dataclass(frozen=True)
class Tried:
    """What became of a corpus of one shard."""

    findings: list[str]
    pointers: list[str | None]
    articles: list[dict[str, Any]]
    rows: list[dict[str, Any]]


@pytest.fixture
def compile_lines(tmp_path: Path) -> Callable[..., Tried]:
    """Compile articles given as the bytes of their lines, but for the text, and annotation documents likewise."""

    def run(*articles: bytes, documents: tuple[bytes, ...] = ()) -> Tried:
        files = {"article.json": SCHEMA, "annotation.json": annotation(ROW)}
        lines = [
            b'{"id": "a%d", "text": "Words of one, and words of two."%s}' % (i, body and b", " + body) for i, body in enumerate(articles)
        ]
        return _compiled(tmp_path, files, b"\n".join(lines), b"\n".join(documents))

    return run


def _compiled(folder: Path, schemas: dict[str, Any], articles: bytes, annotations: bytes) -> Tried:
    for name in ("raw", "schema", "annotations"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "pyproject.toml").write_text('[tool.corpusbuild]\nname = "tried"\n[tool.corpusbuild.duplicates]\nthreshold = 1.0\n', "utf-8")
    for name, schema in schemas.items():
        (folder / "schema" / name).write_text(json.dumps(schema), "utf-8")
    (folder / "raw" / "a.jsonl").write_bytes(articles)
    (folder / "annotations" / "a.jsonl").write_bytes(annotations)
    made = Corpus.open(folder, search=False).make(folder / "out", jobs=1)
    found = [each for each in made.report if each.finding.name not in {"duplicate-article", "article-without-annotation"}]
    return Tried(
        [each.finding.name for each in found], [each.place.pointer for each in found], _table(folder, "articles"), _table(folder, "rows")
    )


def _table(folder: Path, name: str) -> list[dict[str, Any]]:
    return [row for path in sorted((folder / "out" / "data" / name).glob("*.parquet")) for row in pq.read_table(path).to_pylist()]


DOCUMENT = b'{"article": "a0", "annotator": "x", "rows": [%s]}'

# ---- bytes ----


def test_a_byte_order_mark_is_a_finding(tmp_path: Path) -> None:
    files = {"article.json": SCHEMA, "annotation.json": annotation(ROW)}
    tried = _compiled(tmp_path, files, b'\xef\xbb\xbf{"id": "a0", "text": "Words."}\n', b"")
    assert tried.findings == ["byte-order-mark"]


@pytest.mark.parametrize("literal", [b"NaN", b"Infinity", b"-Infinity", b"nan"])
def test_nan_and_infinity_are_no_json(compile_lines: Callable[..., Tried], literal: bytes) -> None:
    assert compile_lines(b'"share": %s' % literal).findings == ["invalid-json"]


def test_two_objects_on_a_line_are_a_finding(tmp_path: Path) -> None:
    files = {"article.json": SCHEMA, "annotation.json": annotation(ROW)}
    tried = _compiled(tmp_path, files, b'{"id": "a0", "text": "One."} {"id": "a1", "text": "Two."}\n', b"")
    assert tried.findings == ["invalid-json"]


@pytest.mark.parametrize("line", [b"null", b"[]", b"3", b'"text"', b"true"])
def test_a_first_line_that_is_no_object_is_a_finding_and_no_crash(tmp_path: Path, line: bytes) -> None:
    files = {"article.json": SCHEMA, "annotation.json": annotation(ROW)}
    tried = _compiled(tmp_path, files, line + b'\n{"id": "a1", "text": "Two."}\n', line + b"\n")
    assert set(tried.findings) == {"invalid-json"}
    assert len(tried.findings) == 2


def test_blank_lines_and_a_carriage_return_are_white_space(tmp_path: Path) -> None:
    files = {"article.json": SCHEMA, "annotation.json": annotation(ROW)}
    tried = _compiled(tmp_path, files, b'\r\n\n{"id": "a0", "text": "One."}\r\n \n{"id": "a1", "text": "Two."}', b"")
    assert [row["article_id"] for row in tried.articles] == ["a0", "a1"]


# ---- keys ----


@pytest.mark.parametrize(
    "body",
    [b'"count": 1, "count": 1', b'"inner": {"a": 1, "a": 2}', b'"open": [{"x": {"k": 1, "k": 1}}]', b'"na\\u006de": "x", "name": "x"'],
    ids=["top", "nested", "inside json", "escaped"],
)
def test_a_key_that_stands_twice_is_a_finding(compile_lines: Callable[..., Tried], body: bytes) -> None:
    assert compile_lines(body).findings == ["duplicate-json-key"]


def test_a_key_that_stands_twice_in_an_anchor_is_a_finding(compile_lines: Callable[..., Tried]) -> None:
    row = b'{"words": {"exact": "one", "exact": "two"}}'
    assert compile_lines(b"", documents=(DOCUMENT % row,)).findings == ["duplicate-json-key"]


# ---- anchors ----


def test_anchors_may_be_strings_and_objects_side_by_side(compile_lines: Callable[..., Tried]) -> None:
    rows = b'{"words": "one", "parts": ["one", {"exact": "two"}], "n": 1}, {"words": {"exact": "two"}, "parts": [], "n": 2.0}, {"n": 3}'
    tried = compile_lines(b"", documents=(DOCUMENT % rows,))
    one, two = {"start": 9, "end": 12, "text": "one"}, {"start": 27, "end": 30, "text": "two"}
    assert tried.findings == []
    assert tried.rows == [
        {"article_id": "a0", "words": one, "parts": [one, two], "n": 1},
        {"article_id": "a0", "words": two, "parts": [], "n": 2},
        {"article_id": "a0", "words": None, "parts": None, "n": 3},
    ]


# ---- numbers ----


@pytest.mark.parametrize(("literal", "value"), [(b"1.0", 1), (b"1e3", 1000), (b"-0.0", 0), (b"-0", 0), (b"12E-1", None), (b"120e-1", 12)])
def test_a_whole_number_is_an_integer_however_it_is_written(compile_lines: Callable[..., Tried], literal: bytes, value: int | None) -> None:
    tried = compile_lines(b'"count": %s' % literal)
    assert tried.findings == ([] if value is not None else ["wrong-type"])
    assert [(row["count"], type(row["count"])) for row in tried.articles] == ([] if value is None else [(value, int)])


@pytest.mark.parametrize("value", [2**63 - 1, -(2**63), 2**53 + 1])
def test_an_integer_of_64_bits_is_kept_to_its_last_digit(compile_lines: Callable[..., Tried], value: int) -> None:
    tried = compile_lines(b'"count": %d' % value, b'"count": 1.0', b'"count": null')
    assert [row["count"] for row in tried.articles] == [value, 1, None]


@pytest.mark.parametrize(
    "literal", [b"9223372036854775808", b"-9223372036854775809", b"18446744073709551616", b"1e19", b"1e400", b"9" * 400]
)
def test_an_integer_past_64_bits_is_a_finding(compile_lines: Callable[..., Tried], literal: bytes) -> None:
    assert compile_lines(b'"count": %s' % literal).findings == ["number-out-of-range"]


@pytest.mark.parametrize(
    "literal",
    [b"9007199254740993.0", b"9007199254740993e0", b"900719925474099.3e1", b"1e-400", b"1.00000000000000000001", b"99999999.00000000001"],
)
def test_an_integer_that_only_a_float_takes_for_one_is_a_finding(compile_lines: Callable[..., Tried], literal: bytes) -> None:
    assert compile_lines(b'"count": %s' % literal).findings == ["number-out-of-range"]


@pytest.mark.parametrize("literal", [b"9007199254740993", b"-9007199254740993", b"18446744073709551617", b"9" * 400, b"1e400", b"-1e999"])
def test_a_number_that_a_float_cannot_hold_is_a_finding(compile_lines: Callable[..., Tried], literal: bytes) -> None:
    assert compile_lines(b'"share": %s' % literal).findings == ["number-out-of-range"]


@pytest.mark.parametrize(
    "literal", [b"9223372036854775808", b"18446744073709551616", b"-18446744073709551616", b"9007199254740992", b"1e308", b"5e-324"]
)
def test_a_number_that_a_float_holds_is_kept(compile_lines: Callable[..., Tried], literal: bytes) -> None:
    tried = compile_lines(b'"share": %s' % literal, b'"share": 0.1')
    assert [row["share"] for row in tried.articles] == [float(literal), 0.1]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'"open": 18446744073709551616', "/open"),
        (b'"open": {"a": [1, 9223372036854775808]}', "/open/a/1"),
        (b'"open": [1e400]', "/open/0"),
    ],
)
def test_a_number_that_json_readers_change_is_a_finding_in_a_json_column(
    compile_lines: Callable[..., Tried], body: bytes, pointer: str
) -> None:
    tried = compile_lines(body)
    assert (tried.findings, tried.pointers) == (["number-out-of-range"], [pointer])


def test_a_number_that_does_not_fit_is_found_at_any_depth(compile_lines: Callable[..., Tried]) -> None:
    tried = compile_lines(b'"inner": {"a": 9223372036854775808, "b": [1, 9007199254740993]}')
    assert (tried.findings, tried.pointers) == (["number-out-of-range"] * 2, ["/inner/a", "/inner/b/1"])


# ---- dates and instants ----


@pytest.mark.parametrize(
    ("instant", "value"),
    [
        ("2024-06-19t03:00:00z", datetime(2024, 6, 19, 3, tzinfo=UTC)),
        ("2024-06-19T03:00:00.5+05:30", datetime(2024, 6, 18, 21, 30, 0, 500000, tzinfo=UTC)),
        ("2024-06-19T03:00:00-00:00", datetime(2024, 6, 19, 3, tzinfo=UTC)),
        ("2024-06-19T03:00:00.1234560Z", datetime(2024, 6, 19, 3, 0, 0, 123456, tzinfo=UTC)),
        ("2024-06-19T03:00:00.000000000Z", datetime(2024, 6, 19, 3, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("0001-01-01T23:59:00+23:59", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59.999999Z", datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)),
    ],
)
def test_an_instant_is_kept_without_its_offset(compile_lines: Callable[..., Tried], instant: str, value: datetime) -> None:
    tried = compile_lines(b'"at": "%s"' % instant.encode(), b'"at": "2000-01-01T00:00:00Z"', b'"at": null')
    assert [row["at"] for row in tried.articles] == [value, datetime(2000, 1, 1, tzinfo=UTC), None]


@pytest.mark.parametrize(
    "instant",
    [
        "2024-06-19T03:00:00.1234567Z",  # below a microsecond
        "2016-12-31T23:59:60Z",  # a leap second
        "1990-12-31T15:59:60.5-08:00",
        "0001-01-01T00:00:00+00:01",  # in the year 0
        "9999-12-31T23:59:59-00:01",  # in the year 10000
        "0000-12-31T23:59:59-01:00",
    ],
)
def test_an_instant_that_no_timestamp_holds_is_a_finding(compile_lines: Callable[..., Tried], instant: str) -> None:
    assert compile_lines(b'"at": "%s"' % instant.encode()).findings == ["instant-out-of-range"]


@pytest.mark.parametrize(
    "instant", ["2024-06-19T03:00:00", "2024-06-19 03:00:00Z", "2024-06-19", "2024-06-19T24:00:00Z", "2024-06-19T03:00Z"]
)
def test_a_time_without_a_zone_is_no_instant(compile_lines: Callable[..., Tried], instant: str) -> None:
    assert compile_lines(b'"at": "%s"' % instant.encode()).findings == ["format-mismatch"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2024-02-29", "1582-10-10"])
def test_a_date_of_the_years_1_to_9999_is_kept(compile_lines: Callable[..., Tried], day: str) -> None:
    tried = compile_lines(b'"day": "%s"' % day.encode(), b'"day": null')
    assert [row["day"] for row in tried.articles] == [as_date(day), None]


def test_a_date_of_the_year_0_is_a_finding(compile_lines: Callable[..., Tried]) -> None:
    assert compile_lines(b'"day": "0000-01-01"').findings == ["instant-out-of-range"]


@pytest.mark.parametrize("day", ["2023-02-29", "2024-6-1", "20240619", "2024-W25-3", "10000-01-01"])
def test_what_is_no_date_is_a_finding(compile_lines: Callable[..., Tried], day: str) -> None:
    assert compile_lines(b'"day": "%s"' % day.encode()).findings == ["format-mismatch"]


# ---- nulls and names ----


def test_an_object_with_required_columns_may_be_null(compile_lines: Callable[..., Tried], tmp_path: Path) -> None:
    kinds = {
        "text": {"type": "string"},
        "kind": {"enum": ["k"]},
        "whole": {"type": "integer"},
        "part": {"type": "number"},
        "flag": {"type": "boolean"},
        "day": {"type": "string", "format": "date"},
        "at": {"type": "string", "format": "date-time"},
        "list": {"type": "array", "items": {"type": "string"}},
        "deep": closed({"text": {"type": "string"}, "list": {"type": "array", "items": {"type": "integer"}}}, "text", "list"),
        "words": {**ANCHOR, "x-anchor": {}},
        "parts": {"type": "array", "items": ANCHOR, "x-anchor": {}},
    }
    files = {"article.json": SCHEMA, "annotation.json": annotation({"it": closed(kinds, *kinds)})}
    value = {
        "text": "t",
        "kind": "k",
        "whole": 1,
        "part": 2.5,
        "flag": True,
        "day": "2024-06-19",
        "at": "2024-06-19T00:00:00Z",
        "list": ["x"],
    }
    value |= {"deep": {"text": "d", "list": []}, "words": "one", "parts": ["one", "two"]}
    document = {"article": "a0", "annotator": "x", "rows": [{}, {"it": value}, {}]}
    tried = _compiled(tmp_path, files, b'{"id": "a0", "text": "Words of one, and words of two."}', json.dumps(document).encode())
    assert tried.findings == []
    assert [row["it"] is None for row in tried.rows] == [True, False, True]
    one, two = {"start": 9, "end": 12, "text": "one"}, {"start": 27, "end": 30, "text": "two"}
    assert tried.rows[1]["it"] == value | {
        "day": date(2024, 6, 19),
        "at": datetime(2024, 6, 19, tzinfo=UTC),
        "words": one,
        "parts": [one, two],
    }


@pytest.mark.parametrize("name", [".a", "a.b", "", " ", "[0]", "$", "é", "item", "list", "a#b/c~d"])
def test_a_property_may_have_any_name(name: str) -> None:
    record = shape_of(
        {"article.json": closed({"x": closed({name: {"type": "integer"}}), "y": {"type": "array", "items": {"type": "integer"}}})}
    ).article
    documents = [{"x": {name: 1}, "y": [2]}, {"x": None}]
    assert record_array(documents, record, {}).to_pylist() == [{"x": {name: 1}, "y": [2]}, {"x": None, "y": None}]


# ---- the fast lane and the slow lane ----


def test_plain_documents_take_the_fast_lane() -> None:
    record = shape_of({"article.json": SCHEMA}).article.without("open")
    documents = [{"count": 1, "share": 1, "day": "2024-06-19", "at": "2024-06-19T00:00:00.5+07:00", "inner": {"a": 1, "b": [1, 2.5]}}, {}]
    bare = _fast_lane(documents, record)
    assert bare is not None
    assert graft(bare, record, {}) == graft(slow_lane(documents, record), record, {})


@pytest.mark.parametrize("odd", [{"count": 1.0}, {"at": "2024-06-19t00:00:00z"}, None])
def test_what_arrow_refuses_takes_the_slow_lane(odd: dict[str, Any] | None) -> None:
    record = shape_of({"article.json": SCHEMA}).article.without("open")
    documents = [{"count": 2}, odd]
    assert record_array(documents, record, {}) == graft(slow_lane(documents, record), record, {})


def test_no_documents_make_no_rows() -> None:
    record = shape_of({"article.json": SCHEMA}).article
    assert record_array([], record, {}) == pa.array([], arrow_type(record))


# ---- random schemas, and instances of them ----


@dataclass(frozen=True)
class Kind:
    """A schema, how to write values that it accepts, and what must come back."""

    schema: dict[str, Any]
    values: st.SearchStrategy[Any]
    back: Callable[[Any], Any]
    nullable: bool = False


def _same(value: Any) -> Any:
    return value


_NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4).filter(
    lambda name: name not in {"id", "text", "article_id", "text_sha256", "text_chars", "$schema"}
)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
_INTEGERS = st.integers(-(2**63), 2**63 - 1) | st.integers(-9, 9)
_WHOLE = _INTEGERS | st.integers(-(2**53), 2**53).map(float)
_NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)
_DAYS = st.dates().map(date.isoformat)


@st.composite
def _instants(draw: st.DrawFn) -> str:
    minutes = draw(st.integers(-(23 * 60 + 59), 23 * 60 + 59))
    margin = timedelta(days=2)
    local = draw(st.datetimes(datetime.min + margin, datetime.max - margin))  # noqa: DTZ901  as written, before its offset
    fraction = draw(st.sampled_from(["", f".{local.microsecond:06d}", f".{local.microsecond:06d}00", f".{local.microsecond // 1000:03d}"]))
    sign = "-" if minutes < 0 else "+"
    offset = f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    clock = f"{local:%H:%M:%S}{fraction}"
    return local.date().isoformat() + draw(st.sampled_from("Tt")) + clock + draw(st.sampled_from([offset, "Z", "z", offset]))


_SCALARS = st.sampled_from(
    [
        Kind({"type": "string"}, _TEXTS, _same),
        Kind({"type": "integer"}, _WHOLE, int),
        Kind({"type": "number"}, _NUMBERS, float),
        Kind({"type": "boolean"}, st.booleans(), _same),
        Kind({"type": "string", "format": "date"}, _DAYS, as_date),
        Kind({"type": "string", "format": "date-time"}, _instants(), as_instant),
    ]
)


@st.composite
def _labels(draw: st.DrawFn) -> Kind:
    names = draw(st.lists(_TEXTS, min_size=1, max_size=4, unique=True))
    forms: list[dict[str, Any]] = [
        {"enum": names},
        {"type": "string", "enum": names},
        {"oneOf": [{"const": name} for name in names]},
        {"allOf": [{"type": "string"}, {"enum": names}]},
    ]
    return Kind(draw(st.sampled_from(forms)), st.sampled_from(names), _same)


@st.composite
def _nullable(draw: st.DrawFn, kind: Kind) -> Kind:
    if kind.nullable:
        return kind
    forms: list[dict[str, Any]] = [{"anyOf": [kind.schema, {"type": "null"}]}, {"oneOf": [{"type": "null"}, kind.schema]}]
    if set(kind.schema) & {"type", "enum"} == {"type"}:
        forms.append({**kind.schema, "type": [kind.schema["type"], "null"]})
    return Kind(
        draw(st.sampled_from(forms)), st.none() | kind.values, lambda value: None if value is None else kind.back(value), nullable=True
    )


def _list(kind: Kind) -> Kind:
    schema = {"type": "array", "items": kind.schema, "maxItems": 99}
    return Kind(schema, st.lists(kind.values, max_size=3), lambda value: [kind.back(each) for each in value])


@st.composite
def _objects(draw: st.DrawFn, kinds: st.SearchStrategy[Kind]) -> Kind:
    members = draw(st.dictionaries(_NAMES, kinds, min_size=1, max_size=4))
    required = draw(st.lists(st.sampled_from(sorted(members)), unique=True))
    properties = {name: kind.schema for name, kind in members.items()}
    half = len(members) // 2
    first, second = dict(list(properties.items())[:half]), dict(list(properties.items())[half:])
    schema = draw(
        st.sampled_from(
            [
                closed(properties, *required),
                {"type": "object", "properties": properties, "required": required, "unevaluatedProperties": False},
                {
                    "allOf": [{"type": "object", "properties": first}],
                    "properties": second,
                    "required": required,
                    "unevaluatedProperties": False,
                },
            ]
        )
    )
    strategy = st.fixed_dictionaries(
        {name: members[name].values for name in required},
        optional={name: kind.values for name, kind in members.items() if name not in required},
    )

    def back(value: dict[str, Any]) -> dict[str, Any]:
        return {name: kind.back(value[name]) if name in value else None for name, kind in members.items()}

    return Kind(schema, strategy, back)


_KINDS = st.recursive(
    _SCALARS | _labels(),
    lambda inner: inner.flatmap(_nullable) | inner.map(_list) | _objects(inner),
    max_leaves=6,
)
_ROOTS = _objects(_KINDS)
_QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def _schemas(root: Kind) -> Schemas:
    return Schemas({"article.json": root.schema, "annotation.json": annotation()})


@_QUICK
@given(st.data())
def test_what_a_schema_accepts_is_compiled_and_comes_back(data: st.DataObject) -> None:
    """Law 3, from the schema to the Parquet file and back."""
    root = data.draw(_ROOTS)
    written = data.draw(st.lists(root.values, min_size=1, max_size=4))
    schemas = _schemas(root)
    assert schema_faults(schemas) == []
    record = shape_of(dict(schemas.files)).article
    lines = [json.dumps(each, ensure_ascii=data.draw(st.booleans())).encode() for each in written]
    judge, fits = Judge(schemas, "article.json"), Fits.of(record)
    for line in lines:
        value = read_json(line)
        assert judge.accepts(value), judge.explain(value)
        assert list(fits.faults(line, value)) == []
    array = record_array([orjson.loads(line) for line in lines], record, {})
    back = _through_parquet(pa.table(array.flatten(), schema=pa.schema(list(arrow_type(record)))))
    assert _exactly(back.to_pylist()) == _exactly(
        [{column.name: root.back(each)[column.name] for column in record.columns} for each in written]
    )


@_QUICK
@given(st.data())
def test_both_lanes_build_the_same_arrays(data: st.DataObject) -> None:
    root = data.draw(_ROOTS)
    written = [orjson.loads(json.dumps(each)) for each in data.draw(st.lists(root.values, min_size=1, max_size=4))]
    record = shape_of(dict(_schemas(root).files)).article
    slow = graft(slow_lane(written, record), record, {})
    slow.validate(full=True)
    bare = _fast_lane(written, record)
    if bare is not None:
        try:
            fast = graft(bare, record, {})
        except pa.ArrowInvalid:
            assume(False)
        fast.validate(full=True)
        assert fast.equals(slow)
    assert record_array(written, record, {}).equals(slow)


_ANCHORED: dict[str, Any] = {
    "words": {**ANCHOR, "x-anchor": {}},
    "inner": {"type": "array", "items": closed({"parts": {"type": "array", "items": ANCHOR, "x-anchor": {}}, "n": {"type": "integer"}})},
    "box": {"anyOf": [closed({"words": {**ANCHOR, "x-anchor": {}}}, "words"), {"type": "null"}]},
}
_ANCHOR_VALUES = st.just("one") | st.just({"exact": "two"})


@_QUICK
@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "words": _ANCHOR_VALUES,
                "inner": st.lists(
                    st.fixed_dictionaries({}, optional={"parts": st.lists(_ANCHOR_VALUES, max_size=2), "n": st.integers(0, 9)}), max_size=3
                ),
                "box": st.none() | st.fixed_dictionaries({"words": _ANCHOR_VALUES}),
            },
        ),
        min_size=1,
        max_size=4,
    )
)
def test_both_lanes_leave_the_same_room_for_anchors(rows: list[dict[str, Any]]) -> None:
    annotation_record = shape_of({"annotation.json": annotation(_ANCHORED)}).annotation
    documents = [{"article": "a", "annotator": "x", "rows": rows}, {"article": "b", "annotator": "x"}]
    anchors = {
        path: _stand_in(values_at(documents, path), column.type)
        for path, column in walk(annotation_record)
        if isinstance(column.type, Words)
    }
    bare = _fast_lane(documents, annotation_record)
    assert bare is not None
    fast = graft(bare, annotation_record, anchors)
    fast.validate(full=True)
    assert fast.equals(graft(slow_lane(documents, annotation_record), annotation_record, anchors))
    (back, none) = fast.field("rows").to_pylist()
    assert none is None
    assert [[each["parts"] is not None for each in row["inner"] or []] for row in back] == [
        ["parts" in each for each in row.get("inner", [])] for row in rows
    ]
    assert [row["words"] is not None for row in back] == ["words" in row for row in rows]
    assert [row["box"] is not None for row in back] == [row.get("box") is not None for row in rows]


def _stand_in(values: list[Any], words: Any) -> pa.Array:
    span = {"start": 0, "end": 1, "text": "x"}
    if words.segments:
        return pa.array([None if each is None else [span] * len(each) for each in values], arrow_type(words))
    return pa.array([None if each is None else span for each in values], SPAN)


def _through_parquet(table: pa.Table) -> pa.Table:
    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd")
    file.seek(0)
    return pq.read_table(file)


def _exactly(value: Any) -> Any:
    """A value with its type, so that 1 is not 1.0 and 0.0 not -0.0; an instant as such."""
    if isinstance(value, dict):
        return {name: _exactly(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_exactly(each) for each in value]
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else repr(value)


def test_the_generator_of_schemas_reaches_every_type() -> None:
    """Otherwise the properties above would hold for less than they say."""
    seen: set[Any] = set()

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(_ROOTS)
    def collect(root: Kind) -> None:
        for _, column in walk(shape_of(dict(_schemas(root).files)).article):
            seen.add((column.type if isinstance(column.type, Scalar) else type(column.type).__name__, column.nullable))

    collect()
    kinds = [kind for kind in Scalar if kind is not Scalar.JSON]
    assert seen >= {(kind, nullable) for kind in (*kinds, "Label", "Listing", Record.__name__) for nullable in (True, False)}
