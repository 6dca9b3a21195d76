"""WebAnno TSV and UIMA CAS are written as they are read: what was imported comes back, and so does what any corpus says."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bundled import FIRST_CUT, PEERS, ROOT, copy_corpus
from corpusbuild import Corpus, import_corpus
from corpusbuild.diagnostics.finding import Severity
from corpusbuild.interchange.webanno.units import made_tokens, room_lost, sentences
from corpusbuild.text.canonical import canonical
from corpusbuild.text.check import check_value
from corpusbuild.text.span import Span

CASES_FOLDER = PEERS / "webanno-tsv3"
CASES = sorted(path.name for path in CASES_FOLDER.iterdir() if path.is_dir()) if CASES_FOLDER.is_dir() else []
needs_peers = pytest.mark.skipif(not CASES, reason="../shared/peers/webanno-tsv3 is not here")
SUFFIXES = {"webanno": "tsv", "uima": "xmi", "uima-json": "json"}
SETTINGS = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
REGISTRY = ("annotators", "a registry")


def brought(format: str, source: Path, target: Path) -> Corpus:  # noqa: A002  as the command calls it
    """The corpus of a source of which nothing is refused."""
    done = import_corpus(format.removesuffix("-json"), source, target)
    assert done.folder is not None, [each.finding.message for each in done.report]
    return Corpus.open(target)


def said(corpus: Path) -> dict[str, Any]:
    """Texts, metadata, and tables by name. A CAS has its structures in no order but that of their ids, and no closed sets."""
    files = {path.relative_to(corpus).as_posix(): path for path in [*corpus.glob("raw/*"), *corpus.glob("annotations/**/*.json")]}
    found: dict[str, Any] = {}
    for name, path in files.items():
        if path.suffix == ".txt":
            found[name] = path.read_bytes()
            continue
        value = json.loads(path.read_bytes())
        tables = value.items() if isinstance(value, dict) else [("", value)]
        found[name] = {key: sorted(rows, key=lambda row: row["id"]) if is_table(rows) else rows for key, rows in tables if rows != []}
    return found


def is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and "id" in value[0]


def contents(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in sorted(folder.rglob("*")) if path.is_file()}


def renumbered(tsv: str) -> str:
    """A file whose numbers in brackets count from 1 in the order in which they stand in it."""
    again: dict[str, str] = {"0": "0"}

    def number(match: re.Match[str]) -> str:
        return f"[{'_'.join(again.setdefault(each, str(len(again))) for each in match[1].split('_'))}]"

    return re.sub(r"(?<!\\)\[(\d+(?:_\d+)?)\]", number, tsv)


# ---- what other tools wrote ----


@needs_peers
@pytest.mark.parametrize("case", CASES)
def test_every_case_of_webanno_tsv_comes_back_line_for_line(case: str, tmp_path: Path) -> None:
    corpus = brought("webanno", CASES_FOLDER / case, tmp_path / "corpus")
    assert corpus.export("webanno", tmp_path / "out").lost == {REGISTRY: 1}
    given = (CASES_FOLDER / case / "reference.tsv").read_text("utf-8")
    again = (tmp_path / "out/annotation/reference/gold.tsv").read_text("utf-8")
    # One of them numbers annotations in the order in which slots name them.
    assert again == given or (case == "sampleSlotAnnotation1" and renumbered(again) == renumbered(given))
    brought("webanno", tmp_path / "out", tmp_path / "again")
    assert said(tmp_path / "again") == said(tmp_path / "corpus")


@needs_peers
@pytest.mark.parametrize("format", ["uima", "uima-json"])
def test_every_case_of_uima_comes_back_with_its_ids(format: str, tmp_path: Path) -> None:  # noqa: A002  as the command calls it
    corpus = brought("uima", CASES_FOLDER, tmp_path / "corpus")
    assert corpus.export(format, tmp_path / "out").lost == {REGISTRY: 1}
    brought(format, tmp_path / "out", tmp_path / "again")
    assert said(tmp_path / "again") == said(tmp_path / "corpus")


@needs_peers
def test_all_cases_are_one_corpus_that_comes_back(tmp_path: Path) -> None:
    corpus = brought("webanno", CASES_FOLDER, tmp_path / "corpus")
    assert corpus.export("webanno", tmp_path / "out").lost == {REGISTRY: 1}
    brought("webanno", tmp_path / "out", tmp_path / "again")
    assert said(tmp_path / "again") == said(tmp_path / "corpus")


HEAD = """#FORMAT=WebAnno TSV 3.3
#T_SP=webanno.custom.Peran|ROLE_webanno.custom.Peran:isi_webanno.custom.PeranIsiLink|uima.tcas.Annotation|jenis
#T_SP=webanno.custom.Nama|jenis
#T_CH=webanno.custom.RujukLink|referenceRelation|referenceType
#T_RL=webanno.custom.Kait|label|BT_webanno.custom.Nama

