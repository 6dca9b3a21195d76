"""``corpusbuild diff`` from outside: folders, archives, revisions and URLs of corpora that were really made."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import jsonschema_rs
import pyarrow.parquet as pq
import pytest

from bundled import ROOT, copy_corpus, inside, outside, tree
from corpusbuild import CannotGoOn, Corpus, diff
from corpusbuild.difference.nouns import Bump, FieldChange, How, Kind
from corpusbuild.release.archive import pack
from corpusbuild.render.difference_lines import change_line
from corpusbuild.render.difference_markdown import code
from corpusbuild.render.width import printable
from corpusbuild.workflow.aside import DoesNotCompile
from tampering import drop_row, edit_manifest, seal

CORPORA = Path(__file__).parent / "corpora"
MOMENTS = "annotations/anna/a-broken-cup.json"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return copy_corpus(tmp_path / "corpus", CORPORA / "emotions")


def git(folder: Path, *words: str) -> None:
    config = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *config, *words], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, tag: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-m", tag, "--no-verify")
    git(folder, "tag", tag)


def edit(corpus: Path) -> None:
    """Two values of a moment change, and a moment goes."""
    path = corpus / MOMENTS
    value = json.loads(path.read_bytes())
    first = value["moments"][0]
    first["rank"] += 1
    first["ironic"] = not first.get("ironic")
    value["moments"] = value["moments"][:1]
    value.pop("shifts", None)
    path.write_text(json.dumps(value), "utf-8")


def made(corpus: Path, out: Path) -> Path:
    assert Corpus.open(corpus, search=False).make(out).ok
    return out


def found(difference) -> list[tuple[str, Kind, str]]:
    return [(each.table, each.kind, each.key) for each in difference]


@pytest.mark.parametrize("name", ["emotions", "legal"])
def test_a_corpus_does_not_differ_from_what_it_made(tmp_path, name):
    corpus = copy_corpus(tmp_path / "corpus", CORPORA / name)
    made(corpus, tmp_path / "data")
    difference = diff(tmp_path / "data", corpus=corpus)
    assert difference.is_empty
    assert list(difference) == []
    ran = inside(corpus, "diff", str(tmp_path / "data"))
    assert (ran.status, ran.err) == (0, "")
    assert "no changes" in ran.out


def test_folder_archive_and_urls_give_the_same(corpus, tmp_path):
    fsspec = pytest.importorskip("fsspec")
    folder = made(corpus, tmp_path / "data")
    archive = pack(folder, tmp_path / "data.tar.gz")
    edit(corpus)
    fsspec.filesystem("memory").put(str(archive), "/diff/data.tar.gz")
    places = [folder, archive, folder.as_uri(), archive.as_uri(), "memory://diff/data.tar.gz"]
    results = [diff(place, corpus=corpus) for place in places]
    expected = found(results[0])
    assert ("moments", Kind.CHANGED, "a-broken-cup#" + json.loads((corpus / MOMENTS).read_bytes())["moments"][0]["id"]) in expected
    for each in results[1:]:
        assert found(each) == expected
        assert each.tables == results[0].tables
        assert each.demand == results[0].demand


def test_new_may_be_named_too_and_needs_no_corpus_then(corpus, tmp_path):
    old = made(corpus, tmp_path / "old")
    edit(corpus)
    new = made(corpus, tmp_path / "new")
    away = tmp_path / "away"
    away.mkdir()
    ran = inside(away, "diff", str(old), str(new), "--format", "json")
    assert ran.status == 0
    assert json.loads(ran.out)["records"]


# ---- revisions ----


def test_a_revision_is_compared_with_the_corpus_as_it_is_now(corpus):
    git(corpus, "init")
    commit(corpus, "v1")
    edit(corpus)
    before = tree(corpus)
    difference = diff("v1", corpus=corpus)
    assert {each.table for each in difference} >= {"moments"}
    assert tree(corpus) == before
    commit(corpus, "v2")
    assert found(diff("v1", "v2", corpus=corpus)) == found(difference)
    assert found(diff("HEAD~1", corpus=corpus)) == found(difference)
    assert diff("v2", corpus=corpus).is_empty


def test_the_corpus_may_be_a_folder_of_its_repository(corpus):
    git(corpus.parent, "init")
    (corpus.parent / "raw").mkdir()
    (corpus.parent / "raw" / "not-ours.txt").write_text("no", "utf-8")
    commit(corpus.parent, "v1")
    edit(corpus)
    assert "moments" in {each.table for each in diff("v1", corpus=corpus)}


def test_what_is_committed_is_read_whatever_the_repository_says_of_it(corpus, tmp_path):
    """No attribute, filter or hook has a say: a stranger's repository runs nothing."""
    git(corpus, "init")
    (corpus / ".gitattributes").write_text("* export-ignore filter=evil\n*.txt export-subst\n", "utf-8")
    commit(corpus, "v1")
    trace = tmp_path / "ran"
    for name in ("filter.evil.smudge", "filter.evil.clean", "core.fsmonitor", "core.pager", "core.sshCommand"):
        git(corpus, "config", name, f"sh -c 'touch {trace}; cat'")
    for hook in ("post-checkout", "reference-transaction", "post-index-change"):
        path = corpus / ".git" / "hooks" / hook
        path.write_text(f"#!/bin/sh\ntouch {trace}\n", "utf-8")
        path.chmod(0o755)
    assert diff("v1", corpus=corpus).is_empty
    assert not trace.exists()


