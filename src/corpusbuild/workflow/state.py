"""Remember what the last ``make`` made of which inputs, so that one with nothing to do does nothing.

The memory never makes a different result: it counts only where every input and every file of the data set
has the SHA-256 that it had then. What lies in a storage is not fetched for that: an input counts as the same where all
that its storage says of it is (size, tag, time), and a data set where its manifest has the same SHA-256 and each file beside
it the size that the manifest gives (see ``docs/decisions/0018-storage.md``).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from corpusbuild.corpus.layout import is_compressed, is_shard
from corpusbuild.corpus.own_folder import home
from corpusbuild.corpus.shards import Hashed, Lines, hashed
from corpusbuild.corpus.storage import Remote, Root
from corpusbuild.corpus.whole import write_whole
from corpusbuild.diagnostics.finding import Also, Finding, Fix, Severity
from corpusbuild.diagnostics.report import Located, Report
from corpusbuild.diagnostics.where import InFile, Origin, Place
from corpusbuild.emit.libraries import made_by
from corpusbuild.errors import CannotGoOn, CannotWrite
from corpusbuild.render.as_json import finding

STATE = ".corpusbuild/state.json"
EDITOR = ".corpusbuild/editor"
"""Schemas for editors, made from the corpus's own (see ``editor.py``)."""

# Each holds a range of a shard in memory.
_THREADS = 4

_SOURCES = ("annotations", "raw", "schema")
_FOLDERS = (*_SOURCES, ".corpusbuild/text")


@dataclass(frozen=True, slots=True)
class State:
    """What a ``make`` was made from, the hash of the manifest it wrote, and what it reported.

    ``parts`` has the names of the parts that the data set was put together from, ``keys`` those of the row groups of each of its files
    (:class:`~corpusbuild.emit.following.Source`), by the file's path.
    """

    inputs: str
    manifest: str
    report: Report
    parts: frozenset[str] = frozenset()
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Inputs(NamedTuple):
    """A hash of everything that decides a result, and what is known by then of the ranges of shards."""

    sha256: str
    hashed: Mapping[Lines, Hashed]


def input_hash(root: Root, files: Iterable[str], *options: str, most: int) -> Inputs:
    """Hash everything that decides a result: ``files`` and whatever is in the folders, options, versions.

    Shards are hashed range by range, as the scan does, which need not read again what is as it was; ``most`` is the number of bytes
    that a line may have.
    """
    digest = hashlib.sha256()
    for word in (*options, *(f"{name} {each}" for name, each in made_by().items())):
        digest.update(word.encode() + b"\0")
    if not isinstance(root, Path):
        digest.update(orjson.dumps(_marks(root, files)))
        root = home(root)
        files = ()
    paths = sorted({*files, *(path for folder in _FOLDERS for path in _files(root, folder))}, key=os.fsencode)
    known: dict[Lines, Hashed] = {}
    with ThreadPoolExecutor(_THREADS) as threads:
        for path, (sha256, ranges) in zip(paths, threads.map(partial(_hashes, root, most), paths), strict=True):
            digest.update(os.fsencode(path) + b"\0" + sha256)
            known |= ranges
    return Inputs(digest.hexdigest(), known)


def input_marks(root: Root, files: Iterable[str]) -> list[tuple[object, ...]]:
    """What the system says of every input: size, file, and when it was saved. Any writing changes it, whatever the clock says."""
    if not isinstance(root, Path):
        return [*_marks(root, files)]
    paths = sorted({*files, *(path for folder in _FOLDERS for path in _files(root, folder))}, key=os.fsencode)
    return [(path, *_mark(root / path)) for path in paths]


def _mark(path: Path) -> tuple[int, ...]:
    try:
        said = path.lstat()
    except OSError:
        return ()
    return said.st_ino, said.st_size, said.st_mtime_ns, said.st_ctime_ns


def _marks(root: Remote, files: Iterable[str]) -> list[tuple[str, int, str]]:
    """What a storage says of each file: of those in folders by listing these, of the others one by one."""
    listed = {f"{folder}/{path}": each for folder in _SOURCES for path, each in (root / folder).files().items()}
    others = [(path, (root / path).stat().st_size, (root / path).mark()) for path in files if path not in listed]
    return sorted([*others, *((path, each.size, each.mark) for path, each in listed.items())])


def _files(root: Path, folder: str) -> Iterator[str]:
    for where, _, names in os.walk(root / folder):
        base = Path(where).relative_to(root).as_posix()
        yield from (f"{base}/{name}" for name in names)