"""
LINES = """
#Sentence.id=s-1
#Text=Siti 😊 dan
#Text=Budi\\tpergi
1-1\t0-4\tSiti\tibu;*[1]\t1-3[2];1-2\tpelaku[1]\torang[3]|tokoh[4]\tsama->1-1\tpr[1]\t_\t_\t
1-2\t5-7\t😊\t_\t_\t_\torang[3]\t_\t_\t_\t_\t
1-3\t8-11\tdan\t_\t_\t_\tlain[2]\t_\t_\t_\t_\t
1-4\t12-16\tBudi\t_\t_\t_\torang\t*->1-2\t*[1]\tteman|*\t1-1[4_0]|1-3[2_0]\t
1-4.1\t12-14\tBu\t_\t*\t*\t_\t_\t_\t_\t_\t
1-5\t17-22\tpergi\t_\t_\t_\t_\t_\t_\t_\t_\t
"""


def test_references_that_may_lead_anywhere_are_told_apart_by_numbers(tmp_path: Path) -> None:
    text = (HEAD + LINES).replace("1-2\t5-7\t😊\t_\t_\t_\torang[3]", "1-2\t5-7\t😊\t_\t_\t_\t_")
    (tmp_path / "a.tsv").write_text(text, "utf-8")
    corpus = brought("webanno", tmp_path / "a.tsv", tmp_path / "corpus")
    assert corpus.export("webanno", tmp_path / "out").lost == {REGISTRY: 1}
    again = (tmp_path / "out/annotation/a/gold.tsv").read_text("utf-8")
    brought("webanno", tmp_path / "out", tmp_path / "again")
    assert said(tmp_path / "again") == said(tmp_path / "corpus")
    assert again.splitlines()[:5] == text.splitlines()[:5]
    Corpus.open(tmp_path / "again").export("webanno", tmp_path / "twice")
    assert contents(tmp_path / "twice") == contents(tmp_path / "out")


def test_line_ends_and_a_byte_order_mark_are_of_the_normal_form_and_change_nothing_else(tmp_path: Path) -> None:
    plain = "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Nama|jenis\n\n\n#Text=é😊 Ani\n1-1\t0-3\té😊\t_\t\n1-2\t4-7\tAni\torang\t\n"
    crlf = "\ufeff" + plain.replace("\n", "\r\n")
    (tmp_path / "a.tsv").write_text(crlf, "utf-8", newline="")
    brought("webanno", tmp_path / "a.tsv", tmp_path / "corpus").export("webanno", tmp_path / "out")
    assert contents(tmp_path / "out") == {"annotation/a/gold.tsv": plain}
    # A carriage return of the text itself is none in a canonical text: offsets move with the words.
    (tmp_path / "b.tsv").write_text(plain.replace("😊 Ani", "😊\\r\n#Text=Ani").replace("4-7", "5-8"), "utf-8", newline="")
    brought("webanno", tmp_path / "b.tsv", tmp_path / "b").export("webanno", tmp_path / "bout")
    assert contents(tmp_path / "bout") == {"annotation/b/gold.tsv": plain.replace("😊 Ani", "😊\n#Text=Ani")}


XMI = """<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:k="http:///webanno/custom.ecore" xmi:version="2.0">
<cas:NULL xmi:id="0"/>
<k:Nama xmi:id="7" sofa="1" begin="6" end="8" jenis="orang"/>
<k:Nama xmi:id="3" sofa="1" begin="8" end="10" jenis="dua&#13;&#10;baris &lt;"/>
<k:Kait xmi:id="5" sofa="1" begin="6" end="8" Governor="3" Dependent="7"/>
<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="&#xFEFF;&#x5E9;&#x5C1;&#13;&#10;x&#128522;&#128104;"/>
</xmi:XMI>
"""


@pytest.mark.parametrize("format", ["uima", "uima-json"])
def test_line_ends_marks_and_pairs_of_units_move_no_word_of_a_cas(format: str, tmp_path: Path) -> None:  # noqa: A002  as the command calls it
    (tmp_path / "a.xmi").write_text(XMI, "utf-8")
    corpus = brought("uima", tmp_path / "a.xmi", tmp_path / "corpus")
    first = said(tmp_path / "corpus")
    assert [row["words"]["exact"] for row in first["annotations/a.json"]["nama"]] == ["👨", "😊"]
    corpus.export(format, tmp_path / "out")
    brought(format, tmp_path / "out", tmp_path / "again")
    assert said(tmp_path / "again") == first


# ---- any other corpus ----

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "annotation.json",
    "type": "object",
    "properties": {
        "article": {"type": "string", "x-ref": "articles"},
        "annotator": {"type": "string"},
        "remark": {"type": "string"},
        "marks": {"type": "array", "x-table": "marks", "items": {"$ref": "#/$defs/mark"}},
        "quotes": {"type": "array", "x-table": "quotes", "items": {"$ref": "#/$defs/quote"}},
        "ties": {"type": "array", "x-table": "ties", "items": {"$ref": "#/$defs/tie"}},
        "facts": {"type": "array", "x-table": "facts", "items": {"$ref": "#/$defs/fact"}},
    },
    "required": ["article", "annotator"],
    "additionalProperties": False,
    "$defs": {
        "mark": {
            "type": "object",
            "properties": {
                "id": {"type": "string", "x-key": True},
                "where": {"$ref": "anchor.json", "x-anchor": {}},
                "kind": {"enum": ["a", "b c", "_", "*", None]},
                "class": {"type": ["string", "null"]},
                "count": {"type": ["integer", "null"]},
                "sure": {"type": ["boolean", "null"]},
                "score": {"type": ["number", "null"]},
                "tags": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["id", "where", "tags"],
            "additionalProperties": False,
        },
        "quote": {
            "type": "object",
            "properties": {
                "id": {"type": "string", "x-key": True},
                "cue": {"anyOf": [{"$ref": "anchor.json"}, {"type": "null"}], "x-anchor": {}},
                "content": {"type": "array", "items": {"$ref": "anchor.json"}, "x-anchor": {}},
                "mark": {"type": ["string", "null"], "x-ref": "marks"},
                "marks": {"type": "array", "items": {"type": "string", "x-ref": "marks"}},
            },
            "required": ["id", "content"],
            "additionalProperties": False,
        },
        "tie": {
            "type": "object",
            "properties": {
                "from": {"type": "string", "x-ref": "marks"},
                "to": {"type": "string", "x-ref": "marks"},
                "label": {"type": "string"},
            },
            "required": ["from", "to", "label"],
            "additionalProperties": False,
        },
        "fact": {
            "type": "object",
            "properties": {"value": {"type": "string"}, "about": {"type": ["string", "null"], "x-ref": "marks"}},
            "required": ["value"],
            "additionalProperties": False,
        },
    },
}
ANCHOR = (FIRST_CUT / "schema/anchor.json").read_bytes()
PIECES = [
    "kata",
    "😀",
    "é",
    "e\u0301",
    "שלום",
    "مرحبا",
    "👩‍🚀",
    " ",
    "\u00a0",
    "\t",
    "\n",
    "\n\n ",
    "\n\t",
    ", ",
    "\\",
    "_",
    "x",
    "日本語",
    "\u2028",
]
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map(lambda parts: canonical("".join(parts))).filter(str.strip)
VALUES = st.text(st.sampled_from("a[]|_->;*\\\t\n😀 é\u05e9\u0301{}\"'<&"), max_size=8)


def corpus_of(folder: Path, documents: dict[str, tuple[str, dict[str, Any]]], **metadata: Any) -> Corpus:
    for part in ("raw", "schema", "annotations"):
        (folder / part).mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[tool.corpusbuild]\nname = "c"\ntitle = "C"\nversion = "0.1.0"\n')
    (folder / "schema/annotation.json").write_text(json.dumps(SCHEMA))
    (folder / "schema/anchor.json").write_bytes(ANCHOR)
    properties = {name: {"type": "boolean" if isinstance(value, bool) else "string"} for name, value in metadata.items()}
    article = {
        "$schema": SCHEMA["$schema"],
        "$id": "article.json",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    (folder / "schema/article.json").write_text(json.dumps(article))
    for name, (text, value) in documents.items():
        (folder / f"raw/{name}.txt").write_text(text, "utf-8", newline="")
        (folder / f"raw/{name}.json").write_text(json.dumps(metadata))
        (folder / f"annotations/{name}.json").write_text(json.dumps({"article": name, "annotator": "ana", **value}), "utf-8")
    return Corpus.open(folder)


def anchor(text: str, start: int, end: int) -> dict[str, Any]:
    if start == end:
        return {"start": start, "end": end, "check": check_value(text, Span(start, end))}
    return {"exact": text[start:end], "start": start}


@st.composite
def annotated(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A text, and annotations of words of it."""
    text = draw(TEXTS)

    def words() -> dict[str, Any]:
        start, end = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2)))
        return anchor(text, start, end) if start < end else anchor(text, max(start - 1, 0), max(start, 1))

    marks = []
    for number in range(draw(st.integers(1, 4))):
        mark = {"id": f"m{number}", "where": words(), "tags": draw(st.lists(VALUES, max_size=2))}
        for name, values in (
            ("kind", st.sampled_from(["a", "b c", "_", "*"])),
            ("class", VALUES),
            ("count", st.integers(-(1 << 31), (1 << 31) - 1)),
            ("sure", st.booleans()),
            ("score", st.floats(allow_nan=False, allow_infinity=False)),
        ):
            value = draw(st.none() | values)
            mark |= {} if value is None else {name: value}
        marks.append(mark)
    keys = st.sampled_from([mark["id"] for mark in marks])
    quotes = []
    for number in range(draw(st.integers(0, 2))):
        spans = sorted((words() for _ in range(draw(st.integers(0, 2)))), key=lambda each: each["start"])
        content = [each for i, each in enumerate(spans) if not i or spans[i - 1]["start"] + len(spans[i - 1]["exact"]) <= each["start"]]
        quote: dict[str, Any] = {"id": f"q{number}", "content": content, "marks": draw(st.lists(keys, max_size=2))}
        quote |= {"cue": words()} if draw(st.booleans()) else {}
        quotes.append(quote | ({"mark": draw(keys)} if draw(st.booleans()) else {}))
    ties = [{"from": draw(keys), "to": draw(keys), "label": draw(VALUES)} for _ in range(draw(st.integers(0, 2)))]
    facts = [{"value": draw(VALUES), "about": draw(keys)} for _ in range(draw(st.integers(0, 1)))]
    return text, {"marks": marks, "quotes": quotes, "ties": ties, "facts": facts}


