"""What is exported comes back: import(export(c)) is c for what the format carries, and what it does not carry is listed."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from corpusbuild import CannotGoOn, Corpus, import_corpus
from corpusbuild.cli import cli
from corpusbuild.corpus.scratch import building_site, site
from corpusbuild.diagnostics.finding import Severity
from corpusbuild.errors import CannotWrite
from corpusbuild.interchange import building
from corpusbuild.interchange.beside import is_beside
from corpusbuild.text.canonical import canonical
from corpusbuild.workflow import exporting

TEXT = "Rina 😀 pulang ke Tidore.\nKata Oki, perahu itu kecil dan cepat.\n"
LINES = [
    "T1\tPerson 0 4\tRina",
    "T2\tPlace 17 23\tTidore",
    "T3\tAttribution 25 29\tKata",
    "T4\tContent 35 45;56 61\tperahu itu cepat",
    "E1\tAttribution:T3 Source:T1 Content:T4 Content2:T2",
    "R1\tLocated Arg1:T1 Arg2:T2",
    "A1\tCertainty E1 Probable",
    "M2\tNegated E1",
    "N1\tReference T2 Wiki:Q9:4\tTidore",
    "*\tEquiv T1 T4",
    "#1\tAnnotatorNotes R1\tsiapa ini?",
]


def put(folder: Path, name: str, lines: list[str] | None, text: str = TEXT) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.txt").write_text(text, "utf-8", newline="")
    if lines is not None:
        (folder / f"{name}.ann").write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="")


def made(source: Path, target: Path, **options: str) -> Corpus:
    """The corpus of a source; nothing of it may be refused."""
    done = import_corpus("brat", source, target, options=options or {"annotator": "ana"})
    assert done.folder is not None, [each.finding.message for each in done.report]
    return Corpus.open(target)


def contents(folder: Path, *but: str) -> dict[str, bytes]:
    """The files of a folder; not what an export puts beside the records for its mapping."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file() and path.name not in but}
    return {name: path.read_bytes() for name, path in files.items() if not is_beside(name)}


def said(corpus: Path) -> dict[str, object]:
    """Texts, annotations and schemas, whose labels are in no order that brat knows."""
    files = contents(corpus)
    annotations = {path: data for path, data in files.items() if path.startswith(("raw", "annotations"))}
    return {**annotations, "schema": unordered(json.loads(files["schema/annotation.json"]))}


def unordered(value: object) -> object:
    if isinstance(value, dict):
        return {name: sorted(map(str, each)) if name == "enum" else unordered(each) for name, each in value.items()}
    return value


def test_brats_records_come_back_line_for_line(tmp_path):
    put(tmp_path / "source", "a", LINES)
    put(tmp_path / "source", "b", None)
    put(tmp_path / "source", "c", [])
    corpus = made(tmp_path / "source", tmp_path / "corpus")
    done = corpus.export("brat", tmp_path / "out")
    assert done.lost == {}
    assert contents(tmp_path / "out", "annotation.conf") == contents(tmp_path / "source")
    made(tmp_path / "out", tmp_path / "again")
    assert said(tmp_path / "again") == said(tmp_path / "corpus")


def test_the_normal_form_puts_records_in_the_order_of_kinds(tmp_path):
    put(tmp_path / "source", "a", ["#1\tAnnotatorNotes R1\tsiapa ini?", "R1\tLocated Arg1:T1 Arg2:T2\t", LINES[1], LINES[0]])
    made(tmp_path / "source", tmp_path / "corpus").export("brat", tmp_path / "out")
    assert (tmp_path / "out/a.ann").read_text("utf-8").splitlines() == [LINES[1], LINES[0], LINES[5], LINES[10]]


