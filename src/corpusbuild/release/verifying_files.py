"""Compare the files of a data set with its manifest: none missing, none extra, each with its size and hash."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable
from pathlib import Path

from corpusbuild.errors import CannotGoOn
from corpusbuild.release.archive import SUMS
from corpusbuild.release.dataset import DataSet
from corpusbuild.release.manifests import MANIFEST
from corpusbuild.release.paths import entries
from corpusbuild.release.proof import Proof, counted
from corpusbuild.rules import digest_mismatch, file_missing, file_not_in_manifest


def check_files(data_set: DataSet, proof: Proof, tell: Callable[[str, int, int], None], *, listed: bool) -> frozenset[str]:
    """The paths of those files that are what the manifest says; only where all that is there is ``listed``, more would be seen."""
    said = data_set.manifest["files"]
    there = dict(entries(data_set.folder))
    sound: set[str] = set()
    extra: dict[str, str] = {}
    for path in sorted(there.keys() - said.keys() - {MANIFEST}):
        if not stat.S_ISREG(there[path]):
            proof.findings += file_not_in_manifest.no_file(path)
        elif path != SUMS:
            proof.findings += file_not_in_manifest.check(path)
            extra[path] = _sha256(data_set.folder / path)
    for done, path in enumerate(sorted(said), start=1):
        if path not in there:
            proof.findings += file_missing.check(path)
        elif not stat.S_ISREG(there[path]):
            proof.findings += file_not_in_manifest.no_file(path)
        else:
            size = (data_set.folder / path).stat().st_size
            if size != said[path]["bytes"] or _sha256(data_set.folder / path) != said[path]["sha256"]:
                proof.findings += digest_mismatch.of_file(path, size, said[path]["bytes"])
            else:
                sound.add(path)
        tell("hashing", done, len(said))
    if stat.S_ISREG(there.get(SUMS, 0)):
        hashes = {path: facts["sha256"] for path, facts in said.items()} | extra
        hashes[MANIFEST] = _sha256(data_set.folder / MANIFEST)
        lines = "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes))
        if not extra and (data_set.folder / SUMS).read_bytes() != lines.encode():
            proof.findings += digest_mismatch.of_sums(SUMS)
    if len(sound) == len(said) and not proof.findings:
        extra_too = " and nothing is extra" if listed else "; what else is there cannot be seen"
        proof.proved.append(f"{counted(len(said), 'file')} beside it, each with its size and SHA-256; nothing is missing{extra_too}")
    return frozenset(sound)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CannotGoOn(f"this file cannot be read: {error.strerror}", str(path), "make it readable") from error
