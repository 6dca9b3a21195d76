"""How long work tells how far it is. Nothing below the roof prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is (0 where that is not known).

Where nothing is named, nothing is being done that could be told of.
"""

UNITS: Mapping[str, str] = MappingProxyType(
    {
        "reading": "files",
        "reading shards": "bytes",
        "checking": "articles",
        "compiling": "articles",
        "looking": "articles",
        "writing": "pages",
        "importing": "documents",
        "hashing": "files",
        "uploading": "files",
        "reading tables": "tables",
        "comparing tables": "tables",
        "checking values": "row groups",
    }
)
"""What is counted while something is being done, for whoever shows it; nothing of what is not here."""


def silent(_what: str, _done: int, _total: int) -> None:
    """Say nothing."""
