"""Compare what two data sets say of themselves: names, words about them, licence, splits, and the files besides the data."""

from __future__ import annotations

from collections.abc import Iterator

from corpusbuild.difference.nouns import Kind, MetaChange
from corpusbuild.difference.reading import Side, readable

CARD = "README.md"

# Every release writes its version and hashes into these; that alone is no change.
_NAME_THE_VERSION = frozenset({CARD, "CITATION.cff"})
_DERIVED = frozenset({"croissant.json"})
_HOW = "\n## How this was made\n"
"""The last section of a card. What it says is provenance, and the same data may have another."""

_SAID = ("name", "gold", "title", "description", "url", "published", "license", "language")
_LONGEST = 1 << 24


def metadata_changes(old: Side, new: Side) -> Iterator[MetaChange]:
    """What the data set is called, whose it is, and who is its reference."""
    for name in _SAID:
        before, after = (_text(side.manifest[name]) for side in (old, new))
        # SPDX: upper and lower case are the same licence.
        if before != after and not (name == "license" and (before or "").lower() == (after or "").lower()):
            yield MetaChange(name, before, after)


def split_changes(old: Side, new: Side) -> dict[str, Kind]:
    """The splits of the articles that came or went."""
    before, after = (side.table("articles")["splits"] for side in (old, new))
    gone = {split: Kind.REMOVED for split in before if split not in after}
    return gone | {split: Kind.ADDED for split in after if split not in before}


def file_changes(old: Side, new: Side) -> dict[str, Kind]:
    """The files besides the data that came, went or changed, by path."""
    before, after = (
        {path: each["sha256"] for path, each in side.manifest["files"].items() if not path.startswith("data/") and path not in _DERIVED}
        for side in (old, new)
    )
    found: dict[str, Kind] = {}
    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            found[path] = Kind.REMOVED
        elif path not in before:
            found[path] = Kind.ADDED
        elif before[path] != after[path] and not (path in _NAME_THE_VERSION and _unversioned(old, path) == _unversioned(new, path)):
            found[path] = Kind.CHANGED
    return found


def rewritten(old: Side, new: Side) -> bool:
    """Whether the bytes of any data differ: other rows, another order of the same, or another way to write them."""
    before, after = (
        {path: each["sha256"] for path, each in side.manifest["files"].items() if path.startswith("data/")} for side in (old, new)
    )
    return before != after


def _unversioned(side: Side, path: str) -> str:
    """A file's text with a mark for the version of the data set; of the card, without the commit and the versions at its end."""
    text = _read(side, path)
    said = text.rpartition(_HOW)[0] or text if path == CARD else text
    return said.replace(str(side.manifest["version"]), "\0")


def _read(side: Side, path: str) -> str:
    with readable(side, path), (side.folder / path).open("rb") as file:
        return file.read(_LONGEST).decode("utf-8", "replace")


def _text(value: str | list[str] | None) -> str | None:
    """Words, or a list of words."""
    return ", ".join(value) or None if isinstance(value, list) else value