def place(value: dict[str, Any]) -> tuple[int, str]:
    return value["start"], value["exact"]


@pytest.mark.parametrize("format", list(SUFFIXES))
@SETTINGS
@given(st.lists(annotated(), min_size=1, max_size=3))
def test_what_any_corpus_says_can_be_read_again(format: str, documents: list[tuple[str, dict[str, Any]]]) -> None:  # noqa: A002  as the command calls it
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = corpus_of(folder / "corpus", {f"d{i}": each for i, each in enumerate(documents)})
        assume(not corpus.check().count(Severity.ERROR))
        lost = corpus.export(format, folder / "out").lost
        brought(format, folder / "out", folder / "again")
        for number, (text, told) in enumerate(documents):
            assert (folder / f"again/raw/d{number}.txt").read_bytes().decode() == text
            back = json.loads((folder / f"again/annotations/d{number}.json").read_bytes())
            compare(told, back, is_cas=format != "webanno", text=text)
        about = {what.partition(".")[0] for what, _ in lost} - {"articles"}
        assert about <= ({"facts", "marks", "quotes", "ties"} if format == "webanno" else {"quotes"})


def compare(told: dict[str, Any], back: dict[str, Any], *, is_cas: bool, text: str) -> None:
    """What is told of each mark and what refers to it; spans of white space alone have no place in lines of tokens."""
    keys = {row["marks_id"]: row["id"] for row in back.get("marks", ())}
    rows = {row["marks_id"]: row for row in back.get("marks", ())}
    carried = {mark["id"] for mark in told["marks"] if is_cas or mark["where"]["exact"].strip()}
    assert rows.keys() == carried
    for mark in told["marks"]:
        row = rows.get(mark["id"])
        if row is None:
            continue
        start, words = place(mark["where"])
        if not is_cas:
            start, words = start + len(words) - len(words.lstrip()), words.strip()
        assert place(row["words"]) == (start, words)
        for column in ("kind", "class", "count", "sure", "score"):
            assert row.get(column if column != "class" or not is_cas else "marks_class") == plain(mark.get(column), is_cas=is_cas)
        assert row.get("tags", []) == (mark["tags"] if is_cas else json.dumps(mark["tags"], ensure_ascii=False, separators=(",", ":")))
    ties = [(keys[tie["from"]], keys[tie["to"]], tie["label"]) for tie in told["ties"] if {tie["from"], tie["to"]} <= carried]
    assert sorted((row["from"], row["to"], row["label"]) for row in back.get("ties", ())) == sorted(ties)
    quotes = {row["quotes_id"]: row for row in back.get("quotes", ())}
    for quote in told["quotes"]:
        row = quotes.get(quote["id"])
        spans = [each for each in (quote.get("cue"), *quote["content"]) if each is not None]
        if row is None:
            assert not spans or (not is_cas and not spans[0]["exact"].strip())
            continue
        led = [each for each in back.get("quotes_marks", ()) if each["owner"] == row["id"]]
        assert [each["target"] for each in led] == [keys[key] for key in quote["marks"] if key in carried]
        pieces = {each["id"]: each["words"]["exact"] for each in back.get("quotes_content_words", ())}
        content = [pieces[each["target"]] for each in back.get("quotes_content", ()) if each["owner"] == row["id"]]
        words = [each["exact"] if is_cas else each["exact"].strip() for each in quote["content"]]
        assert content == [each for each in words if each]
    if is_cas:
        assert [(row["value"], row.get("about")) for row in back.get("facts", ())] == [
            (row["value"], keys[row["about"]]) for row in told["facts"]
        ]


