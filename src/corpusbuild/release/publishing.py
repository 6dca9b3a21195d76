"""Put a data set into a repository of the Hugging Face Hub: one commit, one tag; to do it again does no harm.

What the repository has is compared with what the data set has, and only the difference is sent. So a publish that
broke off is finished by the next one, wherever it broke off: files that were sent are there by their hash, a commit
that was made is found to be the data set, and what is missing is only the tag.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpusbuild.errors import CannotGoOn
from corpusbuild.release.dataset import DataSet
from corpusbuild.release.hub import Hub, HubRefused, quietly
from corpusbuild.release.manifests import MANIFEST

if TYPE_CHECKING:
    from huggingface_hub import HfApi
    from huggingface_hub.hf_api import RepoFile

_KIND = "dataset"
_BRANCH = "main"

# The repository's own; it says which files are stored apart.
_KEPT = frozenset({".gitattributes"})

_REPO = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a publish, or would. Paths are those in the repository, in order.

    ``commit`` is the one that the tag names; empty where a dry run would make one. ``is_new`` says that the
    repository was not there before, ``was_there`` that the tag was: with this very content.
    """

    url: str
    commit: str
    tag: str
    sent: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    is_new: bool = False
    was_there: bool = False


@dataclass(frozen=True, slots=True)
class Local:
    """A file of the data set, with the hash that the manifest gives."""

    path: Path
    size: int
    sha256: str

    def is_same(self, there: RepoFile) -> bool:
        """Whether the repository has this very content, stored apart or in git."""
        if there.lfs is not None:
            return there.lfs.sha256 == self.sha256
        return there.size == self.size and there.blob_id == _git_blob(self.path)


@dataclass(frozen=True, slots=True)
class Remote:
    """A repository as it stands: its newest commit, the commit of each tag, the files of the commit that counts."""

    head: str
    tags: Mapping[str, str]
    files: Mapping[str, RepoFile]
    private: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """What is to be done that a repository's files be the data set's."""

    sent: tuple[str, ...]
    unchanged: tuple[str, ...]
    deleted: tuple[str, ...]

    @classmethod
    def between(cls, files: Mapping[str, Local], there: Mapping[str, RepoFile]) -> Difference:
        """That between a data set and a repository."""
        same = {path for path, file in files.items() if path in there and file.is_same(there[path])}
        return cls(
            tuple(sorted(set(files) - same)),
            tuple(sorted(same)),
            tuple(sorted(path for path in there if path not in files and path not in _KEPT)),
        )

    def __bool__(self) -> bool:
        return bool(self.sent or self.deleted)


def send(  # noqa: PLR0913  each is an option of the command
    dataset: DataSet,
    repo: str,
    *,
    private: bool = False,
    dry_run: bool = False,
    message: str | None = None,
    endpoint: str | None = None,
    bars: bool = False,
) -> Published:
    """Make the files of the repository ``repo`` (``OWNER/NAME``) those of ``dataset``, and tag that with its version.

    A repository that is not there is made, for its owner's eyes only if ``private``. With ``dry_run`` nothing is
    changed; with ``bars`` the library shows how far it is. Raises :class:`~corpusbuild.errors.CannotGoOn`: for a tag
    that is there with other content, among others.
    """
    if not _REPO.fullmatch(repo):
        raise CannotGoOn(f'"{repo}" is not the name of a repository', "", "name it OWNER/NAME")
    files = local_files(dataset)
    hub = Hub.of(endpoint)
    if not dry_run:
        hub.require_token()
    tag, url = dataset.version, f"{hub.endpoint}/datasets/{repo}"
    with hub.explained(repo, sending=False), quietly(bars=bars):
        api = hub.api()
        remote = _look(api, repo, tag)
    with hub.explained(repo), quietly(bars=bars):
        if remote is not None and private and not remote.private:
            raise CannotGoOn("this repository is there, and public", url, "make it private in its settings, or leave out --private")
        difference = Difference.between(files, remote.files if remote else {})
        done = Published(url, "", tag, difference.sent, difference.unchanged, difference.deleted, is_new=remote is None)
        if remote is not None and tag in remote.tags:
            if difference:
                raise _taken(tag, url, difference)
            return Published(url, remote.tags[tag], tag, unchanged=difference.unchanged, was_there=True)
        if dry_run:
            return done if difference or remote is None else _at(done, remote.head)
        if remote is None:
            api.create_repo(repo, repo_type=_KIND, private=private or None, exist_ok=True)
            remote = _look(api, repo, tag)
            if remote is None:
                raise HubRefused("the repository was made, and is not there", url, "publish again", 404)
            difference = Difference.between(files, remote.files)
        commit = remote.head
        if difference:
            commit = _commit(api, repo, files, difference, remote.head, message or f"{dataset.name} {dataset.version}")
        api.create_tag(repo, tag=tag, revision=commit, repo_type=_KIND)
    return _at(done, commit)


