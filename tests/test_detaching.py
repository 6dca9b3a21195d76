"""What is detached says where its words are and proves them, and holds none of them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from bundled import inside, outside, tree
from corpusbuild import Corpus
from corpusbuild.errors import CannotGoOn, CannotWrite, UnknownName
from corpusbuild.text.check import check_value
from corpusbuild.text.pieces import paragraphs_of, sha256_of
from corpusbuild.text.span import Span
from detaching import DOCUMENTS, PASAR, corpus_of_two, forget, sources

NOTE = "Wali kota Rina Sutanto mengatakan pasar lama dibuka lagi pada hari Senin"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return corpus_of_two(tmp_path / "corpus")


def found(root: Path) -> list[tuple[str, str]]:
    return [(each.finding.code, each.place.path) for each in Corpus.open(root).check()]


def anchors(path: Path) -> dict[str, list[dict[str, object]]]:
    """Claim → its anchors, in the order of extent, cue and content."""
    claims = json.loads(path.read_text("utf-8"))["claims"]
    return {each["id"]: [a for a in (each["extent"], each.get("cue"), *each.get("content", ())) if a is not None] for each in claims}


def spans(root: Path) -> list[object]:
    """Start and end of every anchor of the compiled claims."""
    assert Corpus.open(root).make().ok
    (path,) = (root / "dist" / "kabar-kota" / "data" / "claims_by_annotator").glob("*.parquet")
    rows = pq.read_table(path).to_pylist()
    pairs = [(row["uid"], row["annotator"], name, row[name]) for row in rows for name in ("extent", "cue", "content")]
    return [
        (*key, [(s["start"], s["end"]) for s in (value if isinstance(value, list) else [value] if value else [])]) for *key, value in pairs
    ]


def test_every_anchor_of_every_annotator_becomes_a_position_that_holds(root: Path) -> None:
    before = spans(root)
    detached = Corpus.open(root).detach(["pasar"])
    assert (detached.written, detached.spans, detached.borrowed) == (True, 8, ())
    assert not (root / "raw" / "pasar.txt").exists()
    places = {"c1": [(137, 191), (137, 144)], "c2": [(24, 97), (47, 57), (58, 80), (81, 96)], "c3": [(0, 5)]}
    assert anchors(root / "annotations" / "pasar.json") == {
        name: [{"start": a, "end": b, "check": check_value(PASAR, Span(a, b))} for a, b in each] for name, each in places.items()
    }
    assert found(root) == []
    assert spans(root) == before


def test_metadata_say_what_the_text_is_and_where_its_paragraphs_lie(root: Path) -> None:
    Corpus.open(root).detach(["pasar"])
    metadata = json.loads((root / "raw" / "pasar.json").read_text("utf-8"))
    assert metadata["text"] == {"sha256": sha256_of(PASAR), "chars": len(PASAR)}
    assert metadata["blocks"] == [{"start": a.start, "end": a.end, "sha256": a.sha256} for a in paragraphs_of(PASAR)]
    for block in metadata["blocks"]:
        assert sha256_of(PASAR[block["start"] : block["end"]]) == block["sha256"]


def test_files_stay_as_they_are_but_for_what_is_meant(root: Path) -> None:
    before = sources(root)
    Corpus.open(root).detach(["pasar"])
    after = sources(root)
    changed = {path for path in before if before[path] != after.get(path)}
    assert changed == {"raw/pasar.txt", "raw/pasar.json", *DOCUMENTS}
    assert after.keys() == before.keys() - {"raw/pasar.txt"}
    kept = after["annotations/pasar.json"].decode()
    assert kept.startswith('{\n  "article": "pasar",\n  "annotator": "ana",\n  "claims": [\n    {"id": "c1", "extent": {"start": 137, ')
    assert '},  "cue": {"start": 47' in kept  # two spaces, as the author has it
    assert '"cue": null, "difficult": true}\n  ]\n}\n' in kept


@pytest.mark.parametrize(
    ("metadata", "begins"),
    [
        ('{"headline": "Pasar Lama dibuka lagi"}', '{"headline": "Pasar Lama dibuka lagi", "text": {"sha256": '),
        ('{\n\t"headline": "Pasar"\n}\n', '{\n\t"headline": "Pasar",\n\t"text": {"sha256": '),
        ('{\r\n  "headline": "P", "event": "pasar"\r\n}', '{\r\n  "headline": "P", "event": "pasar", "text": {"sha256": '),
        ('{"blocks": [], "headline": "Pasar"}', '{"blocks": [{"start": 0, "end": 22, "sha256": '),
    ],
)
def test_metadata_are_formatted_as_their_author_has_them(root: Path, metadata: str, begins: str) -> None:
    (root / "raw" / "pasar.json").write_text(metadata, "utf-8", newline="")
    Corpus.open(root).detach(["pasar"])
    with (root / "raw" / "pasar.json").open(encoding="utf-8", newline="") as file:
        text = file.read()
    assert text.startswith(begins)
    written = json.loads(text)
    assert written.pop("text")["sha256"] == sha256_of(PASAR)
    assert len(written.pop("blocks")) == 4
    assert written == {key: value for key, value in json.loads(metadata).items() if key != "blocks"}
    assert found(root) == []


def test_no_run_of_the_words_is_left(root: Path) -> None:
    Corpus.open(root).detach(["pasar", "jembatan"])
    for path, data in sources(root).items():
        text = data.decode("utf-8")
        for words in ("mengatakan pasar", "kios sudah", "atap pasar", "lalu lintas pulih", "memperkirakan"):
            assert words not in text, path


def test_the_text_is_kept_where_git_does_not_see_it(root: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    Corpus.open(root).detach(["pasar"])
    assert (root / ".corpusbuild" / "text" / f"{sha256_of(PASAR)}.txt").read_text("utf-8") == PASAR
    status = subprocess.run(["git", "status", "--porcelain", "-uall"], cwd=root, check=True, capture_output=True, text=True).stdout
    assert "schema/article.json" in status
    assert ".corpusbuild" not in status


def test_without_the_text_all_the_rest_is_made_and_the_bytes_are_the_same(root: Path) -> None:
    Corpus.open(root).detach(["pasar"])
    assert Corpus.open(root).make().ok
    first = tree(root / "dist")
    forget(root)
    made = Corpus.open(root).make()
    assert made.ok
    assert [each.finding.message for each in made.report] == [
        "the text of this article is not at hand: 8 spans were not checked against its words"
    ]
    assert tree(root / "dist") == first
    row = next(
        each for each in pq.read_table(root / "dist" / "kabar-kota" / "data" / "articles").to_pylist() if each["article_id"] == "pasar"
    )
    assert (row["text"], row["text_sha256"], row["text_chars"]) == (None, sha256_of(PASAR), len(PASAR))


def test_the_text_is_in_the_data_set_only_if_that_is_asked_for(root: Path) -> None:
    Corpus.open(root).detach(["pasar"])
    assert Corpus.open(root).make().ok
    words = b"Joko Lestari, atap"
    assert not any(words in (data or b"") for data in tree(root / "dist").values())
    assert "1 article is detached" in (root / "dist" / "kabar-kota" / "README.md").read_text("utf-8")
    assert Corpus.open(root).make(include_detached_text=True).ok
    texts = {each["article_id"]: each["text"] for each in pq.read_table(root / "dist" / "kabar-kota" / "data" / "articles").to_pylist()}
    assert texts["pasar"] == PASAR
    card = (root / "dist" / "kabar-kota" / "README.md").read_text("utf-8")
    assert "is detached" not in card
    assert "The text of 1 article in here may not be redistributed" in card


def test_a_text_that_is_at_hand_again_is_in_the_data_set_again(root: Path, tmp_path: Path) -> None:
    Corpus.open(root).detach(["pasar"])
    forget(root)
    out = tmp_path / "out"
    assert Corpus.open(root).make(out, include_detached_text=True).ok
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/pasar.txt").write_text(PASAR, "utf-8")
    assert Corpus.open(root).hydrate([tmp_path / "mine"]).ok
    for again, text in ((True, PASAR), (False, None), (True, PASAR)):
        assert Corpus.open(root).make(out, include_detached_text=again).ok
        rows = {each["article_id"]: each["text"] for each in pq.read_table(out / "data" / "articles").to_pylist()}
        assert rows["pasar"] == text
        assert Corpus.open(root).make(tmp_path / "fresh", include_detached_text=again).ok
        assert tree(out) == tree(tmp_path / "fresh")
        shutil.rmtree(tmp_path / "fresh")


def test_what_is_quoted_later_is_detached_too(root: Path) -> None:
    Corpus.open(root).detach(["pasar"])
    path = root / "annotations" / "budi" / "pasar.json"
    before = sources(root)
    document = json.loads(path.read_text("utf-8"))
    document["claims"].append({"id": "c2", "extent": "atap pasar masih bocor"})
    path.write_text(json.dumps(document), "utf-8")
    assert found(root) == [("CB212", "annotations/budi/pasar.json")]
    detached = Corpus.open(root).detach(["pasar"])
    assert (detached.spans, list(detached.after), detached.moved) == (1, ["annotations/budi/pasar.json"], ())
    assert found(root) == []
    assert anchors(path)["c2"] == [{"start": 168, "end": 190, "check": check_value(PASAR, Span(168, 190))}]
    assert {path for path, data in sources(root).items() if data != before[path]} == {"annotations/budi/pasar.json"}
    forget(root)
    with pytest.raises(CannotGoOn, match="not at hand"):
        Corpus.open(root).detach(["pasar"])


def test_quote_prints_positions_where_the_text_is_at_hand(root: Path) -> None:
    Corpus.open(root).detach(["pasar"])
    ran = inside(root, "quote", "pasar", "pasar")
    places = [(i, i + 5) for i in range(len(PASAR)) if PASAR.startswith("pasar", i)]
    assert ran.out.splitlines() == [
        f"{a}..{b}\t" + json.dumps({"start": a, "end": b, "check": check_value(PASAR, Span(a, b))}) for a, b in places
    ]
    forget(root)
    assert "not at hand" in outside(root, "quote", "pasar", "pasar").err


def test_a_dry_run_writes_nothing(root: Path) -> None:
    before = tree(root)
    ran = inside(root, "detach", "pasar", "--dry-run")
    assert ran.status == 0
    assert tree(root) == before
    assert '-    {"id": "c1", "extent": "Menurut pedagang' in ran.out
    assert "rename from raw/pasar.txt" in ran.out
    assert ran.err == "would detach 1 articles, 8 quotations, 3 files\n"


# ---- words that stand elsewhere ----


def note(root: Path, words: str) -> None:
    path = root / "raw" / "jembatan.json"
    path.write_text(json.dumps({"headline": words}), "utf-8")


@pytest.mark.parametrize("place", ["annotation", "registry", "other text", "prose"])
def test_words_that_would_still_stand_in_the_corpus_are_listed(root: Path, place: str) -> None:
    path = (
        root
        / {
            "annotation": "annotations/speakers.json",
            "registry": "annotations/budi/speakers.json",
            "other text": "raw/jembatan.txt",
            "prose": "card.md",
        }[place]
    )
    if path.suffix == ".json":
        path.write_text(json.dumps([{"id": "x", "name": NOTE}, *json.loads((root / "annotations/speakers.json").read_text())]), "utf-8")
    else:
        path.write_text((path.read_text("utf-8") if path.exists() else "") + f"\n{NOTE}.\n", "utf-8")
    before = sources(root)
    ran = inside(root, "detach", "pasar")
    assert ran.status == 1
    assert sources(root) == before
    assert f"{path.relative_to(root).as_posix()}:" in ran.err
    assert "12 words in a row of pasar" in ran.err
    assert "--allow-words" in ran.err
    assert inside(root, "detach", "pasar", "--allow-words").status == 0
    assert not (root / "raw" / "pasar.txt").exists()


def test_a_headline_may_be_cited_and_few_words_are_no_quotation(root: Path) -> None:
    headline = "Sepuluh kata judul ini boleh dikutip di mana pun juga oleh siapa saja"
    (root / "raw" / "pasar.txt").write_text(PASAR.replace("Pasar Lama dibuka lagi", headline, 1), "utf-8")
    (root / "raw" / "pasar.json").write_text(json.dumps({"headline": headline}), "utf-8")
    (root / "annotations" / "pasar.json").write_text(DOCUMENTS["annotations/pasar.json"].replace('"exact": "Pasar"', '"exact": "Sepuluh"'))
    (root / "card.md").write_text(f"{headline}\n\n{' '.join(NOTE.split()[:8])}\n", "utf-8")
    assert Corpus.open(root).detach(["pasar"], dry_run=True).borrowed == ()
    (root / "card.md").write_text(f"{' '.join(NOTE.split()[:9])}\n", "utf-8")
    (borrowed,) = Corpus.open(root).detach(["pasar"], dry_run=True).borrowed
    assert (borrowed.path, borrowed.line, borrowed.words, borrowed.article) == ("card.md", 1, 9, "pasar")


# ---- what is refused ----


def test_an_article_with_faults_is_not_detached(root: Path) -> None:
    path = root / "annotations" / "budi" / "pasar.json"
    path.write_text(path.read_text("utf-8").replace("Semua", "Sebagian"), "utf-8")
    before = tree(root)
    with pytest.raises(CannotGoOn) as error:
        Corpus.open(root).detach(["pasar"], dry_run=True)
    assert error.value.place == "annotations/budi/pasar.json"
    assert tree(root) == before


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        ("annotations/pasar.json", '"article"', '"articel"', "can be read"),
        ("raw/pasar.json", '"event"', '"evnet"', "is not a property"),
        ("raw/pasar.txt", "Wali", "\ufeffWali\r\n", "wrong|carriage"),
        ("schema/annotation.json", '"array"', '"aray"', "schemas"),
        ("schema/article.json", '"blocks"', '"bloks"', 'no place for "blocks"'),
        ("schema/anchor.json", '["start", "end", "check"]', '["start", "end", "check", "by"]', "no place for a position"),
    ],
)
def test_what_keeps_an_article_from_being_detached_is_said(root: Path, path: str, old: str, new: str, said: str) -> None:
    text = (root / path).read_text("utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), "utf-8", newline="")
    before = sources(root)
    with pytest.raises(CannotGoOn, match=said):
        Corpus.open(root).detach(["pasar"])
    assert sources(root) == before


def test_what_cannot_be_named(root: Path) -> None:
    with pytest.raises(UnknownName) as error:
        Corpus.open(root).detach(["pasr"])
    assert error.value.help == 'did you mean "pasar"?'
    Corpus.open(root).detach(["pasar"])
    with pytest.raises(CannotGoOn, match="detached already"):
        Corpus.open(root).detach(["jembatan", "pasar"])
    assert (root / "raw" / "jembatan.txt").is_file()
    assert outside(root, "detach", "pasar").status == 2


def test_a_text_that_is_a_link_stays(root: Path) -> None:
    (root / "raw" / "pasar.txt").rename(root / "pasar.txt")
    (root / "raw" / "pasar.txt").symlink_to("../pasar.txt")
    with pytest.raises(CannotGoOn, match="link"):
        Corpus.open(root).detach(["pasar"])


def test_all_files_are_written_or_none(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name == "pasar.txt":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    before = sources(root)
    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(CannotWrite):
        Corpus.open(root).detach(["pasar"])
    assert sources(root) == before


# ---- shards ----


def test_an_article_of_a_shard_is_detached_in_its_line(root: Path) -> None:
    lines = []
    for name in ("jembatan", "pasar"):
        metadata = json.loads((root / "raw" / f"{name}.json").read_text("utf-8"))
        lines.append(json.dumps({"id": name, "text": (root / "raw" / f"{name}.txt").read_text("utf-8"), **metadata}))
        (root / "raw" / f"{name}.json").unlink()
        (root / "raw" / f"{name}.txt").unlink()
    (root / "raw" / "all.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    before = spans(root)
    detached = Corpus.open(root).detach(["pasar"])
    assert detached.moved == ()
    written = (root / "raw" / "all.jsonl").read_text("utf-8").splitlines()
    assert written[0] == lines[0]
    assert json.loads(written[1])["text"] == {"sha256": sha256_of(PASAR), "chars": len(PASAR)}
    assert "kios" not in written[1]
    assert found(root) == []
    assert spans(root) == before
    forget(root)
    assert found(root) == [("CB210", "raw/all.jsonl")]


def test_a_detached_article_of_a_shard_is_quoted_and_annotated_as_any_other(root: Path) -> None:
    metadata = json.loads((root / "raw" / "pasar.json").read_text("utf-8"))
    (root / "raw" / "pasar.json").unlink()
    (root / "raw" / "pasar.txt").unlink()
    (root / "raw" / "all.jsonl").write_text(json.dumps({"id": "pasar", "text": PASAR, **metadata}) + "\n", "utf-8")
    Corpus.open(root).detach(["pasar"])
    ((start, end, anchor),) = Corpus.open(root).quote("pasar", "Wali kota")
    assert PASAR[start:end] == "Wali kota"
    assert anchor.check == check_value(PASAR, Span(start, end))
    forget(root)
    with pytest.raises(UnknownName, match='"pasar" is detached: its text is not at hand') as error:
        Corpus.open(root).quote("pasar", "Wali kota")
    assert "hydrate" in error.value.help
    path = Corpus.open(root).new("pasar", "citra")
    assert json.loads(path.read_bytes())["article"] == "pasar"