def _hashes(root: Path, most: int, path: str) -> tuple[bytes, Mapping[Lines, Hashed]]:
    """A hash of a file; and those of its ranges, where it is a shard that is read in place."""
    full = root / path
    if not is_shard(path) or is_compressed(path) or full.is_symlink() or not full.is_file():
        return _file_hash(full), {}
    try:
        ranges = hashed(root, path, most=most)
        # What is behind the beginning of a line that is too long is not read: how much that is counts all the same.
        size = full.stat().st_size
    except (OSError, CannotGoOn):
        return b"unreadable", {}
    return hashlib.sha256(b"".join([b"%d" % size, *(each.sha256 for each in ranges.values())])).digest(), ranges


def _file_hash(path: Path) -> bytes:
    try:
        if path.is_symlink() or not path.is_file():
            # Whatever it is, it is not read: a pipe would never end, and a link may lead anywhere.
            return f"{path.lstat().st_mode} {path.readlink() if path.is_symlink() else ''}".encode("utf-8", "surrogateescape")
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return b"unreadable"


def stands(folder: Root, manifest_hash: str) -> bool:
    """Whether the data set at ``folder`` is the one with this manifest, whole and unchanged; in a storage, as far as sizes tell."""
    if not isinstance(folder, Path):
        return _stands_far_away(folder, manifest_hash)
    try:
        if not (folder / "manifest.json").is_file():
            return False
        data = (folder / "manifest.json").read_bytes()
        files = orjson.loads(data)["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    if hashlib.sha256(data).hexdigest() != manifest_hash:
        return False
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    if there != {*files, "manifest.json"}:
        return False
    with ThreadPoolExecutor() as threads:
        hashes = threads.map(_file_hash, [folder / path for path in files])
        return all(sha256.hex() == facts["sha256"] for sha256, facts in zip(hashes, files.values(), strict=True))


def _stands_far_away(folder: Remote, manifest_hash: str) -> bool:
    there = {path: each.size for path, each in folder.files().items()}
    if there.pop("manifest.json", None) is None:
        return False
    data = (folder / "manifest.json").read_bytes()
    if hashlib.sha256(data).hexdigest() != manifest_hash:
        return False
    return there == {path: facts["bytes"] for path, facts in orjson.loads(data)["files"].items()}


def remember(root: Root, out: Root, state: State) -> None:
    """Keep ``state`` for the data set at ``out``."""
    path = home(root) / STATE
    path.parent.mkdir(exist_ok=True)
    kept = {place: each for place, each in _load(root).items() if "://" in place or Path(place).exists()}
    kept[str(out)] = {
        "inputs": state.inputs,
        "manifest": state.manifest,
        "findings": [finding(each) for each in state.report],
        "waived": [[finding(each), reason] for each, reason in state.report.waived],
        "parts": sorted(state.parts),
        "keys": state.keys,
    }
    try:
        write_whole(path, orjson.dumps(kept))
    except OSError as error:
        help_text = "make room, or the folder writable; the data set is whole, and the next run makes it once more"
        raise CannotWrite(f"what was made cannot be remembered: {error.strerror}", STATE, help_text) from error


def recall(root: Root, out: Root) -> State | None:
    """What is remembered of the data set at ``out``; None where nothing is, or it cannot be read."""
    try:
        kept = _load(root)[str(out)]
        findings = tuple(_located(each) for each in kept["findings"])
        waived = tuple((_located(each), _text(reason)) for each, reason in kept["waived"])
        keys = {path: tuple(map(_text, those)) for path, those in kept["keys"].items()}
        return State(_text(kept["inputs"]), _text(kept["manifest"]), Report(findings, waived), frozenset(map(_text, kept["parts"])), keys)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _load(root: Root) -> dict[str, Any]:
    path = home(root) / STATE
    try:
        # A pipe in its place would never end.
        kept = orjson.loads(path.read_bytes()) if path.is_file() else {}
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _place(kept: dict[str, Any]) -> Place:
    line, column, end_line, end_column = (_number(kept[name]) for name in ("line", "column", "end_line", "end_column"))
    return Place(_text(kept["path"]), line, column, end_line, end_column, _text(kept["pointer"]))


# The file may have come with the corpus, from whoever made it.


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or not 0 < value < 1 << 53:
        raise TypeError(value)
    return value


def _located(kept: dict[str, Any]) -> Located:
    """A finding as :func:`corpusbuild.render.as_json.finding` wrote it, as far as it is shown again."""
    place = _place(kept["place"])
    places = tuple(_place(also["place"]) for also in kept["also"])
    also = tuple(Also(InFile(Origin(at.path)), _text(each["label"])) for each, at in zip(kept["also"], places, strict=True))
    # Whether there is a fix, and whether it is safe, is all that is shown of it.
    fix = None if kept["fix"] is None else Fix((), kept["fix"] == "safe")
    where = InFile(Origin(place.path))
    severity = Severity(kept["severity"])
    code, name, message, label, help_text = (_text(kept[each]) for each in ("code", "name", "message", "label", "help"))
    return Located(Finding(code, name, severity, message, where, label, also, help_text, fix), place, places)
