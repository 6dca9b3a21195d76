"""Publishing to a Hub of our own: what goes, what does not, and that whatever breaks off is finished by doing it again."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bundled import inside, outside, tree
from corpusbuild.cli import publish as command
from corpusbuild.errors import CannotGoOn
from corpusbuild.release.dataset import opened
from corpusbuild.release.hub import HubRefused
from corpusbuild.release.publishing import Published, send
from corpusbuild.workflow.corpus import Corpus
from hub_server import READER, WRITER, FakeHub, Refused, serving
from written import copy_of

REPO = "desa/harbour-deeds"

# How huggingface_hub 2.4 calls its HTTP client is not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=<...>' to upload raw bytes:DeprecationWarning")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    root = copy_of("legal", folder / "corpus")
    assert Corpus.open(root, search=False).make(folder / "harbour-deeds", jobs=1).ok
    return folder / "harbour-deeds"


@pytest.fixture
def dataset(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "harbour-deeds"))


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    from huggingface_hub import constants
    from huggingface_hub.utils import _http

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)  # its store speaks a protocol of its own
    monkeypatch.setattr(_http.time, "sleep", lambda _: None)  # the library's patience between two tries
    monkeypatch.setenv("HF_TOKEN", WRITER)
    with serving() as hub:
        yield hub


def put(hub: FakeHub, folder: Path, **options: Any) -> Published:
    with opened(folder) as found:
        return send(found, REPO, endpoint=hub.url, **options)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path: data for path, data in tree(folder).items() if data is not None}


def published(hub: FakeHub, revision: str = "main") -> dict[str, bytes]:
    return {path: data for path, data in hub.content(REPO, revision).items() if path != ".gitattributes"}


def new_version(folder: Path, version: str) -> None:
    """Another version of the data set: its manifest, and one file more, less, and other."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    from corpusbuild.emit.manifest import SELF, canonical, file_facts, self_hash

    (folder / "README.md").write_bytes((folder / "README.md").read_bytes() + b"\nRead once more.\n")
    (folder / "CHANGES.md").write_bytes(b"new\n")
    gone = min(path for path in manifest["files"] if path.startswith("schema/"))
    (folder / gone).unlink()
    del manifest["files"][gone]
    for path in ("README.md", "CHANGES.md"):
        manifest["files"][path] = file_facts(folder / path)
    manifest["version"] = version
    del manifest[SELF]
    (folder / "manifest.json").write_bytes(canonical({**manifest, SELF: self_hash(manifest)}))


# ---- what goes ----


def test_a_new_repository_gets_every_file_in_one_commit_with_one_tag(hub: FakeHub, dataset: Path) -> None:
    done = put(hub, dataset)
    repo = hub.repos[REPO]
    assert published(hub) == files_of(dataset)
    assert [commit.message for commit in repo.commits] == ["initial commit", "harbour-deeds 1.2.0"]
    assert repo.tags == {"1.2.0": repo.head.oid}
    assert done == Published(f"{hub.url}/datasets/{REPO}", repo.head.oid, "1.2.0", tuple(sorted(files_of(dataset))), is_new=True)
    assert ".gitattributes" in repo.head.files
    assert not repo.private


def test_parquet_is_stored_apart_and_what_is_small_in_git(hub: FakeHub, dataset: Path) -> None:
    put(hub, dataset)
    files = hub.repos[REPO].head.files
    assert {path for path, each in files.items() if each.sha256} == {path for path in files if path.endswith(".parquet")}


def test_an_archive_is_published_as_its_folder_is(hub: FakeHub, dataset: Path, tmp_path: Path) -> None:
    from corpusbuild.release.archive import pack

    put(hub, pack(dataset, tmp_path / "harbour-deeds-1.2.0.tar.gz"))
    assert published(hub) == files_of(dataset)


def test_only_the_difference_of_a_new_version_is_sent_and_what_is_gone_is_deleted(hub: FakeHub, dataset: Path) -> None:
    put(hub, dataset)
    before = files_of(dataset)
    new_version(dataset, "1.3.0")
    after = files_of(dataset)
    hub.recover()
    done = put(hub, dataset, message="Words of the maintainer")
    assert published(hub) == after
    assert published(hub, "1.2.0") == before
    assert done.sent == tuple(sorted(path for path in after if after[path] != before.get(path)))
    assert done.deleted == tuple(sorted(set(before) - set(after)))
    assert sorted([*done.sent, *done.unchanged]) == sorted(after)
    assert hub.repos[REPO].head.message == "Words of the maintainer"
    assert hub.stored == []  # no table changed
    assert len(hub.repos[REPO].commits) == 3


