"""An import makes a corpus that compiles, or says what is wrong in the source; nothing is dropped in silence."""

from __future__ import annotations

import json
import random
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpusbuild import CannotGoOn, Corpus, import_corpus
from corpusbuild.cli import cli
from corpusbuild.interchange import formats
from corpusbuild.interchange.beside import MAPPING as MAPPING_BESIDE
from corpusbuild.interchange.brat.configuration import declared_labels
from corpusbuild.interchange.ids import Ids
from corpusbuild.interchange.model import At, ColumnSpec, Document, Kind, Row, Segment, Source, TableSpec, Unit, Words
from corpusbuild.text.canonical import canonical

TEXT = "Siti 😀 tiba di Ambon.\nKata Budi, kapal itu tua dan lambat.\n"


def span(text: str, number: int, kind: str, *words: str, size=len) -> str:
    """A text-bound line, with offsets in the unit that ``size`` measures."""
    starts = [text.index(each) for each in words]
    offsets = ";".join(f"{size(text[:at])} {size(text[: at + len(each)])}" for at, each in zip(starts, words, strict=True))
    return f"T{number}\t{kind} {offsets}\t{' '.join(words)}"


def records(text: str = TEXT, size=len) -> list[str]:
    """A record of each kind."""
    return [
        span(text, 1, "Person", "Siti", size=size),
        span(text, 2, "Place", "Ambon", size=size),
        span(text, 3, "Attribution", "Kata", size=size),
        span(text, 4, "Person", "Budi", size=size),
        span(text, 5, "Content", "kapal itu", "lambat", size=size),
        "R1\tLocated Arg1:T1 Arg2:T2\t",
        "E1\tAttribution:T3 Source:T4 Content:T5 Content2:T2",
        "A1\tCertainty E1 Probable",
        "M1\tNegated E1",
        "N1\tReference T2 Wiki:Q123:4\tAmbon",
        "#1\tAnnotatorNotes R1\tapa ini?",
        "*\tEquiv T1 T4",
    ]


def write(folder: Path, name: str, lines: list[str] | None, text: str | None = TEXT) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    if text is not None:
        (folder / f"{name}.txt").write_text(text, "utf-8", newline="")
    if lines is not None:
        (folder / f"{name}.ann").write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="")


def annotations(folder: Path, path: str) -> dict:
    return json.loads((folder / "annotations" / path).read_bytes())


def listed(folder: Path, name: str = "import.jsonl") -> list[dict]:
    return [json.loads(line) for line in (folder / name).read_bytes().splitlines()]


def made(folder: Path) -> Corpus:
    corpus = Corpus.open(folder, search=False)
    report = corpus.make(jobs=1).report
    assert report.ok, [each.finding.message for each in report]
    return corpus


@pytest.fixture
def source(tmp_path):
    (tmp_path / "src").mkdir()
    return tmp_path / "src"


def test_every_kind_of_record_is_carried_over_and_compiles(source, tmp_path):
    write(source, "kapal", records())
    done = import_corpus("brat", source, tmp_path / "dok")
    assert done.ok
    assert dict(done.units) == {"code points": 1}
    made(tmp_path / "dok")
    document = annotations(tmp_path / "dok", "kapal.json")
    assert document["spans"][4]["words"] == [{"exact": "kapal itu", "start": 33}, {"exact": "lambat", "start": 51}]
    assert document["relations"] == [{"id": "R1", "type": "Located", "from_role": "Arg1", "from": "T1", "to_role": "Arg2", "to": "T2"}]
    assert document["events"] == [{"id": "E1", "type": "Attribution", "trigger": "T3", "args": ["E1.1", "E1.2", "E1.3"]}]
    assert document["arguments"][2] == {"id": "E1.3", "owner": "E1", "role": "Content", "number": 2, "span": "T2"}
    assert document["attributes"] == [
        {"id": "A1", "name": "Certainty", "value": "Probable", "event": "E1"},
        {"id": "M1", "name": "Negated", "event": "E1"},
    ]
    assert document["normalizations"][0]["entry"] == "Q123:4"
    assert document["notes"] == [{"id": "note1", "type": "AnnotatorNotes", "text": "apa ini?", "relation": "R1"}]
    assert document["equivalences"] == [{"id": "eq1", "type": "Equiv", "spans": ["T1", "T4"], "events": []}]
    lines = {each["line"] for each in listed(tmp_path / "dok") if each.get("status") == "kept"}
    assert lines == set(range(1, 13))


