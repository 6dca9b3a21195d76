"""What stands beside the rows: licence, citation, changes; and which commit and which sources a data set was compiled from."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bundled import PARTS, ROOT, copy_corpus, outside, tree
from corpusbuild import Corpus, verify
from corpusbuild.corpus.config import Config
from corpusbuild.emit.changelog import data_changelog
from corpusbuild.emit.citation import citation
from corpusbuild.emit.licence import licence_text
from corpusbuild.emit.manifest import SELF, canonical, self_hash
from corpusbuild.release.manifests import manifest_faults

SPEC = Path(__file__).parent / "spec"

CONFIG = '[tool.corpusbuild]\nname = "kabar-kota"\ntitle = "Kabar Kota"\nversion = "0.1.0"\ngold = "ana"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return shutil.copytree(SPEC / "base", tmp_path / "corpus")


def make(root: Path) -> tuple[Path, dict[str, Any]]:
    made = Corpus.open(root, search=False).make(jobs=1)
    assert made.ok
    return made.path, json.loads((made.path / "manifest.json").read_bytes())


def configure(root: Path, more: str) -> None:
    (root / "pyproject.toml").write_text(CONFIG + more)


# ---- git ----


def git(root: Path, *words: str) -> str:
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    who = ("-c", "user.name=Ana", "-c", "user.email=ana@example.org", "-c", "commit.gpgsign=false", "-c", "core.autocrlf=false")
    return subprocess.run(["git", *who, *words], cwd=root, env=env, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def committed(root: Path) -> Path:
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    return root


def test_the_commit_of_the_sources_is_named(committed: Path) -> None:
    path, manifest = make(committed)
    head = git(committed, "rev-parse", "HEAD")
    assert manifest["provenance"]["commit"] == head
    assert f"git commit `{head}`" in (path / "README.md").read_text("utf-8")
    assert verify(path, load=False).ok


def test_a_corpus_below_the_top_of_a_repository_has_its_commit(tmp_path: Path) -> None:
    root = shutil.copytree(SPEC / "base", tmp_path / "repository" / "corpora" / "é")
    git(tmp_path / "repository", "init", "-q")
    git(tmp_path / "repository", "add", "-A")
    git(tmp_path / "repository", "commit", "-q", "-m", "first")
    assert make(root)[1]["provenance"]["commit"] == git(root, "rev-parse", "HEAD")


def edited(root: Path) -> None:
    with (root / "raw/pasar.txt").open("a") as file:
        file.write("\nLagi.\n")


CHANGES: dict[str, Callable[[Path], object]] = {
    "an article edited": edited,
    "an article added": lambda root: (
        (root / "raw/baru.txt").write_text("Baru.\n"),
        shutil.copy(root / "raw/pasar.json", root / "raw/baru.json"),
    ),
    "a document deleted": lambda root: (root / "annotations/pasar.json").unlink(),
    "the config": lambda root: configure(root, "# a comment\n"),
    "the card": lambda root: (root / "card.md").write_text("Two articles.\n"),
    "the changes": lambda root: (root / "CHANGELOG.md").write_text("## kabar-kota 0.1.0\n"),
    "a schema": lambda root: (root / "schema/speaker.json").write_text((root / "schema/speaker.json").read_text() + " "),
    "the licence": lambda root: (root / "LICENSE.data").write_text("Free.\n"),
    "staged only": lambda root: (edited(root), git(root, "add", "-A")),
}


@pytest.mark.parametrize("what", CHANGES)
def test_sources_that_differ_from_the_commit_have_none(committed: Path, what: str) -> None:
    assert make(committed)[1]["provenance"]["commit"] is not None
    CHANGES[what](committed)
    path, manifest = make(committed)
    assert manifest["provenance"]["commit"] is None
    assert "The sources are in no git commit;" in (path / "README.md").read_text("utf-8")
    git(committed, "add", "-A")
    git(committed, "commit", "-q", "-m", "second")
    assert make(committed)[1]["provenance"]["commit"] == git(committed, "rev-parse", "HEAD")


def test_what_is_no_source_does_not_count(committed: Path) -> None:
    (committed / "notes.txt").write_text("to do\n")
    (committed / "raw/README.md").write_text("Texts as captured.\n")
    (committed / "annotations/.draft.json").write_text("{")
    assert make(committed)[1]["provenance"]["commit"] == git(committed, "rev-parse", "HEAD")


def test_a_make_with_nothing_to_do_notices_a_new_commit(committed: Path) -> None:
    _, first = make(committed)
    assert Corpus.open(committed, search=False).make(jobs=1).up_to_date
    git(committed, "commit", "-q", "--allow-empty", "-m", "nothing new")
    made = Corpus.open(committed, search=False).make(jobs=1)
    assert not made.up_to_date
    second = json.loads((made.path / "manifest.json").read_bytes())
    assert second["provenance"]["commit"] == git(committed, "rev-parse", "HEAD") != first["provenance"]["commit"]
    assert second["tables"] == first["tables"]
    assert second["provenance"]["sources"] == first["provenance"]["sources"]


def test_a_make_with_nothing_to_do_notices_what_stands_beside_the_rows(root: Path) -> None:
    (root / "card.md").write_text("One.\n")
    make(root)
    (root / "card.md").write_text("Two.\n")
    path, _ = make(root)
    assert "Two.\n" in (path / "README.md").read_text("utf-8")


def test_nothing_that_a_repository_brings_is_run(committed: Path, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch '{mark}'\ncat\n")
    trap.chmod(0o755)
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for hook in ("post-index-change", "reference-transaction", "post-checkout", "fsmonitor-watchman"):
        shutil.copy(trap, hooks / hook)
    for name, value in {
        "core.fsmonitor": str(trap),
        "core.hooksPath": str(hooks),
        "filter.trap.clean": str(trap),
        "filter.trap.smudge": str(trap),
        "filter.trap.process": str(trap),
        "diff.external": str(trap),
        "diff.trap.textconv": str(trap),
        "core.pager": str(trap),
        "core.sshCommand": str(trap),
        "core.editor": str(trap),
        "gpg.program": str(trap),
        "alias.ls-tree": f"!{trap}",
        "alias.rev-parse": f"!{trap}",
        "remote.origin.url": f"ext::{trap}",
        "remote.origin.promisor": "true",
        "extensions.partialClone": "origin",
        "uploadpack.packObjectsHook": str(trap),
    }.items():
        git(committed, "config", name, value)
    (committed / ".gitattributes").write_text("* filter=trap diff=trap\n")
    (committed / "raw/pasar.txt").touch()
    assert make(committed)[1]["provenance"]["commit"] is not None
    # An object that is missing would be fetched, by whatever the repository says.
    tree_id = git(committed, "rev-parse", "HEAD^{tree}")
    (committed / ".git/objects" / tree_id[:2] / tree_id[2:]).unlink()
    shutil.rmtree(committed / ".corpusbuild")
    assert make(committed)[1]["provenance"]["commit"] is None
    assert not mark.exists()


@pytest.mark.parametrize("what", ["no git", "no commit", "a broken repository", "git that fails"])
def test_where_there_is_no_commit_there_is_none(committed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    if what == "no git":
        (tmp_path / "empty").mkdir()
        monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    elif what == "no commit":
        shutil.rmtree(committed / ".git")
        git(committed, "init", "-q")
    elif what == "a broken repository":
        (committed / ".git/HEAD").write_text("nonsense\n")
    else:
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin/git").write_text("#!/bin/sh\necho whatever\nexit 3\n")
        (tmp_path / "bin/git").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    assert make(committed)[1]["provenance"]["commit"] is None


def test_a_hook_that_runs_make_sees_the_corpus_as_it_is(committed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = shutil.copytree(committed, tmp_path / "other")
    git(other, "commit", "-q", "--allow-empty", "-m", "another")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    assert make(committed)[1]["provenance"]["commit"] == git(committed, "rev-parse", "HEAD")


# ---- the manifest ----


def test_the_manifest_has_its_form_and_its_own_hash(root: Path) -> None:
    configure(root, 'license = "CC0-1.0"\nlanguage = ["id"]\nauthors = ["Sutanto, Rina", "Balai Bahasa"]\n')
    path, manifest = make(root)
    data = (path / "manifest.json").read_bytes()
    assert list(manifest_faults(data)) == []
    assert data == canonical(manifest)
    assert manifest[SELF] == self_hash(manifest)
    assert {name: manifest[name] for name in ("title", "license", "language", "authors", "splits")} == {
        "title": "Kabar Kota",
        "license": "CC0-1.0",
        "language": ["id"],
        "authors": ["Sutanto, Rina", "Balai Bahasa"],
        "splits": ["train"],
    }


def test_the_hash_of_the_sources_changes_with_what_they_say(root: Path) -> None:
    seen = {make(root)[1]["provenance"]["sources"]}
    for what in ("an article edited", "an article added", "the card", "a schema"):
        CHANGES[what](root)
        seen.add(make(root)[1]["provenance"]["sources"])
    configure(root, 'license = "CC0-1.0"\n')
    seen.add(make(root)[1]["provenance"]["sources"])
    assert len(seen) == 6
    # What the config does not say of the corpus is not among them.
    with (root / "pyproject.toml").open("a") as file:
        file.write("\n[tool.other]\nx = 1\n")
    assert make(root)[1]["provenance"]["sources"] in seen


# ---- licence, citation, changes ----


def test_the_licence_is_that_of_the_data(root: Path) -> None:
    configure(root, 'license = "CC-BY-4.0"\n')
    assert (make(root)[0] / "LICENSE").read_text("utf-8").startswith("Attribution 4.0 International\n")
    # A LICENSE is the data's, unless pyproject.toml describes code under another.
    (root / "LICENSE").write_text("A text.\n")
    assert (make(root)[0] / "LICENSE").read_text("utf-8") == "A text.\n"
    configure(root, 'license = "CC-BY-4.0"\n\n[project]\nname = "x"\nlicense = "Apache-2.0"\n')
    assert (make(root)[0] / "LICENSE").read_text("utf-8").startswith("Attribution 4.0 International\n")
    (root / "LICENSE.data").write_text("Another text.\n")
    assert (make(root)[0] / "LICENSE").read_text("utf-8") == "Another text.\n"


@pytest.mark.parametrize(
    ("spdx", "begin"),
    [
        ("CC0-1.0", "CC0 1.0 Universal"),
        ("CC-BY-SA-4.0", "Attribution-ShareAlike 4.0"),
        ("MIT", "SPDX-License-Identifier: MIT\nhttps://spdx.org/licenses/MIT.html\n"),
        ("CC-BY-NC-4.0", "SPDX-License-Identifier: CC-BY-NC-4.0\nhttps://spdx.org/licenses/CC-BY-NC-4.0.html\n"),
        (
            "CC-BY-4.0 AND (MIT OR LicenseRef-ours)",
            "SPDX-License-Identifier: CC-BY-4.0 AND (MIT OR LicenseRef-ours)\nhttps://spdx.org/licenses/CC-BY-4.0.html\n",
        ),
    ],
)
def test_no_licence_has_blanks(spdx: str, begin: str) -> None:
    text = licence_text(spdx, None)
    assert text.startswith(begin)
    assert "[year]" not in text
    assert "LicenseRef-ours.html" not in text


def test_without_a_licence_there_is_no_such_file(root: Path) -> None:
    path, manifest = make(root)
    assert not (path / "LICENSE").exists()
    assert "license" not in yaml.safe_load((path / "CITATION.cff").read_text("utf-8"))
    assert manifest["license"] is None


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
    st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip), max_size=3),
)
def test_a_citation_says_what_the_config_says(title: str, authors: list[str]) -> None:
    value = yaml.safe_load(citation(Config("x", title=title, version="1.2.3", license="CC-BY-4.0", authors=tuple(authors))))
    assert {name: value[name] for name in ("cff-version", "type", "title", "version", "license")} == {
        "cff-version": "1.2.0",
        "type": "dataset",
        "title": title,
        "version": "1.2.3",
        "license": "CC-BY-4.0",
    }
    assert value["message"]
    assert len(value["authors"]) == max(len(authors), 1)
    for author in value["authors"]:
        assert set(author) in ({"name"}, {"family-names", "given-names"})
        assert all(part.strip() for part in author.values())


def test_people_and_bodies_are_told_apart() -> None:
    value = yaml.safe_load(citation(Config("x", title="X", authors=("Sutanto, Rina", "Balai Bahasa"), license="LicenseRef-ours")))
    assert value["authors"] == [{"family-names": "Sutanto", "given-names": "Rina"}, {"name": "Balai Bahasa"}]
    assert "license" not in value


CHANGELOG = """# Changelog