def test_a_file_too_large_for_one_request_goes_in_parts(hub: FakeHub, dataset: Path) -> None:
    hub.part_bytes = 1000
    put(hub, dataset)
    assert hub.asked.count("part") > len([path for path in files_of(dataset) if path.endswith(".parquet")])
    assert published(hub) == files_of(dataset)


def test_a_private_repository_is_made_where_that_is_asked_for(hub: FakeHub, dataset: Path) -> None:
    put(hub, dataset, private=True)
    assert hub.repos[REPO].private


def test_private_data_do_not_go_to_a_public_repository(hub: FakeHub, dataset: Path) -> None:
    put(hub, dataset)
    new_version(dataset, "1.3.0")
    hub.recover()
    with pytest.raises(CannotGoOn, match="public"):
        put(hub, dataset, private=True)
    assert not set(hub.asked) - {"any"}


# ---- what does not go ----


def test_a_dry_run_tells_what_would_go_and_asks_for_nothing_to_be_changed(hub: FakeHub, dataset: Path) -> None:
    done = put(hub, dataset, dry_run=True)
    assert (done.sent, done.commit, done.is_new) == (tuple(sorted(files_of(dataset))), "", True)
    assert hub.repos == {}
    put(hub, dataset)
    new_version(dataset, "1.3.0")
    hub.recover()
    told = put(hub, dataset, dry_run=True)
    assert set(hub.asked) == {"any"}
    did = put(hub, dataset)
    assert (told.sent, told.unchanged, told.deleted) == (did.sent, did.unchanged, did.deleted)


def test_a_dry_run_needs_no_token(hub: FakeHub, dataset: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from huggingface_hub import constants

    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "none"))
    assert put(hub, dataset, dry_run=True).is_new
    with pytest.raises(CannotGoOn, match="no token") as error:
        put(hub, dataset)
    assert "HF_TOKEN" in error.value.help
    assert hub.repos == {}


def test_a_tag_is_not_overwritten(hub: FakeHub, dataset: Path) -> None:
    put(hub, dataset)
    new_version(dataset, "1.2.0")
    before = hub.repos[REPO].head
    hub.recover()
    for dry_run in (True, False):
        with pytest.raises(CannotGoOn, match=r"1\.2\.0 is published, and CHANGES\.md and 3 more differ"):
            put(hub, dataset, dry_run=dry_run)
    assert hub.repos[REPO].head == before
    assert set(hub.asked) == {"any"}


def test_publishing_what_is_published_changes_nothing(hub: FakeHub, dataset: Path) -> None:
    first = put(hub, dataset)
    hub.recover()
    again = put(hub, dataset)
    assert (again.commit, again.was_there, again.sent, again.deleted) == (first.commit, True, (), ())
    assert set(hub.asked) == {"any"}


def test_a_version_that_was_published_stays_published_when_the_branch_has_moved_on(hub: FakeHub, dataset: Path, tmp_path: Path) -> None:
    old = Path(shutil.copytree(dataset, tmp_path / "old"))
    first = put(hub, dataset)
    new_version(dataset, "1.3.0")
    put(hub, dataset)
    again = put(hub, old)
    assert (again.commit, again.was_there) == (first.commit, True)
    assert published(hub) == files_of(dataset)


def test_a_file_that_is_not_what_the_manifest_says_is_not_sent(hub: FakeHub, dataset: Path) -> None:
    (dataset / "README.md").write_bytes(b"other")
    with pytest.raises(CannotGoOn, match="not what the manifest says"):
        put(hub, dataset)
    assert hub.repos == {}


@pytest.mark.parametrize("name", ["", "harbour-deeds", "a/b/c", "../x", "a/b?c", "desa/ladang\x1b[31m"])
def test_a_repository_has_an_owner_and_a_name(hub: FakeHub, dataset: Path, name: str) -> None:
    with opened(dataset) as found, pytest.raises(CannotGoOn):
        send(found, name, endpoint=hub.url)
    assert hub.repos == {}


# ---- what breaks off ----

_BREAKS = [
    ("create", 0, 0),
    ("preupload", 0, 0),
    ("batch", 0, 0),
    ("store", 0, 0),
    ("store", 0, 3),
    ("store", 503, 5),
    ("commit", 0, 0),
    ("commit", 500, 0),
    ("committed", 0, 0),
    ("tag", 0, 0),
    ("tag", 502, 0),
    ("tagged", 0, 0),
]