def test_several_annotators_have_folders_and_one_can_be_chosen(tmp_path):
    put(tmp_path / "source", "ana/a", LINES)
    put(tmp_path / "source", "budi/a", LINES[:2])
    pattern = "{annotator}/{document}.ann"
    corpus = made(tmp_path / "source", tmp_path / "corpus", pattern=pattern)
    corpus.export("brat", tmp_path / "out")
    assert contents(tmp_path / "out", "annotation.conf") == contents(tmp_path / "source")
    made(tmp_path / "out", tmp_path / "again", pattern=pattern)
    assert said(tmp_path / "again") == said(tmp_path / "corpus")
    corpus.export("brat", tmp_path / "one", annotators=["budi"])
    assert (tmp_path / "one/a.ann").read_text("utf-8").splitlines() == LINES[:2]
    with pytest.raises(CannotGoOn, match="annotated nothing"):
        corpus.export("brat", tmp_path / "none", annotators=["cici"])


PIECES = st.sampled_from(["kata", "😀", "é", "é", "שלום", "مرحبا", "👩‍🚀", " ", "\n", ", ", "x"])
TEXTS = st.lists(PIECES, min_size=1, max_size=30).map(lambda parts: canonical("".join(parts))).filter(str.strip)


@st.composite
def annotated(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A text, and text-bound lines of words of it with an event, an attribute and a note."""
    text = draw(TEXTS)
    ends = range(len(text) + 1)
    lines = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        edges = sorted(draw(st.lists(st.sampled_from(ends), min_size=2, max_size=6, unique=True)))
        pairs = list(zip(edges[::2], edges[1::2], strict=False))
        words = " ".join(text[start:end].replace("\n", " ") for start, end in pairs)
        kind = "Thing" if number == 1 else "Kind"  # a trigger has its event's type
        lines.append(f"T{number}\t{kind} {';'.join(f'{start} {end}' for start, end in pairs)}\t{words}")
    note = draw(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=10))
    return text, [*lines, "E1\tThing:T1 Of:T1 Of2:T1", "A1\tSure E1 yes", f"#1\tAnnotatorNotes E1\t{canonical(note).strip()}"]


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(annotated(), min_size=1, max_size=4))
def test_round_trips_of_brat(documents):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for i, (text, lines) in enumerate(documents):
            put(folder / "source", f"d{i}", lines, text)
        done = import_corpus("brat", folder / "source", folder / "corpus", options={"annotator": "ana"})
        # A span that cuts a character is refused, and one whose words stand elsewhere in another unit.
        assume(done.folder is not None and not Corpus.open(folder / "corpus").check().count(Severity.ERROR))
        Corpus.open(folder / "corpus").export("brat", folder / "out")
        assert contents(folder / "out", "annotation.conf") == contents(folder / "source")
        made(folder / "out", folder / "again")
        assert said(folder / "again") == said(folder / "corpus")


def test_what_a_line_cannot_hold_is_left_out_with_all_that_refers_to_it_and_told(tmp_path):
    put(tmp_path / "source", "a", LINES)
    corpus = made(tmp_path / "source", tmp_path / "corpus")
    path = tmp_path / "corpus/annotations/a.json"
    value = json.loads(path.read_bytes())
    value["notes"][0]["text"] = "siapa\nini?"
    value["events"][0]["args"].reverse()
    path.write_text(json.dumps(value))
    lost = corpus.export("brat", tmp_path / "out").lost
    assert {what: count for (what, _), count in lost.items()} == {
        "attributes.event": 2,
        "events.args": 1,
        "notes.text": 1,
    }
    assert [line[:2] for line in (tmp_path / "out/a.ann").read_text("utf-8").splitlines()] == ["T1", "T2", "T3", "T4", "R1", "N1", "*\t"]
    made(tmp_path / "out", tmp_path / "again")


def test_every_kind_of_value_that_a_line_cannot_hold_is_told(tmp_path):
    lines = [
        *("T1\tPerson 0 4\tRina", "T2\tPlace 17 23\tTidore", "T3\tThing 25 29\tKata", "T4\tThing 35 41\tperahu", "T5\tPerson 30 33\tOki"),
        *("E1\tPerson:T1 Of:T5", "R1\tLocated Arg1:T1 Arg2:T5", "A1\tSure T1", "*\tEquiv T1 T5"),
    ]
    put(tmp_path / "source", "a", lines)
    corpus = made(tmp_path / "source", tmp_path / "corpus")
    path, schema = tmp_path / "corpus/annotations/a.json", tmp_path / "corpus/schema/annotation.json"
    value, tables = json.loads(path.read_bytes()), json.loads(schema.read_bytes())
    value["spans"][1]["type"] = "Kota besar"
    del value["spans"][2]["words"]
    value["spans"][3]["id"] = "x4"
    value["arguments"][0]["role"] = "Of2x3"
    del value["attributes"][0]["span"]
    value["equivalences"][0]["spans"].pop()
    tables["properties"]["spans"]["items"]["properties"]["type"]["enum"].append("Kota besar")
    tables["properties"]["arguments"]["items"]["properties"]["role"]["enum"].append("Of2x3")
    for table, column in (("spans", "words"), ("attributes", "span")):
        required = tables["properties"][table]["items"]["required"]
        tables["properties"][table]["items"]["required"] = [each for each in required if each != column]
    path.write_text(json.dumps(value))
    schema.write_text(json.dumps(tables))
    assert corpus.export("brat", tmp_path / "out").lost == {
        ("spans.type", "white space or a colon stands in a name: the row is left out"): 1,
        ("spans.words", "null where brat needs words: the row is left out"): 1,
        ("spans.id", "brat has no such ids: the row is left out"): 1,
        ("events.args", "a role that ends in a digit: the row is left out"): 1,
        ("attributes.id", "not of one record: the row is left out"): 1,
        ("equivalences.spans", "fewer than two members: the row is left out"): 1,
    }
    assert (tmp_path / "out/a.ann").read_text("utf-8").splitlines() == [lines[0], lines[4], lines[6]]
    made(tmp_path / "out", tmp_path / "again")


@pytest.fixture
def attribution(tmp_path: Path) -> Path:
    assert CliRunner().invoke(cli, ["init", str(tmp_path / "own"), "--template", "attribution"]).exit_code == 0
    return tmp_path / "own"


def test_rows_of_other_schemas_become_events_that_brats_import_reads(attribution, tmp_path):
    result = CliRunner().invoke(cli, ["export", "brat", str(tmp_path / "out"), "--corpus", str(attribution)])
    assert result.exit_code == 0, result.output
    assert result.output.startswith("wrote")
    made(tmp_path / "out", tmp_path / "again")
    for path in (attribution / "annotations").rglob("*.json"):
        own = json.loads(path.read_bytes())
        if not isinstance(own, dict) or "claims" not in own:
            continue
        back = json.loads((tmp_path / "again/annotations" / f"{own['article']}.json").read_bytes())
        events = [each for each in back["events"] if each["type"] == "claims"]
        assert len(events) == len(own["claims"])
        # What has no words is of the first word.
        assert len([each for each in back["events"] if each["type"] == "stances"]) == len(own["stances"])
        notes = {each["event"]: each["text"] for each in back["notes"] if each["type"] == "id"}
        assert [notes[each["id"]] for each in events] == [claim["id"] for claim in own["claims"]]


def test_nothing_is_written_by_a_dry_run_nor_over_what_is_there(attribution, tmp_path):
    command = ["export", "w3c", str(tmp_path / "out"), "--corpus", str(attribution)]
    result = CliRunner().invoke(cli, [*command, "--dry-run"])
    assert result.exit_code == 0
    assert result.output.index("not carried") < result.output.index("nothing was written")
    assert not (tmp_path / "out").exists()
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine").write_text("mine")
    with pytest.raises(CannotGoOn, match="not empty"):
        Corpus.open(attribution).export("w3c", tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine"]


def test_the_selectors_of_web_annotations_find_their_words(tmp_path):
    put(tmp_path / "source", "a", LINES)
    made(tmp_path / "source", tmp_path / "corpus").export("w3c", tmp_path / "out")
    page = json.loads((tmp_path / "out/ana/a.jsonld").read_bytes())
    assert page["type"] == "AnnotationPage"
    words = []
    for each in page["items"]:
        assert each["creator"]["nickname"] == "ana"
        for target in each["target"] if isinstance(each["target"], list) else ():
            position, quote = target["selector"]
            assert TEXT[position["start"] : position["end"]] == quote["exact"]
            assert f"{quote['prefix']}{quote['exact']}{quote['suffix']}" in TEXT
            words.append(quote["exact"])
    assert words == ["Rina", "Tidore", "Kata", "perahu itu", "cepat"]
    bodies = [json.loads(each["body"]["value"]) for each in page["items"]]
    assert {"table": "attributes", "row": {"id": "A1", "name": "Certainty", "value": "Probable", "event": "E1"}} in bodies


@pytest.mark.parametrize("at_hand", [True, False])
def test_no_word_of_a_detached_article_is_written_unasked(attribution, tmp_path, at_hand):
    corpus = Corpus.open(attribution)
    name = min(path.stem for path in (attribution / "raw").glob("*.txt"))
    text = (attribution / f"raw/{name}.txt").read_text("utf-8")
    corpus.detach([name], allow_words=True)
    if not at_hand:
        shutil.rmtree(attribution / ".corpusbuild/text")
    lost = corpus.export("brat", tmp_path / "brat").lost
    assert any(what == "articles" for what, _ in lost)
    written = [path for path in (tmp_path / "brat").rglob("*") if path.is_file()]
    assert {path.suffix for path in written if path.stem == name} == {".json"}
    # But for the headline, which is in the metadata as well.
    for line in filter(None, text.splitlines()[1:]):
        assert not any(line in path.read_text("utf-8") for path in written)
    corpus.export("w3c", tmp_path / "w3c")
    for path in (tmp_path / "w3c").rglob(f"{name}.jsonld"):
        assert "TextPositionSelector" in path.read_text("utf-8")
        assert "TextQuoteSelector" not in path.read_text("utf-8")
    corpus.export("brat", tmp_path / "with", include_detached_text=True)
    assert [path.read_text("utf-8") for path in (tmp_path / "with").rglob(f"{name}.txt")] == ([text] if at_hand else [])


def test_what_cannot_be_exported_says_why(tmp_path):
    put(tmp_path / "source", "a", LINES)
    corpus = made(tmp_path / "source", tmp_path / "corpus")
    with pytest.raises(CannotGoOn, match='there is no format "brad" to export') as error:
        corpus.export("brad", tmp_path / "out")
    assert "brat, conll" in error.value.help
    place = building_site((tmp_path / "out").absolute())
    with site(place), pytest.raises(CannotGoOn, match="another run is writing here") as error:
        corpus.export("brat", tmp_path / "out")
    assert error.value.help == "wait for it to end"
    (tmp_path / "corpus/annotations/a.json").write_text("{")
    with pytest.raises(CannotGoOn, match="this corpus has errors"):
        Corpus.open(tmp_path / "corpus").export("brat", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_disk_that_is_full_leaves_nothing_of_an_export_or_an_import(tmp_path, monkeypatch):
    put(tmp_path / "source", "a", LINES)
    corpus = made(tmp_path / "source", tmp_path / "corpus")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(exporting, "put_folder", full)
    monkeypatch.setattr(building, "put_folder", full)
    for run in (lambda: corpus.export("brat", tmp_path / "out"), lambda: import_corpus("brat", tmp_path / "source", tmp_path / "out")):
        with pytest.raises(CannotWrite, match="this cannot be written: No space left on device") as error:
            run()
        assert (error.value.place, error.value.help[:9]) == (str(tmp_path / "out"), "make room")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "source"]
