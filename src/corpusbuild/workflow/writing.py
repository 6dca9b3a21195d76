"""Change several files of a corpus, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from corpusbuild.errors import CannotWrite


def write_all(root: Path, after: Mapping[str, bytes], moves: Sequence[tuple[str, str]] = ()) -> None:
    """Give files contents, new ones too, then move files and folders; paths are from ``root``.

    Every content is written beside its file before the first file is replaced. Where anything fails, what was
    done is undone, and :class:`~corpusbuild.errors.CannotWrite` is raised.
    """
    # A file that is a link stays one.
    files = {path: (root / path).resolve() for path in after}
    parts = {path: file.with_name(f".{file.name}.part") for path, file in files.items()}
    before: dict[str, bytes | None] = {}
    moved: list[tuple[str, str]] = []
    folders = {folder for file in files.values() for folder in file.parents if not folder.exists()}
    path = ""
    try:
        for path, part in parts.items():
            part.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(after[path])
            if files[path].exists():
                part.chmod(files[path].stat().st_mode & 0o7777)
        for path, part in parts.items():
            old = files[path].read_bytes() if files[path].exists() else None
            part.replace(files[path])
            before[path] = old
        for path, new in moves:
            (root / path).rename(root / new)
            moved.append((path, new))
    except OSError as error:
        _undo(root, before, moved)
        message = f"this cannot be written: {error.strerror}"
        raise CannotWrite(message, path, "make it writable; nothing was changed") from error
    finally:
        for part in parts.values():
            with suppress(OSError):
                part.unlink()
        for folder in sorted(folders, reverse=True):
            with suppress(OSError):
                # What is empty was made for nothing.
                folder.rmdir()


def _undo(root: Path, before: Mapping[str, bytes | None], moved: Sequence[tuple[str, str]]) -> None:
    for old, new in reversed(moved):
        (root / new).rename(root / old)
    for path, data in before.items():
        if data is None:
            (root / path).unlink(missing_ok=True)
        else:
            (root / path).write_bytes(data)