def local_files(dataset: DataSet) -> dict[str, Local]:
    """Every file of the data set by its path; raise where one is not what the manifest says."""
    found: dict[str, Local] = {}
    for path, facts in dataset.manifest["files"].items():
        found[path] = Local(dataset.folder / path, facts["bytes"], facts["sha256"])
        if _sha256(found[path].path) != facts["sha256"]:
            raise CannotGoOn(
                "this file is not what the manifest says", str(found[path].path), "run `corpusbuild verify`, and make it again"
            )
    manifest = dataset.folder / MANIFEST
    return {**found, MANIFEST: Local(manifest, manifest.stat().st_size, _sha256(manifest))}


def _look(api: HfApi, repo: str, tag: str) -> Remote | None:
    """The repository, its files as of ``tag`` where it has that, else as they are now; None where there is none to be seen."""
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError  # noqa: PLC0415  start-up time
    from huggingface_hub.hf_api import RepoFile  # noqa: PLC0415  start-up time

    try:
        info = api.dataset_info(repo)
    except GatedRepoError:
        raise
    except RepositoryNotFoundError:
        return None
    tags = {each.name: each.target_commit for each in api.list_repo_refs(repo, repo_type=_KIND).tags}
    head = str(info.sha)
    tree = api.list_repo_tree(repo, recursive=True, revision=tags.get(tag, head), repo_type=_KIND)
    return Remote(head, tags, {each.path: each for each in tree if isinstance(each, RepoFile)}, bool(info.private))


def _commit(api: HfApi, repo: str, files: Mapping[str, Local], difference: Difference, parent: str, message: str) -> str:
    """One commit with all of the difference, unless somebody else has made one meanwhile; return its id."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete  # noqa: PLC0415  start-up time

    operations: list[CommitOperationAdd | CommitOperationDelete] = [
        *(CommitOperationAdd(path, str(files[path].path)) for path in difference.sent),
        *(CommitOperationDelete(path, is_folder=False) for path in difference.deleted),
    ]
    made = api.create_commit(repo, operations, commit_message=message, repo_type=_KIND, revision=_BRANCH, parent_commit=parent)
    return str(made.oid)


def _at(published: Published, commit: str) -> Published:
    return Published(published.url, commit, published.tag, published.sent, published.unchanged, published.deleted, is_new=published.is_new)


def _taken(tag: str, url: str, difference: Difference) -> CannotGoOn:
    paths = (*difference.sent, *difference.deleted)
    more = f" and {len(paths) - 1:,} more" if len(paths) > 1 else ""
    return CannotGoOn(
        f"{tag} is published, and {paths[0]}{more} differ from it", url, "what is published stays: give the data a new version"
    )


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CannotGoOn(f"this file cannot be read: {error.strerror}", str(path)) from error


def _git_blob(path: Path) -> str:
    """The id that git gives a file's content."""
    data = path.read_bytes()
    return hashlib.sha1(b"blob %d\0%b" % (len(data), data), usedforsecurity=False).hexdigest()
