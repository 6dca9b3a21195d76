"""Prove a data set whole: every file, every row, and what is written from them, against the manifest, the schemas and each other.

Nothing that it says of itself is believed before it was compared. What fails one step is withheld from the next,
so that one cause has one finding.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from corpusbuild.diagnostics.where import InFile, Origin
from corpusbuild.emit.manifest import SELF, canonical, self_hash
from corpusbuild.errors import CannotGoOn
from corpusbuild.release.archive import first_difference
from corpusbuild.release.dataset import AtHand, DataSet
from corpusbuild.release.manifests import LONGEST, MANIFEST, manifest_faults
from corpusbuild.release.proof import Proof
from corpusbuild.release.verifying_card import check_card
from corpusbuild.release.verifying_files import check_files
from corpusbuild.release.verifying_loading import check_loading
from corpusbuild.release.verifying_rows import check_rows
from corpusbuild.release.verifying_shape import check_shape
from corpusbuild.release.verifying_tables import Read, survey
from corpusbuild.release.verifying_values import check_values
from corpusbuild.release.verifying_written import check_written
from corpusbuild.rules import damaged_archive, digest_mismatch, manifest_invalid
from corpusbuild.schema.shape import Shape

Tell = Callable[[str, int, int], None]


def prove(there: AtHand, tell: Tell, *, load: bool = True) -> Proof:
    """Everything that can be proved of a data set, and every finding; ``load`` says whether ``datasets`` is to load it."""
    proof = Proof()
    manifest = _manifest(there.folder, proof)
    if manifest is None:
        return proof
    data_set = DataSet(there.folder, manifest)
    sound = check_files(data_set, proof, tell, listed=there.listed)
    shape = check_shape(data_set, sound, proof)
    if shape is not None:
        read = survey(data_set, shape, sound, proof, tell)
        try:
            _check_read(read, shape, proof, tell, load=load)
        finally:
            read.close()
    if there.archive is not None and not proof.findings:
        _check_archive(there.archive, data_set, proof)
    return proof


def _check_read(read: Read, shape: Shape, proof: Proof, tell: Tell, *, load: bool) -> None:
    """What takes all rows to have been read, each step only where all before it is sound."""
    if not proof.findings:
        check_values(read, shape, proof, tell)
    if not proof.findings:
        check_rows(read, shape, proof, tell)
    if not proof.findings:
        check_card(read, proof)
    if not proof.findings:
        check_written(read, proof)
    if not proof.findings and load:
        check_loading(read, proof, tell)


def _manifest(folder: Path, proof: Proof) -> dict[str, Any] | None:
    """The manifest, if it is one and has the hash that it gives of itself."""
    path = folder / MANIFEST
    try:
        data = path.read_bytes() if path.stat().st_size <= LONGEST else b""
    except OSError as error:
        raise CannotGoOn(f"this file cannot be read: {error.strerror}", str(path), "make it readable") from error
    faults = list(manifest_faults(data))
    proof.findings += [finding for why in faults for finding in manifest_invalid.check(why)]
    if faults:
        return None
    value: dict[str, Any] = orjson.loads(data)
    # The form is compared, too: a changed space, or a key that stands there twice, is a changed byte.
    if data != canonical(value) or value[SELF] != self_hash(value):
        proof.findings += digest_mismatch.of_manifest(InFile(Origin(MANIFEST)))
        return None
    proof.proved.append("manifest.json has the form of one, and the hash that it gives of itself")
    return value


def _check_archive(archive: Path, data_set: DataSet, proof: Proof) -> None:
    """Whether the archive is, to the byte, the one that its files make."""
    wanted = f"{data_set.name}-{data_set.version}"
    if data_set.folder.name != wanted:
        proof.findings += damaged_archive.misnamed(archive.name, data_set.folder.name, wanted)
        return
    at = first_difference(archive, data_set.folder)
    if at is not None:
        proof.findings += digest_mismatch.of_archive(archive.name, at)
        return
    proof.proved.append(f"{archive.name} is, to the byte, the archive that these files make")
