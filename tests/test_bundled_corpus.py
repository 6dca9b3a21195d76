"""KabarKlaim is what its counts say, and passes its own checks."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest

from corpusbuild import Corpus

ROOT = Path(__file__).parent.parent
ARTICLES = sorted(path.stem for path in (ROOT / "raw").glob("*.txt"))

# Table → rows by split. A number that changes without being meant to is a claim that was lost.
COUNTS = {
    "documents": {"train": 2, "test": 3},
    "articles": {"train": 2, "test": 3},
    "claims": {"train": 42, "test": 54},
    "stances": {"train": 13, "test": 15},
    "relations": {"train": 17, "test": 22},
    "zones": {"train": 6, "test": 10},
    "annotations": {"train": 2, "test": 3},
    "annotators": {"registry": 3},
    "speakers": {"registry": 47},
    "targets": {"registry": 23},
}


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Corpus.open(ROOT, search=False)


def test_nothing_is_wrong_with_it(corpus):
    assert [(each.finding.code, each.place) for each in corpus.check(trust=True)] == []


def test_without_trust_its_own_check_is_said_not_to_have_run(corpus, tmp_path, monkeypatch):
    monkeypatch.setenv("CORPUSBUILD_CONFIG", str(tmp_path))
    (note,) = [each for each in corpus.check() if each.finding.name == "untrusted-checks"]
    assert note.finding.severity == "note"
    assert "checks/weekday_date_mismatch.py" in note.finding.message


def test_it_has_the_rows_that_it_should(corpus):
    summary = corpus.stats().summary
    found = {name: {split: part.rows for split, part in table.splits.items()} for name, table in summary.tables.items()}
    assert {name: rows for name, rows in found.items() if not name.endswith("_by_annotator") and rows} == COUNTS


def test_every_table_has_rows_in_every_split_that_the_config_names(corpus):
    summary = corpus.stats().summary
    for name in ("claims", "stances", "relations", "zones"):
        assert set(summary.tables[name].splits) == set(corpus.config.splits.names), name


def test_every_annotation_says_which_guidelines_it_follows():
    documents = [json.loads(path.read_text("utf-8")) for path in (ROOT / "annotations").rglob("*.json")]
    versions = {each["article"]: each.get("guidelines") for each in documents if isinstance(each, dict)}
    assert set(versions) >= set(ARTICLES)
    assert all(re.fullmatch(r"[0-9]+\.[0-9]+", version or "") for version in versions.values()), versions


@pytest.mark.parametrize("article", ARTICLES)
def test_an_article_is_as_long_as_it_should_be_and_begins_with_its_headline(article):
    text = (ROOT / "raw" / f"{article}.txt").read_text("utf-8")
    metadata = json.loads((ROOT / "raw" / f"{article}.json").read_text("utf-8"))
    assert 250 <= len(text.split()) <= 600
    assert text.splitlines()[0] == metadata["headline"]
    assert unicodedata.is_normalized("NFC", text)
    assert metadata["based_on"]["headline"] != metadata["headline"]
    assert metadata["license"] == "CC-BY-4.0"


@pytest.mark.parametrize("article", ARTICLES)
def test_a_quotation_has_eight_words_at_most(article):
    text = (ROOT / "raw" / f"{article}.txt").read_text("utf-8")
    assert text.count("“") == text.count("”")
    for quotation in re.findall("“([^”]*)”", text):
        assert len(quotation.split()) <= 8, quotation


@pytest.mark.parametrize("article", ARTICLES)
def test_a_quotation_stands_in_quotation_marks_in_its_source(article):
    seeds = ROOT.parent / "shared" / "seeds"
    if not seeds.is_dir():
        pytest.skip("the source articles are not here")
    metadata = json.loads((ROOT / "raw" / f"{article}.json").read_text("utf-8"))
    sources = [path.read_text("utf-8") for path in seeds.glob("*.txt")]
    (source,) = [text for text in sources if metadata["based_on"]["headline"] in text.splitlines()[0]]
    said = " ".join(re.findall("“([^”]*)”", source))
    for quotation in re.findall("“([^”]*)”", (ROOT / "raw" / f"{article}.txt").read_text("utf-8")):
        assert quotation.strip(",. ") in said


def test_every_claim_that_is_attributed_has_an_act_and_a_way_to_tell(corpus):
    for article in ARTICLES:
        document = json.loads((ROOT / "annotations" / f"{article}.json").read_text("utf-8"))
        for claim in document["claims"]:
            if claim["attribution"] == "none":
                assert not claim["speakers"]
                assert claim.get("cue") is None
            else:
                assert claim.get("act"), (article, claim["id"])