## tool 2.0

- No part of it.

## kabar-kota 0.2.0 (2031-06-11)

- One article more.

```markdown
## tool 1.0
```

### Errata

- pasar#c1

## kabar-kota-besar 1.0.0

- Another data set.

## kabar-kota

- The first.
"""


def test_the_changes_of_the_data_are_told_apart_from_others() -> None:
    found = data_changelog(CHANGELOG, "kabar-kota")
    assert found is not None
    assert found.startswith("# Changelog\n\n## kabar-kota 0.2.0 (2031-06-11)\n")
    assert found.endswith("## kabar-kota\n\n- The first.\n")
    assert "### Errata" in found
    assert "## tool 1.0" in found  # within a fence, it is no heading
    assert "No part of it" not in found
    assert "Another data set" not in found
    assert data_changelog(CHANGELOG, "kabar") is None


def test_changes_are_written_where_there_are_any(root: Path) -> None:
    assert not (make(root)[0] / "CHANGELOG.md").exists()
    (root / "CHANGELOG.md").write_text(CHANGELOG)
    path, manifest = make(root)
    assert (path / "CHANGELOG.md").read_text("utf-8") == data_changelog(CHANGELOG, "kabar-kota")
    assert "CHANGELOG.md" in manifest["files"]


def test_the_bundled_corpus_comes_with_the_licence_of_its_data(tmp_path: Path) -> None:
    root = copy_corpus(tmp_path / "corpus", ROOT, (*PARTS, "LICENSE", "CHANGELOG.md", "card.md"))
    assert (make(root)[0] / "LICENSE").read_text("utf-8").startswith("Attribution 4.0 International\n")


# ---- the same everywhere ----

PACK = """
import os, sys
os.umask(int(sys.argv[1], 8))
from pathlib import Path
from corpusbuild import Corpus
from corpusbuild.release.archive import pack
made = Corpus.open(".", search=False).make(jobs=int(sys.argv[2]))
assert made.ok
pack(made.path, Path(sys.argv[3]))
"""


def test_the_data_set_and_its_archive_are_the_same_everywhere(tmp_path: Path) -> None:
    parts = (*PARTS, "LICENSE", "CHANGELOG.md", "card.md")
    one = copy_corpus(tmp_path / "one", ROOT, parts)
    git(one, "init", "-q")
    git(one, "add", "-A")
    git(one, "commit", "-q", "-m", "first")
    other = tmp_path / "lain di mana, é"
    git(tmp_path, "clone", "-q", "--no-local", "--depth", "1", one.as_uri(), str(other))
    for path in sorted(other.rglob("*"), reverse=True):
        if path.is_file() and ".git" not in path.parts:
            os.utime(path, (0, 0))
    environments = (
        (one, "022", "1", {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}),
        (other, "077", "2", {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "7", "USER": "x"}),
    )
    for root, umask, jobs, env in environments:
        ran = outside(root, umask, jobs, str(root / "out.tar.gz"), env=env, program=("-c", PACK))
        assert ran.status == 0, ran.err
    assert tree(one / "dist") == tree(other / "dist")
    assert (one / "out.tar.gz").read_bytes() == (other / "out.tar.gz").read_bytes()
    manifest = json.loads((one / "dist/kabar-klaim/manifest.json").read_bytes())
    assert manifest["provenance"]["commit"] == git(one, "rev-parse", "HEAD")
    for path, data in tree(one / "dist").items():
        if data is not None and not path.startswith("data/"):
            assert str(ROOT).encode() not in data
            assert str(tmp_path).encode() not in data
