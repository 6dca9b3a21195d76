"""doccano's files are read as they are; what is broken is a finding at its line, and the rest is read all the same."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bundled import PEERS
from corpusbuild import CannotGoOn
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.interchange import doccano, values
from corpusbuild.interchange.doccano import Doccano
from corpusbuild.interchange.files import SourceFile
from corpusbuild.interchange.model import At, Document, Source
from corpusbuild.interchange.ordering import documents_in_order, in_order
from corpusbuild.interchange.values import Value, read_values
from importing import read, rows, source, told

EXAMPLES = PEERS / "doccano"
needs_peers = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the files of other projects are not here (../shared/peers)")

INVALID = {
    "data_import/tests/data/sequence_labeling/example.jsonl": [("CB706", 3)],
    "data_import/tests/data/sequence_labeling/labeling.invalid.conll": [("CB701", 1)],
    "data_import/tests/data/text_classification/example.csv": [("CB706", 4), ("CB706", 5)],
    "data_import/tests/data/text_classification/example.invalid.2.csv": [("CB701", 1), ("CB701", 2)],
    "data_import/tests/data/text_classification/example.json": [("CB706", 5)],
    "data_import/tests/data/text_classification/example_fasttext.txt": [("CB706", 4)],
    "data_import/tests/data/text_classification/example_out_of_order_columns.csv": [("CB706", 4)],
}


@needs_peers
def test_its_own_examples_are_read_and_the_invalid_ones_have_a_finding_each() -> None:
    paths = [path for path in EXAMPLES.rglob("*") if path.suffix in {".jsonl", ".json", ".csv", ".conll", ".txt"}]
    assert len(paths) == 18
    for path in paths:
        documents = read(Doccano(), Source(path))
        expected = INVALID.pop(path.relative_to(EXAMPLES).as_posix(), [])
        assert [(code, line) for code, _, line in told(documents)] == expected, path
        assert any(document.text for document in documents)


@needs_peers
def test_a_relation_joins_spans_also_where_one_value_takes_many_lines() -> None:
    for folder, first in (("data_import/tests/data", 1), ("data_export/pipeline/examples", 4)):
        [document] = read(Doccano(), Source(EXAMPLES / folder / "relation_extraction" / "example.jsonl"))
        assert [document.text[row["span"][0] : row["span"][1]] for row in rows(document, "spans")][:2] == ["Google", "September 4, 1998"]
        assert rows(document, "relations")[0]["from_id"] == "0"
        assert rows(document, "relations")[0]["to_id"] == "1"
        assert document.rows[0].at.line == first


def test_what_nothing_is_said_of_is_no_metadata(tmp_path: Path) -> None:
    line = {"id": 1, "text": "Siti.", "label": [], "sumber": None, "halaman": 3, "lain": {"a": 1}}
    [document] = read(Doccano(), source(tmp_path / "in", {"rina.jsonl": json.dumps(line)}))
    assert document.metadata == {"halaman": 3, "lain": '{"a":1}'}
    assert [change.how for change in document.changes] == ['"lain" is kept as JSON']


def test_a_sentence_that_is_only_a_comment_is_told(tmp_path: Path) -> None:
    documents = read(Doccano(), source(tmp_path / "in", {"rina.conll": "# oleh tangan\n\nSiti\tB-P\n\n# akhir\n"}))
    assert [each.text for each in documents if each.text] == ["Siti"]
    assert told(documents) == [("CB707", "rina.conll", 1), ("CB707", "rina.conll", 5)]


def test_annotators_have_files_of_their_own(tmp_path: Path) -> None:
    texts = [{"id": n, "text": f"Kalimat {n}."} for n in (2, 10, 1)]
    files = {
        f"{name}.jsonl": "".join(json.dumps({**text, "label": [[0, 7, name.upper()]]}) + "\n" for text in order)
        for name, order in (("sari", texts), ("budi", texts[::-1]))
    }
    documents = read(Doccano(), source(tmp_path / "all", files))
    assert [(each.name, each.annotator, each.text is None) for each in documents] == [
        ("1", "budi", False), ("1", "sari", True), ("10", "budi", False), ("10", "sari", True), ("2", "budi", False), ("2", "sari", True)
    ]  # fmt: skip
    assert rows(documents[0], "spans") == [{"id": "s1", "label": "BUDI", "span": (0, 7, None)}]
    packed = tmp_path / "all.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    assert read(Doccano(), Source(packed)) == documents
    one = read(Doccano(), Source(tmp_path / "all" / "sari.jsonl", {"annotator": "gold"}))
    assert {each.annotator for each in one} == {"gold"}


def test_records_that_are_broken_are_told_and_the_rest_is_read(tmp_path: Path) -> None:
    first = {"id": 1, "label": "A", "start_offset": 0, "end_offset": 4}
    relations = [{"id": 1, "from_id": 1, "to_id": 9, "type": "t"}, {"id": 2, "from_id": 1, "type": "t"}]
    lines = [
        '{"id": 1, "text": "Satu dua.", "label": [[0, 4, "A"], [4, 2, "A"], [0, "x", "A"], [0, 4], [-1, 2, "B"], true]}',
        '{"id": 2, "text": "Putus',
        '{"id": 1, "text": "Lain.", "label": []}',
        '{"id": 3, "text": "Tiga.", "id": 4}',
        json.dumps({"id": 5, "text": "Lima.", "entities": [first, {**first, "end_offset": 2}], "relations": relations}),
        "[1]",
        '{"id": 6, "text": "\\ud83d"}',
        '{"id": [], "text": "Enam."}',
        '{"id": 7, "text": "Tujuh.", "Comments": ["baik", 3]}',
    ]
    documents = read(Doccano(), source(tmp_path / "in", {"all.jsonl": "\n".join(lines)}))
    assert [code for code, _, line in told(documents) if line == 1] == ["CB701"] * 5
    assert [(code, line) for code, _, line in told(documents) if line > 1] == [
        ("CB701", 2), ("CB701", 5), ("CB701", 6), ("CB701", 7), ("CB701", 8), ("CB701", 9), ("CB702", 5),
        ("CB703", 3), ("CB703", 4), ("CB703", 5),
    ]  # fmt: skip
    assert [each.name for each in documents if each.text] == ["1", "5", "7"]
    assert rows(documents[-1] if documents[-1].text else documents[-2], "comments") == [{"id": "m1", "comment": "baik"}]


def messages(documents: list[Document]) -> list[str]:
    return [finding.message for document in documents for finding in document.findings]


@pytest.mark.parametrize(
    ("example", "line", "message"),
    [
        ({"label": 1.5}, 5, '"label" is no list'),
        ({"label": {"A": 1}}, 5, '"label" is no list'),
        ({"label": ["baik", None]}, 7, "a label is a string, and nothing is none"),
        ({"label": ["baik", False]}, 7, "a label is a string, and false is none"),
        ({"label": [[0, 4, ""]]}, 6, "the span has no label"),
        ({"label": [[0, [4], "A"]]}, 6, "the offsets of a span are whole numbers, and a list is none"),
        ({"label": [[{"at": 0}, 4, "A"]]}, 6, "the offsets of a span are whole numbers, and an object is none"),
        ({"label": [[None, 4, "A"]]}, 6, "the offsets of a span are whole numbers, and nothing is none"),
        (
            {"entities": [{"id": [], "label": "A", "start_offset": 0, "end_offset": 4}]},
            6,
            "the id of the span is neither a whole number nor",
        ),
        ({"relations": {"id": 1}}, 5, '"relations" is no list'),
        ({"relations": [["t", 1, 2]]}, 6, "a relation is an object, and a list is none"),
        ({"relations": [{"id": 1, "type": None, "from_id": 1, "to_id": 2}]}, 6, 'the relation has no "type"'),
        ({"comments": [{"text": 3}]}, 6, "a comment is a string, and an object is none"),
    ],
)
def test_what_an_annotation_cannot_be_is_told_at_its_line(tmp_path: Path, example: dict[str, object], line: int, message: str) -> None:
    made = {"id": 1, "text": "Satu dua.", **example}
    documents = read(Doccano(), source(tmp_path / "in", {"all.json": json.dumps([made], indent=1)}))
    assert told(documents) == [("CB701", "all.json", line)]
    assert messages(documents)[0].startswith(message)
    assert documents[0].text == "Satu dua."
    assert rows(documents[0], "spans") == []


def test_null_is_nothing_and_a_label_of_the_text_may_stand_alone_or_in_an_object(tmp_path: Path) -> None:
    lines = [
        {"id": 1, "text": "Satu dua.", "label": None, "relations": None},
        {"id": 2, "text": "Satu dua.", "label": "baik"},
        {"id": 3, "text": "Satu dua.", "label": 4},
        {"id": 4, "text": "Satu dua.", "annotations": [{"label": 7, "user": 1}]},
    ]
    documents = read(Doccano(), source(tmp_path / "in", {"all.jsonl": "\n".join(map(json.dumps, lines))}))
    assert messages(documents) == []
    labels = [[row["label"] for row in rows(document, "categories")] for document in documents]
    assert labels == [[], ["baik"], ["4"], ["7"]]


def test_a_relation_with_the_id_of_an_earlier_one_is_told(tmp_path: Path) -> None:
    spans = [{"id": n, "label": "A", "start_offset": n, "end_offset": n + 1} for n in (1, 2)]
    relations = [{"id": 5, "type": kind, "from_id": 1, "to_id": 2} for kind in ("t", "u")]
    line = {"id": 1, "text": "Satu dua.", "entities": spans, "relations": relations}
    documents = read(Doccano(), source(tmp_path / "in", {"all.jsonl": json.dumps(line)}))
    assert told(documents) == [("CB703", "all.jsonl", 1)]
    assert messages(documents) == ['the relation "5" stands before, in all.jsonl:1']
    assert [row["type"] for row in rows(documents[0], "relations")] == ["t"]


def test_columns_that_are_called_alike_and_files_that_are_not_its_own_are_told(tmp_path: Path) -> None:
    files = {"a.csv": "text,label,label\nSatu,x,y\n", "b.pdf": "%PDF"}
    documents = read(Doccano(), source(tmp_path / "in", files))
    assert told(documents) == [("CB701", "a.csv", 1), ("CB707", "b.pdf", 0)]
    assert messages(documents) == ['two columns are called "label", and the last is read', "this is no file of doccano's"]
    assert [row["label"] for document in documents for row in rows(document, "categories")] == ["y"]


def test_a_text_that_is_too_large_is_not_read_and_the_others_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doccano, "_MOST_BYTES", 10)
    documents = read(Doccano(), source(tmp_path / "in", {"a.txt": "Satu dua tiga.", "b.txt": "Satu dua."}))
    assert [each.text for each in documents if each.text] == ["Satu dua."]
    assert told(documents) == [("CB701", "a.txt", 0)]
    assert messages(documents) == ["the text has more than 10 bytes: it is not read"]


def test_what_nobody_asked_for_becomes_metadata(tmp_path: Path) -> None:
    line = {"id": 1, "text": "Teks.", "label": ["baik"], "meta": {"sumber": "koran", "hal": 3}, "tags": ["a"], "deep": {"x": [1]}}
    [document] = read(Doccano(), source(tmp_path / "in", {"all.jsonl": json.dumps(line)}))
    assert document.metadata == {"sumber": "koran", "hal": 3, "tags": ["a"], "deep": '{"x":[1]}'}
    assert [change.how for change in document.changes] == ['"deep" is kept as JSON']
    assert rows(document, "categories") == [{"id": "c1", "label": "baik"}]


@pytest.mark.parametrize(
    ("line", "metadata"),
    [
        ({"meta": "koran"}, {"meta": "koran"}),
        ({"sumber": "koran", "meta": {"sumber": "radio", "hal": 3}}, {"sumber": "koran", "meta": '{"sumber":"radio","hal":3}'}),
    ],
)
def test_a_meta_that_would_take_the_place_of_something_stays_one_value(
    tmp_path: Path, line: dict[str, object], metadata: dict[str, object]
) -> None:
    [document] = read(Doccano(), source(tmp_path / "in", {"all.jsonl": json.dumps({"id": 1, "text": "Teks.", "label": [], **line})}))
    assert document.metadata == metadata


def test_labels_of_a_cell_are_parted_and_quoted_line_ends_count(tmp_path: Path) -> None:
    text = 'text,label\r\n"satu\r\ndua","a#b"\r\n"tiga"\r\n"empat",c\r\n'
    documents = read(Doccano(), source(tmp_path / "in", {"all.csv": b"\xef\xbb\xbf" + text.encode()}))
    assert [(each.name, each.text) for each in documents if each.text] == [("all-2", "satu\r\ndua"), ("all-5", "empat")]
    assert [row["label"] for row in rows(documents[0], "categories")] == ["a", "b"]
    assert told(documents) == [("CB701", "all.csv", 4)]


def test_texts_and_lines_without_labels_are_nobodys(tmp_path: Path) -> None:
    files = {"siang.txt": "Hari ini\r\ncerah.\r\n"}
    [whole] = read(Doccano(), source(tmp_path / "a", files))
    assert (whole.name, whole.annotator, whole.text) == ("siang", "", "Hari ini\r\ncerah.\r\n")
    lines = read(Doccano(), source(tmp_path / "b", files, txt="lines"))
    assert [(each.name, each.annotator, each.text) for each in lines] == [("siang-1", "", "Hari ini"), ("siang-2", "", "cerah.")]


def test_a_spreadsheet_is_refused_with_a_remedy(tmp_path: Path) -> None:
    made = source(tmp_path / "in", {"a.xlsx": b"PK", "b.csv": "text,label\nx,y\n"})
    assert ("CB707", "a.xlsx", 0) in told(read(Doccano(), made))
    with pytest.raises(CannotGoOn) as caught:
        read(Doccano(), Source(made.path / "a.xlsx"))
    assert "CSV" in caught.value.help


def test_nothing_outside_the_source_is_opened(tmp_path: Path) -> None:
    (tmp_path / "secret.jsonl").write_text('{"id": 1, "text": "rahasia"}')
    made = source(tmp_path / "in", {"all.jsonl": '{"id": 2, "text": "umum"}'})
    (made.path / "link.jsonl").symlink_to(tmp_path / "secret.jsonl")
    documents = read(Doccano(), made)
    assert [each.text for each in documents if each.text] == ["umum"]
    assert told(documents) == [("CB707", "link.jsonl", 0)]
    packed = tmp_path / "out.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../up.jsonl", '{"id": 1, "text": "rahasia"}')
        archive.writestr("all.jsonl", '{"id": 2, "text": "umum"}')
    documents = read(Doccano(), Source(packed))
    assert [each.text for each in documents if each.text] == ["umum"]
    assert told(documents) == [("CB701", "out.zip", 0)]


def test_an_option_that_there_is_not_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOn, match="txet") as caught:
        read(Doccano(), source(tmp_path / "in", {"all.jsonl": "{}"}, txet="x"))
    assert caught.value.help == 'did you mean "text"?'


scalars = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(st.characters(codec="utf-8"))
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner), max_leaves=8
)
objects = st.lists(st.dictionaries(st.text('ab"\\{}[]\n,é😀', max_size=4), json_values, max_size=3), max_size=6)


@settings(deadline=None)
@given(
    objects, st.sampled_from(["lines", "array", "pretty", "one after another"]), st.integers(1, 40), st.sampled_from(["plain", "escaped"])
)
def test_values_come_back_with_their_lines_wherever_the_file_is_cut(made: list[object], form: str, chunk: int, letters: str) -> None:
    indent = 1 if form in {"pretty", "one after another"} else None
    if form in {"array", "pretty"}:
        text = json.dumps(made, indent=indent, ensure_ascii=letters == "escaped")
    else:
        text = "\n".join(json.dumps(each, indent=indent, ensure_ascii=letters == "escaped") for each in made)
    file = SourceFile("a.jsonl" if form == "lines" else "a.json", Path("a"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(values, "_CHUNK", chunk)
        patch.setattr(SourceFile, "open", lambda _: io.BytesIO(text.encode()))
        found = list(read_values(file))
    assert [each.value for each in found if isinstance(each, Value)] == made
    lines = text.split("\n")
    for each in found:
        assert isinstance(each, Value)
        assert "{" in lines[each.at.line - 1]
        for key in each.value:
            assert json.dumps(key, ensure_ascii=letters == "escaped") in lines[each.line(key).line - 1]


def test_one_broken_item_of_an_array_costs_no_other(tmp_path: Path) -> None:
    broken = ['{"a": "b', '{"a": ["b"}', '{"a": }', '{"a": "b"', "{'a': 1}", '"{', "}", "nul"]
    for each in broken:
        for text in (f'[\n  {{"n": 1}},\n  {each},\n  {{"n": 2}}\n]', f'[{{"n": 1}},\n{each},\n{{"n": 2}}\n]'):
            (tmp_path / "a.json").write_text(text)
            found = list(read_values(SourceFile("a.json", tmp_path / "a.json")))
            assert [value.value for value in found if isinstance(value, Value) and value.value != {}] == [{"n": 1}, {"n": 2}], text
            assert any(isinstance(value, Finding) for value in found), text


@given(st.lists(st.binary(max_size=3)), st.integers(0, 50))
def test_order_does_not_depend_on_what_is_held(keys: list[bytes], held: int) -> None:
    items = list(enumerate(keys))
    assert list(in_order(items, lambda item: item[1], lambda _: 10, held)) == sorted(items, key=lambda item: item[1])


def test_another_text_under_the_same_name_is_a_finding() -> None:
    made = [Document("a", who, text, At(f"{who}.json", 1)) for who, text in (("x", "satu"), ("y", "dua"), ("z", "satu"))]
    documents = list(documents_in_order(made, held=0))
    assert [each.text for each in documents] == ["satu", None, None]
    assert told(documents) == [("CB701", "y.json", 1)]
