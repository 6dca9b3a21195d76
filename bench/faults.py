"""Spoil single documents of an invented corpus, in the ways in which annotators slip: one slip, one finding."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]


def quotation(rng: random.Random, document: Document) -> None:
    """A cue with a letter too many."""
    claim = rng.choice(document["claims"])
    cue = claim["cue"]
    if isinstance(cue, str):
        claim["cue"] = _slip(rng, cue)
    else:
        claim["cue"] = {**cue, "exact": _slip(rng, cue["exact"])}


def reference(rng: random.Random, document: Document) -> None:
    """A speaker whom no registry has."""
    speakers = rng.choice(document["claims"])["speakers"]
    speakers[0] = _slip(rng, speakers[0])


def label(rng: random.Random, document: Document) -> None:
    """A label that the schema does not know."""
    claim = rng.choice(document["claims"])
    claim["type"] = _slip(rng, claim["type"])


def key(rng: random.Random, document: Document) -> None:
    """A key that is used twice; nothing refers to stances, so that nothing else is wrong."""
    one, other = rng.sample(document["stances"], 2)
    one["id"] = other["id"]


def _slip(rng: random.Random, word: str) -> str:
    at = rng.randrange(1, len(word))
    return f"{word[:at]}q{word[at:]}"


KINDS: dict[str, Callable[[random.Random, Document], None]] = {
    function.__name__: function for function in (quotation, reference, label, key)
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the annotations of the article of this number."""

    number: int
    kind: str

    def into(self, document: Document, seed: int) -> None:
        """Spoil ``document``."""
        KINDS[self.kind](random.Random(f"{seed}/fault/{self.number}"), document)


def chosen(seed: int, articles: int, count: int) -> list[Fault]:
    """Faults at so many random places, never two in one document."""
    rng = random.Random(f"{seed}/faults")
    return [Fault(number, rng.choice([*KINDS])) for number in sorted(rng.sample(range(articles), count))]
