"""The test kit, used as a corpus's own tests use it; each of its assertions can fail, and says why."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bundled import ROOT, copy_corpus
from corpusbuild import Corpus
from corpusbuild.testing import CorpusKit
from generated import make_corpus, unlike
from tampering import drop_row


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_corpus(tmp_path / "corpus")


@pytest.fixture
def kit(folder: Path, tmp_path: Path) -> CorpusKit:
    return CorpusKit(Corpus.open(folder), tmp_path / "made")


def edit(folder: Path, path: str, old: str, new: str) -> None:
    text = (folder / path).read_text("utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new, 1), "utf-8")


def said(failed: pytest.ExceptionInfo[BaseException]) -> str:
    return str(failed.value)


def commit(kit: CorpusKit, folder: Path, *, lock: bool = True) -> None:
    """Sign the corpus off, and commit it."""
    if lock:
        kit.corpus.lock()
    git = ["git", "-c", "user.name=Ana", "-c", "user.email=ana@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "signed off"], ["commit", "-qm", "later", "--allow-empty"]):
        subprocess.run([*git, *words], cwd=folder, check=True)


def test_all_of_it_passes_for_the_bundled_corpus(kit: CorpusKit) -> None:
    kit.corpus.lock()
    kit.assert_clean()
    kit.assert_locked()
    kit.assert_no_leak()
    kit.assert_loads()
    kit.assert_counts(articles=len(kit.rows("articles")), claims=kit.table("claims").num_rows)
    assert sum(len(kit.rows("claims", split)) for split in ("train", "test")) == kit.table("claims").num_rows


def test_a_claim_that_was_lost_is_named(kit: CorpusKit, folder: Path) -> None:
    kit.corpus.lock()
    path = folder / "annotations/putin-akan-ke-pyongyang.json"
    document = json.loads(path.read_bytes())
    lost = next(
        claim
        for claim in reversed(document["claims"])
        if all(claim["id"] not in str(each) for each in (document["relations"], document["stances"]))
        and all(other.get("within_claim") != claim["id"] for other in document["claims"])
    )
    document["claims"].remove(lost)
    path.write_text(json.dumps(document), "utf-8")
    with pytest.raises(pytest.fail.Exception) as failed:
        kit.assert_locked()
    assert f'claims of "putin-akan-ke-pyongyang" by "gold": {len(document["claims"])} rows' in said(failed)
    assert f'"{lost["id"]}" is gone' in said(failed)


def test_the_records_that_differ_from_the_last_sign_off_are_shown(kit: CorpusKit, folder: Path) -> None:
    commit(kit, folder)
    edit(folder, "annotations/putin-akan-ke-pyongyang.json", '"certainty": "probable"', '"certainty": "possible"')
    with pytest.raises(pytest.fail.Exception) as failed:
        kit.assert_locked()
    assert "since it was signed off in" in said(failed)
    assert re.search(r"certainty.*probable.*possible", said(failed))


def test_a_count_that_is_another_says_so(kit: CorpusKit) -> None:
    with pytest.raises(pytest.fail.Exception) as failed:
        kit.assert_counts(articles=7)
    assert "articles: 5 rows, expected 7" in said(failed)
    with pytest.raises(KeyError, match='no table "nothing"'):
        kit.assert_counts(nothing=1)


def test_what_was_signed_off_is_compared_with_only_where_something_differs(kit: CorpusKit, folder: Path) -> None:
    commit(kit, folder)
    with pytest.raises(pytest.fail.Exception) as failed:
        kit.assert_counts(articles=7)
    assert said(failed) == "articles: 5 rows, expected 7"


def test_what_did_not_compile_when_it_was_signed_off_is_not_compared_with(kit: CorpusKit, folder: Path) -> None:
    edit(folder, "annotations/putin-akan-ke-pyongyang.json", '"attribution": "indirect"', '"attribution": "indirekt"')
    (folder / "corpus.lock").write_text("{}\n")
    commit(kit, folder, lock=False)
    edit(folder, "annotations/putin-akan-ke-pyongyang.json", '"attribution": "indirekt"', '"attribution": "indirect"')
    (folder / "corpus.lock").unlink()
    with pytest.raises(pytest.fail.Exception) as failed:
        kit.assert_counts(articles=7)
    assert said(failed) == "articles: 5 rows, expected 7"


def test_own_checks_that_do_not_run_are_a_warning(kit: CorpusKit, folder: Path, tmp_path: Path) -> None:
    (folder / "own.py").write_bytes((ROOT / "checks" / "weekday_date_mismatch.py").read_bytes())
    edit(folder, "pyproject.toml", 'checks = ["attribution"]', 'checks = ["attribution", "own.py"]')
    with pytest.warns(UserWarning, match="the corpus's own checks do not run: corpusbuild_trust = true lets them"):
        CorpusKit(Corpus.open(folder), tmp_path / "one").assert_clean()
    trusting = CorpusKit(Corpus.open(folder), tmp_path / "two", trust=True).report
    assert "weekday-date-mismatch" in {each.finding.name for each in trusting}


def test_every_table_that_does_not_load_as_it_was_written_is_named(tmp_path: Path) -> None:
    root = make_corpus(tmp_path / "corpus", [{"id": "m", "text": unlike(1)}, {"id": "n", "text": unlike(2)}])
    kit = CorpusKit(Corpus.open(root), tmp_path / "made")
    for name in ("articles", "documents"):
        drop_row(next((kit.made.path / "data" / name).glob("*.parquet")), 0)
    # Of one of them, the card does not say how many rows there should be.
    card = kit.made.path / "README.md"
    documents, mark, articles = card.read_text("utf-8").rpartition("  splits:\n")
    assert mark
    card.write_text(documents + articles[articles.index("---\n") :], "utf-8")
    with pytest.raises(pytest.fail.Exception) as failed:
        kit.assert_loads()
    first, second = said(failed).splitlines()
    assert first.startswith("documents does not load: NonMatchingSplitsSizesError: ")
    assert second == "articles: {'train': 1} rows loaded, {'train': 2} written"


def test_a_table_without_rows_is_empty_and_has_its_fields(kit: CorpusKit, folder: Path) -> None:
    for path in (folder / "annotations").glob("*-*.json"):
        document = json.loads(path.read_bytes())
        path.write_text(json.dumps({**document, "stances": []}), "utf-8")
    assert kit.rows("stances") == []
    assert "label" in kit.table("stances", "train").column_names


def test_without_a_lock_nothing_is_as_it_was_signed_off(kit: CorpusKit) -> None:
    with pytest.raises(pytest.fail.Exception, match="missing-lock"):
        kit.assert_locked()


def test_findings_that_count_are_shown(kit: CorpusKit, folder: Path) -> None:
    edit(folder, "annotations/putin-akan-ke-pyongyang.json", '"attribution": "indirect"', '"attribution": "indirekt"')
    with pytest.raises(pytest.fail.Exception, match="value-not-allowed"):
        kit.assert_clean()
    with pytest.raises(pytest.fail.Exception, match="does not compile"):
        kit.table("claims")


def test_strict_asks_for_no_warning_either(kit: CorpusKit, folder: Path) -> None:
    speakers = folder / "annotations/speakers.json"
    entries = json.loads(speakers.read_bytes())
    speakers.write_text(json.dumps([*entries, {**entries[0], "id": "tak-dipakai", "name": "Tak Dipakai", "aliases": []}]), "utf-8")
    kit.assert_clean()
    with pytest.raises(pytest.fail.Exception, match="unused-speaker"):
        kit.assert_clean(strict=True)


def test_a_story_in_two_splits_is_a_leak(tmp_path: Path) -> None:
    config = '[tool.corpusbuild.splits]\ngroup = "event"\nassign = { "one" = "train", "two" = "test" }\n'
    texts = [unlike(1, 60), unlike(1, 60) + " Satu kalimat lagi."]
    articles = [{"id": f"a{n}", "text": text, "event": event} for n, (text, event) in enumerate(zip(texts, ("one", "two"), strict=True))]
    root = make_corpus(tmp_path / "corpus", articles, [{"article": each["id"], "annotator": "ana"} for each in articles], config)
    with pytest.raises(pytest.fail.Exception, match="nearly the same"):
        CorpusKit(Corpus.open(root), tmp_path / "made").assert_no_leak()


class InTwo(CorpusKit):
    """A data set with one event in every split, as no compiler would make it."""

    def rows(self, name: str, split: str | None = None) -> list[dict[str, str | None]]:
        assert name == "articles"
        return [{"text_sha256": split, "event": "summit", "article_id": f"article-of-{split}"}]


def test_a_group_in_two_splits_is_seen_in_the_data_too(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception) as failed:
        InTwo(Corpus.open(folder), tmp_path / "made").assert_no_leak()
    assert 'event "summit": article-of-train (train), article-of-test (test)' in said(failed)


class InNone(CorpusKit):
    """A data set in which nobody knows the event of any article."""

    def rows(self, name: str, split: str | None = None) -> list[dict[str, str | None]]:
        assert name == "articles"
        return [{"text_sha256": split, "event": None, "article_id": f"article-of-{split}"}]


def test_articles_without_a_group_are_of_no_common_one(folder: Path, tmp_path: Path) -> None:
    InNone(Corpus.open(folder), tmp_path / "made").assert_no_leak()


# ---- as a plugin ----


def passes(folder: Path, test: str) -> bool:
    (folder / "tests").mkdir()
    (folder / "tests/test_it.py").write_text(test)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return bool(re.search("1 passed", done.stdout))


def test_the_plugin_is_there_without_a_conftest_and_finds_the_corpus(folder: Path) -> None:
    Corpus.open(folder).lock()
    assert passes(folder, "def test_it(corpus):\n    corpus.assert_locked()\n    assert corpus.rows('claims')\n")


def test_a_run_of_pytest_that_asks_for_nothing_loads_nothing(tmp_path: Path) -> None:
    assert passes(tmp_path, "import sys\ndef test_it():\n    assert not {'pyarrow', 'datasets', 'click'} & sys.modules.keys()\n")
