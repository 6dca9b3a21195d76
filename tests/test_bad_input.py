"""Bad input, one fault at a time: what is said, where, with what exit status, and that the old data set stands."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bundled import Ran, copy_corpus, inside, outside, tree

ARTICLE = "putin-akan-ke-pyongyang"
TEXT, METADATA, ANNOTATION = f"raw/{ARTICLE}.txt", f"raw/{ARTICLE}.json", f"annotations/{ARTICLE}.json"
SPEAKERS, SCHEMA, CONFIG = "annotations/speakers.json", "schema/annotation.json", "pyproject.toml"

Said = tuple[str, str, int, int]
"""Code, path, line, column."""


@dataclass(frozen=True)
class Folder:
    """A copy of the corpus that a test may spoil."""

    root: Path

    def read(self, path: str) -> str:
        return (self.root / path).read_bytes().decode()

    def write(self, path: str, text: str | bytes) -> None:
        (self.root / path).parent.mkdir(exist_ok=True)
        (self.root / path).write_bytes(text if isinstance(text, bytes) else text.encode())

    def delete(self, *paths: str) -> None:
        for path in paths:
            (self.root / path).unlink()

    def place(self, path: str, at: int) -> tuple[str, int, int]:
        """Path, line and column of a code point."""
        before = self.read(path)[:at]
        return path, before.count("\n") + 1, at - before.rfind("\n")

    def swap(self, path: str, old: str, new: str, *, point: str = "", times: int = 1) -> tuple[str, int, int]:
        """Put ``new`` for the first ``old``; the place of ``point`` in what was put there."""
        text = self.read(path)
        assert old in text, f"the bundled corpus has changed: no {old!r} in {path}"
        at = text.index(old)
        self.write(path, text.replace(old, new, times))
        return self.place(path, at + new.index(point))

    def swap_bytes(self, path: str, old: bytes, new: bytes) -> None:
        data = (self.root / path).read_bytes()
        assert old in data
        self.write(path, data.replace(old, new, 1))

    def document(self, path: str) -> dict:
        return json.loads(self.read(path))

    def save(self, path: str, value: object) -> None:
        self.write(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")

    def find(self, path: str, words: str, after: str = "") -> tuple[str, int, int]:
        text = self.read(path)
        return self.place(path, text.index(words, text.index(after)))


Spoil = Callable[[Folder], list[Said]]
CASES: dict[str, tuple[Spoil, bool]] = {}


def case(*, process: bool = False) -> Callable[[Spoil], Spoil]:
    """Add a row to the table; ``process`` runs it as a user would, in a process of its own."""

    def add(spoil: Spoil) -> Spoil:
        CASES[spoil.__name__] = (spoil, process)
        return spoil

    return add


# ---- what is not text, or not JSON ----


@case(process=True)
def broken_json(folder: Folder) -> list[Said]:
    folder.swap(ANNOTATION, '"annotator": "gold",\n', '"annotator": "gold"\n')
    return [("CB007", *folder.find(ANNOTATION, '"guidelines"'))]


@case()
def a_key_twice_in_an_object(folder: Folder) -> list[Said]:
    folder.swap(ANNOTATION, '"cue": "Dibantah",', '"cue": "Dibantah", "cue": "Dibantah",')
    return [("CB008", *folder.find(ANNOTATION, '"cue"', after='"Dibantah"'))]


@case()
def nan(folder: Folder) -> list[Said]:
    return [("CB007", *folder.swap(ANNOTATION, '"guidelines": "0.1"', '"guidelines": NaN', point="NaN"))]


@case()
def text_that_is_not_utf8(folder: Folder) -> list[Said]:
    place = folder.find(TEXT, "Putin", after="AP News")
    folder.swap_bytes(TEXT, b"AP News, Putin", b"AP News, \xe9utin")
    return [("CB001", *place)]


@case(process=True)
def json_that_is_not_utf8(folder: Folder) -> list[Said]:
    place = folder.find(ANNOTATION, "ibantah", after='"cue"')
    folder.swap_bytes(ANNOTATION, b'"Dibantah"', b'"D\xe9bantah"')
    return [("CB001", *place)]


@case()
def text_with_a_byte_order_mark(folder: Folder) -> list[Said]:
    folder.write(TEXT, "\ufeff" + folder.read(TEXT))
    return [("CB002", TEXT, 1, 1)]


@case()
def json_with_a_byte_order_mark(folder: Folder) -> list[Said]:
    folder.write(ANNOTATION, "\ufeff" + folder.read(ANNOTATION))
    return [("CB002", ANNOTATION, 1, 1)]


@case(process=True)
def text_with_crlf(folder: Folder) -> list[Said]:
    first = len(folder.read(TEXT).splitlines()[0])
    folder.write(TEXT, folder.read(TEXT).replace("\n", "\r\n"))
    return [("CB003", TEXT, 1, first + 1)]


@case()
def text_in_nfd(folder: Folder) -> list[Said]:
    return [("CB004", *folder.swap(TEXT, "Dilansir AP News", unicodedata.normalize("NFD", "Dilansir AP Néws"), point="e\u0301"))]


@case()
def empty_text(folder: Folder) -> list[Said]:
    folder.write(TEXT, "\n")
    return [("CB006", TEXT, 1, 1)]


# ---- quotations ----


@case(process=True)
def a_quote_that_is_absent(folder: Folder) -> list[Said]:
    return [("CB201", *folder.swap(ANNOTATION, '"cue": "Dibantah"', '"cue": "Dibantahkan"', point='"Dibantahkan'))]


@case()
def a_quote_off_by_one_letter(folder: Folder) -> list[Said]:
    return [("CB201", *folder.swap(ANNOTATION, '"cue": "Dibantah"', '"cue": "Dibentah"', point='"Dibentah'))]


@case()
def a_quote_that_stands_twice(folder: Folder) -> list[Said]:
    return [("CB202", *folder.swap(ANNOTATION, '"source": "Rusia dan Korea Utara"', '"source": "Korea Utara"', point='"Korea'))]


@case()
def words_outside_the_span_that_must_hold_them(folder: Folder) -> list[Said]:
    return [("CB201", *folder.swap(ANNOTATION, '"cue": "Dibantah"', '"cue": "mengumumkan"', point='"mengumumkan'))]


# ---- keys, references, labels ----


@case(process=True)
def an_unknown_speaker(folder: Folder) -> list[Said]:
    return [("CB302", *folder.swap(ANNOTATION, '["pemerintah-rusia"', '["pemerintah-rusja"', point='"pemerintah-rusja'))]


@case()
def a_claim_id_twice(folder: Folder) -> list[Said]:
    document = folder.document(ANNOTATION)
    document["claims"].append({**document["claims"][0], "note": "again"})
    folder.save(ANNOTATION, document)
    text = folder.read(ANNOTATION)
    last = text.rindex('"c1"', 0, text.index('"again"'))
    return [("CB301", *folder.place(ANNOTATION, last))]


@case()
def a_registry_id_twice(folder: Folder) -> list[Said]:
    rows = folder.document(SPEAKERS)
    folder.save(SPEAKERS, [*rows, rows[0]])
    return [("CB301", *folder.place(SPEAKERS, folder.read(SPEAKERS).rindex(f'"{rows[0]["id"]}"')))]


@case(process=True)
def a_label_off_by_one_letter(folder: Folder) -> list[Said]:
    return [("CB104", *folder.swap(ANNOTATION, '"act": "say"', '"act": "sai"', point='"sai"'))]


@case()
def a_property_off_by_one_letter(folder: Folder) -> list[Said]:
    return [("CB106", *folder.swap(ANNOTATION, '"note": "“T', '"notes": "“T', point='"notes"'))]


@case()
def a_missing_property(folder: Folder) -> list[Said]:
    document = folder.document(ANNOTATION)
    del document["claims"][0]["type"]
    folder.save(ANNOTATION, document)
    return [("CB105", *folder.place(ANNOTATION, folder.read(ANNOTATION).index("{", folder.read(ANNOTATION).index('"claims"'))))]


@case()
def a_number_for_a_string(folder: Folder) -> list[Said]:
    return [("CB107", *folder.swap(ANNOTATION, '"guidelines": "0.1"', '"guidelines": 0.1', point="0.1"))]


@case()
def a_date_that_is_none(folder: Folder) -> list[Said]:
    document = folder.document(METADATA)
    folder.save(METADATA, {**document, "date": "2024-06-31"})
    return [("CB109", *folder.find(METADATA, '"2024-06-31"'))]


@case()
def an_id_that_does_not_match_its_pattern(folder: Folder) -> list[Said]:
    document = folder.document(ANNOTATION)
    document["claims"].append({**document["claims"][0], "id": "9 c"})
    folder.save(ANNOTATION, document)
    return [("CB108", *folder.find(ANNOTATION, '"9 c"'))]


# ---- articles and documents ----


@case(process=True)
def an_annotation_of_an_article_that_is_not_there(folder: Folder) -> list[Said]:
    folder.write("annotations/pidato.json", '{"article": "pidato", "annotator": "gold"}\n')
    return [("CB011", "annotations/pidato.json", 1, 13)]


@case()
def an_annotation_whose_article_is_misspelt(folder: Folder) -> list[Said]:
    return [("CB011", *folder.swap(ANNOTATION, f'"{ARTICLE}"', f'"{ARTICLE}g"', point='"'))]


@case()
def two_documents_of_one_annotator_about_one_article(folder: Folder) -> list[Said]:
    folder.write(f"annotations/gold/{ARTICLE}.json", folder.read(ANNOTATION))
    return [("CB401", *folder.find(ANNOTATION, f'"{ARTICLE}"'))]


@case(process=True)
def metadata_without_text(folder: Folder) -> list[Said]:
    folder.delete(TEXT)
    return [("CB014", METADATA, 1, 1)]


@case()
def text_without_metadata(folder: Folder) -> list[Said]:
    folder.delete(METADATA)
    return [("CB010", TEXT, 1, 1)]


@case()
def an_annotation_whose_article_climbs_out(folder: Folder) -> list[Said]:
    return [("CB012", *folder.swap(ANNOTATION, f'"{ARTICLE}"', '"../../etc/passwd"', point='"'))]


@case()
def an_annotator_with_a_slash(folder: Folder) -> list[Said]:
    folder.write("annotations/other.json", json.dumps({"article": ARTICLE, "annotator": "a/b"}) + "\n")
    return [("CB012", *folder.find("annotations/other.json", '"a/b"'))]


def _line(folder: Folder, **changes: object) -> str:
    return json.dumps({**folder.document(METADATA), "text": "Satu baris saja.", **changes}) + "\n"


@case(process=True)
def an_id_in_a_shard_that_climbs_out(folder: Folder) -> list[Said]:
    folder.write("raw/more.jsonl", "\n" + _line(folder, id="../x"))
    return [("CB012", "raw/more.jsonl", 2, 1 + folder.read("raw/more.jsonl").splitlines()[1].index('"../x"'))]


@case()
def an_id_in_a_shard_that_is_taken(folder: Folder) -> list[Said]:
    folder.write("raw/more.jsonl", _line(folder, id=ARTICLE))
    return [("CB405", TEXT, 1, 1)]


@case()
def a_broken_line_of_a_shard_of_annotations(folder: Folder) -> list[Said]:
    line = json.dumps(folder.document(ANNOTATION))
    folder.delete(ANNOTATION)
    folder.write("annotations/more.jsonl", line[:-1] + "\n")
    return [("CB007", "annotations/more.jsonl", 1, len(line))]


@case()
def a_line_of_a_shard_without_an_id(folder: Folder) -> list[Said]:
    folder.write("raw/more.jsonl", _line(folder))
    return [("CB105", "raw/more.jsonl", 1, 1)]


@case()
def two_objects_on_a_line_of_a_shard(folder: Folder) -> list[Said]:
    line = _line(folder, id="x").strip()
    folder.write("raw/more.jsonl", f"{line}{line}\n")
    return [("CB007", "raw/more.jsonl", 1, len(line) + 1)]


@case()
def an_empty_corpus(folder: Folder) -> list[Said]:
    articles = {path.stem for path in (folder.root / "raw").glob("*.json")}
    folder.delete(*(path for name in articles for path in (f"raw/{name}.json", f"raw/{name}.txt", f"annotations/{name}.json")))
    return [("CB015", *folder.find(CONFIG, "name", after="[tool.corpusbuild]"))]


@case()
def a_link_out_of_the_corpus(folder: Folder) -> list[Said]:
    aside = folder.root.parent / "elsewhere.txt"
    (folder.root / TEXT).rename(aside)
    (folder.root / TEXT).symlink_to(aside)
    return [("CB012", TEXT, 1, 1)]


@case()
def a_link_that_leads_nowhere(folder: Folder) -> list[Said]:
    (folder.root / "raw/new.txt").symlink_to("nothing.txt")
    return [("CB012", "raw/new.txt", 1, 1)]


@case()
def a_document_that_links_out(folder: Folder) -> list[Said]:
    (folder.root / ANNOTATION).rename(folder.root.parent / "elsewhere.json")
    (folder.root / ANNOTATION).symlink_to(folder.root.parent / "elsewhere.json")
    return [("CB012", ANNOTATION, 1, 1)]


@case()
def a_registry_that_links_out(folder: Folder) -> list[Said]:
    (folder.root / SPEAKERS).rename(folder.root.parent / "elsewhere.json")
    (folder.root / SPEAKERS).symlink_to(folder.root.parent / "elsewhere.json")
    return [("CB012", SPEAKERS, 1, 1)]


# ---- schemas ----


@case(process=True)
def a_schema_that_is_no_schema(folder: Folder) -> list[Said]:
    return [("CB101", *folder.swap(SCHEMA, '"type": "object"', '"type": "objekt"', point='"objekt"'))]


@case()
def a_schema_that_is_not_json(folder: Folder) -> list[Said]:
    return [("CB007", *folder.swap(SCHEMA, '"title": "annotation",', '"title": annotation,', point="annotation"))]


@case()
def a_schema_that_is_an_array(folder: Folder) -> list[Said]:
    folder.write(SCHEMA, "[]\n")
    return [("CB101", SCHEMA, 1, 1)]


@case(process=True)
def a_reference_to_the_network(folder: Folder) -> list[Said]:
    return [("CB101", *folder.swap(SCHEMA, '{"$ref": "anchor.json"}', '{"$ref": "http://192.0.2.1/anchor.json"}', point='"http'))]


@case()
def a_reference_to_a_file_outside(folder: Folder) -> list[Said]:
    return [("CB101", *folder.swap(SCHEMA, '{"$ref": "anchor.json"}', '{"$ref": "file:///etc/passwd"}', point='"file'))]


@case()
def a_schema_without_columns(folder: Folder) -> list[Said]:
    document = folder.document("schema/article.json")
    del document["properties"]["based_on"]["additionalProperties"]
    folder.save("schema/article.json", document)
    return [("CB102", *folder.find("schema/article.json", "{", after='"based_on"'))]


@case()
def an_x_keyword_misused(folder: Folder) -> list[Said]:
    return [("CB101", *folder.swap(SCHEMA, '"x-table": "claims"', '"x-table": 1', point="1"))]


# ---- the table is run ----


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled corpus with a data set that was made from it."""
    root = copy_corpus(tmp_path_factory.mktemp("built") / "corpus")
    made = outside(root, "make")
    assert made.status == 0, made
    return root


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Folder:
    return Folder(copy_corpus(tmp_path / "corpus", built, ("pyproject.toml", "raw", "schema", "annotations", "dist")))


