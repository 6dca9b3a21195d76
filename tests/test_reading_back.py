"""What brat was given is read back by the mapping beside it: import(export(c)) is c, row by row, whatever the schema is."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bundled import ROOT
from corpusbuild import CannotGoOn, Corpus, import_corpus
from corpusbuild.cli import cli
from corpusbuild.interchange.beside import MAPPING
from corpusbuild.text.canonical import canonical
from generated import ANCHOR, DIALECT
from written import CORPORA, copy_of

Rows = dict[str, list[dict[str, Any]]]


def compiled(root: Path, out: Path) -> Rows:
    """Every table of a corpus, whatever its splits: these are settings, which no export has."""
    made = Corpus.open(root, search=False).make(out, jobs=1)
    assert made.ok, [each.finding.message for each in made.report]
    tables: Rows = {}
    for path in sorted((out / "data").rglob("*.parquet")):
        tables.setdefault(path.parent.name, []).extend(pq.read_table(path).to_pylist())
    for rows in tables.values():
        # Rows of one article stay in the order of their author.
        rows.sort(key=lambda row: str(row.get("article_id") or row.get("id")))
    return tables


def returned(root: Path, folder: Path, damage: Any = None, **options: Any) -> Path:
    """The corpus that comes back from brat, of which nothing may be refused or left out."""
    Corpus.open(root, search=False).export("brat", folder / "brat", **options)
    if damage is not None:
        for path in (folder / "brat").rglob("*.[at][nx][nt]"):
            path.write_bytes(damage(path.read_bytes()))
    done = import_corpus("brat", folder / "brat", folder / "back", mapping=folder / "brat" / MAPPING)
    refused = [each.finding.message for each in done.report if "later" not in each.finding.message]
    assert (done.folder, refused) == (folder / "back", [])
    return folder / "back"


def with_mark_and_crlf(data: bytes) -> bytes:
    return b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n")


@pytest.mark.parametrize("damage", [None, with_mark_and_crlf])
@pytest.mark.parametrize("name", sorted(CORPORA))
def test_every_corpus_comes_back_from_brat(name, damage, tmp_path):
    root = copy_of(name, tmp_path / "own")
    back = returned(root, tmp_path, damage)
    assert compiled(back, tmp_path / "again") == compiled(root, tmp_path / "first")


def test_who_annotated_is_chosen_and_gold_with_them(tmp_path):
    root = copy_of("emotions", tmp_path / "own")
    Corpus.open(root).export("brat", tmp_path / "brat", annotators=["ben"])
    done = import_corpus("brat", tmp_path / "brat", tmp_path / "back", mapping=tmp_path / "brat" / MAPPING)
    assert (done.gold, done.annotators) == ("ben", ("ben",))
    # Anna's own entries come along, since registries are the corpus's.
    assert (tmp_path / "back/annotations/anna/holders.json").exists()


def test_the_command_gives_the_corpus_back_without_another_word(tmp_path):
    own = tmp_path / "own"
    run = CliRunner()
    assert run.invoke(cli, ["init", str(own)]).exit_code == 0
    assert run.invoke(cli, ["export", "brat", str(tmp_path / "brat"), "--corpus", str(own)]).exit_code == 0
    mapping = str(tmp_path / "brat" / MAPPING)
    done = run.invoke(cli, ["import", "brat", str(tmp_path / "brat"), "--map", mapping, "--to", str(tmp_path / "back")])
    assert done.exit_code == 0, done.output
    assert "corpusbuild lock" in done.output
    assert compiled(tmp_path / "back", tmp_path / "again") == compiled(own, tmp_path / "first")
    # Without the mapping, what stands beside is no part of brat's folder.
    assert run.invoke(cli, ["import", "brat", str(tmp_path / "brat"), "--to", str(tmp_path / "generic")]).exit_code == 0


# ---- any rows ----


def listed(item: dict[str, Any], *, null: bool = False) -> dict[str, Any]:
    return {"type": ["array", "null"] if null else "array", "items": item}


WORDS = {"anyOf": [{"$ref": "anchor.json"}, {"type": "null"}], "x-anchor": {}}
NOTE = {"type": ["string", "null"]}
THING: dict[str, Any] = {
    "id": {"type": "string", "x-key": True},
    "words": WORDS,
    "parts": {"type": "array", "items": {"$ref": "anchor.json"}, "x-anchor": {}},
    "kind": {"enum": ["plain", "with space", "", "ünï", None]},
    "kinds": listed({"enum": ["plain", "with space", None]}, null=True),
    "count 1": {"type": ["integer", "null"]},
    "weights": listed({"type": ["number", "null"]}),
    "sure": {"type": ["boolean", "null"]},
    "note": NOTE,
    "notes": listed({"type": ["string", "null"]}, null=True),
    "who": {"type": ["string", "null"], "x-ref": "people"},
    "whom": listed({"type": "string", "x-ref": "people"}),
    "next": {"type": ["string", "null"], "x-ref": "things"},
    "all": listed({"type": "string", "x-ref": "things"}, null=True),
    "grid": listed(listed({"type": "integer"})),
    "raw": {"x-column": "json"},
}
INNER = {"words": WORDS, "note": NOTE, "who": THING["who"]}


def closed(properties: dict[str, Any], *required: str, null: bool = False) -> dict[str, Any]:
    kind = ["object", "null"] if null else "object"
    return {"type": kind, "properties": properties, "required": list(required), "additionalProperties": False}


BOX = closed({"note": NOTE, "inner": listed(closed(INNER, null=True), null=True), "deep": closed(INNER, null=True)}, null=True)
SCHEMAS = {
    "anchor.json": ANCHOR,
    "article.json": {**closed({"title": NOTE, "tags": listed({"type": "string"}, null=True)}), "$schema": DIALECT},
    "person.json": {**closed({"id": {"type": "string", "x-key": True}, "name": NOTE}, "id"), "$schema": DIALECT, "x-table": "people"},
    "annotation.json": {
        "$schema": DIALECT,
        **closed(
            {
                "article": {"type": "string", "x-ref": "articles"},
                "annotator": {"type": "string"},
                "mood": NOTE,
                "marks": THING["parts"],
                "things": {"type": "array", "x-table": "things", "items": closed({**THING, "box": BOX, "boxes": listed(BOX)}, "id")},
            },
            "article",
            "annotator",
        ),
    },
}
PEOPLE = ["rina", "oki-2", "orang lain"]
PIECES = st.sampled_from(["kata", "😀", "é", "q̣̇", "שלום", "مرحبا", "👩‍🚀", "日本", "x"])
STRINGS = st.one_of(
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=8), st.sampled_from(["a\nb", "\r", " ", "", '"', "\\n", "\tx"])
)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A text, and an annotation document of it."""
    pieces = draw(st.lists(PIECES, min_size=1, max_size=8))
    text, edges = "", []
    for number, piece in enumerate(pieces):
        # Each word once, so that words prove the unit whatever became of line ends.
        word = f"{canonical(piece)}{number}"
        edges.append((len(text), len(text) + len(word)))
        text += word + draw(st.sampled_from([" ", "\n", ", ", "\n\n"]))

    def anchor() -> dict[str, Any]:
        one, other = sorted(draw(st.tuples(*[st.integers(0, len(edges) - 1)] * 2)))
        return {"exact": text[edges[one][0] : edges[other][1]], "start": edges[one][0]}

    def anchors() -> list[dict[str, Any]]:
        chosen = draw(st.lists(st.sampled_from(edges), unique=True, max_size=3))
        return [{"exact": text[start:end], "start": start} for start, end in sorted(chosen)]

    def maybe(make: Any) -> Any:
        return make() if draw(st.booleans()) else None

    def several(make: Any) -> list[Any]:
        return [make() for _ in range(draw(st.integers(0, 3)))]

    def inner() -> dict[str, Any]:
        return {"words": maybe(anchor), "note": maybe(lambda: draw(STRINGS)), "who": maybe(lambda: draw(st.sampled_from(PEOPLE)))}

    def box() -> dict[str, Any]:
        return {"note": maybe(lambda: draw(STRINGS)), "inner": maybe(lambda: several(lambda: maybe(inner))), "deep": maybe(inner)}

    def thing(key: str) -> dict[str, Any]:
        made = {
            "id": key,
            "words": maybe(anchor),
            "parts": anchors(),
            "kind": draw(st.sampled_from(THING["kind"]["enum"])),
            "kinds": maybe(lambda: several(lambda: draw(st.sampled_from(["plain", "with space", None])))),
            "count 1": maybe(lambda: draw(st.integers(-(1 << 53), 1 << 53))),
            "weights": several(lambda: draw(st.none() | st.floats(allow_nan=False, allow_infinity=False))),
            "sure": draw(st.sampled_from([True, False, None])),
            "note": maybe(lambda: draw(STRINGS)),
            "notes": maybe(lambda: several(lambda: maybe(lambda: draw(STRINGS)))),
            "who": maybe(lambda: draw(st.sampled_from(PEOPLE))),
            "whom": several(lambda: draw(st.sampled_from(PEOPLE))),
            "next": maybe(lambda: draw(st.sampled_from(keys))),
            "all": maybe(lambda: several(lambda: draw(st.sampled_from(keys)))),
            "grid": several(lambda: several(lambda: draw(st.integers(0, 9)))),
            "raw": maybe(lambda: {"a": [draw(STRINGS)]}),
            "box": maybe(box),
            "boxes": several(lambda: maybe(box)),
        }
        return {name: value for name, value in made.items() if value is not None or draw(st.booleans())}

    keys = [f"t{number}" for number in range(draw(st.integers(1, 3)))]
    return text, {"mood": maybe(lambda: draw(STRINGS)), "marks": anchors(), "things": [thing(key) for key in keys]}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(documents(), min_size=1, max_size=2), st.sampled_from([None, with_mark_and_crlf]), STRINGS)