UNITS = {"code-points": len, "utf-16": lambda text: len(text.encode("utf-16-le")) // 2, "utf-8": lambda text: len(text.encode())}


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_corpus_is_the_same_whatever_offsets_count(unit, mark, line_end, source, tmp_path):
    text = mark + TEXT.replace("\n", line_end)
    write(source, "kapal", records(text, UNITS[unit]), text)
    import_corpus("brat", source, tmp_path / "dok")
    write(tmp_path / "plain", "kapal", records())
    import_corpus("brat", tmp_path / "plain", tmp_path / "dok2")
    assert annotations(tmp_path / "dok", "kapal.json") == annotations(tmp_path / "dok2", "kapal.json")
    assert (tmp_path / "dok/raw/kapal.txt").read_bytes() == TEXT.encode()


def test_several_annotators_are_told_by_a_pattern(source, tmp_path):
    write(source, "kapal", None)
    write(source, "kapal_ana", records()[:2], None)
    write(source, "kapal_budi", records()[:1], None)
    write(source, "pasar", None, "Pasar itu ramai.\n")
    done = CliRunner().invoke(
        cli, ["import", "brat", str(source), "--to", str(tmp_path / "dok"), "--annotator", "{doc}_{annotator}.ann"], standalone_mode=False
    )
    assert done.return_value == 0, done.output
    assert "gold is ana, of ana, budi" in done.output
    assert sorted(path.name for path in (tmp_path / "dok/annotations").iterdir()) == ["ana", "annotators.json", "budi"]
    corpus = made(tmp_path / "dok")
    assert corpus.config.gold == "ana"
    assert (tmp_path / "dok/raw/pasar.txt").is_file()


def test_annotators_may_have_folders(source, tmp_path):
    write(source, "kapal", None)
    for name in ("ana", "budi"):
        write(source, f"{name}/kapal", records(), None)
    done = import_corpus("brat", source, tmp_path / "dok", options={"pattern": "{annotator}/{document}.ann"}, gold="budi")
    assert (done.articles, done.annotations, done.gold) == (1, 2, "budi")
    made(tmp_path / "dok")


def test_labels_of_the_configuration_are_those_of_the_schema(source, tmp_path):
    write(source, "kapal", records())
    (source / "annotation.conf").write_text(
        "[entities]\nAgent\n\tPerson\n\tOrg\n!Place-like\n\tPlace\nContent\n"
        "[relations]\nLocated Arg1:Person, Arg2:Place\n"
        "[events]\n<ANY>=Person|Place\nAttribution Source?:<ANY>, Content*:Content\n"
        "[attributes]\nCertainty Arg:<EVENT>, Value:Sure|Probable\n"
    )
    import_corpus("brat", source, tmp_path / "dok")
    made(tmp_path / "dok")
    tables = json.loads((tmp_path / "dok/schema/annotation.json").read_bytes())["properties"]
    assert tables["spans"]["items"]["properties"]["type"]["enum"] == ["Agent", "Person", "Org", "Place", "Content", "Attribution"]
    assert tables["attributes"]["items"]["properties"]["value"]["enum"] == ["Sure", "Probable", None]


def test_roles_are_bare_and_macros_are_put_in():
    labels = declared_labels("[events]\n<T>=Theme*:Protein\nBinding <T>, Theme2?:Protein, Site{1-2}:Entity\n")
    assert labels["arguments.role"] == ("Theme", "Site")


def test_what_else_a_configuration_has_gives_no_labels():
    text = "[options]\nTokens tokenizer:whitespace\n[entities]\n<POS>\nPerson\n[drawing]\nPerson bgColor:red\n"
    assert declared_labels(text) == {"spans.type": ("Person",)}


BAD = [
    "T2\tPlace 15 20 Ambon",
    "T6\tPlace 20 15\tAmbon",
    "T7\tPlace 900 905\tAmbon",
    "T8\tPlace 0 5\tAmbon",
    "R2\tLocated Arg1:T1",
    "R3\tLocated Arg1:T1 Arg2:T99",
    "E2\tAttribution Source:T1",
    "A2\tNegated",
    "T1\tPerson 0 4\tSiti",
    "what is this",
]


def test_each_bad_line_is_found_at_its_line_and_the_rest_is_read(source, tmp_path):
    good = records()
    lines = [good[0], *BAD, *good[2:5]]
    write(source, "kapal", lines)
    done = import_corpus("brat", source, tmp_path / "dok")
    assert not done.ok
    assert done.folder is None
    assert not (tmp_path / "dok").exists()
    assert [(each.place.path, each.place.line) for each in done.report] == [("kapal.ann", line) for line in range(2, 12)]
    kept = import_corpus("brat", source, tmp_path / "dok", keep_going=True)
    made(tmp_path / "dok")
    assert [each["id"] for each in annotations(tmp_path / "dok", "kapal.json")["spans"]] == ["T1", "T3", "T4", "T5"]
    assert [each["record"] for each in listed(tmp_path / "dok", "rejects.jsonl")] == BAD
    assert kept.records["refused"] == len(BAD)


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("T9 Place 15 20", "CB701", "a tab is missing behind T9"),
        ("E9\tAttribution:R1 Source:T4", "CB701", 'the trigger of E9 is "R1", and should be a span'),
        ("R9\tLocated Arg1:T1 Arg2:A1", "CB701", '"A1" is no record that can stand here'),
        ("R9\tLocated T1 T2", "CB704", 'no role and target: "T1 T2"'),
        ("#9\tAnnotatorNotes\tapa ini?", "CB701", "#9 is of no record"),
        ("* Equiv T1 T4", "CB701", "a tab is missing behind *"),
    ],
)
def test_a_line_that_is_no_record_says_what_it_lacks(source, tmp_path, line, code, message):
    write(source, "kapal", [*records(), line])
    done = import_corpus("brat", source, tmp_path / "dok", keep_going=True)
    assert [(each.finding.code, each.finding.message, each.place.line) for each in done.report] == [(code, message, 13)]
    assert [each["record"] for each in listed(tmp_path / "dok", "rejects.jsonl")] == [line]


