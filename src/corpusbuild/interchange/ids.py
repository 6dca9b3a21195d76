"""Ids of articles and names of annotators, made from what a source calls them: safe as file names, and each once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from corpusbuild.corpus.ids import LONGEST, fault, folded

_UNSAFE = re.compile("[#/\\\\\x00-\x1f\x7f\ud800-\udfff]+")
_ROOM = 8  # bytes of a number that tells two names apart


@dataclass(slots=True)
class Ids:
    """Gives out ids; what is ``reserved`` is given to nobody, for files of that name mean something else."""

    reserved: frozenset[str] = frozenset()
    plain: bool = False
    """Whether ids are of lower case, digits and hyphens alone, as the schemas that ship want those of annotators."""
    _given: dict[str, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    def of(self, name: str) -> str:
        """The id of what the source calls ``name``: the same for the same name, and for no other."""
        if name not in self._given:
            made = self._unused(re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "unnamed" if self.plain else _safe(name))
            self._given[name] = made
            self._taken.add(folded(made))
        return self._given[name]

    def keep(self, names: Iterable[str]) -> None:
        """Let these names be ids as they are."""
        for name in names:
            self._given[name] = name
            self._taken.add(folded(name))

    def _unused(self, name: str) -> str:
        number, made = 1, name
        while folded(made) in self._taken or made in self.reserved:
            number += 1
            made = f"{name}-{number}"
        return made


def _safe(name: str) -> str:
    made = unicodedata.normalize("NFC", _UNSAFE.sub("-", name)).strip()
    # Files whose names begin with a dot are not read.
    made = re.sub(r"^\.+", "_", made) or "unnamed"
    if len(made.encode()) > LONGEST - _ROOM:
        made = made.encode()[: LONGEST - _ROOM].decode("utf-8", "ignore").rstrip()
    return f"_{made}" if fault(made) else made