def test_a_corpus_s_own_checks_are_not_run(corpus, tmp_path):
    trace = tmp_path / "ran"
    (corpus / "rules").mkdir()
    (corpus / "rules" / "own.py").write_text(f"import pathlib\npathlib.Path({str(trace)!r}).touch()\nRULES = ()\n", "utf-8")
    config = corpus / "pyproject.toml"
    config.write_text(config.read_text("utf-8") + 'checks = ["rules/own.py"]\n', "utf-8")
    git(corpus, "init")
    commit(corpus, "v1")
    assert diff("v1", corpus=corpus).is_empty
    assert not trace.exists()


def test_the_repository_of_a_hook_around_us_is_not_taken_for_the_corpus_s(corpus, tmp_path, monkeypatch):
    git(corpus, "init")
    commit(corpus, "v1")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other"))
    assert diff("v1", corpus=corpus).is_empty


def test_a_link_that_leads_out_of_a_revision_is_not_followed(corpus, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret", "utf-8")
    git(corpus, "init")
    text = corpus / "raw" / "the-visit.txt"
    text.unlink()
    text.symlink_to(secret)
    commit(corpus, "v1")
    with pytest.raises(DoesNotCompile) as error:
        diff("v1", "v1", corpus=corpus)
    assert "unsafe-path" in {each.finding.name for each in error.value.report}


def test_a_revision_that_does_not_compile_is_an_error_that_says_why(corpus):
    git(corpus, "init")
    path = corpus / MOMENTS
    good = path.read_bytes()
    path.write_bytes(good.replace(b'"moments"', b'"momnets"'))
    commit(corpus, "bad")
    path.write_bytes(good)
    ran = inside(corpus, "diff", "bad")
    assert (ran.status, ran.out) == (2, "")
    assert "this does not compile" in ran.err
    assert MOMENTS in ran.err
    assert "Traceback" not in ran.err


def test_a_corpus_that_does_not_compile_now_shows_its_findings(corpus, tmp_path):
    made(corpus, tmp_path / "data")
    path = corpus / MOMENTS
    path.write_bytes(path.read_bytes().replace(b'"moments"', b'"momnets"'))
    ran = inside(corpus, "diff", str(tmp_path / "data"))
    assert ran.status == 1
    assert f"--> {MOMENTS}" in ran.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nothing-of-this-name",), "there is no such file or folder"),
        (("--", "-bad"), "no revision"),
        (("v1:raw",), "there is no such file or folder"),
        ((".", "no-such"), "there is no such file or folder"),
        (("memory://nothing/here",), ""),
        (("raw",), "there is no manifest.json here"),
        (("pyproject.toml",), "this is a file, and not an archive"),
        ((".", "--table", "momens"), 'did you mean "moments"?'),
        (("before-there-was-one",), "there was no pyproject.toml here"),
    ],
)
def test_what_cannot_be_compared_is_an_error_and_never_a_traceback(corpus, words, said):
    git(corpus, "init")
    git(corpus, "commit", "--allow-empty", "-m", "empty", "--no-verify")
    git(corpus, "tag", "before-there-was-one")
    commit(corpus, "v1")
    ran = inside(corpus, "diff", *words)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_outside_of_a_repository_there_are_no_revisions(corpus):
    ran = outside(corpus, "diff", "v1", env={"GIT_CEILING_DIRECTORIES": str(corpus.parent)})
    assert ran.status == 2
    assert "no git repository" in ran.err


# ---- how it is shown ----