@pytest.mark.parametrize(
    ("pattern", "message", "way_out"),
    [
        ("{annotator}.ann", "the pattern {annotator}.ann does not name the document once", "{document}/{annotator}.tsv"),
        ("{document}_{document}.ann", "the pattern {document}_{document}.ann does not name the document once", "{document}/"),
        ("{document}_{annotator}.ann", "the path does not have the pattern {document}_{annotator}.ann", "give another pattern"),
    ],
)
def test_a_pattern_that_fits_no_path_is_an_error(source, tmp_path, pattern, message, way_out):
    write(source, "kapal", records())
    with pytest.raises(CannotGoOn) as caught:
        import_corpus("brat", source, tmp_path / "dok", options={"pattern": pattern})
    assert caught.value.message == message
    assert way_out in caught.value.help
    assert not (tmp_path / "dok").exists()


def test_what_refers_to_a_record_that_was_refused_is_refused_once_and_whole(source, tmp_path):
    lines = records()
    lines[3] = "T4\tPerson 0 4\tBudi"
    write(source, "kapal", lines)
    done = import_corpus("brat", source, tmp_path / "dok", keep_going=True)
    # The event of line 7 has it as an argument, and two attributes are of that event; a set of line 12 has it.
    assert [each.place.line for each in done.report] == [4, 7, 8, 9, 12]
    document = annotations(tmp_path / "dok", "kapal.json")
    assert not document.keys() & {"events", "arguments", "attributes", "equivalences"}
    made(tmp_path / "dok")


def test_nothing_is_left_behind_and_nothing_is_overwritten(source, tmp_path):
    write(source, "kapal", ["nonsense"])
    import_corpus("brat", source, tmp_path / "dok")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["src"]
    (tmp_path / "dok").mkdir()
    (tmp_path / "dok/mine").touch()
    with pytest.raises(CannotGoOn, match="not empty"):
        import_corpus("brat", source, tmp_path / "dok")


def test_the_command_exits_with_one_and_shows_the_line(source, tmp_path):
    write(source, "kapal", ["T1\tPerson 0 4 Siti"])
    done = CliRunner().invoke(cli, ["import", "brat", str(source), "--to", str(tmp_path / "dok")], standalone_mode=False)
    assert done.return_value == 1
    assert "kapal.ann:1:1" in done.output
    assert "nothing was written" in done.output


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("concise", "kapal.ann:2:1: CB701 "),
        ("github", "::error file=kapal.ann,line=2,"),
        ("json", '"code": "CB701"'),
        ("sarif", '"startLine": 2'),
    ],
)
def test_the_command_tells_what_it_found_in_every_form(form, said, source, tmp_path):
    write(source, "kapal", ["T1\tPerson 0 4\tSiti", "T2\tPerson 0 4 Siti"])
    command = ["import", "brat", str(source), "--to", str(tmp_path / "dok"), "--format", form]
    done = CliRunner().invoke(cli, command, standalone_mode=False)
    assert done.return_value == 1
    assert said in done.output
    if form in {"json", "sarif"}:
        json.loads(done.output)
    assert "nothing was written" not in done.output


def test_the_command_says_who_annotated_by_a_name_or_by_a_pattern(source, tmp_path):
    write(source, "kapal", records()[:1])
    run = CliRunner()
    command = ["import", "brat", str(source), "--to"]
    assert run.invoke(cli, [*command, str(tmp_path / "one"), "--annotator", "rina"], standalone_mode=False).return_value == 0
    assert annotations(tmp_path / "one", "kapal.json")["annotator"] == "rina"
    (source / "kapal.ann").rename(source / "kapal_oki.ann")
    pattern = ["--annotator", "{doc}_{annotator}.ann"]
    assert run.invoke(cli, [*command, str(tmp_path / "two"), *pattern], standalone_mode=False).return_value == 0
    assert annotations(tmp_path / "two", "kapal.json")["annotator"] == "oki"


@pytest.mark.parametrize("option", ["annotator", "=rina", ""])
def test_an_option_of_a_format_has_a_name_and_a_value(option, source, tmp_path):
    command = ["import", "brat", str(source), "--to", str(tmp_path / "dok"), "--option", option]
    done = CliRunner().invoke(cli, command)
    assert done.exit_code == 2
    assert "write it as NAME=VALUE" in done.output