def plain(value: Any, *, is_cas: bool) -> Any:
    """A value as a format without types has it."""
    return value if is_cas or value is None or isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize("format", list(SUFFIXES))
@SETTINGS
@given(st.lists(annotated(), min_size=1, max_size=3))
def test_what_a_tool_wrote_comes_back_whatever_it_is(format: str, documents: list[tuple[str, dict[str, Any]]]) -> None:  # noqa: A002  as the command calls it
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = corpus_of(folder / "corpus", {f"d{i}": each for i, each in enumerate(documents)}, title="Judul", sah=True)
        assume(not corpus.check().count(Severity.ERROR))
        corpus.export(format, folder / "written")
        own = brought(format, folder / "written", folder / "own")
        assert own.export(format, folder / "again").lost == {REGISTRY: 1}
        if format == "webanno":
            assert contents(folder / "again") == contents(folder / "written")
        brought(format, folder / "again", folder / "twice")
        assert said(folder / "twice") == said(folder / "own")


@given(TEXTS)
def test_sentences_hold_every_token_and_leave_only_the_room_that_a_reader_fills(text: str) -> None:
    tokens = made_tokens(text)
    made = sentences(text, tokens, [])
    assert made is not None
    assert [token for each in made for token in each.tokens] == tokens
    assert room_lost(text, made) == 0
    covered = {i for token in tokens for i in range(token.start, token.end)}
    assert all(text[i].isspace() for i in range(len(text)) if i not in covered)