def test_any_rows_come_back_from_brat(given_documents, damage, title):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = folder / "own"
        for each in ("raw", "annotations", "schema"):
            (root / each).mkdir(parents=True)
        (root / "pyproject.toml").write_text('[tool.corpusbuild]\nname = "own"\n')
        for file, schema in SCHEMAS.items():
            (root / "schema" / file).write_text(json.dumps(schema), "utf-8")
        people = [{"id": key, "name": title} for key in PEOPLE]
        (root / "annotations/people.json").write_text(json.dumps(people), "utf-8")
        for number, (text, document) in enumerate(given_documents):
            (root / f"raw/d{number}.txt").write_text(text, "utf-8", newline="")
            (root / f"raw/d{number}.json").write_text(json.dumps({"title": title, "tags": []}), "utf-8")
            said = {"article": f"d{number}", "annotator": "ana", **document}
            (root / f"annotations/d{number}.json").write_text(json.dumps(said), "utf-8")
        back = returned(root, folder, damage)
        assert compiled(back, folder / "again") == compiled(root, folder / "first")


# ---- tables that are only called like brat's ----

WORD = {"$ref": "anchor.json", "x-anchor": {}}
KEY = {"type": "string", "x-key": True}
STRING = {"type": "string"}
LIKE_BRAT = {
    "words of one segment": (
        {
            "spans": {"id": KEY, "type": STRING, "words": WORD},
            "relations": {"id": KEY, "type": STRING, "from": {**STRING, "x-ref": "spans"}, "to": {**STRING, "x-ref": "spans"}},
        },
        {
            "spans": [{"id": "s1", "type": "orang", "words": "Sari"}, {"id": "T2", "type": "kapal laut", "words": "kapal"}],
            "relations": [{"id": "lihat", "type": "r", "from": "s1", "to": "T2"}],
        },
    ),
    "a string where brat's import has a reference": (
        {"spans": {"id": KEY, "words": THING["parts"]}, "notes": {"id": KEY, "text": STRING, "span": STRING}},
        {"spans": [{"id": "T1", "words": ["Sari", "kapal"]}], "notes": [{"id": "n", "text": "halo\ndunia", "span": "bebas"}]},
    ),
    "no tables": ({}, {}),
    "notes and no spans": ({"notes": {"id": KEY, "text": STRING}}, {"notes": [{"id": "n", "text": "halo"}]}),
}