def said(ran: Ran) -> list[Said]:
    return [(each["code"], each["place"]["path"], each["place"]["line"], each["place"]["column"]) for each in found(ran)]


def found(ran: Ran) -> list[dict]:
    """What a run found; that so small a corpus has not every label in every split, which `make` notes, is no fault of the case."""
    return [each for each in ran.findings if each["name"] != "label-missing-from-split"]


@pytest.mark.parametrize("name", CASES)
def test_says_what_and_where_and_leaves_the_old_data_set(folder: Folder, name: str) -> None:
    spoil, process = CASES[name]
    expected = spoil(folder)
    before = tree(folder.root / "dist")
    ran = (outside if process else inside)(folder.root, "make", "--format", "json")
    assert said(ran) == expected
    assert ran.status == 1
    assert "Traceback" not in ran.out + ran.err
    assert tree(folder.root / "dist") == before


@pytest.mark.parametrize("name", ["broken_json", "text_with_crlf", "a_quote_that_is_absent", "a_label_off_by_one_letter"])
def test_check_says_the_same_in_one_line_each(folder: Folder, name: str) -> None:
    expected = CASES[name][0](folder)
    ran = inside(folder.root, "check", "--format", "concise")
    starts = [f"{path}:{line}:{column}: {code} " for code, path, line, column in expected]
    assert [line[: len(start)] for line, start in zip(ran.out.splitlines(), starts, strict=True)] == starts
    assert ran.status == 1


