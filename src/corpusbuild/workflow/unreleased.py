"""Remember what a release has changed in the corpus until its archive stands, and take it back where that never came to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from corpusbuild.corpus.own_folder import OWN, RELEASE, own_folder
from corpusbuild.corpus.scratch import building_site, take_away
from corpusbuild.corpus.whole import put_in_place, write_whole
from corpusbuild.errors import CannotWrite
from corpusbuild.workflow.git import ask, tag_commit, take_commit
from corpusbuild.workflow.journal import content_of, sha256_of
from corpusbuild.workflow.writing import write_all

_LIST = "release.json"
_NONE = "no release can begin here"


@dataclass(frozen=True, slots=True)
class Begun:
    """A release that has begun: what its files were, and are now, by path.

    ``archive`` is the file that it makes, by its path from the corpus, and ``replaced`` the SHA-256 of what stood there before. Once the
    archive stands, ``commit`` is taken into the history, with this ``message``, and ``tag`` given to it, with that of its own.
    """

    before: Mapping[str, bytes | None]
    after: Mapping[str, bytes | None]
    archive: str
    replaced: str | None = None
    commit: str | None = None
    message: str = ""
    tag: tuple[str, str, str] | None = None


def begin(root: Path, begun: Begun) -> None:
    """Write down that a release begins, then change its files. Raises :class:`~corpusbuild.errors.CannotWrite`."""
    folder = own_folder(root, RELEASE.removeprefix(f"{OWN}/"), _NONE)
    try:
        for number, data in enumerate(begun.before.values()):
            if data is not None:
                write_whole(folder / str(number), data, durable=True)
    except OSError as error:
        raise _unwritable(error) from error
    write_down(root, begun)
    write_all(root, begun.after, before=begun.before)


def write_down(root: Path, begun: Begun) -> None:
    """Write down what a release will have done once its archive stands. Raises :class:`~corpusbuild.errors.CannotWrite`."""
    said = {
        "before": {path: sha256_of(data) for path, data in begun.before.items()},
        "after": {path: sha256_of(data) for path, data in begun.after.items()},
        "archive": begun.archive,
        "replaced": begun.replaced,
        "commit": begun.commit,
        "message": begun.message,
        "tag": begun.tag,
    }
    try:
        write_whole(root / RELEASE / _LIST, orjson.dumps(said), durable=True)
    except OSError as error:
        raise _unwritable(error) from error


def settle(root: Path) -> None:
    """Do what is left of a release whose archive stands, or take back the files of one that has none; that takes no room on the disk.

    Raises :class:`OSError` and :class:`~corpusbuild.errors.CannotGoOn`; what has begun is then still written down.
    """
    folder = root / RELEASE
    if not folder.is_dir():
        return
    said = _read(folder)
    if said is not None and content_of(root / said["archive"]) in {None, said["replaced"]}:
        for number, (path, sha256) in enumerate(said["before"].items()):
            # What somebody has edited since is left as it is.
            if content_of(root / path) != said["after"][path]:
                continue
            if sha256 is None:
                (root / path).unlink()
            elif (folder / str(number)).is_file():
                put_in_place(folder / str(number), (root / path).resolve())
    elif said is not None:
        if said["commit"] is not None:
            take_commit(root, said["commit"], sorted(said["after"]), said["message"])
        if said["tag"] is not None and ask(root, "rev-parse", "--verify", "--quiet", f"refs/tags/{said['tag'][0]}") is None:
            tag_commit(root, *said["tag"])
    if said is not None:
        take_away(building_site(root / said["archive"]))  # where a killed run has packed it
    (folder / _LIST).unlink(missing_ok=True)
    take_away(folder)


def _read(folder: Path) -> dict[str, Any] | None:
    """What is written down; None where the release had not begun, or has ended."""
    try:
        said: dict[str, Any] = orjson.loads((folder / _LIST).read_bytes())
    except FileNotFoundError:
        return None
    return said


def _unwritable(error: OSError) -> CannotWrite:
    return CannotWrite(f"{_NONE}: {error.strerror}", RELEASE, "make room, or the folder writable")
