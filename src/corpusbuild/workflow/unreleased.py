"""Remember what a release has changed in the corpus until its archive stands, and take it back where that never came to be."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from corpusbuild.corpus.own_folder import RELEASE, own_folder
from corpusbuild.corpus.whole import write_whole
from corpusbuild.errors import CannotWrite
from corpusbuild.workflow.git import ask, tag_commit, take_commit
from corpusbuild.workflow.journal import content_of, sha256_of
from corpusbuild.workflow.writing import write_all


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
    write_down(root, begun)
    write_all(root, begun.after, before=begun.before)


def write_down(root: Path, begun: Begun) -> None:
    """Write down what a release will have done once its archive stands. Raises :class:`~corpusbuild.errors.CannotWrite`."""
    own_folder(root, "")
    said = asdict(begun) | {"before": _packed(begun.before), "after": _packed(begun.after)}
    try:
        write_whole(root / RELEASE, orjson.dumps(said), durable=True)
    except OSError as error:
        raise CannotWrite(f"no release can begin here: {error.strerror}", RELEASE, "make room, or the folder writable") from error


def settle(root: Path) -> None:
    """Do what is left of a release whose archive stands, or take back the files of one that has none.

    Raises :class:`OSError` and :class:`~corpusbuild.errors.CannotGoOn`; what has begun is then still written down.
    """
    if not (root / RELEASE).is_file():
        return
    begun = _read(root)
    if begun is not None and content_of(root / begun.archive) in {None, begun.replaced}:
        # What somebody has edited since is left as it is.
        write_all(root, {path: data for path, data in begun.before.items() if content_of(root / path) == sha256_of(begun.after[path])})
    elif begun is not None:
        if begun.commit is not None:
            take_commit(root, begun.commit, sorted(begun.after), begun.message)
        if begun.tag is not None and ask(root, "rev-parse", "--verify", "--quiet", f"refs/tags/{begun.tag[0]}") is None:
            tag_commit(root, *begun.tag)
    (root / RELEASE).unlink(missing_ok=True)


def _packed(files: Mapping[str, bytes | None]) -> dict[str, str | None]:
    return {path: None if data is None else base64.b64encode(data).decode("ascii") for path, data in files.items()}


def _unpacked(files: Mapping[str, str | None]) -> dict[str, bytes | None]:
    return {path: None if data is None else base64.b64decode(data) for path, data in files.items()}


def _read(root: Path) -> Begun | None:
    try:
        said = orjson.loads((root / RELEASE).read_bytes())
        before, after = (_unpacked(said[name]) for name in ("before", "after"))
        tag = None if said["tag"] is None else tuple(said["tag"])
        return Begun(**{**said, "before": before, "after": after, "tag": tag})
    except (ValueError, KeyError, TypeError):
        return None  # not ours