@pytest.mark.parametrize("name", CASES)
def test_is_shown_to_people_without_a_crash(folder: Folder, name: str) -> None:
    expected = CASES[name][0](folder)
    ran = inside(folder.root, "check", "--color", "always")
    assert ran.status == 1
    assert "Traceback" not in ran.out + ran.err
    for code, path, line, column in expected:
        assert code in ran.out
        assert f"{path}:{line}:{column}" in ran.out


# ---- what a finding helps with ----


def the_finding(ran: Ran) -> dict:
    (finding,) = found(ran)
    return finding


def test_a_quote_that_stands_twice_shows_each_place_with_the_context_that_settles_it(folder: Folder) -> None:
    a_quote_that_stands_twice(folder)
    finding = the_finding(inside(folder.root, "check", "--format", "json"))
    text = folder.read(TEXT)
    places = [(also["place"]["path"], also["place"]["line"], also["place"]["column"]) for also in finding["also"]]
    extent = text.index("Rusia dan Korea Utara mengumumkan"), text.index("mulai Selasa.")
    stands = [at for at in range(*extent) if text.startswith("Korea Utara", at)]
    assert places == [folder.place(TEXT, at) for at in stands]
    for also in finding["also"]:
        # The context shown, written beside the words, is an anchor that is accepted.
        ours = json.loads("{" + also["label"] + "}")
        anchor = json.dumps({"exact": "Korea Utara", **ours}, ensure_ascii=False)
        folder.swap(ANNOTATION, '"source": "Korea Utara"', f'"source": {anchor}')
        assert inside(folder.root, "check").status == 0
        folder.swap(ANNOTATION, f'"source": {anchor}', '"source": "Korea Utara"')


