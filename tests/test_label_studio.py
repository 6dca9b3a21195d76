"""Label Studio's JSON and JSON-MIN: what each annotator and each model said of a text, in tables; what has no table is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpusbuild import CannotGoOn, Corpus, import_corpus
from corpusbuild.interchange.html_text import html_text
from corpusbuild.interchange.label_config import LARGEST, read_config
from corpusbuild.interchange.label_studio import LabelStudio
from corpusbuild.interchange.model import Source
from importing import read, rows, source, told

TEXT = "😀 Ibu Sari berkata: besok hujan."
CONFIG = """<View>
  <Labels name="label" toName="isi"><Label value="PER"/></Labels>
  <Choices name="mood" toName="isi"><Choice value="calm"/></Choices>
  <TextArea name="why" toName="isi"/>
  <Rating name="stars" toName="isi"/>
  <Text name="isi" value="$body"/>
</View>"""


def region(key: str, start: int, end: int, words: str, *labels: str, **more: Any) -> dict[str, Any]:
    value = {"start": start, "end": end, "text": words, "labels": list(labels)}
    return {"id": key, "from_name": "label", "to_name": "isi", "type": "labels", "value": value, **more}


def task(number: int, *results: Any, **data: str) -> dict[str, Any]:
    return {"id": number, "data": data or {"text": TEXT}, "annotations": [{"id": 1, "completed_by": 5, "result": list(results)}]}


def imported(folder: Path, *tasks: Any, **options: str) -> list[Any]:
    return read(LabelStudio(), source(folder, {"export.json": json.dumps(tasks, indent=1, ensure_ascii=False)}, **options))


def test_regions_and_what_is_said_of_them(tmp_path: Path) -> None:
    results = [
        {"id": "x1", "from_name": "sure", "to_name": "isi", "type": "choices", "value": {"start": 3, "end": 11, "choices": ["yes"]}},
        region("x1", 3, 11, "Ibu Sari", "PER", "F", meta={"text": ["orang", "tua"]}, origin="manual"),
        region("x2", 21, 26, "besok", "TIME", parentID="x1", score=0.25, hidden=True),
        {"from_name": "mood", "to_name": "isi", "id": "z", "type": "choices", "value": {"choices": ["calm", "sad"]}},
        {"type": "relation", "from_id": "x1", "to_id": "x2", "direction": "right", "labels": ["when"]},
    ]
    [document] = imported(tmp_path / "in", task(7, *results))
    assert (document.name, document.annotator, document.text, document.findings) == ("7", "5", TEXT, [])
    common = {"from_name": "label", "to_name": "isi"}
    assert rows(document, "spans") == [
        {"id": "x1", "labels": ["PER", "F"], "span": (3, 11, "Ibu Sari"), "note": "orang\ntua", "origin": "manual", **common},
        {"id": "x2", "labels": ["TIME"], "span": (21, 26, "besok"), "parent": "x1", "score": 0.25, "more": '{"hidden":true}', **common},
    ]
    assert rows(document, "choices") == [
        {"id": "x1", "choices": ["yes"], "region": "x1", "from_name": "sure", "to_name": "isi"},
        {"id": "z", "choices": ["calm", "sad"], "from_name": "mood", "to_name": "isi"},
    ]
    assert rows(document, "relations") == [{"id": "r5", "from_id": "x1", "to_id": "x2", "direction": "right", "labels": ["when"]}]
    lines = (tmp_path / "in" / "export.json").read_text("utf-8").split("\n")
    for row in document.rows:
        assert lines[row.at.line - 1].strip() == "{", row


def test_each_kind_of_control_has_a_table(tmp_path: Path) -> None:
    said = {
        "textarea": ({"text": ["satu", "dua"]}, "texts", ["satu", "dua"]),
        "rating": ({"rating": 4}, "rating", 4),
        "number": ({"number": 2.5}, "number", 2.5),
        "taxonomy": ({"taxonomy": [["a", "b"], ["c"]]}, "paths", ['["a","b"]', '["c"]']),
        "pairwise": ({"selected": "left"}, "selected", "left"),
        "datetime": ({"datetime": "2031-02-03"}, "datetime", "2031-02-03"),
    }
    results = [{"id": kind, "from_name": "c", "to_name": "isi", "type": kind, "value": value} for kind, (value, _, _) in said.items()]
    [document] = imported(tmp_path / "in", task(1, *results))
    assert document.findings == []
    for kind, (_, column, held) in said.items():
        assert rows(document, kind) == [{"id": kind, column: held, "from_name": "c", "to_name": "isi"}]


def test_annotators_and_models_are_kept_apart(tmp_path: Path) -> None:
    made = task(1)
    made["annotations"] = [
        {"id": 11, "completed_by": {"id": 3, "email": "sari@example.org"}, "lead_time": 2.5, "ground_truth": True, "result": []},
        {"id": 12, "completed_by": 4, "was_cancelled": True, "result": []},
        {"id": 13, "completed_by": 4, "result": [region("a", 0, 1, "x", "A")]},
        {"id": 14, "completed_by": 4, "result": []},
        {"id": 15, "result": []},
    ]
    made["predictions"] = [{"id": 1, "model_version": "m1", "score": 0.5, "result": []}, {"result": []}]
    made["drafts"] = [{"id": 9, "result": []}]
    documents = imported(tmp_path / "in", made, {"id": 2, "data": {"text": "Sepi."}, "annotations": []})
    assert [(each.name, each.annotator, each.predicted) for each in documents] == [
        ("1", "4", False), ("1", "4-2", False), ("1", "m1", True), ("1", "prediction", True),
        ("1", "sari@example.org", False), ("1", "unknown", False), ("2", "", False),
    ]  # fmt: skip
    assert [each.text is None for each in documents] == [False, True, True, True, True, True, False]
    assert [change.how for each in documents for change in each.changes] == ['"4" annotated the task before: this is by "4-2"']
    assert [code for code, _, _ in told(documents)] == ["CB707", "CB707"]
    assert rows(documents[4], "completions") == [{"id": "11", "lead_time": 2.5, "ground_truth": True}]
    assert rows(documents[2], "completions") == [{"id": "1", "score": 0.5, "model_version": "m1"}]


def test_what_is_wrong_with_a_result_is_told_at_its_line(tmp_path: Path) -> None:
    results = [
        region("a", 0, 2, "😀", "A"),
        region("b", 5, 2, "", "A"),
        region("c", -1, 2, "", "A"),
        region("a", 3, 6, "Ibu", "A"),
        {**region("d", 0, 0, "", "A"), "value": {"start": "x", "labels": []}},
        region("e", 0, 2, "😀", "A", parentID="nobody"),
        {"type": "relation", "from_id": "a", "to_id": "zz", "direction": "right"},
        {"type": "relation", "from_id": "a", "to_id": "b", "direction": "right"},
        {"type": "relation", "from_id": "a", "direction": "right"},
        {"id": "b", "type": "choices", "from_name": "sure", "value": {"start": 5, "end": 2, "choices": ["yes"]}},
        {"id": "f", "type": "rectanglelabels", "value": {"x": 1}},
        {"id": "g", "type": "rating", "value": {"rating": "four"}},
        "?",
    ]
    documents = imported(tmp_path / "in", task(1, *results), {"id": 2, "annotations": []}, 3)
    assert sorted(code for code, _, _ in told(documents)) == [
        "CB701", "CB701", "CB701", "CB701", "CB701", "CB701", "CB701", "CB702", "CB702", "CB702", "CB702", "CB703", "CB704", "CB707",
    ]  # fmt: skip
    lines = (tmp_path / "in" / "export.json").read_text("utf-8").split("\n")
    by_line = {line: code for code, _, line in told(documents)}
    assert {code: lines[line].strip() for line, code in by_line.items() if code in {"CB703", "CB707"}} == {
        "CB703": '"id": "a",',
        "CB707": '"id": "f",',
    }
    assert [row["id"] for row in rows(documents[0], "spans")] == ["a"]


def test_which_key_holds_the_text(tmp_path: Path) -> None:
    (tmp_path / "config.xml").write_text(CONFIG)
    config = str(tmp_path / "config.xml")
    two = {"title": "Judul", "body": "Isi berita."}
    assert imported(tmp_path / "a", task(1, isi="Satu-satunya."))[0].text == "Satu-satunya."
    assert told(imported(tmp_path / "b", task(1, **two))) == [("CB706", "export.json", 2)]
    [given] = imported(tmp_path / "c", task(1, **two), text="title")
    assert (given.text, given.metadata) == ("Judul", {"body": "Isi berita."})
    [configured] = imported(tmp_path / "d", task(1, region("a", 0, 3, "Isi", "A"), **two), config=config)
    assert (configured.text, len(configured.rows)) == ("Isi berita.", 2)
    [elsewhere] = imported(tmp_path / "e", task(1, region("a", 0, 3, "Isi", "A", to_name="other"), **two), config=config)
    assert [each.code for each in elsewhere.findings] == ["CB707"]
    assert told(imported(tmp_path / "f", task(1, text="https://example.org/a.txt"))) == [("CB706", "export.json", 2)]


def test_the_text_of_html_is_what_global_offsets_count(tmp_path: Path) -> None:
    html = "<div><p>Satu<br/>dua &amp; tiga</p><p>empat</p></div>"
    paths = {"start": "/div[1]/p[1]/text()[2]", "end": "/div[1]/p[1]/text()[2]", "startOffset": 0, "endOffset": 3, "text": "dua"}
    whole = {"id": "a", "type": "hypertextlabels", "value": {**paths, "globalOffsets": {"start": 5, "end": 8}, "hypertextlabels": ["N"]}}
    bare = {"id": "b", "type": "hypertextlabels", "value": {**paths, "hypertextlabels": ["N"]}}
    [document] = imported(tmp_path / "in", task(1, whole, bare, html=html))
    assert document.text == "Satu\ndua & tigaempat"
    [row] = rows(document, "spans")
    start, end, words = row["span"]
    assert document.text[start:end] == words == "dua"
    assert document.metadata == {"html": html}
    assert [each.code for each in document.findings] == ["CB701"]
    assert html_text("a < b &lt; c") == "a < b < c"


def messages(*documents: Any) -> list[str]:
    return [finding.message for document in documents for finding in document.findings]


NEITHER = "the region has no whole numbers for start and end"


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ({"id": "x", "type": "labels"}, "the region has no value"),
        ({"id": "x", "type": "labels", "value": [0, 2]}, "the region has no value"),
        ({"type": "labels", "value": {"start": 0, "end": True, "labels": ["A"]}}, NEITHER),
        ({"id": "x", "type": "labels", "value": {"labels": ["A"]}}, NEITHER),
        (
            {"id": "x", "type": "labels", "value": {"start": 0, "end": 2, "labels": ["A", 1]}},
            "the labels of the region are no list of strings",
        ),
        (
            {"id": "x", "type": "labels", "value": {"start": 0, "end": 2, "labels": {"A": 1}}},
            "the labels of the region are no list of strings",
        ),
        ({"id": "x", "type": "rating", "value": {"stars": 4}}, 'the result has no "rating"'),
        ({"id": "x", "type": "rating"}, 'the result has no "rating"'),
        ({"id": "x", "type": "rating", "value": {"rating": True}}, '"rating" is not what a control `rating` says'),
        ({"id": "x", "type": "choices", "value": {"choices": [["a"]]}}, '"choices" is not what a control `choices` says'),
        ({"type": "relation", "from_id": "ok", "to_id": "ok", "labels": 3}, "the labels of the relation are no list of strings"),
        ({"id": "x", "value": "A"}, "nothing says of which type the result is"),
        ({"id": "x", "value": {"x": 1}}, "nothing says of which type the result is"),
    ],
)
def test_a_result_that_is_none_is_refused_and_the_others_are_read(tmp_path: Path, result: dict[str, Any], message: str) -> None:
    [document] = imported(tmp_path / "in", task(1, region("ok", 3, 6, "Ibu", "A"), result))
    assert messages(document) == [message]
    assert [(code, path) for code, path, _ in told([document])] == [("CB701", "export.json")]
    assert [(row.table, row.values["id"]) for row in document.rows] == [("completions", "1"), ("spans", "ok")]


def test_a_parent_that_is_no_id_is_no_region_without_one(tmp_path: Path) -> None:
    nameless = {"type": "labels", "value": {"start": 3, "end": 6, "labels": ["A"]}}
    [document] = imported(tmp_path / "in", task(1, nameless, region("b", 7, 11, "Sari", "A", parentID=[1])))
    assert messages(document) == ['the region names the parent "[1]", and there is none']
    assert [row["id"] for row in rows(document, "spans")] == ["s1"]


def test_a_type_that_is_not_said_is_what_the_value_tells_and_a_single_label_may_be_a_string(tmp_path: Path) -> None:
    results = [
        {"id": "a", "value": {"start": 3, "end": 6, "labels": "A"}},
        {"id": "b", "value": {"start": 3, "end": 6}},
        {"id": "c", "value": {"text": ["satu"]}},
    ]
    [document] = imported(tmp_path / "in", task(1, *results))
    assert messages(document) == []
    assert [(row["id"], row["labels"]) for row in rows(document, "spans")] == [("a", ["A"]), ("b", [])]
    assert [row["texts"] for row in rows(document, "textarea")] == [["satu"]]


def test_a_relation_with_the_id_of_an_earlier_one_is_told(tmp_path: Path) -> None:
    ends = {"type": "relation", "from_id": "a", "to_id": "a"}
    relations = [{"id": "k", **ends, "labels": ["satu"]}, {"id": "k", **ends, "labels": ["dua"]}]
    [document] = imported(tmp_path / "in", task(1, region("a", 3, 6, "Ibu", "A"), *relations))
    assert [code for code, *_ in told([document])] == ["CB703"]
    assert [row["labels"] for row in rows(document, "relations")] == [["satu"]]


def test_a_region_of_html_may_have_a_path_for_its_end_alone(tmp_path: Path) -> None:
    value = {"end": "/p[1]/text()[1]", "globalOffsets": {"start": 0, "end": 4}, "hypertextlabels": ["N"]}
    [document] = imported(tmp_path / "in", task(1, {"id": "a", "type": "hypertextlabels", "value": value}, html="<p>Satu dua.</p>"))
    assert messages(document) == []
    [row] = rows(document, "spans")
    assert row["span"] == (0, 4, None)
    assert json.loads(row["more"]) == {"end": value["end"], "globalOffsets": value["globalOffsets"]}


def test_a_configuration_says_which_text_is_html(tmp_path: Path) -> None:
    config = '<View><HyperText name="isi" value="$berita"/></View>'
    files = {"a.json": json.dumps([task(1, berita="<p>Satu &amp; dua.</p>", text="Bukan ini.")]), "config.xml": config}
    [document] = read(LabelStudio(), source(tmp_path / "in", files))
    assert document.text is not None
    assert document.text.strip() == "Satu & dua."
    assert document.metadata == {"berita": "<p>Satu &amp; dua.</p>", "text": "Bukan ini."}


def test_a_configuration_that_is_too_large_or_not_there_is_an_error(tmp_path: Path) -> None:
    made = source(tmp_path / "in", {"a.json": json.dumps([task(1)])}, config=str(tmp_path / "none.xml"))
    with pytest.raises(CannotGoOn) as caught:
        read(LabelStudio(), made)
    assert (caught.value.message, caught.value.place) == ("cannot be read: No such file or directory", str(tmp_path / "none.xml"))
    (tmp_path / "in/config.xml").write_text(f"<View>{' ' * LARGEST}</View>")
    with pytest.raises(CannotGoOn) as caught:
        read(LabelStudio(), Source(made.path))
    assert (caught.value.message, caught.value.place) == ("a labelling configuration has at most 4,194,304 bytes", "config.xml")


def test_a_source_without_json_is_refused_and_what_escapes_it_is_told(tmp_path: Path) -> None:
    made = source(tmp_path / "in", {"a.csv": "text\nSatu.\n"})
    with pytest.raises(CannotGoOn, match="nothing here is JSON of Label Studio's"):
        read(LabelStudio(), made)
    (tmp_path / "secret.json").write_text(json.dumps([task(2)]))
    (made.path / "link.json").symlink_to(tmp_path / "secret.json")
    (made.path / "b.json").write_text(json.dumps([task(1)]))
    documents = read(LabelStudio(), made)
    assert [(code, path) for code, path, _ in told(documents)] == [("CB707", "a.csv"), ("CB707", "link.json")]
    assert [each.name for each in documents if each.text] == ["1"]


def test_what_has_no_result_is_no_annotation_and_what_else_a_task_says_is_metadata(tmp_path: Path) -> None:
    made = {**task(1, text="Satu dua.", meta="koran"), "meta": {"hal": 3}, "inner_id": 4, "updated_by": []}
    made["annotations"] += [{"id": 2, "completed_by": 6}, "?"]
    [document] = imported(tmp_path / "in", made)
    assert messages(document) == ['what stands in "annotations" has no list "result"'] * 2
    assert document.metadata == {"meta": "koran", "task_meta": '{"hal":3}', "inner_id": 4}


def test_a_configuration_with_a_document_type_is_refused(tmp_path: Path) -> None:
    bomb = '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b "bbb"><!ENTITY c "&b;&b;">]>\n<View name="&c;"/>'
    for encoding in ("utf-8", "utf-16"):
        path = tmp_path / f"{encoding}.xml"
        path.write_bytes(bomb.encode(encoding))
        with pytest.raises(CannotGoOn, match="document type"):
            read_config(path)
    (tmp_path / "broken.xml").write_text("<View>\n<Text>\n</View>")
    with pytest.raises(CannotGoOn) as caught:
        read_config(tmp_path / "broken.xml")
    assert caught.value.place.endswith(":3")


def test_json_min_is_read_by_what_stands_after_the_id(tmp_path: Path) -> None:
    record = {
        "text": "Sari pergi.", "sumber": "koran", "id": 21,
        "label": [{"start": 0, "end": 4, "text": "Sari", "labels": ["PER"]}], "mood": "calm",
        "many": {"choices": ["a", "b"]}, "stars": [{"rating": 3}], "annotator": 5, "annotation_id": 31, "lead_time": 1.5,
    }  # fmt: skip
    documents = imported(tmp_path / "in", record, {**record, "annotator": 6, "label": []}, {"foto": "a.png"})
    assert [(each.name, each.annotator) for each in documents] == [("21", "5"), ("21", "6"), ("export.json", "")]
    first = documents[0]
    assert first.metadata == {"sumber": "koran"}
    assert rows(first, "spans") == [{"id": "s1", "labels": ["PER"], "span": (0, 4, "Sari"), "from_name": "label"}]
    assert [(row["choices"], row["from_name"]) for row in rows(first, "choices")] == [(["calm"], "mood"), (["a", "b"], "many")]
    assert [row["rating"] for row in rows(first, "rating")] == [3]
    assert rows(first, "completions") == [{"id": "31", "lead_time": 1.5}]
    assert told(documents) == [("CB701", "export.json", 53)]


def test_json_min_has_paths_of_a_taxonomy_as_lists(tmp_path: Path) -> None:
    record = {"text": "Sari pergi.", "id": 21, "topik": [["a", "b"], ["c"]], "annotator": 5, "annotation_id": 31}
    [document] = imported(tmp_path / "in", record)
    assert [(row["paths"], row["from_name"]) for row in rows(document, "taxonomy")] == [(['["a","b"]', '["c"]'], "topik")]


def test_json_min_with_a_configuration_knows_its_controls(tmp_path: Path) -> None:
    (tmp_path / "config.xml").write_text(CONFIG)
    record = {"annotation_id": 1, "annotator": 5, "body": "Isi berita.", "id": 3, "mood": "calm", "stars": 4, "why": "karena"}
    [document] = imported(tmp_path / "in", record, config=str(tmp_path / "config.xml"))
    assert document.text == "Isi berita."
    assert [row["texts"] for row in rows(document, "textarea")] == [["karena"]]
    assert [row["rating"] for row in rows(document, "rating")] == [4]
    assert [row["choices"] for row in rows(document, "choices")] == [["calm"]]


TURNS = [{"author": "Sari", "text": "😀 Apa kabar?"}, {"author": "Oki", "text": "Baik, Bu."}, {"author": "Sari", "text": "Syukurlah."}]


def of_turns(key: str, start: tuple[int, int], end: tuple[int, int], words: str | None, *labels: str) -> dict[str, Any]:
    value: dict[str, Any] = {"start": str(start[0]), "startOffset": start[1], "end": str(end[0]), "endOffset": end[1]}
    value |= {"paragraphlabels": list(labels), **({} if words is None else {"text": words})}
    return {"id": key, "from_name": "label", "to_name": "percakapan", "type": "paragraphlabels", "value": value}


def test_what_is_said_in_a_dialogue_is_the_text_and_its_regions_have_their_words(tmp_path: Path) -> None:
    results = [
        of_turns("a", (0, 3), (0, 6), "Apa", "Q"),
        of_turns("b", (1, 6), (2, 10), "Bu.\n\nSyukurlah.", "A"),
        of_turns("c", (2, 0), (2, 10), None, "A"),
    ]
    made = {"id": 1, "data": {"judul": "Pagi", "dialogue": TURNS}, "annotations": [{"completed_by": 5, "result": results}]}
    [document] = imported(tmp_path / "in", made)
    assert document.text == "😀 Apa kabar?\nBaik, Bu.\nSyukurlah."
    assert not document.findings
    # In UTF-16 units, as the browser counts.
    assert [row["span"] for row in rows(document, "spans")] == [(3, 6, "Apa"), (20, 34, "Bu.\nSyukurlah."), (24, 34, None)]
    assert [row["labels"] for row in rows(document, "spans")] == [["Q"], ["A"], ["A"]]
    assert all("more" not in row for row in rows(document, "spans"))
    assert json.loads(document.metadata["dialogue"]) == TURNS
    assert document.metadata["judul"] == "Pagi"


def test_a_region_that_a_dialogue_does_not_have_is_refused(tmp_path: Path) -> None:
    results = [
        of_turns("a", (3, 0), (3, 1), "x", "A"),
        of_turns("b", (0, 0), (0, 99), "x", "A"),
        of_turns("c", (1, 3), (1, 1), "x", "A"),
        {**of_turns("d", (0, 0), (0, 1), "x", "A"), "value": {"start": "/p[1]", "end": "1", "paragraphlabels": ["A"]}},
    ]
    made = {"id": 1, "data": {"dialogue": TURNS}, "annotations": [{"completed_by": 5, "result": results}]}
    [document] = imported(tmp_path / "in", made)
    assert [code for code, *_ in told([document])] == ["CB701"] * 4
    assert rows(document, "spans") == []


def test_a_dialogue_whose_words_stand_elsewhere_is_refused(tmp_path: Path) -> None:
    made = {
        "id": 1,
        "data": {"dialogue": TURNS},
        "annotations": [{"completed_by": 5, "result": [of_turns("a", (0, 3), (0, 6), "kab", "Q")]}],
    }
    path = source(tmp_path / "in", {"a.json": json.dumps([made])}).path
    done = import_corpus("label-studio", path, tmp_path / "out")
    assert [each.finding.code for each in done.report] == ["CB705"]
    made["annotations"][0]["result"] = [of_turns("a", (0, 3), (0, 6), "Apa", "Q")]  # type: ignore[index]
    path = source(tmp_path / "in", {"a.json": json.dumps([made])}).path
    assert import_corpus("label-studio", path, tmp_path / "out").ok
    Corpus.open(tmp_path / "out").export("label-studio", tmp_path / "again")
    assert import_corpus("label-studio", tmp_path / "again", tmp_path / "out2").ok
    for name in ("raw/1.txt", "raw/1.json", "annotations/1.json"):
        assert (tmp_path / "out2" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


def test_a_configuration_says_which_list_is_a_dialogue_and_where_its_words_are(tmp_path: Path) -> None:
    config = '<View><Paragraphs name="percakapan" value="$obrolan" nameKey="siapa" textKey="kata"/></View>'
    data = {"text": "Bukan ini.", "obrolan": [{"siapa": "Sari", "kata": "Halo."}, {"siapa": "Oki", "kata": "Ya."}]}
    made = {"id": 1, "data": data, "annotations": [{"completed_by": 5, "result": []}]}
    path = source(tmp_path / "in", {"a.json": json.dumps([made]), "config.xml": config}).path
    [document] = read(LabelStudio(), Source(path))
    assert document.text == "Halo.\nYa."
    assert document.metadata["text"] == "Bukan ini."


def test_xml_that_is_no_configuration_is_told(tmp_path: Path) -> None:
    made = {"a.json": json.dumps([task(1)]), "b.xml": "<annotation><size/></annotation>"}
    documents = read(LabelStudio(), source(tmp_path / "in", made))
    assert [(code, path) for code, path, _ in told(documents)] == [("CB707", "b.xml")]


def test_all_that_refers_to_what_is_refused_is_told_though_it_stands_on_one_line(tmp_path: Path) -> None:
    results = [
        region("p", 0, 3, "Ibu", "PER"),
        region("c", 7, 11, "Sari", "PER", parentID="p"),
        region("d", 21, 26, "besok", "TIME", parentID="c"),
        {"id": "c", "from_name": "sure", "to_name": "isi", "type": "choices", "value": {"start": 7, "end": 11, "choices": ["yes"]}},
        {"type": "relation", "from_id": "c", "to_id": "d", "direction": "right"},
    ]
    (tmp_path / "in").mkdir()
    (tmp_path / "in/export.json").write_text(json.dumps([task(7, *results)]), "utf-8")
    done = import_corpus("label-studio", tmp_path / "in", tmp_path / "out", keep_going=True)
    messages = [each.finding.message for each in done.report]
    for said in ('"Ibu", from 0 to 3', 'parent is "p"', 'parent is "c"', 'region is "c"', 'from_id is "c"'):
        assert [said in each for each in messages].count(True) == 1, (said, messages)
    assert len(messages) == 5