def test_the_line_of_a_record_in_an_archive_is_shown(tmp_path):
    with zipfile.ZipFile(tmp_path / "src.zip", "w") as archive:
        archive.writestr("kapal.txt", "Siti pulang.\n")
        archive.writestr("kapal.ann", "T1\tPerson 0 4\tSiti\nT2\tPerson 0 4 Siti\n")
    done = CliRunner().invoke(cli, ["import", "brat", str(tmp_path / "src.zip"), "--to", str(tmp_path / "dok")], standalone_mode=False)
    assert done.return_value == 1
    assert "kapal.ann:2:1" in done.output
    assert "2 | T2    Person 0 4 Siti" in done.output
    import_corpus("brat", tmp_path / "src.zip", tmp_path / "dok", keep_going=True)
    assert [each["record"] for each in listed(tmp_path / "dok", "rejects.jsonl")] == ["T2\tPerson 0 4 Siti"]


def test_the_summary_names_one_way_to_count_and_what_comes_next_and_the_list_has_all(source, tmp_path):
    write(source, "kapal", ["T1\tPerson 0 4\tSiti"], "Siti pulang 😀\r\n")
    done = CliRunner().invoke(cli, ["import", "brat", str(source), "--to", str(tmp_path / "dok")], standalone_mode=False)
    assert "offsets count code points, CRLF as two; other units that fit give the same places: 1 document\n" in done.output
    assert done.output.index("corpusbuild make") < done.output.index("corpusbuild lock")
    (unit,) = [each["unit"] for each in listed(tmp_path / "dok") if "unit" in each]
    assert "UTF-16 units, CRLF as one" in unit


def test_the_summary_says_where_nothing_decides_between_units(source, tmp_path):
    write(source, "kapal", ["T1\tShip 3 4\ta"], "😀aaaa\n")
    command = ["import", "brat", str(source), "--to", str(tmp_path / "dok"), "--keep-going"]
    done = CliRunner().invoke(cli, command, standalone_mode=False)
    assert "offsets count code points or UTF-16 units (nothing decides): 1 document\n" in done.output
    [unit] = [each["unit"] for each in listed(tmp_path / "dok") if "unit" in each]
    assert unit == "code points or UTF-16 units (nothing decides)"


def test_names_that_say_who_annotated_are_pointed_out_where_no_pattern_was_given(source, tmp_path):
    (source / "kapal.txt").write_text("siti", "utf-8")
    for name in ("kapal_rina", "perahu"):
        (source / f"{name}.ann").write_text("T1\tShip 0 4\tsiti\n", "utf-8")
    done = import_corpus("brat", source, tmp_path / "dok")
    assert [each.finding.help for each in done.report] == [
        "if rina annotated kapal.txt, say so with --annotator '{doc}_{annotator}.ann'",
        "put perahu.txt beside them",
    ]
    (source / "perahu.ann").unlink()
    again = import_corpus("brat", source, tmp_path / "dok", options={"pattern": "{document}_{annotator}.ann"})
    assert again.annotators == ("rina",)


def test_keep_going_is_not_advised_where_it_does_not_help(source, tmp_path):
    source.mkdir(exist_ok=True)
    (source / "kapal.ann").write_text("T1\tShip 0 4\tsiti\n", "utf-8")
    command = ["import", "brat", str(source), "--to", str(tmp_path / "dok"), "--keep-going"]
    done = CliRunner().invoke(cli, command, standalone_mode=False)
    assert done.return_value == 1
    assert done.output.endswith("nothing was written: no text can be read\n")


def test_a_link_out_of_the_source_is_not_read(source, tmp_path):
    write(source, "kapal", records())
    (tmp_path / "secret.txt").write_text("rahasia", "utf-8")
    (source / "secret.txt").symlink_to(tmp_path / "secret.txt")
    done = import_corpus("brat", source, tmp_path / "dok")
    assert [each.finding.code for each in done.report] == ["CB707"]
    assert not (tmp_path / "dok/raw/secret.txt").exists()


# ---- mappings ----

MAPPING = """
schema = "attribution"

[article]
headline = "first-line"
date = { value = "2031-05-01" }
language = { value = "id" }
event = { value = "kapal" }
text_origin = { value = "original" }

[[rows]]
table = "claims"
from = "events"
where = { type = "Attribution" }

[rows.columns]
id = "id"
extent = { covering = ["trigger.words", "args.span.words"], widen = "paragraph" }
cue = "trigger.words"
source = "args[Source].span.words"
content = "args[Content].span.words"
speakers = { value = [] }
attribution = { value = "indirect" }
type = { value = "fact" }
polarity = { path = "attributes[name=Negated].name", values = { Negated = "denied" }, default = "affirmed" }
certainty = { path = "attributes[Certainty].value", values = { Probable = "probable" }, default = "certain" }
"""


def mapped(tmp_path: Path, source: Path, text: str = MAPPING, name: str = "map.toml"):
    (tmp_path / name).write_text(text, "utf-8")
    return import_corpus("brat", source, tmp_path / "dok", mapping=tmp_path / name)


