"""Rules about meaning: those of a layer that ships run at once, those that a corpus brings only where they are trusted."""

from __future__ import annotations

import json
import py_compile
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bundled import ROOT, inside
from corpusbuild import Corpus
from corpusbuild.diagnostics.report import Report
from corpusbuild.errors import BadConfig, CannotGoOn, CannotWrite, UnknownName
from corpusbuild.workflow.explaining import explain
from corpusbuild.workflow.trust import remember_trust, trust_file

SPEC = ROOT / "tests" / "spec"

CHECK = '''"""A claim without a cue.

## Why
Nobody can see how it is attributed.

## Example
`"cue": null`

## How to mend
Add the cue.
"""

from collections.abc import Iterator

from corpusbuild.checks import Document, Finding, Rule, Severity

RULE = Rule("KK001", "claim-without-cue", Severity.WARNING, since="1.0.0")


def check(document: Document) -> Iterator[Finding]:
    for claim in document.rows("claims"):
        if claim.get("cue") is None:
            yield RULE.finding("this claim has no cue", claim.where("id"))
'''

ALL = '''"""What a corpus holds.

## Why
To count it.

## Example
Two articles.

## How to mend
Count.
"""

from corpusbuild.checks import InJson, Rule, Severity

RULE = Rule("KK002", "counted", Severity.NOTE, since="1.0.0")


def check_corpus(corpus):
    said = f"{len(corpus.articles)} articles in {sorted(set(corpus.splits.values()))}, {corpus.articles_with('speakers', 'tono')}"
    yield RULE.finding(said, InJson(corpus.annotations[0].origin, ("article",)))
'''


@pytest.fixture(autouse=True)
def users_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CORPUSBUILD_CONFIG", str(tmp_path / "config"))
    return tmp_path / "config"


@pytest.fixture
def attributed(tmp_path: Path) -> Path:
    """A corpus of claims, whose annotations are right."""
    root = tmp_path / "attributed"
    shutil.copytree(SPEC / "base-attribution", root)
    shutil.copytree(ROOT / "schema", root / "schema")
    return root


@pytest.fixture
def own(attributed: Path) -> Path:
    """The same with a check of its own, for which one claim is at fault."""
    (attributed / "checks").mkdir()
    (attributed / "checks" / "cues.py").write_text(CHECK, "utf-8")
    config(attributed, lambda text: text.replace('checks = ["attribution"]', 'checks = ["checks/cues.py"]'))
    kapal(attributed, lambda document: document["claims"][0].pop("cue"))
    return attributed


def config(root: Path, change: Callable[[str], str]) -> None:
    path = root / "pyproject.toml"
    path.write_text(change(path.read_text("utf-8")), "utf-8")


def kapal(root: Path, change: Callable[[dict], object]) -> None:
    path = root / "annotations" / "kapal.json"
    document = json.loads(path.read_text("utf-8"))
    change(document)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2), "utf-8")


def to_itself(document: dict) -> None:
    document["relations"].append({"id": "r2", "from": "c1", "to": "c1", "type": "supports"})


def check(root: Path, **options: object) -> Report:
    return Corpus.open(root, search=False).check(**options)


def codes(report: Report) -> list[str]:
    return [each.finding.code for each in report]


# ---- a layer that ships ----


def test_a_layer_needs_no_trust(attributed: Path) -> None:
    kapal(attributed, to_itself)
    assert codes(check(attributed)) == ["CB303"]


def test_a_layer_that_the_config_does_not_name_does_not_run(attributed: Path) -> None:
    kapal(attributed, to_itself)
    config(attributed, lambda text: text.replace('checks = ["attribution"]', ""))
    assert codes(check(attributed)) == []


def test_a_layer_says_nothing_of_a_document_whose_anchors_have_no_place(attributed: Path) -> None:
    kapal(attributed, to_itself)
    kapal(attributed, lambda document: document["claims"][0].update(cue="ucap"))
    assert codes(check(attributed)) == ["CB201"]


