"""A new corpus is green at once, whatever its folder is called."""

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from corpusbuild import Corpus, init
from corpusbuild.corpus.config_judging import config_schema
from corpusbuild.errors import CannotWrite, UnknownName
from corpusbuild.workflow.initialising import TEMPLATES, corpus_name

ROOT = Path(__file__).parent.parent
COUNTS = {
    "attribution": {"articles": 2, "claims": 12, "stances": 5, "relations": 2, "zones": 4, "speakers": 8, "targets": 2, "annotators": 1},
    "minimal": {"articles": 2, "spans": 8},
}


def run(*arguments, cwd=None):
    """The command line in a process of its own, as a user runs it."""
    command = [sys.executable, "-c", "from corpusbuild.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def tree(folder):
    return {path.relative_to(folder): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.fixture(params=TEMPLATES)
def template(request):
    return request.param


def test_a_new_corpus_compiles_without_findings(template, tmp_path):
    made = Corpus.open(init(tmp_path / "new", template)).make()
    assert list(made.report) == []
    assert made.summary is not None
    assert COUNTS[template].items() <= {name: table.rows for name, table in made.summary.tables.items()}.items()


def test_the_command_line_makes_the_same_corpus(template, tmp_path):
    init(tmp_path / "api" / "new", template)
    done = run("init", str(tmp_path / "cli" / "new"), "--template", template)
    assert done.returncode == 0, done.stderr
    assert tree(tmp_path / "cli") == tree(tmp_path / "api")
    made = run("make", cwd=tmp_path / "cli" / "new")
    assert (made.returncode, made.stderr) == (0, "")


def test_what_to_type_next_can_be_typed(tmp_path):
    done = run("init", str(tmp_path / "Aneh Nama"))
    assert done.returncode == 0, done.stderr
    assert f"\n  cd '{tmp_path}/Aneh Nama'\n" in done.stdout


def test_attribution_is_the_default(tmp_path):
    init(tmp_path / "one")
    init(tmp_path / "other" / "one", "attribution")
    assert tree(tmp_path / "one") == tree(tmp_path / "other" / "one")


def test_the_tests_of_a_new_corpus_pass(template, tmp_path):
    corpus = init(tmp_path / "new", template)
    # Options and cache are the new corpus's own, as they are for whoever runs `pytest` there.
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={corpus}"]
    done = subprocess.run(command, cwd=corpus, env=plain, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\b4 passed\b", done.stdout), done.stdout


def test_the_tests_of_a_new_corpus_notice_a_lost_article(template, tmp_path):
    corpus = init(tmp_path / "new", template)
    lost = next(path for path in sorted((corpus / "raw").glob("*.txt")))
    for path in (lost, lost.with_suffix(".json"), corpus / "annotations" / lost.with_suffix(".json").name):
        path.unlink()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={corpus}", "-k", "counts"]
    done = subprocess.run(command, cwd=corpus, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f'article "{lost.stem}" was signed off, and is gone' in done.stdout


def test_the_splits_of_the_example_work_as_they_stand(template, tmp_path):
    corpus = init(tmp_path / "new", template)
    config = corpus / "pyproject.toml"
    config.write_text(re.sub(r"^# (\[tool|group|assign)", r"\1", config.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    made = Corpus.open(corpus).make()
    # To be expected of two articles: neither split has every label, and where one refers to the other, it is across splits.
    # One of them is moved out of the split that it was signed off in, and that is said.
    expected = {"label-missing-from-split", "relation-across-splits", "article-moved-split"}
    assert "article-moved-split" in {each.finding.name for each in made.report} <= expected
    assert made.summary is not None
    assert made.summary.splits == ("train", "test")


def test_every_folder_says_what_belongs_there(template, tmp_path):
    corpus = init(tmp_path / "new", template)
    for folder in (".", "raw", "schema", "annotations"):
        assert (corpus / folder / "README.md").read_text("utf-8").startswith("# ")


def test_what_is_built_stays_out_of_git(template, tmp_path):
    corpus = init(tmp_path / "new", template)
    assert {"/dist/", ".corpusbuild/"} <= set((corpus / ".gitignore").read_text("utf-8").splitlines())
    assert not (corpus / "gitignore").exists()


# ---- what is refused ----


@pytest.mark.parametrize("there", ["notes.txt", ".hidden", "raw"])
def test_a_folder_that_is_not_empty_is_refused_and_left_alone(template, there, tmp_path):
    (tmp_path / "old").mkdir()
    if there == "raw":
        (tmp_path / "old" / there).mkdir()
    else:
        (tmp_path / "old" / there).write_text("mine", "utf-8")
    before = tree(tmp_path)
    done = run("init", str(tmp_path / "old"), "--template", template)
    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert "bug" not in done.stderr
    assert tree(tmp_path) == before


def test_a_file_in_the_way_is_refused_and_left_alone(tmp_path):
    (tmp_path / "new").write_text("mine", "utf-8")
    with pytest.raises(CannotWrite):
        init(tmp_path / "new")
    assert tree(tmp_path) == {Path("new"): b"mine"}


def test_an_unknown_template_is_refused_and_nothing_made(tmp_path):
    with pytest.raises(UnknownName):
        init(tmp_path / "new", "frames")
    assert run("init", str(tmp_path / "new"), "--template", "frames").returncode == 2
    assert tree(tmp_path) == {}


# ---- names ----


@pytest.mark.parametrize(
    "folder", ["My Corpus", "42", "Kábár", "新聞", "-", "a..b__c", "x" * 200, "trailing-", "'quoted'", "NAME", "100% [draft]"]
)
def test_odd_folder_names_give_a_name_that_make_accepts(folder, tmp_path):
    corpus = Corpus.open(init(tmp_path / folder, "minimal"))
    rule = config_schema()["properties"]["name"]
    assert re.fullmatch(rule["pattern"], corpus.config.name)
    assert len(corpus.config.name) <= rule["maxLength"]
    assert corpus.make().ok


def test_a_plain_folder_name_is_the_name():
    assert corpus_name("kabar-klaim") == "kabar-klaim"


def test_the_folder_one_stands_in_gives_its_name(tmp_path):
    (tmp_path / "here").mkdir()
    assert run("init", ".", cwd=tmp_path / "here").returncode == 0
    assert Corpus.open(tmp_path / "here").config.name == "here"


# ---- what ships ----


def test_the_template_has_the_schemas_of_the_bundled_corpus_byte_for_byte():
    ours = {path.name: path.read_bytes() for path in (ROOT / "schema").glob("*.json")}
    shipped = {
        path.name: path.read_bytes()
        for path in files("corpusbuild.templates").joinpath("attribution", "schema").iterdir()
        if path.name.endswith(".json")
    }
    assert shipped == ours


def test_both_templates_quote_in_the_same_forms():
    home = files("corpusbuild.templates")
    assert home.joinpath("minimal", "schema", "anchor.json").read_bytes() == (ROOT / "schema" / "anchor.json").read_bytes()


def test_the_package_holds_the_templates(template):
    home = files("corpusbuild.templates").joinpath(template)
    for name in ("pyproject.toml", "gitignore", "README.md", "raw/README.md", "schema/annotation.json", "tests/test_corpus.py"):
        assert home.joinpath(*name.split("/")).is_file(), name


def test_the_wheel_takes_whatever_lies_in_the_package():
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel == {"packages": ["src/corpusbuild"]}
    # Hatch leaves out what git ignores: a template may hold nothing that our own .gitignore names.
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines() if not line.startswith("/")}
    templates = ROOT / "src" / "corpusbuild" / "templates"
    parts = {part for path in templates.rglob("*") for part in path.relative_to(templates).parts}
    assert not (ignored - {"__pycache__"}) & parts


def test_template_json_is_written_as_people_write_it(template):
    home = ROOT / "src" / "corpusbuild" / "templates" / template
    for path in home.rglob("*.json"):
        text = path.read_text("utf-8")
        json.loads(text)
        assert text.endswith("\n")
        assert "\t" not in text
        assert "\\u" not in text
