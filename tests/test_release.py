"""A release: refused where it would lie, made from a commit that it names, and the same wherever it is made."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from bundled import copy_corpus, inside
from corpusbuild import CannotGoOn, Corpus, Released, verify
from corpusbuild.release.archive import pack
from corpusbuild.release.dataset import opened
from corpusbuild.workflow import releasing
from corpusbuild.workflow.releasing import with_entry, with_version

DAY = date(2031, 6, 1)
DOCUMENT = "annotations/putin-akan-ke-pyongyang.json"


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(folder: Path, message: str = "an edit") -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The bundled corpus, signed off, in a repository of its own."""
    root = copy_corpus(tmp_path / "corpus")
    (root / ".gitignore").write_text("/dist/\n.corpusbuild/\n")
    Corpus.open(root).lock()
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "user.name", "Ana")
    git(root, "config", "user.email", "ana@example.org")
    commit(root, "base")
    return root


def release(folder: Path, version: str | None = None, **options: object) -> Released:
    return Corpus.open(folder).release(version, today=DAY, **options)  # type: ignore[arg-type]  # as given


def drop_a_claim(folder: Path) -> None:
    document = json.loads((folder / DOCUMENT).read_bytes())
    document["claims"] = [claim for claim in document["claims"] if claim["id"] != "c7"]
    (folder / DOCUMENT).write_text(json.dumps(document, ensure_ascii=False, indent=2), "utf-8")
    assert inside(folder, "lock").status == 0


def manifest_of(archive: Path | None) -> dict[str, object]:
    assert archive is not None
    with opened(archive) as data_set:
        return dict(data_set.manifest)


# ---- what a release is ----


def test_a_first_release_is_what_the_config_says_from_the_commit_that_it_names(folder: Path) -> None:
    done = release(folder, commit=True, tag=True)
    assert done.ok
    assert (done.version, done.tag, done.last) == ("0.1.0", "v0.1.0", None)
    head = git(folder, "rev-parse", "HEAD")
    assert done.commit == head == git(folder, "rev-parse", "v0.1.0^{commit}")
    assert git(folder, "status", "--porcelain") == ""
    assert git(folder, "log", "-1", "--format=%s") == "Release kabar-klaim 0.1.0"
    assert git(folder, "show", "--name-only", "--format=") == "CHANGELOG.md\npyproject.toml"
    assert Corpus.open(folder).config.published == "2031-06-01"
    assert done.archive == folder / "dist/kabar-klaim-0.1.0.tar.gz"
    provenance = manifest_of(done.archive)["provenance"]
    assert isinstance(provenance, dict)
    assert provenance["commit"] == head
    assert verify(done.archive).ok


def test_the_archive_holds_its_changelog_and_its_sums(folder: Path, tmp_path: Path) -> None:
    done = release(folder, commit=True)
    assert done.archive is not None
    shutil.unpack_archive(done.archive, tmp_path / "out", filter="data")
    top = tmp_path / "out/kabar-klaim-0.1.0"
    assert "kabar-klaim 0.1.0 (2031-06-01)" in (top / "CHANGELOG.md").read_text("utf-8")
    subprocess.run(["sha256sum", "--quiet", "--strict", "-c", "SHA256SUMS"], cwd=top, check=True)
    listed = {line.split("  ")[1] for line in (top / "SHA256SUMS").read_text().splitlines()}
    there = {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()}
    assert there - {"SHA256SUMS"} == listed


def test_a_dropped_claim_takes_a_major_version_and_stands_in_the_errata(folder: Path) -> None:
    release(folder, commit=True, tag=True)
    drop_a_claim(folder)
    commit(folder)
    for version in ("0.1.0", "0.1.1", "0.1.9"):
        refused = release(folder, version)
        assert not refused.ok
        assert [each.finding.name for each in refused.report] == ["version-too-small"]
    assert git(folder, "status", "--porcelain") == ""
    done = release(folder, commit=True, tag=True)
    assert done.version == "0.2.0"
    changes = (folder / "CHANGELOG.md").read_text("utf-8")
    assert changes.index("## kabar-klaim 0.2.0 (2031-06-01)") < changes.index("## kabar-klaim 0.1.0")
    assert "removed: `putin-akan-ke-pyongyang#c7`" in changes
    assert Corpus.open(folder).config.version == "0.2.0"


