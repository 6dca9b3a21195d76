"""The five originals of KabarKlaim: detached, annotated twice and adjudicated; with their texts at hand, every word is verified."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bundled import ROOT, copy_corpus, inside, tree
from corpusbuild import Corpus

SEEDS = ROOT.parent / "shared" / "seeds"
ORIGINALS = sorted(path.stem for path in (ROOT / "raw").glob("asli-*.json"))
ANNOTATORS = ("annotator-a", "annotator-b")
TABLES = ("claims", "stances", "relations", "zones")
# Zones and relations of two are few; these are the least that the corpus promises.
LEAST = {"claims": 120, "stances": 40, "relations": 20, "zones": 40}


def document(article: str, annotator: str = "gold") -> dict[str, Any]:
    folder = ROOT / "annotations" / ("" if annotator == "gold" else annotator)
    found: dict[str, Any] = json.loads((folder / f"{article}.json").read_bytes())
    return found


ARTICLES = sorted(path.stem for path in (ROOT / "raw").glob("*.json"))


@pytest.fixture
def hydrated(tmp_path: Path) -> Path:
    if not SEEDS.is_dir():
        pytest.skip("the source articles are not here: nothing can be hydrated")
    folder = copy_corpus(tmp_path / "corpus", ROOT)
    done = inside(folder, "hydrate", str(SEEDS))
    assert done.status == 0, done.out + done.err
    return folder


# ---- without their texts ----


def test_there_are_five_and_their_texts_are_not_here() -> None:
    assert len(ORIGINALS) == 5
    for name in ORIGINALS:
        metadata = json.loads((ROOT / "raw" / f"{name}.json").read_bytes())
        assert not (ROOT / "raw" / f"{name}.txt").exists()
        assert set(metadata["text"]) == {"sha256", "chars"}
        assert metadata["text_origin"] == "original"
        assert metadata["license"] is None
        assert metadata["blocks"]


@pytest.mark.parametrize("annotator", ["gold", *ANNOTATORS])
@pytest.mark.parametrize("article", ORIGINALS)
def test_their_annotations_hold_positions_and_no_words(article: str, annotator: str) -> None:
    anchors = list(_anchors(document(article, annotator)))
    assert len(anchors) > 30
    assert all(isinstance(each, dict) and each.keys() == {"start", "end", "check"} for each in anchors)


def _anchors(said: dict[str, Any]) -> Iterator[Any]:
    for claim in said["claims"]:
        yield from (claim[name] for name in ("extent", "source", "cue") if claim.get(name) is not None)
        yield from claim["content"]
        yield from (each["words"] for each in claim.get("via") or () if each.get("words") is not None)
    yield from (zone["extent"] for zone in said["zones"])


def test_make_is_green_without_them_and_says_what_it_could_not_check(tmp_path: Path) -> None:
    folder = copy_corpus(tmp_path / "corpus", ROOT)
    made = Corpus.open(folder).make(tmp_path / "out")
    assert made.ok
    missing = [each for each in made.report if each.finding.name == "detached-text-missing"]
    assert [Path(each.place.path).stem for each in missing] == ORIGINALS
    assert {each.finding.severity for each in made.report} == {"note"}


# ---- with them ----


def test_with_them_every_span_is_verified_and_the_data_set_is_the_same(hydrated: Path, tmp_path: Path) -> None:
    plain = copy_corpus(tmp_path / "plain", ROOT)
    for folder, out in ((plain, "without"), (hydrated, "with")):
        assert Corpus.open(folder).make(tmp_path / out).ok
    report = Corpus.open(hydrated).check()
    assert [each.finding.name for each in report if each.finding.name.startswith(("detached", "span", "inconsistent"))] == []
    assert tree(tmp_path / "with") == tree(tmp_path / "without")


def test_a_check_value_that_is_another_is_found(hydrated: Path) -> None:
    path = hydrated / "annotations" / f"{ORIGINALS[0]}.json"
    said = json.loads(path.read_bytes())
    check = said["claims"][0]["extent"]["check"]
    path.write_text(json.dumps({**said}).replace(check, check[::-1], 1), "utf-8")
    found = [each.finding.name for each in Corpus.open(hydrated).check() if each.finding.severity == "error"]
    assert found == ["span-check-mismatch"]


def test_a_text_that_differs_by_one_character_is_refused(tmp_path: Path) -> None:
    if not SEEDS.is_dir():
        pytest.skip("the source articles are not here: nothing can be hydrated")
    folder = copy_corpus(tmp_path / "corpus", ROOT)
    shutil.copytree(SEEDS, tmp_path / "mine")
    file = min((tmp_path / "mine").glob("*.txt"))
    file.chmod(0o644)
    text = file.read_text("utf-8")
    at = text.index("Rusia", len(text) // 3)
    file.write_text(text[:at] + "r" + text[at + 1 :], "utf-8")
    done = inside(folder, "hydrate", str(tmp_path / "mine"))
    assert done.status == 1
    line, column = text[:at].count("\n") + 1, at - text.rindex("\n", 0, at)
    assert f"{line}:{column}" in done.out
    assert len(list((folder / ".corpusbuild/text").glob("*.txt"))) == 4


def test_agreement_is_what_was_measured(hydrated: Path) -> None:
    pytest.importorskip("scipy")
    kept = json.loads((ROOT / "agreement.json").read_bytes())["agreements"]
    found = Corpus.open(hydrated).agree(*ANNOTATORS)
    assert [(each["a"], each["b"]) for each in kept] == [ANNOTATORS]
    assert {each["name"]: (each["value"], each["used"], each["dropped"]) for each in kept[0]["figures"]} == {
        each.name: (each.value, each.used, each.dropped) for each in found.figures
    }


# ---- two annotators and a gold ----


@pytest.mark.parametrize("article", ARTICLES)
def test_every_document_says_which_guidelines_it_follows(article: str) -> None:
    for annotator in ("gold", *ANNOTATORS):
        said = document(article, annotator)
        assert (said["article"], said["annotator"], said["guidelines"]) == (article, annotator, "1.0")


@pytest.mark.parametrize("article", ARTICLES)
def test_a_gold_row_says_where_it_comes_from_and_what_decided(article: str) -> None:
    rows = {(who, table): document(article, who)[table] for who in ANNOTATORS for table in TABLES}
    known = {f"{who}/{row.get('id', f'{table}/{number}')}" for (who, table), those in rows.items() for number, row in enumerate(those)}
    for table in TABLES:
        for row in document(article)[table]:
            drawn = row["drawn_from"] if table == "relations" else row["from"]
            assert set(drawn) <= known, row
            if {each.split("/")[0] for each in drawn} != set(ANNOTATORS):
                assert row["section"], row


def test_there_is_as_much_as_was_promised() -> None:
    counts = {table: sum(len(document(article)[table]) for article in ARTICLES) for table in TABLES}
    assert all(counts[table] >= least for table, least in LEAST.items()), counts
    assert len(json.loads((ROOT / "annotations/speakers.json").read_bytes())) >= 40
    assert len(json.loads((ROOT / "annotations/targets.json").read_bytes())) >= 12


def test_stories_are_linked_across_articles_and_no_rewrite_to_its_original() -> None:
    origin = {name: json.loads((ROOT / "raw" / f"{name}.json").read_bytes())["text_origin"] for name in ARTICLES}
    across = []
    for name in ARTICLES:
        for relation in document(name)["relations"]:
            others = [end.partition("#")[0] for end in (relation["from"], relation["to"]) if "#" in end]
            across += [relation["type"] for _ in others]
            assert all(origin[other] == origin[name] for other in others), relation
    assert set(across) >= {"agrees", "updates"}


def test_a_rewrite_names_its_original_and_stands_in_the_same_split(tmp_path: Path) -> None:
    made = Corpus.open(copy_corpus(tmp_path / "corpus", ROOT)).make(tmp_path / "out")
    pq = pytest.importorskip("pyarrow.parquet")
    split = {}
    for path in (made.path / "data/articles").glob("*.parquet"):
        for row in pq.read_table(path, partitioning=None).to_pylist():
            split[row["article_id"]] = path.name.split("-")[0]
    for name in set(ARTICLES) - set(ORIGINALS):
        original = json.loads((ROOT / "raw" / f"{name}.json").read_bytes())["based_on"]["article"]
        assert original in ORIGINALS
        assert split[original] == split[name]
