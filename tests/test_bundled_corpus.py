"""KabarKlaim is what its counts say, and passes its own checks."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest

from bundled import PARTS, ROOT, copy_corpus
from corpusbuild import Corpus
from corpusbuild.testing import CorpusKit

ARTICLES = sorted(path.stem for path in (ROOT / "raw").glob("*.txt"))

# Table → rows by split. A number that changes without being meant to is a claim that was lost.
COUNTS = {
    "documents": {"train": 4, "test": 6},
    "articles": {"train": 4, "test": 6},
    "claims": {"train": 74, "test": 94},
    "stances": {"train": 32, "test": 36},
    "relations": {"train": 10, "test": 19},
    "zones": {"train": 21, "test": 44},
    "annotations": {"train": 4, "test": 6},
    "annotators": {"registry": 3},
    "speakers": {"registry": 47},
    "targets": {"registry": 20},
}

# Table and column → labels, in the order of the schema.
LABELS = {
    ("articles", "text_origin"): ["original", "derived"],
    ("claims", "attribution"): ["direct", "indirect", "mixed", "reported", "none"],
    ("claims", "act"): ["say", "believe", "know", "want", "fear", "ask", "accuse", "demand", "promise"],
    ("claims", "type"): ["fact", "prediction", "evaluation", "norm", "question"],
    ("claims", "polarity"): ["affirmed", "denied", "unspoken"],
    ("claims", "certainty"): ["certain", "probable", "possible", "unlikely"],
    ("stances", "label"): ["favor", "against", "neutral"],
    ("stances", "basis"): ["explicit", "inferred"],
    ("relations", "type"): ["restates", "agrees", "contradicts", "supports", "denies", "updates"],
    ("zones", "kind"): ["headline", "byline", "dateline", "caption", "crosshead", "body", "furniture"],
    ("annotators", "kind"): ["human", "model"],
    ("speakers", "kind"): ["person", "organization", "government", "media", "group"],
}

FIELDS = {
    "claims": "article_id uid id extent source cue content speakers within_claim via attribution act type polarity certainty "
    "note difficult from section",
    "stances": "article_id uid id speaker target label basis as_of evidence note from section",
    "relations": "article_id uid id from to type note drawn_from section",
    "zones": "article_id extent kind from section",
}


def test_nothing_counts_as_an_error_or_a_warning(corpus: CorpusKit) -> None:
    corpus.assert_clean(strict=True)


def test_counts_fields_labels_and_splits_are_the_ones_signed_off(corpus: CorpusKit) -> None:
    corpus.assert_locked()


def test_no_story_is_in_two_splits(corpus: CorpusKit) -> None:
    corpus.assert_no_leak()


def test_every_config_loads(corpus: CorpusKit) -> None:
    corpus.assert_loads()


def test_it_has_the_rows_that_it_should(corpus: CorpusKit) -> None:
    summary = corpus.made.summary
    assert summary is not None
    found = {name: {split: part.rows for split, part in table.splits.items()} for name, table in summary.tables.items()}
    assert {name: rows for name, rows in found.items() if not name.endswith("_by_annotator") and rows} == COUNTS


def test_it_has_the_fields_and_labels_that_it_should(corpus: CorpusKit) -> None:
    summary = corpus.made.summary
    assert summary is not None
    assert {(table, path[0]): list(labels) for (table, path), labels in summary.labels.items()} == LABELS
    for table, names in FIELDS.items():
        assert [column.name for column in summary.tables[table].columns] == names.split(), table


def test_the_rows_of_both_annotators_are_there(corpus: CorpusKit) -> None:
    rows = corpus.rows("claims_by_annotator")
    by_annotator = {name: sum(row["annotator"] == name for row in rows) for name in ("annotator-a", "annotator-b", "gold")}
    assert by_annotator == {"annotator-a": 168, "annotator-b": 167, "gold": 168}


def test_a_claim_that_is_lost_is_named(corpus: CorpusKit, tmp_path: Path) -> None:
    folder = copy_corpus(tmp_path / "corpus", ROOT, (*PARTS, "corpus.lock", "agreement.json", "checks"))
    path = folder / "annotations/rencana-kim-ke-vladivostok.json"
    said = json.loads(path.read_bytes())
    referred = json.dumps([said["relations"], said["stances"]]) + json.dumps([claim.get("within_claim") for claim in said["claims"]])
    lost = next(claim for claim in said["claims"] if f'"{claim["id"]}"' not in referred)
    said["claims"].remove(lost)
    path.write_text(json.dumps(said, ensure_ascii=False, indent=2), "utf-8")
    with pytest.raises(pytest.fail.Exception) as failed:
        CorpusKit(Corpus.open(folder), tmp_path / "made", trust=True).assert_locked()
    assert f'"{lost["id"]}" is gone' in str(failed.value)


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


def test_every_claim_that_is_attributed_has_an_act_and_a_way_to_tell():
    for article in ARTICLES:
        document = json.loads((ROOT / "annotations" / f"{article}.json").read_text("utf-8"))
        for claim in document["claims"]:
            if claim["attribution"] == "none":
                assert not claim["speakers"]
                assert claim.get("cue") is None
            else:
                assert claim.get("act"), (article, claim["id"])