def test_a_greater_version_is_taken_and_so_is_one_that_the_config_has_already(folder: Path) -> None:
    release(folder, commit=True, tag=True)
    drop_a_claim(folder)
    commit(folder)
    assert release(folder, "1.0.0", dry_run=True).version == "1.0.0"
    config = folder / "pyproject.toml"
    config.write_bytes(with_version(config.read_bytes(), "0.5.0"))
    commit(folder)
    assert release(folder, dry_run=True).version == "0.5.0"


def test_a_release_that_is_packed_only_is_followed_by_nothing_until_something_changes(folder: Path) -> None:
    assert release(folder, commit=True).ok
    git(folder, "commit", "--allow-empty", "-qm", "no source")
    for version in (None, "0.1.0"):
        again = release(folder, version, dry_run=True)
        assert again.ok
        assert again.version == "0.1.0"
        assert again.difference is not None
        assert again.difference.is_empty
    drop_a_claim(folder)
    commit(folder)
    assert release(folder, dry_run=True).version == "0.2.0"


def test_nothing_new_is_not_released_but_under_a_greater_number(folder: Path) -> None:
    release(folder, commit=True, tag=True)
    refused = release(folder)
    assert "nothing has changed since 0.1.0" in [each.finding.message for each in refused.report]
    assert release(folder, "0.1.1", commit=True, tag=True).ok


def test_the_last_release_is_the_highest_tag_of_this_history(folder: Path) -> None:
    release(folder, commit=True, tag=True)
    git(folder, "tag", "v0.0.9")
    git(folder, "tag", "something-0.9.0")
    git(folder, "checkout", "-q", "-b", "aside")
    (folder / "card.md").write_text("Another card.\n")
    commit(folder)
    git(folder, "tag", "v7.0.0")
    git(folder, "checkout", "-q", "main")
    shutil.rmtree(folder / "dist")
    last = release(folder).last
    assert last is not None
    assert (last.version, last.place) == ("0.1.0", "refs/tags/v0.1.0")


def test_a_tag_has_the_name_that_the_config_gives_it(folder: Path) -> None:
    config = folder / "pyproject.toml"
    config.write_text(config.read_text("utf-8").replace('title = "KabarKlaim"', 'title = "KabarKlaim"\ntag = "data-{version}"'), "utf-8")
    commit(folder)
    assert release(folder, commit=True, tag=True).tag == "data-0.1.0"
    again = release(folder)
    assert again.last is not None
    assert again.last.place == "refs/tags/data-0.1.0"


def test_without_a_commit_of_its_own_it_names_none_and_can_be_packed_again_from_one(folder: Path) -> None:
    first = release(folder)
    assert first.ok
    assert first.commit is None
    assert git(folder, "status", "--porcelain") == "M pyproject.toml\n?? CHANGELOG.md"
    head = commit(folder, "by hand")
    second = release(folder, tag=True)
    assert second.ok, [each.finding.message for each in second.report]
    assert (second.commit, second.tag, second.written) == (head, "v0.1.0", ())


# ---- what is refused, and changes nothing ----


def test_a_file_that_is_not_committed_is_named(folder: Path) -> None:
    (folder / "raw/putin-akan-ke-pyongyang.json").write_bytes((folder / "raw/putin-akan-ke-pyongyang.json").read_bytes() + b"\n")
    (folder / "annotations/neu.json").write_text("{}")
    (folder / DOCUMENT).unlink()
    (folder / "notes.txt").write_text("no source")
    refused = release(folder, commit=True)
    assert not refused.ok
    assert {each.finding.name for each in refused.report} == {"uncommitted-changes"}
    assert sorted(each.place.path for each in refused.report) == sorted(
        ["raw/putin-akan-ke-pyongyang.json", "annotations/neu.json", DOCUMENT]
    )


def test_outside_git_and_before_a_first_commit_it_is_refused(tmp_path: Path) -> None:
    root = copy_corpus(tmp_path / "corpus")
    Corpus.open(root).lock()
    for prepare in ((), ("init", "-q")):
        if prepare:
            git(root, *prepare)
        done = inside(root, "release")
        assert (done.status, "uncommitted-changes" in done.out) == (1, True)


