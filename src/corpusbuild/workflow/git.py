"""Ask git, and write with it, without running anything that a repository brings.

A repository may come with a stranger's corpus, and its config can name programs: filters, monitors, hooks, signers and
fetches of missing objects among them. Only commands that read or write objects and names are used here.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpusbuild.corpus.scratch import scratch
from corpusbuild.errors import CannotGoOn

_SAFE = (
    *("--no-pager", "--no-optional-locks"),
    *("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "protocol.allow=never"),
)
_PATIENCE = 60


@dataclass(eq=False)
class GitFailed(CannotGoOn):
    """git did not do what it was asked to."""


def environment(**more: str) -> dict[str, str]:
    """Ours, without what a hook around us says of its own repository; git asks nobody and fetches nothing.

    The user's own configuration, and who commits, stay as they are.
    """
    kept = ("GIT_CONFIG", "GIT_AUTHOR", "GIT_COMMITTER")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name.startswith(kept)}
    fixed = {"GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    return {**inherited, **fixed, **more}


def command(root: Path) -> list[str]:
    """The words that begin every call."""
    return ["git", "-C", str(root), *_SAFE]


def ask(root: Path, *words: str) -> bytes | None:
    """What a git command prints; None where it fails, or there is no git."""
    try:
        done = _run(root, words, {})
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None


def tell(root: Path, *words: str, data: bytes = b"", env: Mapping[str, str] | None = None) -> str:
    """What a git command prints, without white space at its ends; raises :class:`GitFailed`."""
    try:
        done = _run(root, words, env or {}, data)
    except (OSError, subprocess.SubprocessError) as error:
        raise GitFailed(f"git cannot be run: {error}", help="install git") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        raise GitFailed(f"git {words[0]} failed: {said}", str(root), "mend what git names, and run again")
    return done.stdout.decode("utf-8", "replace").strip()


def _run(root: Path, words: tuple[str, ...], env: Mapping[str, str], data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    given = [*command(root), *words]
    return subprocess.run(given, env=environment(**env), input=data, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603  the words are ours


def prepare_commit(root: Path, paths: list[str], message: str) -> str:
    """Make a commit of these files as they are on disk, and nothing else, upon the one that is checked out; return it.

    Nothing points to it yet: see :func:`take_commit`. Files are stored byte for byte: filters and hooks have no part in it.
    """
    prefix = tell(root, "rev-parse", "--show-prefix")
    parent = tell(root, "rev-parse", "--verify", "HEAD^{commit}")
    entries = []
    for path in paths:
        blob = tell(root, "hash-object", "-w", "--no-filters", "--stdin", data=(root / path).read_bytes())
        entries.append(f"100644,{blob},{prefix}{path}")
    with scratch() as folder:
        env = {"GIT_INDEX_FILE": str(folder / "index")}
        tell(root, "read-tree", parent, env=env)
        for entry in entries:
            tell(root, "update-index", "--add", "--cacheinfo", entry, env=env)
        tree = tell(root, "write-tree", env=env)
    return tell(root, "commit-tree", "--no-gpg-sign", "-p", parent, "-m", message, tree)


def take_commit(root: Path, commit: str, paths: list[str], message: str) -> None:
    """Put a prepared commit on the branch that is checked out, if that is still what it was; what else was staged stays staged."""
    parent = tell(root, "rev-parse", "--verify", f"{commit}^")
    if tell(root, "rev-parse", "--verify", "HEAD") != commit:
        tell(root, "update-ref", "-m", f"corpusbuild: {message}", "HEAD", commit, parent)
    prefix = tell(root, "rev-parse", "--show-prefix")
    entries = [f"100644,{tell(root, 'rev-parse', '--verify', f'{commit}:{prefix}{path}')},{prefix}{path}" for path in paths]
    # Git looks again at files that are as young as the index, through the filters that the repository has for them.
    unfiltered = _without_filters(root)
    for entry in entries:
        tell(root, "update-index", "--add", "--cacheinfo", entry, env=unfiltered)


def _without_filters(root: Path) -> dict[str, str]:
    """Settings that empty every filter of the repository's config."""
    listed = ask(root, "config", "--null", "--name-only", "--get-regexp", r"^filter\..*\.(clean|smudge|process|required)$") or b""
    names = sorted({os.fsdecode(name) for name in listed.split(b"\0") if name})
    start = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    settings = {"GIT_CONFIG_COUNT": str(start + len(names))}
    for number, name in enumerate(names, start=start):
        settings |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": "false" if name.endswith(".required") else ""}
    return settings


def tag_commit(root: Path, name: str, commit: str, message: str) -> None:
    """Give a commit an annotated, unsigned tag; an existing one is never moved."""
    tell(root, "tag", "--annotate", "--no-sign", "-m", message, name, commit)
