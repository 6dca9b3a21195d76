"""The corpus that the benchmarks measure on is what it is said to be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from corpusbuild import Corpus

GENERATE = Path(__file__).parent.parent / "bench" / "generate.py"


def generate(folder: Path, *options: str) -> list[str]:
    done = subprocess.run([sys.executable, GENERATE, folder, *options], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("options", [(), ("--unaligned", "--faults", "5")])
def test_the_number_of_processes_changes_no_byte(tmp_path, options):
    several = ("--articles", "2100", *options)  # more than one shard
    assert generate(tmp_path / "one", *several, "--jobs", "1") == generate(tmp_path / "two", *several, "--jobs", "2")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_unaligned_documents_are_the_same_in_another_order(tmp_path):
    generate(tmp_path / "one", "--articles", "2100")
    generate(tmp_path / "other", "--articles", "2100", "--unaligned")
    one, other = contents(tmp_path / "one"), contents(tmp_path / "other")
    assert {name for name in one if one[name] != other[name]} == {"annotations/gold-00000.jsonl", "annotations/gold-00001.jsonl"}
    documents = [b"".join(each[f"annotations/gold-0000{i}.jsonl"] for i in (0, 1)).splitlines() for each in (one, other)]
    assert sorted(documents[0]) == sorted(documents[1])


def test_each_fault_is_one_error_where_it_was_said_to_be(tmp_path):
    told = generate(tmp_path / "corpus", "--articles", "120", "--faults", "60")
    places = [each.place for each in Corpus.open(tmp_path / "corpus").check(ignore=["CB403"]).findings]
    assert sorted(f"{place.path}:{place.line}" for place in places) == sorted(line.rpartition(": ")[0] for line in told)


def test_without_faults_there_are_only_near_duplicates(tmp_path):
    generate(tmp_path / "corpus", "--articles", "300", "--near-duplicates", "0.05")
    findings = Corpus.open(tmp_path / "corpus").check().findings
    assert {each.finding.code for each in findings} == {"CB403"}