def test_events_become_claims(source, tmp_path):
    lines = records()
    lines[6] = "E1\tAttribution:T3 Source:T4 Content:T5"
    write(source, "kapal", lines)
    done = mapped(tmp_path, source)
    made(tmp_path / "dok")
    (claim,) = annotations(tmp_path / "dok", "kapal.json")["claims"]
    assert claim["extent"] == {"exact": "Kata Budi, kapal itu tua dan lambat.", "start": 22}
    assert (claim["source"]["exact"], claim["cue"]["exact"]) == ("Budi", "Kata")
    assert [each["exact"] for each in claim["content"]] == ["kapal itu", "lambat"]
    assert (claim["polarity"], claim["certainty"]) == ("denied", "probable")
    # Who was here, where, how they stand, the entry, the note, the set: no rule takes these.
    assert [each.place.line for each in done.report] == [1, 2, 6, 10, 11, 12]
    assert {each.finding.code for each in done.report} == {"CB707"}
    kept = {each["line"] for each in listed(tmp_path / "dok") if each.get("status") == "kept"}
    assert kept == {3, 4, 5, 7, 8, 9}


def test_a_row_that_the_schema_refuses_is_found_in_the_source(source, tmp_path):
    lines = records()
    lines[6] = "E1\tAttribution:T3 Source:T4 Source2:T1 Content:T5"
    lines[7] = "A1\tCertainty E1 Whatever"
    write(source, "kapal", lines)
    done = mapped(tmp_path, source)
    errors = [each for each in done.report if each.finding.code == "CB701"]
    assert [(each.place.path, each.place.line) for each in errors] == [("kapal.ann", 7)]
    # What is of it alone is left out with it, and not told again.
    assert not {3, 5, 7} & {each.place.line for each in done.report if each.finding.code == "CB707"}
    assert "source is one span, and 2 are found" in errors[0].finding.message
    lines[6] = "E1\tAttribution:T3 Source:T4 Content:T5"
    write(source, "kapal", lines)
    done = mapped(tmp_path, source)
    assert 'no value of certainty for "Whatever"' in next(each.finding.message for each in done.report if each.finding.code == "CB701")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('from = "events"', 'from = "evnts"', 13, 'did you mean "events"?'),
        ('table = "claims"', 'table = "claim"', 12, 'did you mean "claims"?'),
        ('cue = "trigger.words"', 'cue = "triger.words"', 19, 'did you mean "trigger"?'),
        ('cue = "trigger.words"', 'cue = "trigger"', 19, "takes words"),
        ('cue = "trigger.words"', 'cu = "trigger.words"', 19, 'did you mean "cue"?'),
        ('content = "args[Content].span.words"', 'content = "args[Content]"', 21, "leads to rows"),
        ('schema = "attribution"', 'schema = "atribution"', 2, "no schemas"),
        ("[[rows]]", "[[rows]]\nwhat = 1", 12, "what"),
        ('widen = "paragraph"', 'widen = "sentence"', 18, 'extent.widen: "sentence" is not one of "paragraph"'),
        ('content = "args[Content].span.words"', 'content = { path = "args", defualt = 1 }', 21, "content.defualt"),
        ('content = "args[Content].span.words"', "content = {}", 21, "{} has none of the forms that may stand here"),
        ('headline = "first-line"', 'headlin = "first-line"', 5, 'did you mean "headline"?'),
        ('schema = "attribution"', "schema = ", 2, "TOML"),
        ("where = { type =", "where = { typ =", 14, 'did you mean "type"?'),
        ('cue = "trigger.words"', 'cue = "type.words"', 19, '"type" is no reference: the path ends there'),
        ('"args[Source].span.words"', '"args[rol=Source].span.words"', 20, 'arguments has no column "rol"'),
        ('source = "args[Source].span.words"', 'source = { value = "Budi" }', 20, "source takes words, which no constant is"),
        ('content = "args', 'content = { json = true, path = "args', 21, "TOML"),
        ('"args[Content].span.words"', '{ path = "trigger.words", json = true }', 21, "words has words, which are no JSON"),
        ('type = { value = "fact" }', 'type = { covering = ["trigger.words"] }', 24, "type takes no words"),
        ("speakers = { value = [] }", 'speakers = "args.span.words"', 22, "speakers takes no words, and words has words"),
    ],
)
def test_a_mistake_in_a_mapping_has_its_line(old, new, line, said, source, tmp_path):
    write(source, "kapal", records())
    with pytest.raises(CannotGoOn) as error:
        mapped(tmp_path, source, MAPPING.replace(old, new, 1))
    assert error.value.place.partition("map.toml:")[2].partition(":")[0] == str(line)
    assert said in error.value.message + error.value.help


