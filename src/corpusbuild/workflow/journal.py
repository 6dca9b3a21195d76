"""Several files change at once: what is to be done is written down whole before the first is touched, and finished by whoever comes next.

A folder ``.corpusbuild/journal/`` holds the new contents, and a list of which file each is for and what was there. It is put together
under another name; from the moment in which it has its own, the change is decided. A run that is killed before has changed nothing;
one that is killed after has left its journal, and the next command that opens the corpus does the rest. A file that somebody has
edited since is left as it is. Where a file cannot be written, the list is turned round, and the old contents come back in the same way.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import orjson

from corpusbuild.corpus.own_folder import JOURNAL, OWN, own_folder
from corpusbuild.corpus.scratch import take_away
from corpusbuild.corpus.whole import beside, put_in_place, sync_folder, write_whole
from corpusbuild.interrupts import kept_waiting

_UNDECIDED = f"{OWN}/.journal.part"
_LIST = "journal.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file, by its path from the corpus, and the SHA-256 of what it holds before and after; None for no file."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """All that is to be done: files first, then moves of files and folders. ``folders`` are made for it; ``undo`` turns it round."""

    entries: tuple[Entry, ...]
    moves: tuple[tuple[str, str], ...] = ()
    folders: tuple[str, ...] = ()
    undo: bool = False


class Stuck(Exception):
    """A file cannot be written. ``undone`` says whether all is as it was; else the next run takes the rest back."""

    def __init__(self, path: str, error: OSError, *, undone: bool) -> None:
        super().__init__(path)
        self.path, self.error, self.undone = path, error, undone


def sha256_of(data: bytes | None) -> str | None:
    """What an entry says of a content."""
    return None if data is None else hashlib.sha256(data).hexdigest()


def change_all(root: Path, after: Mapping[str, bytes | None], moves: Sequence[tuple[str, str]]) -> None:
    """Carry out a change: all of it, or nothing. Raises :class:`Stuck`, and :class:`OSError` where nothing was begun."""
    own_folder(root, "")
    change = _written_down(root, after, moves)
    with kept_waiting():
        (root / _UNDECIDED).rename(root / JOURNAL)
        sync_folder(root / OWN)
        path = ""
        try:
            for number, entry in enumerate(change.entries):
                path = entry.path
                _forward(root, number, entry)
            for path, new in change.moves:
                (root / path).rename(root / new)
        except OSError as error:
            raise Stuck(path, error, undone=_take_back(root, change)) from error
        _close(root)


def finish(root: Path) -> None:
    """Finish what a run has decided that was killed, and take away what none has. Only for whoever holds the lock of the corpus.

    Raises :class:`OSError` where that cannot be; the journal then stays.
    """
    take_away(root / _UNDECIDED)
    if not is_left(root):
        return
    with kept_waiting():
        change = _read(root)
        for entry in change.entries:
            with suppress(OSError):
                beside(_target(root, entry)).unlink()
        if change.undo:
            _backward_all(root, change)
        else:
            for number, entry in enumerate(change.entries):
                if _holds(root, entry, entry.before) and (entry.after is None or (root / JOURNAL / _new(number)).is_file()):
                    _forward(root, number, entry)
            _move(root, change.moves)
        _close(root)


def is_left(root: Path) -> bool:
    """Whether there is a journal: of a run that is at work, or was killed."""
    return (root / JOURNAL).is_dir() and not (root / JOURNAL).is_symlink()


def _written_down(root: Path, after: Mapping[str, bytes | None], moves: Sequence[tuple[str, str]]) -> Change:
    folder = root / _UNDECIDED
    try:
        take_away(folder)
        folder.mkdir()
        for number, data in enumerate(after.values()):
            if data is not None:
                write_whole(folder / _new(number), data, durable=True)
        entries = tuple(Entry(path, content_of(_resolved(root, path)), sha256_of(data)) for path, data in after.items())
        made = {str(each) for path in after for each in _resolved(root, path).parents if not each.exists()}
        change = Change(entries, tuple(moves), tuple(sorted(made)))
        _write_list(folder, change)
    except BaseException:
        with kept_waiting():
            take_away(folder)
        raise
    return change


# ---- one file ----


def _new(number: int) -> str:
    return f"new-{number}"


def _old(number: int) -> str:
    return f"old-{number}"


def _resolved(root: Path, path: str) -> Path:
    # A file that is a link stays one.
    return (root / path).resolve()


def _target(root: Path, entry: Entry) -> Path:
    return _resolved(root, entry.path)


def _forward(root: Path, number: int, entry: Entry) -> None:
    target, part = _target(root, entry), root / JOURNAL / _new(number)
    _keep(target, root / JOURNAL / _old(number))
    if entry.after is None:
        target.unlink(missing_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        part.chmod(target.stat().st_mode & 0o7777)
    put_in_place(part, target)
    sync_folder(target.parent)


def _keep(target: Path, old: Path) -> None:
    """Have the old content in the journal as well: under a second name, or as a copy where a file has but one."""
    if not target.exists():
        return
    old.unlink(missing_ok=True)
    try:
        os.link(target, old)
    except OSError:
        shutil.copy2(target, old)


def _backward(root: Path, number: int, entry: Entry) -> None:
    target, old = _target(root, entry), root / JOURNAL / _old(number)
    if not _holds(root, entry, entry.after):
        return
    if entry.before is None:
        target.unlink(missing_ok=True)
    elif old.is_file():
        put_in_place(old, target)


def _take_back(root: Path, change: Change) -> bool:
    """Whether everything could be undone."""
    turned = replace(change, undo=True)
    try:
        _write_list(root / JOURNAL, turned)
        _backward_all(root, turned)
    except OSError:
        return False
    _close(root)
    return True


def _backward_all(root: Path, change: Change) -> None:
    _move(root, [(new, old) for old, new in reversed(change.moves)])
    for number, entry in enumerate(change.entries):
        _backward(root, number, entry)
    for folder in reversed(change.folders):
        with suppress(OSError):
            Path(folder).rmdir()  # what is empty was made for nothing


def _move(root: Path, moves: Iterable[tuple[str, str]]) -> None:
    for old, new in moves:
        if os.path.lexists(root / old) and not os.path.lexists(root / new):
            (root / old).rename(root / new)


def _holds(root: Path, entry: Entry, content: str | None) -> bool:
    return content_of(_target(root, entry)) == content


def content_of(path: Path) -> str | None:
    """The SHA-256 of a file; None where there is none."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ---- the list ----


def _write_list(folder: Path, change: Change) -> None:
    write_whole(folder / _LIST, orjson.dumps(asdict(change)), durable=True)


def _read(root: Path) -> Change:
    """What is to be done; nothing where the journal was being taken away."""
    try:
        said = orjson.loads((root / JOURNAL / _LIST).read_bytes())
    except FileNotFoundError:
        return Change(())
    entries = tuple(Entry(**each) for each in said["entries"])
    return Change(entries, tuple((old, new) for old, new in said["moves"]), tuple(said["folders"]), said["undo"])


def _close(root: Path) -> None:
    """The list goes first: without it, there is nothing to be done."""
    (root / JOURNAL / _LIST).unlink(missing_ok=True)
    take_away(root / JOURNAL)
