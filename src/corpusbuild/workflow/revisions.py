"""A corpus as it was at a revision of its git repository, in a temporary folder.

Objects are read as they were committed: nothing is checked out, no hook or filter is run, no attribute is applied,
nothing is fetched, and what the user is working on is not looked at.
"""

from __future__ import annotations

import os
import posixpath
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpusbuild.corpus.config import FILE, parse_config
from corpusbuild.corpus.scratch import scratch
from corpusbuild.errors import CannotGoOn
from corpusbuild.layers.loading import own_checks
from corpusbuild.workflow.git import command, environment

# What a data set is made from, besides files at the top of the corpus: its config, its card, its licence.
_FOLDERS = ("raw", "annotations", "schema")


@dataclass(eq=False)
class NoSuchRevision(CannotGoOn):
    """The corpus's repository has no such revision, or there is no repository."""


@contextmanager
def exported(root: Path, revision: str) -> Iterator[Path]:
    """The corpus at ``root`` as it was at ``revision``, in a folder that is there until the context ends.

    Raises :class:`NoSuchRevision`, and :class:`~corpusbuild.errors.CannotGoOn` where there was no corpus then.
    """
    if shutil.which("git") is None:
        raise NoSuchRevision(
            "git is needed to read a revision, and is not installed", revision, "install git, or name a folder or an archive"
        )
    prefix = (
        _git(
            root, "rev-parse", "--show-prefix", wrong="there is no such file or folder, and the corpus is in no git repository", of=revision
        )
        .decode()
        .strip()
    )
    commit = _commit(root, revision)
    entries = list(_entries(root, commit, prefix))
    config = next((digest for _, digest, path in entries if path == FILE), None)
    if config is None:
        raise CannotGoOn(f"there was no {FILE} here at this revision", f"{revision}:{prefix}{FILE}", "name a revision that has the corpus")
    wanted = (*_FOLDERS, *_checks(_git(root, "cat-file", "blob", config, wrong="this file cannot be read", of=revision), revision))
    kept = [each for each in entries if "/" not in each[2] or any(each[2].startswith(f"{name}/") or each[2] == name for name in wanted)]
    with scratch() as folder:
        target = folder / "corpus"
        target.mkdir()
        _write(root, kept, target)
        yield target


def _checks(config: bytes, revision: str) -> tuple[str, ...]:
    """The paths of the corpus's own checks: none is run, but a config that names what is not there is refused."""
    try:
        return tuple(posixpath.normpath(name) for name in own_checks(parse_config(config).checks))
    except CannotGoOn as error:
        error.place = f"{revision}:{error.place}"
        raise


def _commit(root: Path, revision: str) -> str:
    if revision.startswith("-"):
        raise NoSuchRevision("this is no revision", revision)
    found = _git(
        root,
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        revision + "^{commit}",
        wrong="there is no such file or folder, and no such revision of the corpus's repository",
        of=revision,
    )
    return found.decode().strip()


def _entries(root: Path, commit: str, prefix: str) -> Iterator[tuple[str, str, str]]:
    """Mode, object and path from the corpus's folder of every file."""
    # A pathspec of the prefix itself would be taken from the folder in which git runs: hence the whole tree's names.
    listed = _git(
        root, "ls-tree", "-r", "-z", "--full-tree", commit, "--", *([prefix] if prefix else []), wrong="this tree cannot be read", of=commit
    )
    for line in filter(None, listed.split(b"\0")):
        facts, _, name = line.partition(b"\t")
        mode, kind, digest = facts.decode().split()
        path = os.fsdecode(name).removeprefix(prefix)
        steps = path.split("/")
        if kind == "blob":
            if any(step in {"", ".", "..", ".git"} or "\\" in step for step in steps):
                raise CannotGoOn("a path in this revision leads out of it", f"{commit}:{path}")
            yield mode, digest, path


def _write(root: Path, entries: Sequence[tuple[str, str, str]], target: Path) -> None:
    """Write every file; links last, so that nothing is written through one."""
    links: list[tuple[Path, bytes]] = []
    words = [*command(root), "cat-file", "--batch"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()) as git:  # noqa: S603  fixed words
        if git.stdin is None or git.stdout is None:
            raise ValueError("both are pipes")
        for mode, digest, path in entries:
            git.stdin.write(f"{digest}\n".encode())
            git.stdin.flush()
            _, kind, size = [*git.stdout.readline().split(), b"", b"", b""][:3]
            if kind != b"blob":
                raise CannotGoOn("this file of the revision is not in the repository", path, "fetch it with git first")
            file = target / path
            file.parent.mkdir(parents=True, exist_ok=True)
            if mode == "120000":
                links.append((file, git.stdout.read(int(size))))
            else:
                _copy(git.stdout, int(size), file)
            git.stdout.read(1)
    for file, leads_to in links:
        file.symlink_to(os.fsdecode(leads_to))


def _copy(stream: object, size: int, file: Path) -> None:
    with file.open("xb") as out:
        while size:
            part = stream.read(min(size, 1 << 20))  # type: ignore[attr-defined]  # the pipe of a process
            if not part:
                raise CannotGoOn("git ended before the file did", str(file))
            out.write(part)
            size -= len(part)


def _git(root: Path, *words: str, wrong: str, of: str) -> bytes:
    done = subprocess.run([*command(root), *words], capture_output=True, env=environment(), check=False)  # noqa: S603  fixed words
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        unknown = f"{wrong} ({said.splitlines()[0]})" if said else wrong
        raise NoSuchRevision(unknown, of, "name a data set's folder, an archive, a URL, or a revision that `git log` shows")
    return done.stdout
