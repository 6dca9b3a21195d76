"""What may be the id of an article or the name of an annotator: it becomes a file name and a part of references."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200  # bytes of UTF-8; file systems allow 255, and shards, suffixes and temporary names need room

_FORBIDDEN = re.compile("[#/\\\\\x00-\x1f\x7f]")
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})


def fault(name: str) -> str | None:
    """Why ``name`` cannot be an id, None where it can."""
    if not name:
        return "it is empty"
    forbidden = _FORBIDDEN.search(name)
    if forbidden:
        return f'it contains "{forbidden[0]}"' if forbidden[0].isprintable() else "it contains a control character"
    if name in {".", ".."}:
        return "it is a folder's name"
    if not is_text(name):
        return "it is not UTF-8"
    if not unicodedata.is_normalized("NFC", name):
        return "it is not in normal form NFC"
    if len(name.encode()) > LONGEST:
        return f"it is longer than {LONGEST} bytes"
    if name.partition(".")[0].casefold() in _DEVICES:
        return "it is the name of a device on Windows"
    return None


def is_text(name: str) -> bool:
    """Whether ``name`` is text: the name of a file need not be."""
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


def folded(name: str) -> str:
    """What two ids must not share: they would be one file where case or normal form does not count."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