@pytest.mark.parametrize(
    ("name", "helps"),
    [
        ("an_unknown_speaker", '"pemerintah-rusia"'),
        ("a_label_off_by_one_letter", '"say"'),
        ("a_property_off_by_one_letter", '"note"'),
        ("an_annotation_whose_article_is_misspelt", f'"{ARTICLE}"'),
        ("metadata_without_text", TEXT),
        ("text_without_metadata", METADATA),
        ("a_quote_off_by_one_letter", '"Dibantah"'),
    ],
)
def test_the_nearest_is_named(folder: Folder, name: str, helps: str) -> None:
    CASES[name][0](folder)
    assert helps in the_finding(inside(folder.root, "check", "--format", "json"))["help"]


def test_a_long_span_with_several_ends_shows_what_settles_it(folder: Folder) -> None:
    folder.swap(ANNOTATION, '"last": "mulai Selasa."', '"last": "Korea Utara"')
    finding = the_finding(inside(folder.root, "check", "--format", "json"))
    assert finding["code"] == "CB202"
    labels = [also["label"] for also in finding["also"]]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    "name", ["a_claim_id_twice", "a_registry_id_twice", "a_key_twice_in_an_object", "two_documents_of_one_annotator_about_one_article"]
)
def test_the_earlier_of_two_is_shown(folder: Folder, name: str) -> None:
    CASES[name][0](folder)
    finding = the_finding(inside(folder.root, "check", "--format", "json"))
    (also,) = finding["also"]
    earlier, later = also["place"], finding["place"]
    assert (earlier["path"], earlier["line"], earlier["column"]) != (later["path"], later["line"], later["column"])
    lines = folder.read(later["path"]).splitlines()
    words = lines[later["line"] - 1][later["column"] - 1 : later["end_column"] - 1]
    assert folder.read(earlier["path"]).splitlines()[earlier["line"] - 1][earlier["column"] - 1 :].startswith(words)