@pytest.mark.parametrize("like", LIKE_BRAT)
def test_tables_that_are_only_called_like_brats_are_carried_whole(like, tmp_path):
    tables, rows = LIKE_BRAT[like]
    root = tmp_path / "own"
    for each in ("raw", "annotations", "schema"):
        (root / each).mkdir(parents=True)
    (root / "pyproject.toml").write_text('[tool.corpusbuild]\nname = "x"\ntitle = "X"\nversion = "0.1.0"\n', "utf-8")
    listed_tables = {name: {"type": "array", "x-table": name, "items": closed(columns, "id")} for name, columns in tables.items()}
    document = closed({"article": STRING, "annotator": STRING, **listed_tables}, "article", "annotator")
    schemas = {"anchor.json": ANCHOR, "article.json": closed({}), "annotation.json": document}
    for file, schema in schemas.items():
        (root / "schema" / file).write_text(json.dumps({"$schema": DIALECT, **schema}), "utf-8")
    (root / "raw/a.txt").write_text("Sari lihat kapal.\n", "utf-8")
    (root / "raw/a.json").write_text("{}", "utf-8")
    (root / "annotations/a.json").write_text(json.dumps({"article": "a", "annotator": "ana", **rows}), "utf-8")
    assert not Corpus.open(root).export("brat", tmp_path / "dry", dry_run=True).lost
    assert compiled(returned(root, tmp_path), tmp_path / "again") == compiled(root, tmp_path / "first")


