"""Web Annotations as others write them: every selector, target and body is a row, or a finding at its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpusbuild import CannotGoOn, Corpus, import_corpus
from corpusbuild.interchange.web_annotation import reading
from corpusbuild.text.canonical import canonical
from written import copy_of

TEXT = "Rina 😀 pulang ke Tidore.\nKata Oki, perahu itu kecil dan cepat. Perahu itu baru.\n"


def quote(exact: str, prefix: str = "", suffix: str = "") -> dict[str, Any]:
    return {"type": "TextQuoteSelector", "exact": exact, **({"prefix": prefix} if prefix else {}), **({"suffix": suffix} if suffix else {})}


def position(start: int, end: int) -> dict[str, Any]:
    return {"type": "TextPositionSelector", "start": start, "end": end}


def target(*selectors: Any, source: Any = "https://kabar.example/a") -> dict[str, Any]:
    return {"source": source, **({"selector": selectors[0] if len(selectors) == 1 else list(selectors)} if selectors else {})}


def annotation(targets: Any, **more: Any) -> dict[str, Any]:
    return {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation", "target": targets, **more}


def imported(folder: Path, items: Any, text: str | bytes = TEXT, **options: Any):
    """What becomes of a page; each of its annotations stands on a line of its own, from the second on."""
    source = folder / "source"
    source.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in items)
    (source / "page.jsonld").write_text(f'{{"type": "AnnotationPage", "items": [\n{lines}\n]}}', "utf-8")
    (source / "a.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
    return import_corpus("w3c", source, folder / "back", **options)


def rows(folder: Path, annotator: str = "") -> dict[str, Any]:
    corpus = Corpus.open(folder / "back", search=False)
    assert corpus.make().ok
    return json.loads((folder / "back/annotations" / annotator / "a.json").read_bytes())


def words(folder: Path) -> list[Any]:
    return [None if each.get("words") is None else (each["words"]["start"], each["words"]["exact"]) for each in rows(folder)["targets"]]


def test_every_selector_leads_to_its_words(tmp_path):
    items = [
        annotation(target(quote("perahu itu"))),
        annotation(target(quote("Oki", "Kata ", ", perahu"))),
        annotation(target(position(7, 13))),
        annotation(target(position(17, 23), quote("Tidore", "ke "))),
        annotation(target({"type": "FragmentSelector", "conformsTo": "http://tools.ietf.org/rfc/rfc5147", "value": "char=0,4"})),
        annotation([target(quote("kecil")), target(quote("cepat"))]),
        annotation("https://kabar.example/a"),
    ]
    assert imported(tmp_path, items).ok
    assert words(tmp_path) == [
        (35, "perahu itu"),
        (30, "Oki"),
        (7, "pulang"),
        (17, "Tidore"),
        (0, "Rina"),
        (46, "kecil"),
        (56, "cepat"),
        None,
    ]


def test_quotes_prove_that_positions_count_utf16_units(tmp_path):
    done = imported(tmp_path, [annotation(target(position(18, 24), quote("Tidore"))), annotation(target(position(8, 14)))])
    assert (done.ok, dict(done.units)) == (True, {"UTF-16 units": 1})
    assert words(tmp_path) == [(17, "Tidore"), (7, "pulang")]


def test_a_quotation_alone_is_found_whatever_the_line_ends_and_counts_nothing(tmp_path):
    text = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()
    items = [annotation(target(quote("Tidore.\nKata"))), annotation(target(position(18, 24), quote("Tidore")))]
    assert imported(tmp_path, items, text).ok
    assert words(tmp_path) == [(17, "Tidore.\nKata"), (17, "Tidore")]


def test_bodies_are_rows_and_what_has_no_column_is_kept_as_json(tmp_path):
    bodies = [
        {"type": "TextualBody", "purpose": "tagging", "value": "laut"},
        {"type": "SpecificResource", "purpose": "linking", "source": "https://kabar.example/b", "state": {"type": "HttpRequestState"}},
        {
            "type": "TextualBody",
            "purpose": ["describing", "commenting"],
            "value": "siapa?\nentah",
            "language": "id",
            "format": "text/plain",
        },
        "https://kabar.example/c",
    ]
    creator = {"id": "https://kabar.example/people/ana", "type": "Person", "nickname": "ana"}
    item = annotation(target(quote("Rina")), id="urn:x:1", body=bodies, motivation="linking", creator=creator, rights="CC0")
    assert imported(tmp_path, [item, annotation(target(quote("Oki")), bodyValue="nama")]).ok
    made = rows(tmp_path, "ana")
    (first,) = made["web_annotations"]
    assert (first["iri"], first["motivation"], first["creator"]) == ("urn:x:1", ["linking"], creator["id"])
    assert json.loads(first["other"]) == {"creator": creator, "rights": "CC0"}
    tag, link, comment, bare = made["bodies"]
    assert (tag["purpose"], tag["value"], link["source"], bare["source"]) == (["tagging"], "laut", bodies[1]["source"], bodies[3])
    assert json.loads(link["other"]) == {"state": {"type": "HttpRequestState"}}
    assert (comment["purpose"], comment["value"], comment["language"]) == (["describing", "commenting"], "siapa?\nentah", "id")
    assert rows(tmp_path, "gold")["bodies"][0]["value"] == "nama"


def test_programs_are_never_gold(tmp_path):
    items = [annotation(target(quote("Rina")), creator={"type": "Software", "name": "tagger"})]
    assert imported(tmp_path, [*items, annotation(target(quote("Oki")), creator="https://kabar.example/people/ana")]).gold == "ana"
    entries = json.loads((tmp_path / "back/annotations/annotators.json").read_bytes())
    assert [(each["id"], each["prediction"]) for each in entries] == [("ana", False), ("tagger", True)]


def test_the_text_may_be_in_the_source_and_an_annotation_about_two_texts(tmp_path):
    other = {"id": "https://kabar.example/b", "type": "Text", "value": "Oki pergi.", "language": "id"}
    done = imported(tmp_path, [annotation([target(quote("Rina")), target(quote("Oki"), source=other)])])
    assert (done.ok, done.articles, done.records["changed"]) == (True, 2, 2)
    metadata = json.loads((tmp_path / "back/raw/b.json").read_bytes())
    assert metadata == {"iri": "https://kabar.example/b", "language": "id"}


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (annotation(target(quote("Perahu"), position(1, 2))), "fits no unit"),
        (annotation(target(quote("erahu itu"))), "stands in 2 places"),
        (annotation(target(quote("Rini"))), "stands nowhere"),
        (annotation(target(quote("Oki", "kata "))), "stands nowhere"),
        (annotation(target(quote("Oki"), quote("Rina"))), "different words"),
        (annotation(target(position(4, 2))), "ends before it starts"),
        (annotation(target(position(0, 999))), "ends behind the text"),
        (annotation(target({"type": "TextPositionSelector", "start": "0", "end": 4})), "no start and end"),
        (annotation(target({"type": "XPathSelector", "value": "/p"})), "no selector of it is read: XPathSelector"),
        (annotation(target(quote("Oki"), source={"type": "Text"})), "no source"),
        (annotation([]), "no target"),
        (annotation(7), "neither an IRI nor an object"),
        (annotation(target(quote("Oki"), source="https://kabar.example/z")), "is not there"),
        ({"type": "Note"}, "no Annotation"),
        (annotation(target(quote("Oki")), body=[3]), "a body is neither"),
        (annotation({"type": "Choice", "items": ["https://kabar.example/a"]}), "a target of type Choice is not read"),
        (annotation(target("start=0")), "a selector is no object with a type"),
        (annotation(target({"start": 0, "end": 4})), "a selector is no object with a type"),
        (annotation(target({"type": "TextQuoteSelector", "prefix": "Kata "})), "has no exact that is a string"),
        (annotation(target({"type": "TextQuoteSelector", "exact": 3})), "has no exact that is a string"),
        (annotation(target({"type": "TextQuoteSelector", "exact": "Oki", "suffix": 3})), "prefix and suffix of a TextQuoteSelector"),
        ({"type": "AnnotationCollection", "first": "https://kabar.example/pages/1"}, "its pages stand elsewhere"),
    ],
)
def test_what_is_malformed_is_a_finding_at_its_line(item, said, tmp_path):
    done = imported(tmp_path, [annotation(target(quote("Rina"))), item], keep_going=True)
    (finding,) = done.report
    assert said in finding.finding.message
    assert (finding.place.path, finding.place.line) == ("page.jsonld", 3)
    assert words(tmp_path) == [(0, "Rina")]


def told(folder: Path) -> list[tuple[str, str]]:
    """What an import says of the files of a folder: where, and what."""
    done = import_corpus("w3c", folder / "source", folder / "back", keep_going=True)
    return [(each.place.path, each.finding.message) for each in done.report]


def test_of_several_texts_that_may_be_meant_none_is_taken(tmp_path):
    for folder in ("pagi", "sore"):
        (tmp_path / "source" / folder).mkdir(parents=True)
        (tmp_path / "source" / folder / "a.txt").write_text(f"Rina pulang {folder}.", "utf-8")
    (tmp_path / "source/page.jsonl").write_text(json.dumps(annotation(target(quote("Rina")))), "utf-8")
    assert told(tmp_path) == [
        ("page.jsonl", '"https://kabar.example/a" may be any of pagi/a.txt, sore/a.txt'),
        ("pagi/a.txt", "no annotation is about this text"),
        ("sore/a.txt", "no annotation is about this text"),
    ]
    assert not (tmp_path / "back/annotations/a.json").exists()


def test_a_text_that_is_too_large_is_not_read_and_the_others_are(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_MOST_BYTES", 1 << 20)
    items = [annotation(target(position(0, 4))), annotation(target(quote("Oki"), source={"id": "urn:b", "value": "Oki pergi."}))]
    done = imported(tmp_path, items, b"x" * ((1 << 20) + 1), keep_going=True)
    assert [(each.place.path, each.finding.code, each.finding.message) for each in done.report] == [
        ("a.txt", "CB706", "this file has more than 1 MiB")
    ]
    assert [path.name for path in (tmp_path / "back/raw").glob("*.txt")] == ["b.txt"]


def test_a_source_without_annotations_is_refused(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    with pytest.raises(CannotGoOn) as caught:
        import_corpus("w3c", tmp_path / "a.txt", tmp_path / "back")
    assert caught.value.message == "nothing here is a file of Web Annotations"
    assert caught.value.help == "their names end in .jsonld, .json or .jsonl"


def test_lines_are_annotations_and_broken_ones_are_told(tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source/a.txt").write_text(TEXT, "utf-8")
    good = json.dumps(annotation(target(quote("Rina"))))
    (tmp_path / "source/all.jsonl").write_text(f'{good}\n{{"type": "Annotation"\n{good}\n', "utf-8")
    done = import_corpus("w3c", tmp_path / "source", tmp_path / "back", keep_going=True)
    assert [(each.finding.code, each.place.line) for each in done.report] == [("CB701", 2)]
    assert words(tmp_path) == [(0, "Rina"), (0, "Rina")]


# ---- what is exported ----


def places(root: Path) -> list[tuple[str, int, str]]:
    """The words of every anchor of a corpus, whichever column they are in."""
    found = []
    for path in sorted((root / "annotations").rglob("*.json")):
        value = json.loads(path.read_bytes())
        if isinstance(value, dict):
            found += [
                (value["article"], each["words"]["start"], each["words"]["exact"]) for each in value.get("targets", ()) if each.get("words")
            ]
    return sorted(found)


@pytest.mark.parametrize("name", ["legal", "emotions"])
def test_every_anchor_that_is_exported_comes_back_in_its_place(name, tmp_path):
    Corpus.open(copy_of(name, tmp_path / "own"), search=False).export("w3c", tmp_path / "out")
    assert import_corpus("w3c", tmp_path / "out", tmp_path / "back").ok
    assert Corpus.open(tmp_path / "back", search=False).make().ok
    wanted, bodies = [], []
    for path in sorted((tmp_path / "out").rglob("*.jsonld")):
        for item in json.loads(path.read_bytes())["items"]:
            bodies.append(item["body"]["value"])
            for each in item["target"] if isinstance(item["target"], list) else ():
                at, said = each["selector"]
                wanted.append((path.stem, at["start"], said["exact"]))
    assert (places(tmp_path / "back"), bool(wanted)) == (sorted(wanted), True)
    back = [json.loads(path.read_bytes()) for path in sorted((tmp_path / "back/annotations").rglob("*.json"))]
    assert sorted(each["value"] for value in back if isinstance(value, dict) for each in value["bodies"]) == sorted(bodies)
    for path in (tmp_path / "own/raw").glob("*.txt"):
        assert (tmp_path / "back/raw" / path.name).read_bytes() == path.read_bytes()


PIECES = st.sampled_from(["kata", "😀", "é", "q̣̇", "שלום", "مرحبا", "👩‍🚀", "日本"])


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    pieces=st.lists(PIECES, min_size=2, max_size=8),
    size=st.sampled_from([len, lambda text: len(text.encode("utf-16-le")) // 2, lambda text: len(text.encode())]),
    marked=st.booleans(),
    line_end=st.sampled_from(["\n", "\r\n"]),
    data=st.data(),
)
def test_words_are_where_they_were_in_any_unit(pieces, size, marked, line_end, data, tmp_path_factory):
    tokens = [f"{piece}{number}" for number, piece in enumerate(pieces)]
    text = line_end.join(tokens)
    number = data.draw(st.integers(0, len(tokens) - 1))

    def placed(words: str) -> dict[str, Any]:
        start = text.index(words)
        return annotation(target(position(size(text[:start]), size(text[: start + len(words)])), quote(words)))

    items = [annotation(target(quote(tokens[number]))), *map(placed, tokens)]
    folder = tmp_path_factory.mktemp("w3c")
    done = imported(folder, items, (b"\xef\xbb\xbf" if marked else b"") + text.encode())
    assert done.ok, [each.finding.message for each in done.report]
    clean = canonical(text)
    wanted = [canonical(each) for each in (tokens[number], *tokens)]
    assert words(folder) == [(clean.index(each), each) for each in wanted]
