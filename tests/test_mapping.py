"""A mapping makes rows of a schema of rows of a source: what cannot be one is refused at its record, and why is said."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from corpusbuild import CannotGoOn, Corpus, import_corpus
from corpusbuild.interchange import formats
from corpusbuild.interchange.model import At, ColumnSpec, Document, Kind, Row, Segment, TableSpec, Words
from corpusbuild.interchange.nulls import Nulls
from corpusbuild.schema.judging import Judge
from corpusbuild.schema.loading import Schemas
from generated import ANCHOR, DIALECT
from test_importing import Given
from test_reading_back import NOTE, WORDS, closed, listed

MARKS = TableSpec(
    "marks",
    (
        ColumnSpec("id", Kind.STRING),
        ColumnSpec("kind", Kind.LABEL),
        ColumnSpec("at", Kind.WORDS),
        ColumnSpec("note", Kind.STRING),
        ColumnSpec("of", Kind.REFERENCE, table="marks"),
    ),
)
REMARKS = TableSpec("remarks", (ColumnSpec("note", Kind.STRING), ColumnSpec("of", Kind.REFERENCE, table="marks")), key=None)
TEXT = "Rina pulang.\nKata Oki, laut tenang.\n"
BOX = closed({"note": NOTE, "who": NOTE})
SCHEMAS = {
    "anchor.json": ANCHOR,
    "article.json": closed({"title": {"type": "string"}, "place": NOTE}, "title"),
    "annotation.json": closed(
        {
            "article": {"type": "string", "x-ref": "articles"},
            "annotator": {"type": "string"},
            "mood": NOTE,
            "things": {
                "type": "array",
                "x-table": "things",
                "items": closed(
                    {
                        "id": {"type": "string", "x-key": True},
                        "words": WORDS,
                        "parts": {"type": "array", "items": {"$ref": "anchor.json"}, "x-anchor": {"within": "words"}},
                        "loose": {"type": "array", "items": {"$ref": "anchor.json"}, "x-anchor": {}},
                        "kind": {"enum": ["a", "b", None]},
                        "box": {**BOX, "type": ["object", "null"]},
                        "boxes": listed(BOX),
                        "raw": {"x-column": "json"},
                    },
                    "id",
                ),
            },
        },
        "article",
        "annotator",
    ),
}


def mark(key: str, line: int, start: int, end: int, **values: Any) -> Row:
    return Row("marks", {"id": key, "at": Words((Segment(start, end),)), **values}, At("in.txt", line))


ROWS = (
    mark("m1", 1, 0, 11, kind="a", note="satu"),
    mark("m2", 2, 5, 11, kind="part", of="m1"),
    Row("remarks", {"note": "dua", "of": "m1"}, At("in.txt", 3)),
)


def mapped(monkeypatch: pytest.MonkeyPatch, folder: Path, columns: dict[str, Any], *rows: Row, **said: Any) -> Any:
    """What is imported of one document, by a rule for marks of the kind ``a``."""
    given = Given([Document("d", "ana", TEXT, At("in.txt"), deepcopy(list(rows or ROWS)))], (MARKS, REMARKS))
    monkeypatch.setitem(formats.READERS, "given", f"{__name__}:_given")
    globals()["_given"] = given
    (folder / "schema").mkdir(exist_ok=True)
    for name, schema in SCHEMAS.items():
        (folder / "schema" / name).write_text(json.dumps({"$schema": DIALECT, **schema}), "utf-8")
    rule = {"table": "things", "from": "marks", "where": {"kind": "a"}, "columns": {"id": "id", **columns}}
    mapping = {"schema": "schema", "article": {"title": "name"}, "rows": [rule], **said}
    (folder / "map.json").write_text(json.dumps(mapping), "utf-8")
    (folder / "in.txt").touch()
    return import_corpus("given", folder / "in.txt", folder / "dok", mapping=folder / "map.json")


def thing(folder: Path) -> dict[str, Any]:
    """The only row of the only document, of a corpus without errors."""
    assert Corpus.open(folder / "dok", search=False).check(jobs=1).ok
    (row,) = json.loads((folder / "dok/annotations/d.json").read_bytes())["things"]
    return row


@pytest.mark.parametrize(
    ("columns", "made"),
    [
        # What has only its constants is no object, unless it has nothing else.
        ({"box": {"columns": {"note": "note", "who": {"value": "x"}}}}, {"box": {"note": "satu", "who": "x"}}),
        ({"box": {"columns": {"note": "of.note", "who": {"value": "x"}}}}, {}),
        ({"box": {"columns": {"who": {"value": "x"}}}}, {"box": {"who": "x"}}),
        ({"boxes": {"columns": {"note": "of.note"}}}, {}),
        ({"boxes": {"each": "remarks", "columns": {"note": "note"}}}, {"boxes": [{"note": "dua"}]}),
        ({"box": {"each": "marks", "columns": {"note": "note", "who": "kind"}}}, {"box": {"who": "part"}}),
        ({"words": {"covering": ["of.at"]}}, {}),
        ({"words": {"covering": ["marks.at"]}}, {"words": {"exact": "pulang", "start": 5}}),
        ({"words": {"covering": ["marks.at"], "widen": "paragraph"}}, {"words": {"exact": "Rina pulang.", "start": 0}}),
        ({"words": "at", "parts": "marks.at"}, {"words": {"exact": "Rina pulang", "start": 0}, "parts": [{"exact": "pulang", "start": 5}]}),
        ({"raw": {"path": "note", "values": {"satu": [1, None]}}}, {"raw": [1, None]}),
    ],
)
def test_a_value_is_made_of_what_the_paths_lead_to(
    columns: dict[str, Any], made: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done = mapped(monkeypatch, tmp_path, columns)
    assert done.folder is not None, [each.finding.message for each in done.report]
    assert thing(tmp_path) == {"id": "m1", **made}


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"box": {"each": "marks", "columns": {"who": "kind"}}}, "box has several values: 2 are found"),
        ({"kind": "marks.kind"}, "kind has several values: a, part"),
        ({"words": "marks.at"}, "words is one span, and 2 are found"),
        ({"loose": ["marks.at"]}, "spans of loose overlap"),
        ({"words": "at", "parts": {"covering": ["marks.at"]}}, "parts is not within words"),
        ({"raw": {"path": "note", "json": True}}, "raw is no JSON: "),
        ({"kind": "note"}, "kind: '{' is not one of"),
    ],
)
def test_what_cannot_be_a_row_is_refused_at_its_record_with_the_reason(
    columns: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = (mark("m1", 1, 0, 4, kind="a", note="{"), mark("m2", 2, 0, 8, kind="a", of="m1"), mark("m3", 3, 5, 11, kind="part", of="m1"))
    done = mapped(monkeypatch, tmp_path, columns, rows[0], *rows[1:])
    assert done.folder is None
    found = [(each.place.line, each.finding.message) for each in done.report if each.finding.code == "CB701"]
    assert [line for line, _ in found] == [1]
    assert found[0][1].startswith("this cannot be a row of things: ")
    assert said in found[0][1]


def test_what_is_said_of_a_document_is_said_by_one_record(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rule = {"table": "annotations", "from": "marks", "where": {"kind": ["a", "b"]}, "columns": {"mood": "note"}}
    rows = [mark("m1", 1, 0, 4, kind="a", note="senang"), mark("m2", 2, 5, 11, kind="b", note="sedih")]
    done = mapped(monkeypatch, tmp_path, {}, *rows, rows=[rule])
    assert [(each.place.line, each.finding.message) for each in done.report] == [
        (2, "another record says something of the document as a whole")
    ]
    assert mapped(monkeypatch, tmp_path, {}, rows[0], rows=[rule]).folder is not None
    assert json.loads((tmp_path / "dok/annotations/d.json").read_bytes())["mood"] == "senang"


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"words": "remarks[x].of.at"}, "remarks has no column of labels to choose by; write [column=x]"),
        ({"words": "marks[nte=x].at"}, 'marks has no column "nte"; did you mean "note"?'),
        ({"words": "note.at"}, '"note" is no reference: the path ends there; '),
    ],
)
def test_a_path_that_leads_nowhere_is_told(columns: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(CannotGoOn) as error:
        mapped(monkeypatch, tmp_path, columns)
    assert f"{error.value.message}; {error.value.help}" == f"rows.0.columns.words: {said}"


# ---- the metadata of articles ----


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "meta/d.json is not what it should be: it should be an object"),
        ("{", "meta/d.json is not what it should be: unexpected end of data"),
        (None, "meta/d.json cannot be read: Is a directory"),
        ('{"title": 3}', "the article's metadata are not as article.json wants them: title: 3 is not of type 'string'"),
    ],
)
def test_metadata_of_a_file_that_are_none_are_told(content: str | None, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "meta").mkdir()
    if content is None:
        (tmp_path / "meta/d.json").mkdir()
    else:
        (tmp_path / "meta/d.json").write_text(content, "utf-8")
    done = mapped(monkeypatch, tmp_path, {}, metadata="meta", article={"title": {"metadata": "title"}})
    assert done.folder is None
    assert [each.finding.message for each in done.report if each.finding.code == "CB701"] == [said]


def test_metadata_behind_a_link_are_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "meta").mkdir()
    (tmp_path / "secret.json").write_text('{"place": "rahasia"}', "utf-8")
    (tmp_path / "meta/d.json").symlink_to(tmp_path / "secret.json")
    article = {"title": "name", "place": {"metadata": "place"}}
    done = mapped(monkeypatch, tmp_path, {}, metadata="meta", article=article)
    assert [each.finding.message for each in done.report if each.finding.code == "CB701"] == ["meta/d.json is a link, and is not followed"]
    (tmp_path / "meta/d.json").unlink()
    # A document that has no such file has only what the source says.
    assert mapped(monkeypatch, tmp_path, {}, metadata="meta", article=article).folder is not None
    assert json.loads((tmp_path / "dok/raw/d.json").read_bytes()) == {"title": "d"}


# ---- nulls ----


def nulls(schema: dict[str, Any]) -> Nulls:
    return Nulls(Judge(Schemas({"annotation.json": {"$schema": DIALECT, **schema}}), "annotation.json"))


def test_a_null_is_written_where_one_property_asks_for_another() -> None:
    names = ["a", "b", "c", "d"]
    asks = {"dependentRequired": {"a": ["b"], "b": ["a", "c"], "x": ["y"]}, "properties": dict.fromkeys(names, NOTE)}
    known = nulls({**asks, "required": ["d"]})
    assert known.written({"a": "1"}, lambda each: each) == ({"a": "1", "b": None, "c": None, "d": None}, [])
    # The second time it is known.
    assert known.written({"a": "2", "c": "3"}, lambda each: each) == ({"a": "2", "b": None, "c": "3", "d": None}, [])
    # What was learned asks for nothing that a row without it lacks.
    assert known.written({"d": "4"}, lambda each: each) == ({"d": "4"}, [])


def test_what_is_learned_holds_in_every_object_of_a_list() -> None:
    inner = {"type": "object", "properties": {"a": NOTE, "b": NOTE}, "required": ["a", "b"]}
    known = nulls({"properties": {"boxes": {"type": "array", "items": inner}, "box": inner}})
    first = {"boxes": [{"a": "1"}], "box": {"a": "1", "b": "2"}}
    assert known.written(first, lambda each: each)[0] == {**first, "boxes": [{"a": "1", "b": None}]}
    assert known.written({"box": {"b": "1"}}, lambda each: each) == ({"box": {"a": None, "b": "1"}}, [])
    # Where there is no list, none is made.
    assert known.written({"box": {"b": "2"}}, lambda each: each) == ({"box": {"a": None, "b": "2"}}, [])
    second = {"boxes": [{"a": "1"}, {"a": "2", "b": "3"}]}
    assert known.written(second, lambda each: each) == ({"boxes": [{"a": "1", "b": None}, {"a": "2", "b": "3"}]}, [])


def test_what_no_null_mends_is_told_as_it_was() -> None:
    chain = {f"p{n}": [f"p{n + 1}"] for n in range(30)}
    value, faults = nulls({"dependentRequired": chain}).written({"p0": 1}, lambda each: each)
    assert (value, [pointer for pointer, _ in faults]) == ({"p0": 1}, [()])
    value, faults = nulls({"required": ["a"], "properties": {"a": {"type": "string"}}}).written({}, lambda each: {"row": [each]}, 2)
    assert value == {}
    assert faults