def test_a_mapping_may_be_json_and_name_a_folder_of_schemas(source, tmp_path):
    write(source, "kapal", records()[:2])
    import_corpus("brat", source, tmp_path / "generic")
    rule = {"table": "spans", "from": "spans", "columns": {"words": "words", "type": "type"}}
    mapping = {"schema": "generic/schema", "rows": [rule]}
    mapped(tmp_path, source, json.dumps(mapping), "map.json")
    made(tmp_path / "dok")
    assert [each["id"] for each in annotations(tmp_path / "dok", "kapal.json")["spans"]] == ["s1", "s2"]
    with pytest.raises(CannotGoOn) as error:
        mapped(tmp_path, source, json.dumps({**mapping, "rows": [{**rule, "form": 1}]}, indent=1), "bad.json")
    assert error.value.place.endswith("bad.json:11:12")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"annotation.json": "{", "article.json": "{}"}, "annotation.json is not JSON: unexpected end of data"),
        ({"annotation.json": "{}"}, "article.json: there is no schema/article.json"),
        ({"annotation.json": '{"type": "objekt"}', "article.json": "{}"}, "annotation.json: "),
        ({}, 'there are no schemas in "schemas"'),
    ],
)
def test_schemas_that_are_none_are_told_where_the_mapping_names_them(files, said, source, tmp_path):
    write(source, "kapal", records())
    (tmp_path / "schemas").mkdir()
    for name, content in files.items():
        (tmp_path / "schemas" / name).write_text(content, "utf-8")
    with pytest.raises(CannotGoOn, match=re.escape(said)) as error:
        mapped(tmp_path, source, MAPPING.replace('"attribution"', '"schemas"'))
    assert error.value.place.endswith("map.toml:2:1")


def test_a_keyword_that_nobody_knows_keeps_no_schema_from_being_mapped_to(source, tmp_path):
    write(source, "kapal", records()[:1])
    import_corpus("brat", source, tmp_path / "generic")
    path = tmp_path / "generic/schema/annotation.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "x-tabel": "spans"}), "utf-8")
    Corpus.open(tmp_path / "generic", search=False).export("brat", tmp_path / "brat")
    done = import_corpus("brat", tmp_path / "brat", tmp_path / "dok", mapping=tmp_path / "brat" / MAPPING_BESIDE)
    assert done.folder is not None
    assert [each.finding.code for each in Corpus.open(tmp_path / "dok", search=False).check()] == ["CB103"]


def test_a_mapping_that_cannot_be_read_is_told(source, tmp_path):
    write(source, "kapal", records())
    with pytest.raises(CannotGoOn, match="this mapping cannot be read: No such file or directory") as error:
        import_corpus("brat", source, tmp_path / "dok", mapping=tmp_path / "map.toml")
    assert error.value.place == str(tmp_path / "map.toml")


# ---- any reader ----

WORDS = TableSpec(
    "annotations",
    (
        ColumnSpec("id", Kind.STRING),
        ColumnSpec("annotator", Kind.LABEL),
        ColumnSpec("at", Kind.WORDS),
        ColumnSpec("all", Kind.WORDS, many=True),
        ColumnSpec("parts", Kind.SEGMENTS),
        ColumnSpec("count", Kind.INTEGER),
        ColumnSpec("weight", Kind.NUMBER),
        ColumnSpec("sure", Kind.BOOLEAN),
        ColumnSpec("next", Kind.REFERENCE, table="annotations"),
        ColumnSpec("tags", Kind.LABEL, many=True),
    ),
)


@dataclass
class Given:
    """A reader of what a test gives."""

    given: list[Document]
    specs: tuple[TableSpec, ...] = (WORDS,)
    name: str = "given"
    unit: Unit | None = None
    seen: list[Source] = field(default_factory=list)

    def __call__(self) -> Given:
        return self

    def tables(self, source):  # noqa: ARG002  what a reader takes
        return self.specs

    def documents(self, source):  # noqa: ARG002  what a reader takes
        return iter(self.given)


def imported(monkeypatch, tmp_path, *documents: Document, **options):
    monkeypatch.setitem(formats.READERS, "given", f"{__name__}:_given")
    globals()["_given"] = Given(list(documents))
    (tmp_path / "in.txt").touch()
    return import_corpus("given", tmp_path / "in.txt", tmp_path / "dok", **options)


def row(**values) -> Row:
    return Row("annotations", values, At("in.txt"))


def words(start: int, end: int, said: str | None = None) -> Words:
    return Words((Segment(start, end, said),))


