"""Waivers in runs that look at less than everything: none is unused that could not be used yet."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bundled import ROOT
from corpusbuild import Corpus

WAIVER = '\n[[tool.corpusbuild.waive]]\nrule = "{}"\nwhere = "{}"\nreason = "the transcript is being corrected"\n'


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two articles; one span begins with white space."""
    root = tmp_path / "corpus"
    shutil.copytree(ROOT / "tests" / "spec" / "base", root)
    document = {
        "article": "pasar",
        "annotator": "ana",
        "claims": [{"id": "c1", "extent": " atap pasar masih bocor", "certainty": "certain"}],
    }
    (root / "annotations" / "pasar.json").write_text(json.dumps(document), "utf-8")
    return root


def add(root: Path, text: str) -> None:
    path = root / "pyproject.toml"
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def test_make_writes_though_what_a_waiver_forgives_is_found_late(corpus: Path) -> None:
    add(corpus, WAIVER.format("span-edge-whitespace", "annotations/*"))
    made = Corpus.open(corpus).make(strict=True)
    assert list(made.report) == []
    assert made.summary is not None
    assert (corpus / "dist" / "kabar-kota" / "manifest.json").is_file()


def test_a_waiver_that_stays_unused_keeps_a_strict_make_from_writing(corpus: Path) -> None:
    add(corpus, WAIVER.format("span-edge-whitespace", "annotations/*") + WAIVER.format("quote-not-found", "annotations/*"))
    made = Corpus.open(corpus).make(strict=True)
    assert [each.finding.code for each in made.report] == ["CB609"]
    assert made.summary is None


def test_a_waiver_of_what_only_make_finds(corpus: Path) -> None:
    add(corpus, '\n[tool.corpusbuild.splits]\ngroup = "event"\nassign = { pasar = "train", jembatan = "test" }\n')
    waiver = WAIVER.format("span-edge-whitespace", "annotations/*") + WAIVER.format("label-missing-from-split", "pyproject.toml")
    assert [each.finding.code for each in Corpus.open(corpus).make().report] == ["CB508", "CB209"][::-1]
    add(corpus, waiver)
    assert list(Corpus.open(corpus).check()) == []
    assert list(Corpus.open(corpus).make().report) == []


def test_some_files_alone_leave_no_waiver_unused(corpus: Path) -> None:
    add(corpus, WAIVER.format("span-edge-whitespace", "annotations/pasar.json"))
    assert list(Corpus.open(corpus).check([corpus / "annotations" / "jembatan.json"])) == []