def test_nothing_is_fetched(folder: Folder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/anchor.json"
        folder.swap(SCHEMA, '{"$ref": "anchor.json"}', f'{{"$ref": "{address}"}}')
        assert outside(folder.root, "check").status == 1
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_link_out_of_the_corpus_is_not_read(folder: Folder) -> None:
    a_link_out_of_the_corpus(folder)
    (folder.root.parent / "elsewhere.txt").write_text("a secret", "utf-8")
    ran = inside(folder.root, "check")
    assert "secret" not in ran.out + ran.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(folder: Folder) -> None:
    os.mkfifo(folder.root / "raw/new.txt")
    ran = outside(folder.root, "check", "--format", "json")
    assert said(ran) == [("CB012", "raw/new.txt", 1, 1)]


READ_WHOLE = ("corpus.lock", "card.md", "CHANGELOG.md", "LICENSE", "LICENSE.data", "agreement.json")


@pytest.fixture
def committed(folder: Folder) -> Folder:
    """The corpus with all that it can bring beside its documents, signed off and in a commit."""
    for name in READ_WHOLE[1:-1]:
        folder.write(name, "Words.\n")
    folder.write("agreement.json", '{"format": 1, "agreements": []}\n')
    assert outside(folder.root, "lock").status == 0
    config = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "x", "--no-verify")):
        subprocess.run(["git", *config, *words], cwd=folder.root, check=True, capture_output=True)
    return folder


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("name", READ_WHOLE)
@pytest.mark.parametrize("what", ["a pipe", "a folder", "a link to nothing", "a device"])
def test_what_is_read_whole_must_be_a_file(committed: Folder, name: str, what: str) -> None:
    path = committed.root / name
    path.unlink()
    match what:
        case "a pipe":
            os.mkfifo(path)
        case "a folder":
            path.mkdir()
        case _:
            path.symlink_to("/dev/zero" if what == "a device" else "nowhere")
    for words in (("make",), ("make", "--locked")):
        ran = outside(committed.root, *words)
        assert (ran.status, ran.out) == (2, "")
        assert f"error: this is not a file\n  --> {name}\n   = help: " in ran.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("path", ["raw", "annotations", "schema", "dist/*/manifest.json", "dist/*/README.md", ".corpusbuild/state.json"])
def test_no_pipe_in_the_place_of_a_file_keeps_make_waiting(committed: Folder, path: str) -> None:
    assert outside(committed.root, "make").status == 0
    found = min(each for each in committed.root.glob(path if "." in path else f"{path}/**/*.json") if each.is_file())
    found.unlink()
    os.mkfifo(found)
    ran = outside(committed.root, "make")
    assert ran.status == (2 if path.endswith("manifest.json") else 0 if "." in path else 1), ran.err
    assert "Traceback" not in ran.err


# ---- warnings ----


@pytest.mark.parametrize("run", [inside, outside], ids=["inside", "outside"])
def test_an_article_without_annotation_is_a_warning(folder: Folder, run: Callable[..., Ran]) -> None:
    folder.write("raw/pidato.txt", "Pidato itu belum ditandai siapa pun.\n")
    folder.write("raw/pidato.json", folder.read(METADATA))
    ran = run(folder.root, "make", "--format", "json")
    assert said(ran) == [("CB404", "raw/pidato.txt", 1, 1)]
    assert the_finding(ran)["severity"] == "warning"
    assert ran.status == 0


def test_a_file_with_no_meaning_is_a_warning(folder: Folder) -> None:
    folder.write("raw/notes.txt~", "notes")
    ran = inside(folder.root, "make", "--format", "json")
    assert said(ran) == [("CB016", "raw/notes.txt~", 1, 1)]
    assert ran.status == 0


# ---- the run cannot go on ----


INVALID = b'{"type": 5}'


@pytest.mark.parametrize(
    "words",
    [
        ("add", "new.txt"),
        ("adjudicate", "ana", "budi"),
        ("agree", "ana", "budi"),
        ("detach", ARTICLE),
        ("hydrate", "."),
        ("reanchor",),
        ("rename", "speakers.id", "vladimir-putin", "putin"),
    ],
)
def test_what_needs_the_schemas_says_that_they_are_not_valid_and_changes_nothing(folder: Folder, words: tuple[str, ...]) -> None:
    folder.write("new.txt", "Judul\n\nKalimat pertama.\n")
    folder.write(SCHEMA, INVALID)
    before = tree(folder.root)
    cannot(inside(folder.root, *words), "the schemas are not valid", "mend what `corpusbuild check` finds first")
    after = tree(folder.root)
    assert {path: data for path, data in after.items() if not path.startswith(".corpusbuild")} == before