def test_names_that_mean_something_else_are_changed_and_values_of_all_kinds_compile(monkeypatch, tmp_path):
    document = Document(
        "a/b#c", "Ana Bélanger", "Kota itu ramai.", At("in.txt"), metadata={"id": "x7", "page": 3, "tags": ["a"], "gone": None}
    )
    document.rows = [
        row(
            id="w1", annotator="x", at=words(0, 4, "Kota"), all=[words(5, 8), words(9, 14)], count=1, weight=0.5, sure=True, tags=["b", "a"]
        ),
        row(id="w2", annotator="y", at=words(4, 4), parts=Words((Segment(0, 4), Segment(9, 14))), next="w1", weight=2),
    ]
    done = imported(monkeypatch, tmp_path, document)
    assert done.ok, list(done.report)
    made(tmp_path / "dok")
    (path,) = (tmp_path / "dok/raw").glob("*.txt")
    assert path.name == "a-b-c.txt"
    assert json.loads((tmp_path / "dok/raw/a-b-c.json").read_bytes()) == {"source_id": "x7", "page": 3, "tags": ["a"]}
    rows = annotations(tmp_path / "dok", "a-b-c.json")["source_annotations"]
    assert rows[0]["source_annotator"] == "x"
    assert rows[0]["all"] == [{"exact": "itu", "start": 5}, {"exact": "ramai", "start": 9}]
    assert rows[1]["at"].keys() == {"start", "end", "check"}
    assert sum(each.get("status") == "changed" for each in listed(tmp_path / "dok")) == 4  # three names, and the document's


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"count": 1 << 63}, "too large"),
        ({"count": True}, "type integer"),
        ({"weight": float("nan")}, "no number"),
        ({"sure": 1}, "type boolean"),
        ({"annotator": "\ud800"}, "UTF-8"),
        ({"at": words(5, 3)}, "ends before it starts"),
        ({"at": Words((Segment(0, 1), Segment(2, 3)))}, "one span"),
        ({"at": Words(())}, "has no words"),
        ({"tags": "a"}, "a list"),
        ({"next": "w9"}, "none of the annotations"),
        ({"id": ""}, "no id"),
    ],
)
def test_a_value_that_cannot_be_is_a_finding(values, said, monkeypatch, tmp_path):
    document = Document("a", "ana", "Kota itu ramai.", At("in.txt"), rows=[row(**{"id": "w1", **values})])
    done = imported(monkeypatch, tmp_path, document)
    assert [said in each.finding.message for each in done.report] == [True]


def test_no_two_properties_of_articles_get_one_name(monkeypatch, tmp_path):
    given = [{"id": "x", "source_id": "y", "page": 1}, {"source_text": "v", "text": "w", "page": 1.5}, {"text": 3, "id": "z"}]
    documents = [Document(f"d{n}", "", "Kota.", At("in.txt"), metadata=each) for n, each in enumerate(given)]
    assert imported(monkeypatch, tmp_path, *documents).ok
    made(tmp_path / "dok")
    assert [json.loads((tmp_path / f"dok/raw/d{n}.json").read_bytes()) for n in range(3)] == [
        {"source_id": "x", "source_source_id": "y", "page": 1},
        {"source_text": "v", "source_text_2": "w", "page": 1.5},
        {"source_text_2": 3, "source_id": "z"},
    ]
    properties = json.loads((tmp_path / "dok/schema/article.json").read_bytes())["properties"]
    assert properties["page"] == {"type": ["number", "null"]}
    assert properties["source_text_2"] == {"x-column": "json"}
    assert [each["how"] for each in listed(tmp_path / "dok") if "property" in each.get("how", "")] == [
        'the property of articles "id" is called "source_id"',
        'the property of articles "source_id" is called "source_source_id"',
        'the property of articles "text" is called "source_text_2"',
    ]


def test_rows_that_share_an_id_are_told_and_segments_put_in_text_order(monkeypatch, tmp_path):
    rows = [
        Row("annotations", {"id": "w1", "parts": Words((Segment(9, 14, "ramai"), Segment(0, 4, "Kota")))}, At("in.txt", 3)),
        Row("annotations", {"id": "w1"}, At("in.txt", 5)),
    ]
    done = imported(monkeypatch, tmp_path, Document("a", "ana", "Kota itu ramai.", At("in.txt"), rows=rows), keep_going=True)
    assert [(each.finding.code, each.place.line, each.finding.message) for each in done.report] == [
        ("CB703", 5, 'the id "w1" stands in line 3 already')
    ]
    assert [each["how"] for each in listed(tmp_path / "dok") if each.get("line") == 3] == ["the segments of parts were put in text order"]
    (row,) = annotations(tmp_path / "dok", "a.json")["source_annotations"]
    assert [each["exact"] for each in row["parts"]] == ["Kota", "ramai"]


def test_tables_that_are_known_only_once_the_source_was_read_are_asked_for_again(monkeypatch, tmp_path):
    monkeypatch.setattr(Given, "tables", lambda self, source: self.seen.append(source) or self.specs[: len(self.seen) - 1])
    document = Document("a", "ana", "Kota.", At("in.txt"), rows=[row(id="w1", at=words(0, 4, "Kota"))])
    assert imported(monkeypatch, tmp_path, document).ok
    assert annotations(tmp_path / "dok", "a.json")["source_annotations"][0]["id"] == "w1"
    made(tmp_path / "dok")


def test_a_text_that_cannot_be_written_is_told(monkeypatch, tmp_path):
    documents = [Document(each, "ana", text, At("in.txt")) for each, text in (("a", "Kota \ud800."), ("b", "Kota."))]
    done = imported(monkeypatch, tmp_path, *documents, keep_going=True)
    assert [(each.finding.code, each.finding.message) for each in done.report] == [("CB706", "this text is not UTF-8")]
    assert [path.name for path in (tmp_path / "dok/raw").glob("*.txt")] == ["b.txt"]