def test_what_was_not_signed_off_is_not_released(folder: Path) -> None:
    (folder / "corpus.lock").unlink()
    commit(folder)
    assert [each.finding.name for each in release(folder).report if each.finding.severity == "error"] == ["missing-lock"]


def test_a_tag_that_is_there_is_never_moved(folder: Path) -> None:
    git(folder, "tag", "v0.1.0", "HEAD")
    drop_a_claim(folder)
    commit(folder)
    git(folder, "tag", "v0.2.0", git(folder, "commit-tree", "-m", "elsewhere", "HEAD^{tree}"))
    before = git(folder, "rev-parse", "HEAD", "v0.2.0")
    with pytest.raises(CannotGoOn, match="is out"):
        release(folder, commit=True, tag=True)
    assert git(folder, "rev-parse", "HEAD", "v0.2.0") == before
    assert git(folder, "status", "--porcelain") == ""


def test_a_tag_needs_a_commit(folder: Path) -> None:
    with pytest.raises(CannotGoOn, match="nothing to tag"):
        release(folder, tag=True)
    assert git(folder, "status", "--porcelain") == ""


def test_a_waiver_that_ends_with_the_version_takes_it_back(folder: Path) -> None:
    git(folder, "tag", "v0.1.0")
    speakers = json.loads((folder / "annotations/speakers.json").read_bytes())
    speakers.append({"id": "tak-dipakai", "name": "Tak Dipakai", "named": True, "kind": "person"})
    (folder / "annotations/speakers.json").write_text(json.dumps(speakers, indent=2), "utf-8")
    config = folder / "pyproject.toml"
    waiver = '\n[tool.corpusbuild.severity]\nunused-speaker = "error"\n\n[[tool.corpusbuild.waive]]\n'
    waiver += 'rule = "unused-speaker"\nwhere = "annotations/speakers.json"\nreason = "soon"\nuntil = "0.1.1"\n'
    config.write_text(config.read_text("utf-8") + waiver, "utf-8")
    inside(folder, "lock")
    commit(folder)
    done = release(folder, commit=True)
    assert not done.ok
    assert "unused-speaker" in {each.finding.name for each in done.report}
    assert git(folder, "status", "--porcelain") == ""


@pytest.mark.parametrize("version", ["1", "1.0", "v1.0.0", "1.0.0-rc1", "01.0.0", ""])
def test_a_word_that_is_no_version_is_an_error(folder: Path, version: str) -> None:
    assert inside(folder, "release", version or "x").status == 2


def test_where_the_last_release_is_not_at_hand_nothing_is_released(folder: Path, tmp_path: Path) -> None:
    release(folder, commit=True, tag=True)
    drop_a_claim(folder)
    commit(folder)
    for number, how in enumerate((["--depth", "1"], ["--no-tags"])):
        clone = tmp_path / f"clone-{number}"
        git(tmp_path, "clone", "-q", *how, f"file://{folder}", str(clone))
        refused = release(clone)
        assert [each.finding.name for each in refused.report] == ["version-too-small"]
        assert "0.1.0 was released" in next(iter(refused.report)).finding.message
        assert not (clone / "dist/kabar-klaim-0.1.0.tar.gz").exists()


def test_a_version_that_is_out_is_never_given_to_other_data(folder: Path) -> None:
    release(folder, commit=True, tag=True)
    drop_a_claim(folder)
    commit(folder)
    archive = release(folder, commit=True).archive
    assert archive == folder / "dist/kabar-klaim-0.2.0.tar.gz"
    before = archive.read_bytes()
    (folder / "card.md").write_text("Another card.\n", "utf-8")
    commit(folder)
    with pytest.raises(CannotGoOn, match="other data"):
        release(folder, "0.2.0", against="v0.1.0")
    assert archive.read_bytes() == before
    archive.unlink()
    git(folder, "tag", "v0.2.0", "HEAD~1")
    with pytest.raises(CannotGoOn, match="is out"):
        release(folder, "0.2.0", against="v0.1.0")
    assert not archive.exists()


def test_a_refusal_has_the_status_of_one(folder: Path) -> None:
    assert inside(folder, "release", "--tag").status == 1


