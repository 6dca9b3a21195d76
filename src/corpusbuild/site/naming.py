"""Names of files and of places in pages, safe on every file system and in every address, whatever an id is."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_APART = re.compile(r"[^a-z0-9_-]+")

# Windows gives these names to devices; index.html is the list of what is in a folder.
_TAKEN = frozenset({"index", "con", "prn", "aux", "nul", *(f"{device}{n}" for device in ("com", "lpt") for n in range(10))})


def slug(name: str) -> str:
    """A name for ``name``: itself where that is plain, else what is plain of it, and a hash.

    Only those with a hash have a full stop, so that no two names have one slug (but with the likelihood of 64 bits).
    """
    if _PLAIN.fullmatch(name) and name not in _TAKEN:
        return name
    ascii_part = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{_APART.sub('-', ascii_part).strip('-_')[:60] or 'x'}.{digest}"


def fragment(table: str, key: str) -> str:
    """The place of a row in the page of its article; ``key`` is its key, or its number where its table has none."""
    return f"{slug(table)}:{slug(key)}"