def test_what_there_is_not_is_named(monkeypatch, tmp_path):
    document = Document("a", "ana", "Kota.", At("in.txt"))
    with pytest.raises(CannotGoOn, match="there is no such file or folder"):
        import_corpus("brat", tmp_path / "nowhere", tmp_path / "dok")
    with pytest.raises(CannotGoOn, match='there is no format "brad" to import') as error:
        import_corpus("brad", tmp_path, tmp_path / "dok")
    assert "brat, conll" in error.value.help
    with pytest.raises(CannotGoOn, match='there is no unit "bytes"') as error:
        imported(monkeypatch, tmp_path, document, unit="bytes")
    assert "utf-8" in error.value.help
    with pytest.raises(CannotGoOn, match='no annotator is called "budi"') as error:
        imported(monkeypatch, tmp_path, document, gold="budi")
    assert error.value.help == "annotators are ana"
    with pytest.raises(CannotGoOn, match="there is no document here"):
        imported(monkeypatch, tmp_path)
    assert not (tmp_path / "dok").exists()


def test_predictions_are_of_another_annotator_than_annotations(monkeypatch, tmp_path):
    text = "Kota itu ramai."
    documents = [Document(each, "ana", text if each == "a" else "Desa itu sepi.", At("in.txt")) for each in ("a", "b")]
    documents.insert(1, Document("a", "ana", None, At("in.txt"), predicted=True))
    done = imported(monkeypatch, tmp_path, *documents)
    assert done.gold == "ana"
    entries = json.loads((tmp_path / "dok/annotations/annotators.json").read_bytes())
    assert [(each["id"], each["kind"], each["prediction"]) for each in entries] == [
        ("ana", "human", False),
        ("ana-predicted", "model", True),
    ]
    made(tmp_path / "dok")


def test_texts_that_differ_between_annotators_are_refused(monkeypatch, tmp_path):
    documents = [Document("a", who, f"Kota {who}.", At("in.txt")) for who in ("ana", "budi")]
    done = imported(monkeypatch, tmp_path, *documents)
    assert [each.finding.code for each in done.report] == ["CB706"]


PIECES = st.sampled_from(["a", "b ", "é", "e\u0301", "😀", "שלום", "کتاب", "\r\n", "\n", "日本", "👩‍👩‍👧", " "])


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    pieces=st.lists(PIECES, min_size=1, max_size=12),
    mark=st.sampled_from(["", "\ufeff"]),
    unit=st.sampled_from(list(UNITS)),
    dice=st.randoms(use_true_random=False),
)
def test_what_is_imported_says_what_the_source_said(pieces, mark, unit, dice, tmp_path_factory):
    """Whatever the text and the unit: each span that is kept has the words of the source, and all are told."""
    folder = tmp_path_factory.mktemp("import")
    text = mark + "".join(pieces) + "§x§\n"
    size = UNITS[unit]
    edges = [0 if not mark else 1]
    for each in pieces:
        edges.append(edges[-1] + len(each))
    lines, said = [], {}
    for number in range(1, 5):
        start, end = sorted(dice.choices(edges, k=2))
        # brat writes a line end as a space.
        lines.append(f"T{number}\tX {size(text[:start])} {size(text[:end])}\t{text[start:end].replace(chr(13), '').replace(chr(10), ' ')}")
        said[f"T{number}"] = text[start:end]
    at = text.index("§x§")
    lines.append(f"T9\tX {size(text[:at])} {size(text[: at + 3])}\t§x§")
    (folder / "src").mkdir()
    write(folder / "src", "a", lines, text)
    done = import_corpus("brat", folder / "src", folder / "dok", keep_going=True)
    assert (folder / "dok/raw/a.txt").read_bytes().decode() == canonical(text)
    rows = annotations(folder / "dok", "a.json").get("spans", [])
    for each in rows:
        (anchor,) = each["words"]
        if "exact" in anchor and each["id"] in said:
            assert canonical(said[each["id"]].removeprefix("\ufeff")) == anchor["exact"]
    assert len(rows) + len(done.report) == len(lines)
    made(folder / "dok")


def test_ids_are_safe_and_each_once():
    ids = Ids(frozenset({"annotators"}))
    names = ["a/b", "a-b", "A-B", "con", ".hidden", "annotators", "", "x" * 300, "x" * 301, "e\u0301", "é", "..", "a\ud800"]
    given_ids = [ids.of(name) for name in names]
    assert len({each.casefold() for each in given_ids}) == len(names)
    assert given_ids[:3] == ["a-b", "a-b-2", "A-B-3"]
    assert ids.of("a/b") == "a-b"


def test_a_thousand_documents(source, tmp_path):
    dice = random.Random(7)  # noqa: S311  the same documents each time
    for number in range(1000):
        text = " ".join(dice.choices(["kapal", "laut", "😀", "kota", "é"], k=120))
        spans = [sorted(dice.sample(range(len(text)), 2)) for _ in range(15)]
        lines = [f"T{i}\tX {start} {end}\t{text[start:end]}" for i, (start, end) in enumerate(spans, start=1)]
        write(source, f"d{number:04}", [*lines, *(f"R{i}\tY Arg1:T{i} Arg2:T{i + 1}" for i in range(1, 15))], text)
    done = import_corpus("brat", source, tmp_path / "dok")
    assert done.ok
    assert (done.articles, dict(done.rows)) == (1000, {"spans": 15_000, "relations": 14_000})
