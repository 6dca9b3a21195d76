"""Render the citation and the Croissant description again from what was proved, and compare them with those that are there."""

from __future__ import annotations

from itertools import zip_longest

from corpusbuild.diagnostics.where import InFile, Origin
from corpusbuild.emit import citation, croissant
from corpusbuild.emit.agreement import FILE as AGREEMENT
from corpusbuild.emit.manifest import config_of
from corpusbuild.release.proof import Proof
from corpusbuild.release.verifying_card import line_at
from corpusbuild.release.verifying_tables import Read
from corpusbuild.rules import card_differs_from_data

_WORDS = ("LICENSE", "CHANGELOG.md", AGREEMENT)


def check_written(read: Read, proof: Proof) -> None:
    """CITATION.cff, then croissant.json, which has the hash of the former and of the card."""
    manifest = read.data_set.manifest
    if read.summary is None:
        raise ValueError("what is written from the rows is compared after they were read")
    if not _is_as_rendered(read, citation.FILE, citation.citation(config_of(manifest)).encode(), proof):
        return
    # It cannot have its own hash.
    files = {path: manifest["files"][path] for path in sorted(manifest["files"]) if path != croissant.FILE}
    if not _is_as_rendered(read, croissant.FILE, croissant.croissant(config_of(manifest), read.summary, files), proof):
        return
    proof.proved.append(f"{citation.FILE} and {croissant.FILE} are, to the byte, those that the manifest, the schemas and the rows make")
    words = ", ".join(path for path in _WORDS if path in manifest["files"])
    proof.proved.append(f"what people wrote has the hashes that the manifest gives, and nothing to compare it with: {_preface(words)}")


def _preface(words: str) -> str:
    return f"{words}, and the first part of README.md" if words else "the first part of README.md"


def _is_as_rendered(read: Read, path: str, wanted: bytes, proof: Proof) -> bool:
    try:
        there = (read.data_set.folder / path).read_bytes()
    except OSError:
        there = b""
    if there == wanted:
        return True
    try:
        lines = there.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        proof.findings += card_differs_from_data.unreadable(InFile(Origin(path)), path)
        return False
    pairs = zip_longest(lines, wanted.decode("utf-8").split("\n"))
    at, said = next((number, line) for number, (mine, line) in enumerate(pairs) if mine != line)
    proof.findings += card_differs_from_data.check(line_at(path, lines, at), said, path)
    return False
