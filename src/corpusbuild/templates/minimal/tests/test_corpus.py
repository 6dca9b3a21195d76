"""What must not change unnoticed. After a change that you meant, put the new counts here."""

from pathlib import Path

import datasets
import pytest

from corpusbuild import Corpus

ROOT = Path(__file__).parent.parent

COUNTS = {
    "documents": 2,
    "articles": 2,
    "spans": 8,
    "annotations": 2,
}


@pytest.fixture(scope="module")
def corpus():
    return Corpus.open(ROOT, search=False)


def test_nothing_counts_as_an_error(corpus):
    report = corpus.check()
    assert report.ok, [f"{each.place.path}:{each.place.line}: {each.finding.message}" for each in report]


def test_the_counts_are_the_ones_signed_off(corpus):
    summary = corpus.stats().summary
    assert summary is not None, "see `corpusbuild check`"
    assert {name: table.rows for name, table in summary.tables.items() if not name.endswith("_by_annotator")} == COUNTS


def test_every_config_loads(corpus, tmp_path):
    made = corpus.make(tmp_path / "data")
    assert made.ok, "see `corpusbuild check`"
    for config in datasets.get_dataset_config_names(str(made.path)):
        splits = datasets.load_dataset(str(made.path), config, cache_dir=str(tmp_path / "cache"))
        rows = sum(split.num_rows for split in splits.values())
        assert rows == COUNTS[config.removesuffix("_by_annotator")], config