def test_a_layer_on_a_schema_without_its_tables_finds_nothing(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src/corpusbuild/templates/minimal", tmp_path / "minimal")
    named = '[tool.corpusbuild]\nchecks = ["attribution"]\n'
    config(tmp_path / "minimal", lambda text: text.replace("NAME", "minimal").replace("[tool.corpusbuild]\n", named, 1))
    assert codes(check(tmp_path / "minimal")) == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_a_layer_finds_is_the_same_on_any_number_of_processes(attributed: Path, jobs: int) -> None:
    kapal(attributed, to_itself)
    assert codes(check(attributed, jobs=jobs)) == ["CB303"]


@pytest.mark.parametrize(
    "lenient",
    [
        '[[tool.corpusbuild.waive]]\nrule = "relation-to-itself"\nwhere = "annotations/*"\nreason = "it is meant"\n',
        '[tool.corpusbuild.severity]\nrelation-to-itself = "warning"\n',
        '[tool.corpusbuild.severity]\nrelation-to-itself = "off"\n',
    ],
    ids=["waived", "a warning", "off"],
)
def test_rows_with_a_fault_that_is_forgiven_are_compiled(attributed: Path, lenient: str) -> None:
    kapal(attributed, to_itself)
    refused = Corpus.open(attributed).make()
    assert not refused.ok
    assert refused.summary is None
    config(attributed, lambda text: f"{text}\n{lenient}")
    made = Corpus.open(attributed).make()
    assert made.summary is not None
    assert {name: made.summary.tables[name].rows for name in ("articles", "claims", "relations")} == {
        "articles": 2,
        "claims": 5,
        "relations": 2,
    }


# ---- trust ----


def test_a_check_of_the_corpus_does_not_run_until_it_is_trusted(own: Path) -> None:
    ran = own / "ran"
    (own / "checks" / "cues.py").write_text(f"open({str(ran)!r}, 'w')\n{CHECK}", "utf-8")
    (finding,) = check(own)
    assert (finding.finding.code, finding.place.path) == ("CB019", "pyproject.toml")
    assert "checks/cues.py" in finding.finding.message
    corpus = Corpus.open(own)
    assert corpus.make().ok
    corpus.rules()
    corpus.stats()
    assert not ran.exists()


def test_trust_for_one_run(own: Path, users_config: Path) -> None:
    (finding,) = check(own, trust=True)
    assert (finding.finding.code, finding.place.pointer) == ("KK001", "/claims/0/id")
    assert codes(Corpus.open(own).make(trust=True).report) == ["KK001"]
    assert codes(check(own)) == ["CB019"]
    assert not users_config.exists()


def test_trust_for_good(own: Path) -> None:
    Corpus.open(own).trust()
    assert codes(check(own)) == ["KK001"]
    assert codes(Corpus.open(own).make().report) == ["KK001"]


def test_the_command_line_trusts_for_good(own: Path) -> None:
    assert [each["code"] for each in inside(own, "check", "--trust", "--format", "json").findings] == ["KK001"]
    assert [each["code"] for each in inside(own, "check", "--format", "json").findings] == ["KK001"]


def test_a_file_that_was_changed_is_no_longer_trusted_and_runs_as_it_is_once_it_is(own: Path) -> None:
    Corpus.open(own).trust()
    assert codes(check(own)) == ["KK001"]
    (own / "checks" / "cues.py").write_text(CHECK.replace("KK001", "KK009"), "utf-8")
    assert codes(check(own)) == ["CB019"]
    Corpus.open(own).trust()
    assert codes(check(own)) == ["KK009"]


def test_a_file_that_came_to_be_is_not_trusted_with_the_folder(own: Path) -> None:
    config(own, lambda text: text.replace("checks/cues.py", "checks"))
    Corpus.open(own).trust()
    assert codes(check(own)) == ["KK001"]
    (own / "checks" / "more.py").write_text(ALL, "utf-8")
    assert codes(check(own)) == ["CB019"]


def test_the_same_corpus_in_another_folder_is_not_trusted(own: Path, tmp_path: Path) -> None:
    Corpus.open(own).trust()
    shutil.copytree(own, tmp_path / "other")
    assert codes(check(tmp_path / "other")) == ["CB019"]


def test_a_layer_runs_where_the_corpuss_own_checks_do_not(own: Path) -> None:
    config(own, lambda text: text.replace('["checks/cues.py"]', '["attribution", "checks/cues.py"]'))
    kapal(own, to_itself)
    assert codes(check(own)) == ["CB303", "CB019"]
    assert codes(check(own, trust=True)) == ["KK001", "CB303"]


def test_what_runs_is_the_source_that_was_trusted_and_no_bytecode_beside_it(own: Path) -> None:
    source, ran = own / "checks" / "cues.py", own / "ran"
    good = source.read_bytes()
    source.write_text(f"open({str(ran)!r}, 'w')\n{CHECK}", "utf-8")
    # Such bytecode is never compared with its source.
    py_compile.compile(str(source), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    source.write_bytes(good)
    before = sorted(own.rglob("*"))
    assert codes(check(own, trust=True)) == ["KK001"]
    assert not ran.exists()
    assert sorted(own.rglob("*")) == before


# ---- a rule like ours ----


def test_a_check_of_the_corpus_sees_the_corpus_as_a_whole(own: Path) -> None:
    (own / "checks" / "cues.py").write_text(ALL, "utf-8")
    (finding,) = check(own, trust=True)
    assert finding.finding.message == "2 articles in ['train'], ('dermaga', 'kapal')"


def test_it_is_selected_and_ignored(own: Path) -> None:
    kapal(own, lambda document: document["claims"][1].update(cue="Menurut "))
    assert codes(check(own, trust=True)) == ["KK001", "CB209"]
    assert codes(check(own, trust=True, select=["KK0"])) == ["KK001"]
    assert codes(check(own, trust=True, select=["claim-without-cue"])) == ["KK001"]
    assert codes(check(own, trust=True, ignore=["KK001"])) == ["CB209"]


def test_it_can_be_made_an_error_and_be_waived(own: Path) -> None:
    assert check(own, trust=True).ok
    config(own, lambda text: text + '\n[tool.corpusbuild.severity]\nclaim-without-cue = "error"\n')
    assert not check(own, trust=True).ok
    config(own, lambda text: text + '\n[[tool.corpusbuild.waive]]\nrule = "KK001"\nwhere = "annotations/*"\nreason = "it is implied"\n')
    assert codes(check(own, trust=True)) == []


def test_the_config_may_name_it_where_it_did_not_run(own: Path) -> None:
    config(own, lambda text: text + '\n[tool.corpusbuild.severity]\nclaim-without-cue = "error"\n')
    assert codes(check(own)) == ["CB019"]


def test_it_is_listed_and_explained_where_it_is_trusted(own: Path) -> None:
    corpus = Corpus.open(own)
    with pytest.raises(UnknownName):
        explain("KK001", corpus.rules())
    corpus.trust()
    assert explain("kk001", corpus.rules()).rule.name == "claim-without-cue"
    assert "Add the cue." in explain("claim-without-cue", corpus.rules()).text
    assert "KK001  claim-without-cue" in inside(own, "explain", "--list").out
    assert "Add the cue." in inside(own, "explain", "KK001").out


# ---- checks that fail ----


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_check_that_raises_ends_the_run_and_is_named_with_its_line(own: Path, jobs: int) -> None:
    broken = CHECK.replace('claim.get("cue")', 'claim.value["queue"]')
    (own / "checks" / "cues.py").write_text(broken, "utf-8")
    line = broken[: broken.index("queue")].count("\n") + 1
    with pytest.raises(CannotGoOn) as caught:
        check(own, trust=True, jobs=jobs)
    assert caught.value.place == f"checks/cues.py:{line}"
    assert "claim-without-cue" in caught.value.message
    assert "KeyError: 'queue'" in caught.value.message
    assert caught.value.help
    ran = inside(own, "check", "--trust")
    assert ran.status == 2
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("def (", "SyntaxError"),
        ("import no_such_module", "ModuleNotFoundError"),
        ('"""What it is about."""\ndef check(document):\n    yield\n', "no RULE"),
        (CHECK.partition('"""\n\nfrom')[2].join(["from", ""]), "no __doc__"),
        (CHECK.partition("def check")[0], "neither check nor check_article nor check_corpus"),
    ],
    ids=["not Python", "an import", "no RULE", "no docstring", "no check"],
)
def test_a_file_that_is_no_check_ends_the_run(own: Path, code: str, said: str) -> None:
    (own / "checks" / "cues.py").write_text(code, "utf-8")
    with pytest.raises(CannotGoOn) as caught:
        check(own, trust=True)
    assert said in caught.value.message
    assert caught.value.place == "checks/cues.py"


@pytest.mark.parametrize(
    ("named", "said"), [("../elsewhere.py", "leads out"), ("checks/queues.py", "there is no"), ("atribution", "there is no")]
)
def test_what_the_config_names_must_be_there(own: Path, named: str, said: str) -> None:
    (own.parent / "elsewhere.py").write_text(CHECK, "utf-8")
    config(own, lambda text: text.replace("checks/cues.py", named))
    for trust in (False, True):
        with pytest.raises(BadConfig, match=said):
            check(own, trust=trust)


@pytest.mark.skipif(sys.platform == "win32", reason="there it is where programs keep their data")
def test_trust_is_kept_where_the_user_keeps_configs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CORPUSBUILD_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configs"))
    assert trust_file() == tmp_path / "configs" / "corpusbuild" / "trust.json"
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME")
    assert trust_file() == tmp_path / "home" / ".config" / "corpusbuild" / "trust.json"


def test_trust_that_cannot_be_kept_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text("")
    monkeypatch.setenv("CORPUSBUILD_CONFIG", str(tmp_path / "config"))
    with pytest.raises(CannotWrite, match="trust cannot be kept") as error:
        remember_trust(tmp_path, "0" * 64)
    assert error.value.place == str(tmp_path / "config" / "trust.json")
