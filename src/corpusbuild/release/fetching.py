"""Fetch a data set or an archive from a URL that fsspec reads, into a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from corpusbuild.corpus.scratch import scratch
from corpusbuild.corpus.storage import reaching, shown_url
from corpusbuild.emit.uploading import UNFINISHED
from corpusbuild.errors import CannotGoOn
from corpusbuild.release.archive import Bounds
from corpusbuild.release.manifests import MANIFEST, BadManifest, manifest_faults
from corpusbuild.release.paths import path_fault

# Where a listing is a web page, and says nothing of what is there.
_WITHOUT_LISTING = frozenset({"http", "https"})

_RIGHT = "see that the address is right, and can be reached"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A local copy; ``listed`` says whether it has all that is there, or only what the manifest names."""

    path: Path
    listed: bool = True


@contextmanager
def fetched(url: str) -> Iterator[Fetched]:
    """A local copy of the archive or the folder at ``url``, until the context ends. Raises :class:`CannotGoOn`."""
    with scratch() as place:
        with reaching(shown_url(url), "fetched"):
            try:
                copy = _fetch(url, place)
            except FileNotFoundError as error:
                raise CannotGoOn("there is nothing here", shown_url(url), _RIGHT) from error
        yield copy


def _fetch(url: str, place: Path) -> Fetched:
    from fsspec.core import url_to_fs  # noqa: PLC0415  start-up time, and only for what lies elsewhere

    fs, root = url_to_fs(url)
    root = root.rstrip("/")
    name = PurePosixPath(root.split("?")[0]).name
    if name.endswith((".tar.gz", ".tgz")):
        fs.get_file(root, str(place / "archive.tar.gz"))
        return Fetched((place / "archive.tar.gz").rename(place / name))
    target = place / "folder"
    target.mkdir()
    paths, listed = _listing(fs, root)
    for path in paths:
        why = path_fault(path)
        if why is not None:
            raise CannotGoOn(f'there is a file "{path}", which cannot be one of a data set: {why}', url)
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        fs.get_file(f"{root}/{path}", str(target / path))
    return Fetched(target, listed)


def _listing(fs: Any, root: str) -> tuple[list[str], bool]:
    """The files below ``root``, and whether these are all: as the file system lists them, or else those that the manifest names."""
    protocols = {fs.protocol} if isinstance(fs.protocol, str) else set(fs.protocol)
    if protocols & _WITHOUT_LISTING:
        data = fs.cat_file(f"{root}/manifest.json")
        for fault in manifest_faults(data):
            raise BadManifest(fault, f"{root}/manifest.json")
        return [*orjson.loads(data)["files"], "manifest.json"], False
    if fs.isfile(root):
        raise CannotGoOn("this is a file, and not an archive (.tar.gz)", root, "name a data set")
    fs.invalidate_cache()
    found = [path.removeprefix(root).lstrip("/") for path in fs.find(root)]
    if not found and not fs.exists(root):
        raise FileNotFoundError(root)
    if UNFINISHED in found:
        if MANIFEST not in found:
            raise CannotGoOn("this data set is unfinished: not all of it has been put here yet", root, "run `corpusbuild make` again")
        found.remove(UNFINISHED)  # of a run that ended when all was done
    if len(found) > Bounds().members:
        raise CannotGoOn(f"there are more than {Bounds().members:,} files here", root, "name a data set")
    # What the Hub keeps beside a data set is no part of it.
    return [path for path in found if path != ".gitattributes" or "hf" not in protocols], True