def test_the_command_says_what_it_released(folder: Path) -> None:
    ran = inside(folder, "release", "--commit", "--tag", "--date", "2031-06-01")
    *lines, proved = ran.out.splitlines()
    assert ran.status == 0
    assert lines == [
        "0.1.0: the first release",
        "wrote CHANGELOG.md",
        "wrote pyproject.toml",
        "wrote dist/kabar-klaim-0.1.0.tar.gz",
        f"made from commit {git(folder, 'rev-parse', 'HEAD')}",
        "tagged v0.1.0",
    ]
    assert re.fullmatch(r"proved whole: [1-9]\d+ statements, see `corpusbuild verify`", proved)


def test_a_dry_run_says_what_the_next_release_would_be_and_why(folder: Path) -> None:
    Corpus.open(folder).make()
    (folder / "dist" / "kabar-klaim").rename(folder / "dist" / "last")
    schema = folder / "schema" / "annotation.json"
    more = ", ".join(f'"another-{number}"' for number in range(10))
    schema.write_text(schema.read_text("utf-8").replace('"enum": [', f'"enum": [{more}, ', 1), "utf-8")
    assert inside(folder, "lock").status == 0
    commit(folder)
    told = inside(folder, "release", "--dry-run", "--against", "dist/last", "--date", "2031-06-01")
    lines = told.out.splitlines()
    assert (told.status, lines[0]) == (0, "0.1.0 → 0.2.0: major")
    assert lines[1].startswith("  major: claims.attribution: labels renumbered: ")
    assert lines[2:11] == [f"  minor: claims.attribution: label added: another-{number}" for number in range(9)]
    assert lines[11:14] == ["  … and 2 more reasons", "", "## kabar-klaim 0.2.0 (2031-06-01)"]
    assert lines[-1] == "nothing was written"
    assert git(folder, "status", "--porcelain") == ""