@pytest.mark.parametrize(("where", "status", "after"), _BREAKS)
def test_what_broke_off_is_finished_by_doing_it_again(hub: FakeHub, dataset: Path, where: str, status: int, after: int) -> None:
    hub.fail(where, status, after=after)
    with pytest.raises(HubRefused) as error:
        put(hub, dataset)
    assert "publish again" in error.value.help
    sent_before = set(hub.objects)
    hub.recover()
    done = put(hub, dataset)
    repo = hub.repos[REPO]
    assert published(hub) == files_of(dataset)
    assert len(repo.commits) == 2, "the first that every repository has, and ours"
    assert repo.tags == {"1.2.0": repo.head.oid}
    assert done.commit == repo.head.oid
    stored_apart = {each.sha256 for each in repo.head.files.values() if each.sha256}
    assert set(hub.stored) == stored_apart - sent_before, "what was sent is not sent again"
    if where in {"committed", "tag", "tagged"}:
        assert "commit" not in hub.asked


def test_the_library_tries_again_by_itself_where_a_file_was_cut_off_once(hub: FakeHub, dataset: Path) -> None:
    hub.fail("store", 0, after=2, times=1)
    put(hub, dataset)
    assert published(hub) == files_of(dataset)


def test_the_signed_addresses_to_which_files_are_sent_are_not_shown(
    hub: FakeHub, dataset: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    level = logging.getLogger("huggingface_hub").level
    hub.fail("store")
    with pytest.raises(HubRefused) as error:
        put(hub, dataset)
    shown = capfd.readouterr()
    assert "signature" not in "".join([shown.out, shown.err, caplog.text, str(error.value)])
    assert logging.getLogger("huggingface_hub").level == level


def test_what_somebody_else_commits_meanwhile_is_not_overwritten(hub: FakeHub, dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(hub, dataset)
    new_version(dataset, "1.3.0")
    repo = hub.repos[REPO]
    modes = hub.modes

    def meddle(name: str, body: Any) -> Any:
        head = repo.head
        repo.commits.append(type(head)("f" * 40, "of somebody else", head.files))
        return modes(name, body)

    monkeypatch.setattr(hub, "modes", meddle)
    with pytest.raises(HubRefused, match="changed meanwhile"):
        put(hub, dataset)
    assert repo.head.message == "of somebody else"
    assert set(repo.tags) == {"1.2.0"}


# ---- errors, and the token ----


@pytest.mark.parametrize(
    ("where", "status", "message", "remedy"),
    [
        ("any", 401, "does not accept the token", "hf auth login"),
        ("commit", 403, "may not do this", "HF_TOKEN"),
        ("batch", 404, "no such repository", "OWNER/NAME"),
        ("tag", 409, "changed meanwhile", "publish again"),
        ("commit", 429, "patience", "wait"),
        ("any", 500, "the Hub failed", "publish again"),
        ("commit", 418, "the Hub refused", ""),
    ],
)
def test_an_error_of_the_hub_says_what_to_do(hub: FakeHub, dataset: Path, where: str, status: int, message: str, remedy: str) -> None:
    hub.fail(where, status)
    with pytest.raises(HubRefused, match=message) as error:
        put(hub, dataset)
    assert error.value.status == status
    assert remedy in error.value.help


def test_no_hub_at_all_is_said(hub: FakeHub, dataset: Path) -> None:
    with opened(dataset) as found, pytest.raises(HubRefused, match="does not answer") as error:
        send(found, REPO, endpoint="http://127.0.0.1:9")
    assert error.value.help == "see that the Hub can be reached, and publish again: nothing was sent"


def test_a_hub_that_must_not_be_asked_is_not(hub: FakeHub, dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(HubRefused, match="HF_HUB_OFFLINE"):
        put(hub, dataset)
    assert hub.asked == []


@pytest.mark.parametrize("token", [READER, "hf_" + "x" * 34])
def test_a_token_that_may_not_write_is_refused(hub: FakeHub, dataset: Path, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(HubRefused) as error:
        put(hub, dataset)
    assert error.value.status in {401, 403}
    assert token not in str(error.value) + error.value.help + repr(error.value)


def test_the_token_is_never_shown(
    hub: FakeHub, dataset: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from corpusbuild.release.hub import Hub

    def refuse(_: Any) -> Any:
        raise Refused(400, f"no good \x1b[2J{WRITER}")

    monkeypatch.setattr(hub, "batch", refuse)
    with caplog.at_level(logging.DEBUG), pytest.raises(HubRefused) as error:
        put(hub, dataset)
    assert "no good" in error.value.message
    shown = capfd.readouterr()
    everything = "".join([shown.out, shown.err, caplog.text, str(error.value), repr(error.value), repr(Hub.of(hub.url))])
    assert WRITER not in everything
    assert "\x1b" not in error.value.message


# ---- the command, and the call ----


def ran(hub: FakeHub, dataset: Path, *words: str, token: str = WRITER) -> Any:
    env = {"HF_ENDPOINT": hub.url, "HF_TOKEN": token, "HF_HUB_DISABLE_XET": "1", "HF_HUB_OFFLINE": "0"}
    return outside(dataset.parent, "publish", dataset.name, "--repo", REPO, *words, env=env)


def test_the_command_publishes_and_says_how_to_load_it(hub: FakeHub, dataset: Path) -> None:
    told = ran(hub, dataset, "--dry-run", "--private")
    assert (told.status, told.err) == (0, "")
    assert f"would make {hub.url}/datasets/{REPO}, private\n" in told.out
    assert all(f"would send {path}\n" in told.out for path in files_of(dataset))
    assert hub.repos == {}
    done = ran(hub, dataset, "--private", "--message", "First of all")
    assert (done.status, done.err) == (0, "")
    assert f"published 1.2.0 at {hub.url}/datasets/{REPO}: {len(files_of(dataset))} files sent, 0 were there, 0 deleted\n" in done.out
    assert f'datasets.load_dataset("{REPO}", revision="1.2.0")' in done.out
    assert hub.repos[REPO].head.message == "First of all"
    assert hub.repos[REPO].private
    again = ran(hub, dataset)
    assert (again.status, again.err) == (0, "")
    assert "has 1.2.0 already" in again.out
    assert WRITER not in told.out + done.out + again.out


def test_a_dry_run_says_what_would_be_sent_and_deleted(
    hub: FakeHub, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sending(path: str, repo: str, *, dry_run: bool, private: bool, **_: Any) -> Published:
        """Without the proof, which takes seconds and has tests of its own."""
        assert repo == REPO
        return put(hub, tmp_path / path, dry_run=dry_run, private=private)

    before = Path(shutil.copytree(dataset, tmp_path / "before"))
    new_version(before, "1.1.0")
    put(hub, before)
    monkeypatch.setattr(command, "publish", sending)
    told = inside(tmp_path, "publish", dataset.name, "--repo", REPO, "--dry-run")
    schema = min(path for path in files_of(dataset) if path.startswith("schema/"))
    there = len(files_of(dataset)) - 3
    assert (told.status, told.out.splitlines()) == (
        0,
        [
            "would send README.md",
            "would send manifest.json",
            f"would send {schema}",
            "would delete CHANGES.md",
            f"would tag {hub.url}/datasets/{REPO} with 1.2.0: 3 files to send, {there} there, 1 to delete",
        ],
    )
    put(hub, dataset)
    nothing = inside(tmp_path, "publish", dataset.name, "--repo", REPO, "--dry-run")
    assert nothing.out == f"{hub.url}/datasets/{REPO} has 1.2.0 already, with this content\n"


def test_what_is_not_whole_is_not_published(hub: FakeHub, dataset: Path) -> None:
    (dataset / "CITATION.cff").write_bytes(b"title: other\n")
    done = ran(hub, dataset)
    assert done.status == 1
    assert "CITATION.cff" in done.out
    assert "is not whole, and was not published" in done.err
    assert hub.repos == {}
    assert hub.asked == []


def test_the_command_says_what_the_hub_refuses(hub: FakeHub, dataset: Path) -> None:
    done = ran(hub, dataset, token=READER)
    assert done.status == 2
    assert "403" in done.err
    assert "= help: " in done.err
    assert "Traceback" not in done.err
    assert READER not in done.out + done.err


def test_the_call_is_the_command(hub: FakeHub, dataset: Path) -> None:
    import corpusbuild

    done = corpusbuild.publish(dataset, REPO, endpoint=hub.url)
    assert isinstance(done, corpusbuild.Published)
    assert hub.repos[REPO].tags == {"1.2.0": done.commit}
    (dataset / "README.md").write_bytes(b"other")
    with pytest.raises(corpusbuild.CannotGoOn, match="not whole"):
        corpusbuild.publish(dataset, REPO, endpoint=hub.url)