def one_mark(text: str, **values: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    return {"d": (text, {"marks": [{"id": "m", "where": anchor(text, 0, 4), "tags": [], **values}]})}


def test_what_xml_cannot_hold_is_listed_and_json_has_it(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path / "corpus", one_mark("kata lain", **{"class": "a\x01b"}))
    assert corpus.export("uima", tmp_path / "xmi").lost == {("marks.class", "XML cannot hold one of its characters: choose uima-json"): 1}
    assert corpus.export("uima-json", tmp_path / "json").lost == {}
    brought("uima", tmp_path / "json", tmp_path / "again")
    assert json.loads((tmp_path / "again/annotations/d.json").read_bytes())["marks"][0]["marks_class"] == "a\x01b"


def test_what_no_line_and_no_integer_can_hold_is_listed(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path / "corpus", one_mark("kata lain", count=1 << 40, **{"class": "a\rb"}))
    assert {what for what, _ in corpus.export("webanno", tmp_path / "tsv").lost} == {"marks.class"}
    assert {what for what, _ in corpus.export("uima", tmp_path / "xmi").lost} == {"marks.count"}


def test_a_span_inside_of_a_token_is_on_a_part_of_it_and_one_between_tokens_is_listed(tmp_path: Path) -> None:
    text = "katanya 👩‍🚀\n\n  lain."
    spans = {"a": (0, 4), "b": (0, 7), "c": (4, 8), "d": (11, 13), "e": (8, 17)}
    marks = [{"id": key, "where": anchor(text, *span), "tags": []} for key, span in spans.items()]
    corpus = corpus_of(tmp_path / "corpus", {"d": (text, {"marks": marks})})
    lost = corpus.export("webanno", tmp_path / "out").lost
    assert lost == {
        ("marks", "it begins or ends between tokens: it is cut to them"): 1,
        ("marks", "it lies between tokens, where nothing can be written"): 1,
    }
    lines = (tmp_path / "out/annotation/d/ana.tsv").read_text("utf-8").splitlines()
    cells = [line.split("\t") for line in lines if line[:1].isdigit()]
    assert [(cell[0], cell[1], cell[2], cell[5]) for cell in cells] == [
        ("1-1", "0-7", "katanya", "b"),
        ("1-1.1", "0-4", "kata", "a"),
        ("1-1.2", "4-7", "nya", "c"),
        ("1-2", "8-13", "👩‍🚀", "e[1]"),
        ("2-1", "17-21", "lain", "_"),
        ("2-1.1", "17-19", "la", "e[1]"),
        ("2-2", "21-22", ".", "_"),
    ]
    assert [line for line in lines if line.startswith("#Text")] == ["#Text=katanya 👩‍🚀", "#Text=", "#Text=lain."]


def test_tokens_that_fit_no_file_are_listed_and_others_made(tmp_path: Path) -> None:
    tsv = "#FORMAT=WebAnno TSV 3.3\n\n\n#Text=kata lain\n1-1\t0-4\tkata\t\n1-2\t5-9\tlain\t\n"
    (tmp_path / "a.tsv").write_text(tsv, "utf-8")
    corpus = brought("webanno", tmp_path / "a.tsv", tmp_path / "corpus")
    path = tmp_path / "corpus/annotations/a.json"
    value = json.loads(path.read_bytes())
    value["tokens"][0]["words"] = {"exact": "kata lain", "start": 0}
    path.write_text(json.dumps(value))
    lost = corpus.export("webanno", tmp_path / "out").lost
    why = "they overlap, or lie outside of sentences: others are made by rule"
    assert lost == {REGISTRY: 1, ("tokens", why): 2, ("sentences", why): 1}
    assert contents(tmp_path / "out") == {"annotation/a/gold.tsv": tsv}


@pytest.mark.parametrize("format", list(SUFFIXES))
def test_no_word_of_a_detached_article_is_written_unasked_nor_a_file_for_a_bare_one(format: str, tmp_path: Path) -> None:  # noqa: A002  as the command calls it
    corpus = corpus_of(tmp_path / "corpus", {**one_mark("kata lain"), "e": ("dua baris lain", {})})
    (tmp_path / "corpus/annotations/e.json").unlink()
    assert corpus.export(format, tmp_path / "bare").lost == {
        ("articles", "nobody annotated the article: only its text is written, in source/"): 1
    }
    assert (tmp_path / "bare/source/e.txt").read_text("utf-8") == "dua baris lain"
    corpus_folder = copy_corpus(tmp_path / "first")
    first = Corpus.open(corpus_folder)
    name = min(path.stem for path in (corpus_folder / "raw").glob("*.txt"))
    first.detach([name], allow_words=True)
    assert ("articles.text", DETACHED[format]) in first.export(format, tmp_path / "out").lost
    assert not list((tmp_path / "out").rglob(f"{name}/*"))
    first.export(format, tmp_path / "with", include_detached_text=True)
    assert list((tmp_path / "with").rglob(f"{name}/*"))


@pytest.mark.parametrize("format", list(SUFFIXES))
def test_a_detached_article_that_nobody_annotated_leaves_no_file(format: str, tmp_path: Path) -> None:  # noqa: A002  as the command calls it
    corpus = corpus_of(tmp_path / "corpus", {**one_mark("kata lain"), "e": ("dua baris lain", {})})
    (tmp_path / "corpus/annotations/e.json").unlink()
    schema = json.loads((tmp_path / "corpus/schema/article.json").read_bytes())
    schema["properties"]["blocks"] = json.loads((ROOT / "schema/article.json").read_bytes())["properties"]["blocks"]
    (tmp_path / "corpus/schema/article.json").write_text(json.dumps(schema), "utf-8")
    corpus.detach(["e"])
    lost = Corpus.open(tmp_path / "corpus").export(format, tmp_path / "out").lost
    assert {what: why for what, why in lost if what != "articles.blocks"} == {"articles.text": DETACHED[format]}
    assert not (tmp_path / "out/source").exists()


DETACHED = {
    "webanno": "the article is detached, and WebAnno TSV needs its text",
    "uima": "the article is detached, and a CAS needs its text",
    "uima-json": "the article is detached, and a CAS needs its text",
}


@pytest.mark.parametrize("format", list(SUFFIXES))
@pytest.mark.parametrize("name", ["emotions", "legal"])
def test_corpora_of_other_schemas_are_read_again_with_nothing_refused(name: str, format: str, tmp_path: Path) -> None:  # noqa: A002  as the command calls it
    folder = copy_corpus(tmp_path / "corpus", FIRST_CUT.parent / name)
    lost = Corpus.open(folder).export(format, tmp_path / "out").lost
    brought(format, tmp_path / "out", tmp_path / "again")
    texts = {path.name: path.read_bytes() for path in (tmp_path / "again/raw").glob("*.txt")}
    # Some of the articles are in shards.
    alone = {path.name: path.read_bytes() for path in (folder / "raw").glob("*.txt") if path.name in texts}
    assert alone
    assert {name: texts[name] for name in alone} == alone
    assert not [what for what, _ in lost if what == "articles.text"]


# ---- what the tools' own layers say, and a format or a row that was edited does not ----

ANNOTATION, TOP, STRING, INTEGER = "uima.tcas.Annotation", "uima.cas.TOP", "uima.cas.String", "uima.cas.Integer"


def type_system(types: dict[str, tuple[str, dict[str, str]]]) -> str:
    """A type system's XML: by type, the one above and the ranges of features; ``kabar.Isi[]`` is an array."""
    found = ['<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>']
    for name, (above, features) in types.items():
        found.append(f"<typeDescription><name>{name}</name><description/><supertypeName>{above}</supertypeName><features>")
        for feature, kind in features.items():
            element = f"<elementType>{kind[:-2]}</elementType>" if kind.endswith("[]") else ""
            range_ = "uima.cas.FSArray" if element else kind
            found.append(
                f"<featureDescription><name>{feature}</name><description/><rangeTypeName>{range_}</rangeTypeName>{element}</featureDescription>"
            )
        found.append("</features></typeDescription>")
    return "".join([*found, "</types></typeSystemDescription>"])


KABAR = {
    "kabar.Orang": (ANNOTATION, {"umur": INTEGER, "lihat": TOP, "isi": "kabar.Isi[]", "lain": "kabar.Isi[]"}),
    "kabar.Tokoh": ("kabar.Orang", {}),
    "kabar.Catatan": (TOP, {"pesan": STRING, "tentang": "kabar.Isi[]"}),
    "kabar.Isi": (TOP, {"role": STRING, "target": TOP, "bobot": INTEGER}),
    "kabar.Kait": (ANNOTATION, {"Governor": TOP, "Dependent": TOP, "sebab": "kabar.Orang"}),
    "kabar.TautanLink": (ANNOTATION, {"next": "kabar.TautanLink", "warna": STRING}),
    "kabar.TautanChain": ("uima.cas.AnnotationBase", {"first": "kabar.TautanLink"}),
}
CAS = """<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:k="http:///kabar.ecore" xmi:version="2.0">
<k:Orang xmi:id="2" sofa="1" begin="0" end="3" umur="40" lihat="5" isi="10 11 14" lain="12"/>
<k:Tokoh xmi:id="3" sofa="1" begin="8" end="12" lihat="2"/>
<k:Orang xmi:id="4" sofa="1" begin="13" end="18" lihat="6"/>
<k:Catatan xmi:id="5" pesan="x" tentang="13"/>
<k:Kait xmi:id="6" sofa="1" begin="8" end="12" Governor="2" Dependent="3" sebab="4"/>
<k:Isi xmi:id="10" role="a" target="3" bobot="2"/><k:Isi xmi:id="11" role="b"/><k:Isi xmi:id="14" role="d" target="5"/>
<k:Isi xmi:id="12" role="c" target="5"/><k:Isi xmi:id="13" target="2"/>
<k:TautanLink xmi:id="20" sofa="1" begin="0" end="3" next="21" warna="merah"/><k:TautanLink xmi:id="21" sofa="1" begin="8" end="12"/>
<k:TautanChain xmi:id="22" first="20"/>
<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" sofaString="Ani dan Budi pergi"/>
</xmi:XMI>
"""


def of_cas(folder: Path, cas: str = CAS, types: dict[str, tuple[str, dict[str, str]]] | None = KABAR) -> Path:
    """The corpus of a CAS."""
    (folder / "cas").mkdir()
    if types is not None:
        (folder / "cas/TypeSystem.xml").write_text(type_system(types), "utf-8")
    (folder / "cas/a.xmi").write_text(cas, "utf-8")
    brought("uima", folder / "cas", folder / "corpus")
    return folder / "corpus"


def lost_of(corpus: Path, format: str, **edits: Any) -> dict[tuple[str, str], int]:  # noqa: A002  as the command calls it
    """What an export cannot say, but for the registry, once rows of tables are edited, by id; only
    what was not edited is written, to ``out-<format>``."""
    path = corpus / "annotations/a.json"
    value = json.loads(path.read_bytes())
    for table, rows in edits.items():
        for row in value[table]:
            row.update(rows.get(row["id"], {}))
    path.write_text(json.dumps(value), "utf-8")
    lost = Corpus.open(corpus).export(format, corpus.parent / f"out-{format}", dry_run=bool(edits)).lost
    return {what: count for what, count in lost.items() if what != REGISTRY}


def test_what_webanno_has_no_place_for_is_counted_column_by_column(tmp_path: Path) -> None:
    anew, nowhere = "annotations are numbered anew", "it refers to nothing that is written"
    assert lost_of(of_cas(tmp_path), "webanno") == {
        ("catatan", "the row has no words, and annotations are of words"): 1,
        ("catatan_tentang.owner", nowhere): 1,
        ("kait.id", anew): 1,
        ("kait.sebab", "only spans have slots"): 1,
        ("orang.id", anew): 3,
        ("orang.lihat", nowhere): 1,
        ("orang.lihat_catatan", nowhere): 1,
        ("orang.uima_type", "WebAnno TSV has no types below others"): 1,
        ("orang_isi.bobot", "what fills a slot has a role alone"): 1,
        ("orang_isi.id", anew): 2,
        ("orang_isi.target_catatan", f"{nowhere}: the row is left out"): 1,
        ("orang_lain.target_catatan", f"{nowhere}: the row is left out"): 1,
        ("tautan_link.id", anew): 2,
        ("tautan_link.warna", "a chain has its relation and its type alone"): 1,
    }
    # What fills a slot and leads nowhere is written as that.
    (line,) = [
        line for line in (tmp_path / "out-webanno/annotation/a/gold.tsv").read_text("utf-8").splitlines() if line.startswith("1-1\t")
    ]
    assert line.split("\t")[3:5] == ["a;b[1]", "1-3[2];*"]


def test_types_below_others_fillers_and_chains_of_a_cas_come_back(tmp_path: Path) -> None:
    corpus = of_cas(tmp_path)
    assert lost_of(corpus, "uima") == {}
    brought("uima", tmp_path / "out-uima", tmp_path / "again")
    assert said(tmp_path / "again") == said(corpus)


LEFT_OUT = ": the row is left out"
NO_LINK = "it is no link of a chain whose links follow each other"
EDITS: dict[str, tuple[dict[str, Any], dict[tuple[str, str], int]]] = {
    "a reference to two rows": (
        {"orang": {"2": {"lihat_orang": "3"}}},
        {("orang.lihat_catatan", "it does not lead to one thing"): 1},
    ),
    "a filler with two targets": (
        {"orang_isi": {"k2": {"target_catatan": "5"}}},
        {
            ("orang_isi.id", "structures are numbered anew"): 2,
            ("orang_isi.target_orang", f"it does not lead to one thing{LEFT_OUT}"): 1,
            ("orang_lain.id", "structures are numbered anew"): 1,
        },
    ),
    "ids that are no numbers": (
        {"kait": {"6": {"id": "x"}}, "orang": {"4": {"lihat_kait": "x"}}},
        {
            (f"{table}.id", "structures are numbered anew"): count
            for table, count in (("catatan", 1), ("kait", 1), ("orang", 3), ("tautan_link", 2))
        },
    ),
    "an id of a filler that no import would give": (
        {"orang_isi": {"k2": {"id": "k9"}}},
        {("orang_isi.id", "structures are numbered anew"): 1},
    ),
    "a number that no import would give a chain": (
        {"tautan_link": {"20": {"chain": 5}, "21": {"chain": 5}}},
        {("tautan_link.chain", "chains are numbered anew"): 2},
    ),
    "a chain without a number": ({"tautan_link": {"20": {"chain": 0}}}, {("tautan_link", NO_LINK): 1}),
    "a chain in a ring": ({"tautan_link": {"21": {"next": "20"}}}, {("tautan_link", NO_LINK): 2}),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_row_that_no_structure_can_say_is_counted_in_a_cas(edit: str, tmp_path: Path) -> None:
    edits, lost = EDITS[edit]
    assert lost_of(of_cas(tmp_path), "uima", **edits) == lost


def test_a_relation_of_rows_without_words_is_counted_with_what_leads_to_it(tmp_path: Path) -> None:
    without = '<k:Kait xmi:id="7" sofa="1" begin="0" end="3" Governor="5" Dependent="5"/>'
    corpus = of_cas(tmp_path, CAS.replace('lihat="6"/>', f'lihat="7"/>{without}'))
    why = "it relates rows that have no words"
    assert lost_of(corpus, "uima") == {("kait", why): 1, ("orang.lihat", why): 1}
    # An end that was taken away is told as such.
    no_end = {("kait.from_catatan", f"it does not lead to one thing{LEFT_OUT}"): 1}
    assert lost_of(corpus, "uima", kait={"6": {"from_orang": None}}) == {("kait", why): 1, ("orang.lihat", why): 1} | no_end


def test_a_feature_that_the_library_cannot_have_is_called_otherwise_and_counted(tmp_path: Path) -> None:
    orang = {**KABAR["kabar.Orang"][1], "class": STRING}
    corpus = of_cas(tmp_path, CAS.replace('umur="40"', 'class="a"'), {**KABAR, "kabar.Orang": (ANNOTATION, orang)})
    why = "the library cannot have a feature that is called so: the layer's name is put before it"
    assert lost_of(corpus, "uima") == {("orang.class", why): 1}
    assert 'orang_class="a"' in (tmp_path / "out-uima/annotation/a/gold.xmi").read_text("utf-8")


@pytest.mark.parametrize("told", ["kabar.Tokoh:isi", "kabar.Orang:isi", "kabar.Orang:isi kabar.Isi kabar.Orang"])
def test_a_table_is_a_slot_only_of_the_type_that_its_owner_is(told: str, tmp_path: Path) -> None:
    corpus = of_cas(tmp_path)
    schema = corpus / "schema/annotation.json"
    value = json.loads(schema.read_bytes())
    value["properties"]["orang_isi"]["description"] = told
    schema.write_text(json.dumps(value), "utf-8")
    counted = [what for what, _ in lost_of(corpus, "webanno") if what.startswith("orang_isi")]
    assert counted == (["orang_isi"] if told == "kabar.Tokoh:isi" else ["orang_isi.bobot", "orang_isi.id", "orang_isi.target_catatan"])


TOKENS = """<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmi:version="2.0"
 xmlns:s="http:///de/tudarmstadt/ukp/dkpro/core/api/segmentation/type.ecore" xmlns:k="http:///webanno/custom.ecore">
<s:Token xmi:id="2" sofa="1" begin="0" end="3" order="1"/><s:Token xmi:id="3" sofa="1" begin="4" end="9"/>
<s:Token xmi:id="4" sofa="1" begin="14" end="16"/><s:Token xmi:id="5" sofa="1" begin="17" end="22"/>
<s:Sentence xmi:id="6" sofa="1" begin="0" end="9"/><s:Sentence xmi:id="7" sofa="1" begin="14" end="22"/>
<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" sofaString="Ani pergi -- Ia tidur"/>
</xmi:XMI>
""".replace("Ani pergi -- Ia", "Ani pergi&#10;&#9;&#10;&#9;&#10;Ia")


def test_tokens_keep_no_values_and_sentences_no_ids_and_no_room_between_them(tmp_path: Path) -> None:
    lost = lost_of(of_cas(tmp_path, TOKENS, None), "webanno")
    assert lost == {
        ("articles.text", "what stands between two sentences is not carried: a line feed and blanks are put there"): 1,
        ("sentences.id", "annotations are numbered anew"): 2,
        ("tokens.id", "annotations are numbered anew"): 4,
        ("tokens.order", "tokens have no values in WebAnno TSV"): 1,
    }


def test_slots_that_lead_to_different_layers_in_different_files_are_declared_for_any(tmp_path: Path) -> None:
    head = "#FORMAT=WebAnno TSV 3.3\n#T_SP=kabar.Orang|\n#T_SP=kabar.Kota|\n#T_SP=kabar.Peran|ROLE_kabar.Peran:isi_kabar.Isi|kabar.{}\n\n\n"
    (tmp_path / "tsv").mkdir()
    for name, target, cells in (("a", "Orang", "*\t_"), ("b", "Kota", "_\t*")):
        text = f"{head.format(target)}#Text=Ani\n1-1\t0-3\tAni\t{cells}\tsiapa\t1-1\t\n"
        (tmp_path / f"tsv/{name}.tsv").write_text(text, "utf-8")
    corpus = brought("webanno", tmp_path / "tsv", tmp_path / "corpus")
    assert corpus.export("webanno", tmp_path / "out").lost == {REGISTRY: 1}
    for file in contents(tmp_path / "out").values():
        assert "|ROLE_kabar.Peran:isi_kabar.Isi|uima.tcas.Annotation\n" in file
    brought("webanno", tmp_path / "out", tmp_path / "again")
    assert said(tmp_path / "again") == said(tmp_path / "corpus")


@pytest.mark.parametrize(
    "own",
    [[(0, 9), (4, 13)], [(0, 9), (9, 10)], [(0, 2), (4, 13)], [(0, 9)]],
    ids=["two that overlap", "one without a token", "one that ends within a token", "one that lacks tokens"],
)
def test_sentences_that_no_file_can_have_are_none(own: list[tuple[int, int]]) -> None:
    text = "kata lain ini"
    assert sentences(text, made_tokens(text), [(Span(*each), None) for each in own]) is None


def test_columns_that_hold_anything_or_are_described_in_one_word_are_features_by_their_names(tmp_path: Path) -> None:
    corpus_of(tmp_path / "corpus", one_mark("kata lain", anything=[1, {"a": None}], kind="a"))
    schema = tmp_path / "corpus/schema/annotation.json"
    value = json.loads(schema.read_bytes())
    value["$defs"]["mark"]["properties"] |= {
        "anything": {"type": "array", "items": {"x-column": "json"}},
        "kind": {"enum": ["a", None], "description": "Jenis"},
    }
    schema.write_text(json.dumps(value), "utf-8")
    assert Corpus.open(tmp_path / "corpus").export("webanno", tmp_path / "out").lost == {}
    (written,) = contents(tmp_path / "out").values()
    assert written.splitlines()[1] == "#T_SP=webanno.custom.Marks|anything|class|count|id|kind|score|sure|tags"
