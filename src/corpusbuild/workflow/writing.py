"""Change several files of a corpus, all of them or none, also where the run is killed in the middle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from corpusbuild.errors import CannotGoOn, CannotWrite
from corpusbuild.workflow.journal import Stuck, change_all


def write_all(
    root: Path,
    after: Mapping[str, bytes | None],
    moves: Sequence[tuple[str, str]] = (),
    *,
    before: Mapping[str, bytes | None] | None = None,
) -> None:
    """Give files contents, new ones too, None for no file, then move files and folders; paths are from ``root``.

    What is to be done is written down before the first file changes (:mod:`corpusbuild.workflow.journal`). Where anything fails, what
    was done is undone, and :class:`~corpusbuild.errors.CannotWrite` is raised; :class:`~corpusbuild.errors.CannotGoOn` where a file
    is no longer what it was ``before``: somebody has saved it meanwhile. Only for whoever holds the lock of the corpus.
    """
    if not after and not moves:
        return
    for path, data in (before or {}).items():
        if path in after and (root / path).is_file() and (root / path).read_bytes() != data:
            raise CannotGoOn("this file was changed while it was read", path, "run again; nothing was changed")
    try:
        change_all(root, after, moves)
    except Stuck as stuck:
        undone = "nothing was changed" if stuck.undone else "the next run takes back what was changed"
        message = f"this cannot be written: {stuck.error.strerror}"
        raise CannotWrite(message, stuck.path, f"make it writable; {undone}") from stuck.error
    except OSError as error:
        message = f"this cannot be written: {error.strerror}"
        raise CannotWrite(message, next(iter(after), ""), "make room, or the folder writable; nothing was changed") from error