@pytest.fixture
def edited(tmp_path: Path) -> tuple[Path, Path]:
    """The bundled corpus, made, and with a certainty, a cue and a stance that differ."""
    corpus = copy_corpus(tmp_path / "corpus")
    old = made(corpus, tmp_path / "old")
    path = corpus / "annotations" / "menanti-penerus-perjanjian-1961.json"
    value = json.loads(path.read_bytes())
    value["claims"][1]["certainty"] = "possible"
    value["stances"].pop()
    path.write_text(json.dumps(value), "utf-8")
    return old, corpus


def test_people_see_counts_values_and_what_it_demands(edited):
    old, corpus = edited
    ran = inside(corpus, "diff", str(old), "--color", "never")
    assert ran.status == 0
    lines = ran.out.splitlines()
    assert lines[0] == f"kabar-klaim 0.1.0 → 0.1.0  ({old} → now)"
    assert "claims             96        96                            ~1" in lines
    assert lines[lines.index("claims") + 1 :][:2] == ["~ menanti-penerus-perjanjian-1961#c2", "    certainty: certain → possible"]
    assert any(line.startswith("- menanti-penerus-perjanjian-1961#s5  speaker ") for line in lines)
    assert lines[-1] == "this is a major change: 0.2.0 or above"
    assert "\x1b" not in ran.out


def test_colour_is_for_terminals_and_for_those_who_ask(edited):
    old, corpus = edited
    assert "\x1b" not in inside(corpus, "diff", str(old)).out
    assert "\x1b[38;5;196m-\x1b[0m menanti" in inside(corpus, "diff", str(old), "--color", "always").out


def test_only_so_many_are_shown_and_all_are_counted(corpus, tmp_path):
    old = made(corpus, tmp_path / "old")
    for path in (corpus / "annotations" / "anna").glob("*.json"):
        value = json.loads(path.read_bytes())
        if isinstance(value, dict):
            for moment in value.get("moments", ()):
                moment["rank"] += 1
            path.write_text(json.dumps(value), "utf-8")
    total = diff(old, corpus=corpus).tables["moments"].changed
    assert total > 2
    ran = inside(corpus, "diff", str(old), "--max", "1", "--table", "moments")
    assert f"  … and {total - 1} more changed (--max 0 shows all)" in ran.out
    assert ran.out.count("    rank: ") == 1
    assert inside(corpus, "diff", str(old), "--max", "0").out.count("    rank: ") == total
    assert "change:" not in ran.out


def test_json_is_what_its_schema_says(edited):
    old, corpus = edited
    schema = json.loads((ROOT / "docs" / "difference.schema.json").read_bytes())
    for words in ((), ("--table", "claims")):
        ran = inside(corpus, "diff", str(old), "--format", "json", *words)
        value = json.loads(ran.out)
        jsonschema_rs.Draft202012Validator(schema).validate(value)
        assert (value["demand"] is None) == bool(words)
    ran = inside(corpus, "diff", str(old), str(old), "--format", "json")
    empty = json.loads(ran.out)
    jsonschema_rs.Draft202012Validator(schema).validate(empty)
    assert (empty["records"], empty["demand"]["bump"]) == ([], "none")


def test_markdown_lets_nothing_of_the_corpus_act(edited):
    old, corpus = edited
    speakers = corpus / "annotations" / "speakers.json"
    value = json.loads(speakers.read_bytes())
    value[0]["name"] = "<img src=x> @everyone | `code` [a](http://b) \x1b[31m\u202e"
    speakers.write_text(json.dumps(value), "utf-8")
    ran = inside(corpus, "diff", str(old), "--format", "markdown")
    assert "| `claims` | 96 | 96 | 0 | 0 | 1 |" in ran.out
    assert "  - `certainty`: `certain` → `possible`" in ran.out
    line = next(line for line in ran.out.splitlines() if "<img" in line)
    assert line.endswith("`` <img src=x> @everyone | `code` [a](http://b) ␛[31m\ufffd ``") or "``<img" in line
    assert "\x1b" not in ran.out
    assert "\u202e" not in ran.out


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a", "`a`"), ("a`b", "``a`b``"), ("`a", "`` `a ``"), ("a\nb", "`a b`"), ("", "`  `"), ("``", "``` `` ```")],
)
def test_code_is_fenced_by_more_than_it_holds(text, expected):
    assert code(text) == expected