# ---- mappings by hand ----

SOURCE = {
    "a": (
        "Kata Rina kepada Kabar Laut, kapal itu tua.\nKata Oki, laut tenang.\n",
        [
            "T1\tAttribution 0 4\tKata",
            "T2\tSource 5 9\tRina",
            "T3\tContent 29 42\tkapal itu tua",
            "T4\tRelay 17 27\tKabar Laut",
            "E1\tRelay:T4",
            "E2\tAttribution:T1 Source:T2 Content:T3 Via:E1",
            "N1\tSpeaker E1 desk:kabar-laut\tKabar Laut",
            "N2\tSpeaker E2 desk:rina\tRina",
        ],
    ),
    "b": ("Rina pulang.\n", ["T1\tSource 0 4\tRina", "N1\tSpeaker T1 desk:rina\tRina Melati"]),
}


def docs_example() -> str:
    """The mapping that docs/importing.md shows, its two parts together."""
    parts = (ROOT / "docs/importing.md").read_text("utf-8").split("```toml\n")[1:]
    return "".join(each.partition("```")[0] for each in parts)


def mapped(tmp_path: Path, mapping: str, **files: str):
    source = tmp_path / "source"
    source.mkdir(exist_ok=True)
    for name, (text, lines) in SOURCE.items():
        (source / f"{name}.txt").write_text(text, "utf-8")
        (source / f"{name}.ann").write_text("".join(f"{line}\n" for line in lines), "utf-8")
        (source / f"{name}.json").write_text('{"date": "2031-05-01"}', "utf-8")
    for name, content in files.items():
        (tmp_path / f"{name}.json").write_text(content, "utf-8")
    (tmp_path / "map.toml").write_text(mapping, "utf-8")
    return import_corpus("brat", source, tmp_path / "back", mapping=tmp_path / "map.toml")


def test_the_example_in_the_docs_fills_a_registry_and_lists_of_objects(tmp_path):
    mapping = docs_example().replace('metadata = "date"', 'value = "2031-05-01"').replace("value = []", 'path = "normalizations.entry"')
    done = mapped(tmp_path, mapping)
    assert done.folder is not None, [each.finding.message for each in done.report]
    (claim,) = json.loads((tmp_path / "back/annotations/a.json").read_bytes())["claims"]
    assert claim["via"] == [{"speaker": "kabar-laut", "words": {"exact": "Kabar Laut", "start": 17}}]
    speakers = json.loads((tmp_path / "back/annotations/speakers.json").read_bytes())
    assert [(each["id"], each["name"]) for each in speakers] == [("kabar-laut", "Kabar Laut"), ("rina", "Rina")]
    # Another document says another name: the first stays, and this is told at its line.
    told = [(each.place.path, each.place.line) for each in done.report if "another" in each.finding.message]
    assert told == [("b.ann", 2)]
    assert Corpus.open(tmp_path / "back", search=False).make().ok


BEGINNING = """schema = "attribution"
[article]
headline = "first-line"
date = { value = "2031-05-01" }
language = { value = "id" }
event = { value = "kapal" }
text_origin = { value = "original" }
"""