@pytest.mark.parametrize("words", [("lock",), ("report",), ("stats",)])
def test_what_would_be_of_the_compiled_corpus_shows_what_is_wrong_with_the_schemas(folder: Folder, words: tuple[str, ...]) -> None:
    folder.write(SCHEMA, INVALID)
    ran = inside(folder.root, *words)
    assert ran.status == 1
    assert "error[CB101] schema-invalid" in ran.out
    assert f"{SCHEMA}:1:10" in ran.out
    assert not (folder.root / "dist" / "report").exists()


def cannot(ran: Ran, *words: str) -> None:
    assert ran.status == 2
    for word in words:
        assert word in ran.err
    assert "Traceback" not in ran.out + ran.err
    assert "bug in corpusbuild" not in ran.err
    assert ran.out == ""


def test_a_folder_that_is_no_corpus(tmp_path: Path) -> None:
    cannot(outside(tmp_path, "check"), "no corpus here")
    cannot(inside(tmp_path, "make", "--corpus", str(tmp_path)), "pyproject.toml")
    cannot(inside(tmp_path, "make", "--corpus", str(tmp_path / "nowhere")), "no such folder")


@pytest.mark.parametrize("gone", ["raw", "annotations", "schema"])
def test_a_corpus_without_one_of_its_folders(folder: Folder, gone: str) -> None:
    (folder.root / gone).rename(folder.root / "aside")
    cannot(inside(folder.root, "check"), gone)


def test_an_unknown_key_of_the_config(folder: Folder) -> None:
    _, line, _ = folder.swap(CONFIG, 'gold = "gold"', 'golt = "gold"')
    cannot(outside(folder.root, "check"), '"golt"', 'did you mean "gold"?', f"{CONFIG}:{line}")


def test_a_config_that_is_not_toml(folder: Folder) -> None:
    _, line, _ = folder.swap(CONFIG, 'gold = "gold"', 'gold = = "gold"')
    cannot(outside(folder.root, "check"), f"--> {CONFIG}:{line}\n")
    cannot(outside(folder.root / "raw", "check"), f"--> ../{CONFIG}:{line}\n")


WAIVER = '[[tool.corpusbuild.waive]]\nrule = "CB201"\nwhere = "raw/*"\nreason = "x"\n'


@pytest.mark.parametrize(
    ("more", "words", "at"),
    [
        (WAIVER + '[[tool.corpusbuild.waive]]\nrule = "CB202"\nwhere = "raw/*"\n', ['[[tool.corpusbuild.waive]] has no "reason"'], 4),
        (WAIVER + WAIVER + 'wher = "x"\n', ['unknown key "wher" in [[tool.corpusbuild.waive]]', 'did you mean "where"?'], 8),
        (WAIVER + WAIVER.replace('"CB201"', '"quote-not-fuond"'), ['"quote-not-fuond"', 'did you mean "quote-not-found"?'], 5),
        (WAIVER + 'until = "2026-02-31"\n', ["waive.until: there is no day 2026-02-31"], 4),
        (WAIVER.replace('"x"', '""'), ["waive.reason"], 3),
        ('[tool.corpusbuild.severity]\nCB209 = "error"\nCB2O1 = "off"\n', ['there is no rule "CB2O1"', "CB201"], 2),
        (
            '[tool.corpusbuild.severity]\nCB209 = "error"\nspan-edge-whitespace = "fatal"\n',
            ['severity.span-edge-whitespace: "fatal" is not one of error, warning, note, off'],
            2,
        ),
        ('[tool.corpusbuild.severity]\nCB201 = "off"\n', ["cannot be compiled"], 1),
    ],
)
def test_what_is_wrong_with_the_config_is_told_with_its_line(folder: Folder, more: str, words: list[str], at: int) -> None:
    text = folder.read(CONFIG).rstrip() + "\n"
    folder.write(CONFIG, text + more)
    cannot(inside(folder.root, "check"), *words, f"--> {CONFIG}:{text.count(chr(10)) + 1 + at}\n")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('group = "event"', 'group = "evnt"', 'splits.group = "evnt" is no field of the metadata'),
        ('gold = "gold"', 'gold = "gould"', 'gold = "gould" has annotated nothing'),
        ('"summit-2024" = "test"', '"summit-2024" = "all"', 'splits.assign.summit-2024: no split can be named "all"'),
        ('"summit-2024" = "test"', '"summit-2024" = "the test"', '"the test" is no name for a split'),
    ],
)
def test_what_is_wrong_with_a_key_is_told_with_its_line(folder: Folder, old: str, new: str, said: str) -> None:
    _, line, _ = folder.swap(CONFIG, old, new)
    cannot(inside(folder.root, "check"), said, f"--> {CONFIG}:{line}\n")