@pytest.mark.parametrize(
    ("how", "before", "after", "line"),
    [
        (How.VALUE, None, "certain", "cue: null → certain"),
        (How.MOVED, {"start": 3, "end": 7, "text": "kata"}, {"start": 5, "end": 9, "text": "kata"}, 'cue: moved 3:7 → 5:9 "kata"'),
        (How.MOVED, {"start": 3, "end": 7, "text": None}, {"start": 5, "end": 9, "text": None}, "cue: moved 3:7 → 5:9"),
        (How.REWORDED, {"start": 3, "end": 7, "text": "kata"}, {"start": 3, "end": 7, "text": "Kata"}, 'cue: 3:7 "kata" → "Kata"'),
        (How.REPLACED, {"start": 3, "end": 7, "text": "kata"}, {"start": 4, "end": 6, "text": None}, 'cue: 3:7 "kata" → 4:6'),
        (How.CAME, None, "\x1b[31mrina", "cue: + ␛[31mrina"),
        (How.WENT, "", None, 'cue: - ""'),
        (How.REORDERED, ["rina", "joko"], ["joko", "rina"], "cue: in another order, joko, rina"),
    ],
)
def test_each_change_of_a_value_has_its_words(how, before, after, line):
    assert change_line(FieldChange(("cue",), how, before, after), printable) == line


def test_an_article_in_another_split_has_moved(edited):
    old, corpus = edited
    config = corpus / "pyproject.toml"
    text = config.read_text("utf-8")
    assert '{ "summit-2023" = "train", "summit-2024" = "test" }' in text
    config.write_text(text.replace('"train", "summit-2024" = "test"', '"test", "summit-2024" = "train"'), "utf-8")
    moved = [each for each in diff(old, corpus=corpus) if each.kind is Kind.MOVED]
    assert moved
    people = inside(corpus, "diff", str(old)).out
    markdown = inside(corpus, "diff", str(old), "--format", "markdown").out
    for each in moved:
        was, now = each.fields[0].before, each.fields[0].after
        assert {was, now} == {"train", "test"}
        assert f"~ {each.key}  moved from {was} to {now}\n" in people
        assert f"- moved to another split: `{each.key}`, `{was}` → `{now}`\n" in markdown


def test_markdown_says_where_nothing_differs_and_counts_what_it_leaves_out(edited):
    old, corpus = edited
    assert inside(corpus, "diff", str(old), str(old), "--format", "markdown").out == "### `kabar-klaim` `0.1.0` → `0.1.0`\n\nNo changes.\n"
    path = corpus / "annotations" / "menanti-penerus-perjanjian-1961.json"
    value = json.loads(path.read_bytes())
    for claim in value["claims"]:
        claim["certainty"] = "unlikely"
    path.write_text(json.dumps(value), "utf-8")
    changed = diff(old, corpus=corpus).tables["claims"].changed
    shown = inside(corpus, "diff", str(old), "--format", "markdown", "--table", "claims", "--max", "1").out
    assert f"- … and {changed - 1} more changed\n" in shown
    assert shown.count("#### `claims`") == 1
    # Of one table alone, nobody can say which version it demands.
    assert "A **" not in shown


def test_the_same_records_in_other_bytes_are_said_to_be_that(corpus, tmp_path):
    made(corpus, tmp_path / "old")
    new = made(corpus, tmp_path / "new")
    for path in (new / "data" / "moments").glob("*.parquet"):
        pq.write_table(pq.read_table(path), path, compression="none")
    seal(new)
    lines = inside(tmp_path, "diff", "old", "new").out.splitlines()
    assert lines[-4:] == [
        "~ data files: the same records in other bytes",
        "",
        "patch  the same records in other bytes",
        "this is a patch change: 0.3.2 or above",
    ]


def test_a_long_text_is_shown_where_it_differs(tmp_path):
    corpus = copy_corpus(tmp_path / "corpus", CORPORA / "legal")
    old = made(corpus, tmp_path / "old")
    path = corpus / "raw" / "supply-of-lamps.txt"
    text = path.read_text("utf-8")
    path.write_text(text.rstrip("\n") + " Amended.\n", "utf-8", newline="\n")
    ran = inside(corpus, "diff", str(old), "--table", "articles")
    line = next(line for line in ran.out.splitlines() if line.startswith("    text: "))
    assert line.endswith("Amended.␊")
    assert len(line) < 160
    change = next(iter(diff(old, corpus=corpus))).fields[0]
    assert (change.how, change.before) == (How.VALUE, text)