@pytest.mark.parametrize(
    ("rule", "line", "said"),
    [
        ('[[rows]]\ntable = "speakers"\nfrom = "normalizations"\ncolumns = { name = "name" }', 11, "needs its key: id"),
        ('[[rows]]\ntable = "claims"\nfrom = "events"\n[rows.columns]\nvia = "args.role"', 12, "say what its columns are"),
        ('[[rows]]\ntable = "claims"\nfrom = "events"\n[rows.columns]\nnote = { columns = { a = "id" } }', 12, "is no object"),
        (
            '[[rows]]\ntable = "claims"\nfrom = "events"\n[rows.columns.via]\neach = "args[Via].even"\ncolumns = { words = "words" }',
            12,
            'did you mean "event"',
        ),
        (
            '[[rows]]\ntable = "claims"\nfrom = "events"\n[rows.columns.via]\neach = "args"\ncolumns = { speakr = "role" }',
            13,
            'did you mean "speaker"',
        ),
        ('[[rows]]\ntable = "claims"\nfrom = "events"\nwith = ["triger"]\ncolumns = { id = "id" }', 11, 'did you mean "trigger"'),
        (
            '[registries]\nspeaker = "s.json"\n[[rows]]\ntable = "claims"\nfrom = "events"\ncolumns = { id = "id" }',
            9,
            'did you mean "speakers"',
        ),
        ('[registries]\nspeakers = "../s.json"\n[[rows]]\ntable = "claims"\nfrom = "events"\ncolumns = { id = "id" }', 9, "../s.json"),
        (
            '[registries]\nspeakers = "bad.json"\n[[rows]]\ntable = "claims"\nfrom = "events"\ncolumns = { id = "id" }',
            9,
            "0: 'named' is a required",
        ),
        (
            '[registries]\nspeakers = "none.json"\n[[rows]]\ntable = "claims"\nfrom = "events"\ncolumns = { id = "id" }',
            9,
            '"none.json" cannot be read: No such file or directory',
        ),
        (
            '[registries]\nspeakers = "object.json"\n[[rows]]\ntable = "claims"\nfrom = "events"\ncolumns = { id = "id" }',
            9,
            '"object.json" is no registry: it should be an array',
        ),
        (
            '[registries]\nspeakers = "broken.json"\n[[rows]]\ntable = "claims"\nfrom = "events"\ncolumns = { id = "id" }',
            9,
            '"broken.json" is no registry: unexpected end of data',
        ),
    ],
)
def test_a_mistake_about_objects_and_registries_has_its_line(rule, line, said, tmp_path):
    with pytest.raises(CannotGoOn) as error:
        mapped(tmp_path, BEGINNING + rule, object="{}", broken="[", bad='[{"id": "rina", "name": "Rina", "kind": "person"}]')
    assert said in error.value.message + error.value.help
    assert error.value.place.partition("map.toml:")[2].partition(":")[0] == str(line)


def test_no_link_leads_out_of_what_a_mapping_names(tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/a.json").write_text('{"date": "2031-05-01"}', "utf-8")
    home = tmp_path / "home"
    home.mkdir()
    (home / "articles").symlink_to(tmp_path / "secret")
    rule = '[[rows]]\ntable = "claims"\nfrom = "events"\ncolumns = { id = "id" }\n'
    with pytest.raises(CannotGoOn, match="leads out"):
        mapped(home, f'schema = "attribution"\nmetadata = "articles"\n{rule}')
    with pytest.raises(CannotGoOn, match="does not match"):
        mapped(home, f'schema = "attribution"\n[registries]\n"../x/speakers" = "s.json"\n{rule}')


@pytest.mark.parametrize("of", ["raw", "annotations"])
def test_what_can_be_no_part_of_the_corpus_is_not_put_in_with_detached_articles(of, tmp_path):
    own = tmp_path / "own"
    assert CliRunner().invoke(cli, ["init", str(own), "--template", "attribution"]).exit_code == 0
    corpus = Corpus.open(own)
    name = min(path.stem for path in (own / "raw").glob("*.txt"))
    corpus.detach([name], allow_words=True)
    corpus.export("brat", tmp_path / "brat")
    detached = tmp_path / "brat/corpusbuild.files/detached"
    (tmp_path / "secret.json").write_text('{"title": "rahasia"}', "utf-8")
    if of == "raw":
        (detached / "raw/other.json").symlink_to(tmp_path / "secret.json")
    else:
        (there,) = detached.glob(f"annotations/*/{name}.json")
        there.unlink()
        there.symlink_to(tmp_path / "secret.json")
    with pytest.raises(CannotGoOn, match=r"this can be no (article|annotation) of the corpus") as error:
        import_corpus("brat", tmp_path / "brat", tmp_path / "back", mapping=tmp_path / "brat" / MAPPING)
    assert error.value.place.endswith("raw/other.json" if of == "raw" else f"{name}.json")
    assert error.value.help == "take it out of the folder"
    assert not (tmp_path / "back").exists()