def test_a_split_named_all_among_the_shares(folder: Folder) -> None:
    folder.write(CONFIG, '[tool.corpusbuild]\nname = "a"\ngold = "x"\n\n[tool.corpusbuild.splits]\nratios = { train = 9, all = 1 }\n')
    cannot(inside(folder.root, "check"), 'splits.ratios.all: no split can be named "all"', f"--> {CONFIG}:6\n")


def test_a_key_that_is_missing_is_not_looked_for_in_another_table(folder: Folder) -> None:
    folder.write(CONFIG, '[tool.corpusbuild]\nversion = "1.0.0"\n\n[tool.other]\nname = "x"\n')
    cannot(inside(folder.root, "check"), '[tool.corpusbuild] has no "name"', f"--> {CONFIG}:1\n")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "kabar-klaim"', 'name = "Kabar Klaim"', "name"),
        ('name = "kabar-klaim"', "", '"name"'),
        ('group = "event"', 'group = "evnt"', 'did you mean "event"?'),
        ('gold = "gold"', 'gold = "gould"', 'did you mean "gold"?'),
        ('"summit-2024" = "test"', '"summit-2024" = "all"', "all"),
        ('license = "CC-BY-4.0"', "license = 4", "license"),
    ],
)
def test_a_config_that_says_what_it_cannot(folder: Folder, old: str, new: str, said: str) -> None:
    text = folder.read(CONFIG)
    head, tail = text[: text.index("[tool.corpusbuild]")], text[text.index("[tool.corpusbuild]") :]
    assert old in tail
    folder.write(CONFIG, head + tail.replace(old, new, 1))
    cannot(inside(folder.root, "make"), said, CONFIG)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("", "no corpus here"),
        ("tool = 3", "no corpus here"),
        ("[tool]\ncorpusbuild = 3", "3"),
        ('[tool.corpusbuild]\nname = "a"\nversion = 2020-01-01', "2020-01-01"),
        ('[tool.corpusbuild]\nname = "a"\n[tool.corpusbuild.splits]\nratios = { a = nan }', "ratios"),
        ('[tool.corpusbuild]\nname = "a"\n[tool.corpusbuild.splits]\nratios = { a = -1 }', "ratios"),
        ('[tool.corpusbuild]\nname = "a"\n[tool.corpusbuild.splits]\nratios = { a = inf }', "ratios"),
        ('[tool.corpusbuild]\nname = "\xff"', "not TOML"),
    ],
)
def test_a_config_that_is_none(folder: Folder, config: str, said: str) -> None:
    folder.write(CONFIG, config.encode("latin-1"))
    cannot(inside(folder.root, "check"), said, "pyproject.toml")


def test_a_file_where_the_data_set_should_be_made(folder: Folder) -> None:
    (folder.root / "dist").rename(folder.root / "aside")
    folder.write("dist", "a file")
    cannot(outside(folder.root, "make"), "written")
    assert folder.read("dist") == "a file"


@pytest.mark.parametrize("out", ["a-file", "a-folder", "raw", "."])
def test_what_is_no_data_set_is_not_replaced(folder: Folder, out: str) -> None:
    folder.write("a-file", "precious")
    folder.write("a-folder/notes", "precious")
    before = tree(folder.root)
    ran = outside(folder.root, "make", "--out", out)
    after = {path: data for path, data in tree(folder.root).items() if not path.startswith(".corpusbuild")}
    assert after == before
    cannot(ran, "among the sources" if out == "raw" else "not a data set")


def test_an_empty_folder_and_an_old_data_set_are_replaced(folder: Folder) -> None:
    (folder.root / "out").mkdir()
    for _ in range(2):
        assert inside(folder.root, "make", "--out", "out").status == 0
        (folder.root / ".corpusbuild/state.json").unlink()
    assert tree(folder.root / "out") == tree(folder.root / "dist/kabar-klaim")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(folder: Folder) -> None:
    (folder.root / "dist").chmod(0o555)
    try:
        cannot(outside(folder.root, "make"), "written")
    finally:
        (folder.root / "dist").chmod(0o755)