def test_what_cannot_be_proved_whole_is_not_released(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a disk loses what was written."""

    def spoilt(data_set: Path, archive: Path) -> Path:
        (data_set / "README.md").write_bytes(b"other")
        return pack(data_set, archive)

    monkeypatch.setattr(releasing, "pack", spoilt)
    ran = inside(folder, "release", "--commit", "--tag")
    assert ran.status == 1
    assert "README.md" in ran.out
    assert ran.err == "nothing was released\n"
    assert (git(folder, "tag"), git(folder, "status", "--porcelain"), git(folder, "log", "--format=%s")) == ("", "", "base")
    assert not list((folder / "dist").glob("*.tar.gz"))


def test_a_first_release_is_not_below_what_the_config_says(folder: Path) -> None:
    assert not release(folder, "0.0.9").ok


def test_checks_that_did_not_run_keep_it_from_being_released(folder: Path) -> None:
    (folder / "own.py").write_text((Path(__file__).parents[1] / "checks/weekday_date_mismatch.py").read_text("utf-8"), "utf-8")
    config = folder / "pyproject.toml"
    config.write_text(config.read_text("utf-8").replace('checks = ["attribution"]', 'checks = ["attribution", "own.py"]'), "utf-8")
    commit(folder)
    refused = release(folder)
    assert [(each.finding.name, each.finding.severity) for each in refused.report] == [("untrusted-checks", "error")]
    assert release(folder, trust=True, dry_run=True).ok
    told = inside(folder, "release", "--dry-run")
    assert (told.status, told.err) == (1, "nothing was released\n")
    assert "untrusted-checks" in told.out
    assert inside(folder, "release", "--dry-run", "--trust").status == 0
    # Who has read them need not say so again.
    assert release(folder, dry_run=True).ok


def test_what_people_wrote_in_the_changelog_opens_the_entry(folder: Path) -> None:
    (folder / "CHANGELOG.md").write_text("# Changelog\n\n## kabar-klaim 0.1.0\n\n- For the first time.\n\n## other 1.0.0\n", "utf-8")
    commit(folder)
    done = release(folder, commit=True)
    text = (folder / "CHANGELOG.md").read_text("utf-8")
    assert done.ok
    begin = text.index("## kabar-klaim 0.1.0 (2031-06-01)\n\n- For the first time.\n\nThe first release.")
    assert begin < text.index("| `claims` |") < text.index("## other 1.0.0")
    assert text.count("## kabar-klaim") == 1


# ---- what a repository brings is not run ----


def test_no_hook_filter_or_signer_runs(folder: Path, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    evil = tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\necho $0 $@ >> {mark}\ncat\n")
    evil.chmod(0o755)
    for hook in ("pre-commit", "commit-msg", "post-commit", "prepare-commit-msg", "reference-transaction", "post-index-change"):
        shutil.copy(evil, folder / ".git/hooks" / hook)
    for key in ("filter.x.clean", "filter.x.smudge", "core.fsmonitor", "gpg.program", "core.sshCommand"):
        git(folder, "config", key, str(evil))
    git(folder, "config", "commit.gpgSign", "true")
    git(folder, "config", "tag.gpgSign", "true")
    (folder / ".git/info/attributes").write_text("* filter=x\n")
    assert release(folder, commit=True, tag=True).ok
    assert not mark.exists(), mark.read_text()


def test_what_else_was_staged_stays_staged_and_uncommitted(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine")
    git(folder, "add", "notes.txt")
    release(folder, commit=True)
    assert git(folder, "status", "--porcelain") == "A  notes.txt"


# ---- the same everywhere ----

MAKE = """
import datetime, os
from corpusbuild import Corpus
os.umask(0o077)
print(Corpus.open(".").release(today=datetime.date(2031, 6, 1), against="base").archive)
"""


def test_the_archive_is_the_same_wherever_it_is_made(folder: Path, tmp_path: Path) -> None:
    git(folder, "tag", "base")
    drop_a_claim(folder)
    commit(folder, "drop")
    done = release(folder, commit=True, against="base")
    assert done.archive is not None
    elsewhere = tmp_path / "another" / "place"
    elsewhere.parent.mkdir()
    git(tmp_path, "clone", "-q", str(folder), str(elsewhere))
    env = {**os.environ, "TZ": "Pacific/Kiritimati", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    ran = subprocess.run([sys.executable, "-c", MAKE], cwd=elsewhere, env=env, check=True, capture_output=True, text=True)
    assert Path(ran.stdout.strip()).read_bytes() == done.archive.read_bytes()


# ---- edits of the two files ----


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[tool.corpusbuild]\nname = "a"\nversion = "0.1.0" # of the data\n',
            '[tool.corpusbuild]\nname = "a"\nversion = "0.2.0" # of the data\n',
        ),
        ("[tool.corpusbuild]\nname = 'a'\nversion='0.1.0'\n", "[tool.corpusbuild]\nname = 'a'\nversion=\"0.2.0\"\n"),
        ('[tool.corpusbuild]\nname = "a"\n', '[tool.corpusbuild]\nversion = "0.2.0"\nname = "a"\n'),
        (
            '[project]\nversion = "9.9.9"\n[tool.corpusbuild]\nname = "a"\nversion = "0.1.0"\n',
            '[project]\nversion = "9.9.9"\n[tool.corpusbuild]\nname = "a"\nversion = "0.2.0"\n',
        ),
    ],
)
def test_the_version_is_changed_where_it_stands(text: str, expected: str) -> None:
    assert with_version(text.encode(), "0.2.0").decode() == expected


def test_a_config_that_says_it_in_a_way_of_its_own_is_left_alone() -> None:
    with pytest.raises(CannotGoOn, match="cannot be changed"):
        with_version(b'tool.corpusbuild.name = "a"\ntool.corpusbuild.version = "0.1.0"\n', "0.2.0")


def test_an_entry_goes_before_the_others_of_its_corpus_and_only_once() -> None:
    old = b"# Changelog\n\n## Unreleased\n\n- of the tool\n\n## a 0.1.0 (2030-01-01)\n\nThe first release.\n"
    entry = "## a 0.2.0 (2031-06-01)\n\nMore.\n"
    once = with_entry(old, entry, "a")
    assert once.decode().index("of the tool") < once.decode().index("a 0.2.0") < once.decode().index("a 0.1.0")
    assert with_entry(once, entry, "a") == once
    assert with_entry(None, entry, "a") == b"# Changelog\n\n" + entry.encode()
    assert with_entry(b"# Changelog\n\n- of the tool\n", entry, "a") == b"# Changelog\n\n- of the tool\n\n" + entry.encode()