def test_the_heading_names_both_where_they_have_different_names(corpus, tmp_path):
    old = made(corpus, tmp_path / "old")
    other = copy_corpus(tmp_path / "other", corpus)
    config = (other / "pyproject.toml").read_text("utf-8")
    (other / "pyproject.toml").write_text(config.replace("kitchen-moods", "garden-moods"), "utf-8")
    new = made(other, tmp_path / "new")
    ran = inside(tmp_path, "diff", "old", "new")
    assert ran.out.startswith("kitchen-moods 0.3.1 → garden-moods 0.3.1  (old → new)\n")
    ran = inside(tmp_path, "diff", "old", "new", "--format", "markdown")
    assert ran.out.startswith("### `kitchen-moods` `0.3.1` → `garden-moods` `0.3.1`\n")
    assert inside(tmp_path, "diff", str(new), str(old)).out.startswith("garden-moods 0.3.1 → kitchen-moods 0.3.1  (")


ABOUT = {"title": "Emotions anew", "description": "What people feel.", "url": "https://example.org", "published": "2024-05-01"}


def test_what_a_data_set_is_called_is_read_from_its_manifest(corpus, tmp_path):
    old = made(corpus, tmp_path / "old")
    new = copy_corpus(tmp_path / "other", corpus)
    config = (new / "pyproject.toml").read_text("utf-8")
    lines = [line for line in config.splitlines() if line.split(" ")[0] not in ABOUT]
    at = lines.index("[tool.corpusbuild]") + 1
    said = [f"{key} = {json.dumps(value)}" for key, value in ABOUT.items()]
    (new / "pyproject.toml").write_text("\n".join([*lines[:at], *said, *lines[at:]]) + "\n", "utf-8")
    new = made(new, tmp_path / "new")
    # A card is for people, and its front matter may have been lost on the way.
    (new / "README.md").write_text("Nothing.\n", "utf-8")
    before = json.loads((old / "manifest.json").read_bytes())
    difference = diff(old, new)
    assert [(each.name, each.before, each.after) for each in difference.metadata] == [(key, before[key], ABOUT[key]) for key in ABOUT]
    assert difference.demand.bump is Bump.PATCH
    shown = json.loads(inside(tmp_path, "diff", "old", "new", "--format", "json").out)
    jsonschema_rs.validate(json.loads((ROOT / "docs" / "difference.schema.json").read_bytes()), shown)


@pytest.mark.parametrize("side", ["old", "new"])
@pytest.mark.parametrize("what", ["a row", "a file", "a sum", "a pipe"])
def test_a_data_set_that_contradicts_its_manifest_is_not_compared(corpus, tmp_path, side, what):
    folders = {each: made(corpus, tmp_path / each) for each in ("old", "new")}
    path = next(path for path in sorted((folders[side] / "data").rglob("*.parquet")) if path.parent.name == "articles")
    match what:
        case "a row":
            drop_row(path, 0)
        case "a sum":
            edit_manifest(folders[side], lambda value: value["tables"]["articles"].update(rows=99))
        case _:
            path.unlink()
    if what == "a pipe":
        os.mkfifo(path)
    ran = inside(tmp_path, "diff", "old", "new")
    assert (ran.status, ran.out) == (2, "")
    assert f"--> {side}\n   = help: `corpusbuild verify {side}` says what is wrong\n" in ran.err
    assert {"a row": "its manifest says", "a sum": "its manifest says 99"}.get(what, "is not there, or is no file") in ran.err


def test_python_and_the_command_line_do_the_same(edited):
    old, corpus = edited
    value = json.loads(inside(corpus, "diff", str(old), "--format", "json").out)
    difference = diff(old, corpus=corpus)
    assert [(each["table"], each["kind"], each["key"]) for each in value["records"]] == found(difference)
    assert value["demand"]["bump"] == str(difference.demand.bump)
    with pytest.raises(CannotGoOn):
        diff("no-such-thing", corpus=corpus)


def test_nothing_of_a_difference_is_left_in_temporary_folders(edited, tmp_path, monkeypatch):
    old, corpus = edited
    place = tmp_path / "tmp"
    place.mkdir()
    ran = outside(corpus, "diff", str(old), env={"TMPDIR": str(place)})
    assert ran.status == 0
    assert list(place.iterdir()) == []


def test_a_revision_needs_git_and_says_so(corpus, monkeypatch):
    monkeypatch.setattr("corpusbuild.workflow.revisions.shutil.which", lambda _: None)
    ran = inside(corpus, "diff", "v1")
    assert (ran.status, ran.out) == (2, "")
    assert "git is needed to read a revision, and is not installed" in ran.err
    assert "install git, or name a folder or an archive" in ran.err
