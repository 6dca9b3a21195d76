"""Remember what a release has changed in the corpus until its archive stands, and take it back where that never came to be."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from corpusbuild.corpus.own_folder import RELEASE, own_folder
from corpusbuild.corpus.whole import write_whole
from corpusbuild.errors import CannotWrite
from corpusbuild.workflow.git import ask, stage_files
from corpusbuild.workflow.journal import content_of, sha256_of
from corpusbuild.workflow.writing import write_all


@dataclass(frozen=True, slots=True)
class Begun:
    """A release that has begun: what its files were, and are now, by path.

    ``archive`` is the file that it makes, by its path from the corpus, and ``replaced`` the SHA-256 of what stood there before.
    """

    before: Mapping[str, bytes | None]
    after: Mapping[str, bytes | None]
    archive: str
    replaced: str | None = None


def is_left(root: Path) -> bool:
    """Whether a release has begun, and neither ended nor been taken back."""
    return (root / RELEASE).is_file()


def begin(root: Path, begun: Begun) -> None:
    """Write down that a release begins, then change its files. Raises :class:`~corpusbuild.errors.CannotWrite`."""
    own_folder(root, "")
    said = {"before": _packed(begun.before), "after": _packed(begun.after), "archive": begun.archive, "replaced": begun.replaced}
    try:
        write_whole(root / RELEASE, orjson.dumps(said), durable=True)
    except OSError as error:
        raise CannotWrite(f"no release can begin here: {error.strerror}", RELEASE, "make room, or the folder writable") from error
    write_all(root, begun.after, before=begun.before)


def settle(root: Path) -> None:
    """End a release whose archive stands; take back the files of another, unless a commit has them. Raises :class:`OSError`."""
    if not is_left(root):
        return
    begun = _read(root)
    if begun is not None and _is_committed(root, begun):
        # The index comes after the commit.
        stage_files(root, sorted(begun.after))
    elif begun is not None and content_of(root / begun.archive) in {None, begun.replaced}:
        # What somebody has edited since is left as it is.
        write_all(root, {path: data for path, data in begun.before.items() if content_of(root / path) == sha256_of(begun.after[path])})
    (root / RELEASE).unlink(missing_ok=True)


def _is_committed(root: Path, begun: Begun) -> bool:
    """Whether the commit that is checked out has these files as they became."""
    return all(ask(root, "cat-file", "blob", f"HEAD:./{path}") == data for path, data in begun.after.items())


def _packed(files: Mapping[str, bytes | None]) -> dict[str, str | None]:
    return {path: None if data is None else base64.b64encode(data).decode("ascii") for path, data in files.items()}


def _unpacked(files: Mapping[str, str | None]) -> dict[str, bytes | None]:
    return {path: None if data is None else base64.b64decode(data) for path, data in files.items()}


def _read(root: Path) -> Begun | None:
    try:
        said = orjson.loads((root / RELEASE).read_bytes())
        before, after = (_unpacked(said[name]) for name in ("before", "after"))
        return Begun(before, after, said["archive"], said["replaced"])
    except (ValueError, KeyError, TypeError):
        return None  # not ours