def test_two_runs_at_once(folder: Folder) -> None:
    fcntl = pytest.importorskip("fcntl", reason="another lock on Windows")
    (folder.root / ".corpusbuild").mkdir(exist_ok=True)
    before = tree(folder.root / "dist")
    with (folder.root / ".corpusbuild/make.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        cannot(outside(folder.root, "make"), "another run")
        assert tree(folder.root / "dist") == before
        assert outside(folder.root, "check").status == 0
    assert outside(folder.root, "make").status == 0


INTERRUPTED = """
import os, signal, sys
from corpusbuild.emit import swap
swap.replace = lambda new, target: os.kill(os.getpid(), signal.SIGINT)
sys.argv[0] = "corpusbuild"
from corpusbuild.cli import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are different there")
def test_an_interrupted_run(folder: Folder) -> None:
    folder.swap(METADATA, '"headline": "', '"headline": "Baru: ')
    before = tree(folder.root / "dist")
    ran = outside(folder.root, "make", program=("-c", INTERRUPTED))
    assert ran.status == 130
    assert "Traceback" not in ran.err
    assert tree(folder.root / "dist") == before


def test_an_interrupted_check(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpusbuild.workflow.corpus.Corpus.check", lambda *_, **__: signal.raise_signal(signal.SIGINT))
    assert inside(folder.root, "check").status == 130


@pytest.mark.parametrize(
    "words",
    [
        ("mke",),
        ("check", "--formt", "json"),
        ("check", "--format", "xml"),
        ("make", "--jobs", "0"),
        ("make", "--jobs", "many"),
        ("quote", ARTICLE),
    ],
    ids=" ".join,
)
def test_wrong_usage(folder: Folder, words: tuple[str, ...]) -> None:
    cannot(inside(folder.root, *words))


def test_wrong_usage_in_a_process(folder: Folder) -> None:
    cannot(outside(folder.root, "chek"), "chek")


def test_explaining_what_is_no_rule(folder: Folder) -> None:
    cannot(outside(folder.root, "explain", "quote-not-fond"), 'did you mean "quote-not-found"?')
    cannot(inside(folder.root, "explain", "cb20l"), 'did you mean "CB20')


def test_quoting_what_does_not_stand(folder: Folder) -> None:
    cannot(inside(folder.root, "quote", ARTICLE, "kata yang tidak ada sama sekali di sini"), "does not stand")
    cannot(inside(folder.root, "quote", f"{ARTICLE}g", "Putin"), f'did you mean "{ARTICLE}"?')
    cannot(inside(folder.root, "quote", "../pyproject", "Putin"), "..")


def test_quoting_from_what_cannot_be_read(folder: Folder, tmp_path: Path) -> None:
    cannot(inside(folder.root, "quote", ARTICLE, ""), "no words to look for")
    (tmp_path / "elsewhere.txt").write_text("kata rahasia")
    (folder.root / "raw" / "elsewhere.txt").symlink_to(tmp_path / "elsewhere.txt")
    cannot(inside(folder.root, "quote", "elsewhere", "rahasia"), 'no article "elsewhere"')
    folder.write(TEXT, b"kata \xff")
    cannot(inside(folder.root, "quote", ARTICLE, "kata"), "not UTF-8", f"--> {TEXT}\n")


@pytest.mark.parametrize("schema", [None, b"[]", b'{"properties": []}', b"{"])
def test_a_new_document_needs_a_schema_that_says_its_tables(folder: Folder, schema: bytes | None) -> None:
    folder.delete(SCHEMA)
    if schema is not None:
        folder.write(SCHEMA, schema)
    cannot(inside(folder.root, "new", ARTICLE, "--annotator", "budi"), "says nothing of tables", SCHEMA, "corpusbuild check")
    assert not (folder.root / "annotations" / "budi" / f"{ARTICLE}.json").exists()


def test_a_new_document_takes_the_place_of_nothing(folder: Folder) -> None:
    before = folder.read(ANNOTATION)
    cannot(inside(folder.root, "new", ARTICLE), "there already", ANNOTATION, "--annotator")
    assert folder.read(ANNOTATION) == before
    cannot(inside(folder.root, "new", ARTICLE, "--annotator", "a/b"), '"a/b" cannot be an annotator')
    cannot(inside(folder.root, "new", f"{ARTICLE}g"), f'did you mean "{ARTICLE}"?')
    folder.write("annotations/budi", "")
    cannot(inside(folder.root, "new", ARTICLE, "--annotator", "budi"), "cannot be written", "annotations/budi")


def test_what_no_page_of_the_spec_could_hold(folder: Folder) -> None:
    folder.write("raw/bomb.jsonl.gz", gzip.compress(b"\n" * (65 << 20), 9))
    folder.write(METADATA, '{"headline": "x",\n' + ",\n".join(['"k": 1'] * 1_002) + "}")
    folder.write(ANNOTATION, json.dumps({"article": ARTICLE, "annotator": "gold", "claims": list(range(1_002))}))
    found = [(each["place"]["path"], each["message"], each["help"]) for each in inside(folder.root, "check", "--format", "json").findings]
    assert (METADATA, "this has more faults than the 1,000 that are shown", "mend those first") in found
    assert (ANNOTATION, "this has more faults than the 1,000 that are shown", "mend those first") in found
    (bomb,) = [each for each in found if each[0] == "raw/bomb.jsonl.gz"]
    assert bomb[1:] == ("this shard is not read: it unpacks to more than 67,108,864 bytes", "unpack it, or raise limits.expansion")


def test_what_every_finding_names_can_be_explained(folder: Folder) -> None:
    for spoil in (broken_json, a_quote_that_is_absent, an_unknown_speaker):
        spoil(folder)
    ran = inside(folder.root, "check", "--format", "json")
    assert len(ran.findings) > 0
    for each in ran.findings:
        told = inside(folder.root, "explain", each["code"])
        assert told.status == 0
        assert each["name"] in told.out
