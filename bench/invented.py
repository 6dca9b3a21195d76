"""Invent articles and their annotations: the same seed and number of a shard give the same ones.

Articles are sentences of a made-up, Indonesian-looking vocabulary whose words are as frequent as Zipf has it.
Each has twelve claims and four stances, and every quotation stands in the text exactly once.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, TypeVar

import numpy as np

CLAIMS, STANCES = 12, 4
MEAN_CHARS = 3750  # with metadata about 3.9 KB an article, the mean of the news sites that were looked at
EVENT = 12  # articles about one event, on average
EDITED = 0.1  # of a near-duplicate's plain sentences, the share that is not as in the other text

Anchor = str | dict[str, str]
Item = TypeVar("Item")

_ONSETS = [*"bcdghjklmnprstwybdklmnprst", "ng", "ny"]
_VOWELS = [*"aaaaeeiiouu"]
_CODAS = ["", "", "", "", "n", "ng", "r", "s", "t", "k", "h", "m", "l"]
_PREFIXES = ["", "", "", "", "me", "ber", "di", "ter", "pe", "se", "ke"]
_SUFFIXES = ["", "", "", "", "", "kan", "an", "i", "nya"]

# What stands more often is drawn more often.
FORMS = (*["indirect"] * 10, *["direct"] * 5, *["according"] * 4, "denied")
LABELS = (*["favor"] * 5, *["against"] * 4, "neutral")
CERTAINTIES = (*["certain"] * 75, *["probable"] * 10, *["possible"] * 12, *["unlikely"] * 3)
TYPES = ("fact", "prediction", "evaluation", "norm")
BASES = ("explicit", "inferred")
CUES = {
    "indirect": [("mengatakan", "say"), ("menyatakan", "say"), ("percaya", "believe"), ("khawatir", "fear"), ("berharap", "want")],
    "direct": [("kata", "say"), ("ujar", "say"), ("tegas", "say"), ("tanya", "ask")],
    "according": [("Menurut", "say"), ("Bagi", "believe")],
    "denied": [("membantah", "say")],
}


class Dice(random.Random):
    """Random choices. Those of the standard library take three times as long, and here they are made by the million."""

    def pick(self, items: Sequence[Item]) -> Item:
        """One of ``items``."""
        return items[int(self.random() * len(items))]

    def between(self, low: int, high: int) -> int:
        """An integer from ``low`` to ``high``, both included."""
        return low + int(self.random() * (high - low + 1))


class World:
    """What all shards have in common: the vocabulary, who speaks, what about, and the events."""

    def __init__(self, seed: int, articles: int) -> None:
        self.seed = seed
        dice = Dice(seed)
        self.vocabulary = _vocabulary(dice)
        self.weights = np.array(list(accumulate(1 / (rank + 2.7) for rank in range(len(self.vocabulary)))))
        self.speakers = self._registry(dice, max(50, min(articles // 10, 5000)), 2)
        self.targets = self._registry(dice, max(10, min(articles // 100, 500)), 3)
        words = Words(self, 0)
        self.events = [f"{'-'.join(words.some(3))}-{i}" for i in range(max(3, articles // EVENT))]
        self.speaker_keys, self.target_keys = list(self.speakers), list(self.targets)

    def _registry(self, dice: Dice, size: int, parts: int) -> dict[str, str]:
        """Key → name, of rare words."""
        rare = self.vocabulary[500:]
        names: dict[str, str] = {}
        while len(names) < size:
            name = " ".join(dice.pick(rare).capitalize() for _ in range(parts))
            names[name.lower().replace(" ", "-")] = name
        return names


def _vocabulary(dice: Dice, size: int = 20000) -> list[str]:
    known: dict[str, None] = {}
    while len(known) < size:
        length = 1 if len(known) < 60 else dice.pick((2, 2, 2, 3))
        stem = "".join(dice.pick(_ONSETS) + dice.pick(_VOWELS) + dice.pick(_CODAS) for _ in range(length))
        known[stem if length == 1 else dice.pick(_PREFIXES) + stem + dice.pick(_SUFFIXES)] = None
    return list(known)


class Words:
    """An endless text of single words, with the frequencies of Zipf's law."""

    _AHEAD = 1 << 14

    def __init__(self, world: World, stream: int) -> None:
        self._world = world
        # Its raw numbers are the same in every version of numpy; what is made of them there need not be.
        self._raw = np.random.PCG64(np.random.SeedSequence([world.seed, stream]))
        self._words: list[str] = []
        self._at = 0

    def some(self, count: int) -> list[str]:
        """So many words."""
        if self._at + count > len(self._words):
            self._draw()
        self._at += count
        return self._words[self._at - count : self._at]

    def _draw(self) -> None:
        weights, vocabulary = self._world.weights, self._world.vocabulary
        fractions = (self._raw.random_raw(self._AHEAD) >> np.uint64(11)) * 2.0**-53
        self._words = [vocabulary[rank] for rank in np.searchsorted(weights, fractions * weights[-1], side="right").tolist()]
        self._at = 0


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that attributes something, by its parts."""

    text: str
    form: str
    source: str
    cue: str
    act: str
    content: tuple[str, ...]
    speaker: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An article before it is cut into paragraphs."""

    headline: str
    event: str
    sentences: tuple[str, ...]
    said: tuple[Said, ...]


class Author:
    """Writes the articles of one shard, with their annotation documents."""

    def __init__(self, world: World, shard: int) -> None:
        self.world = world
        self.dice = Dice(f"{world.seed}/{shard}")
        self.words = Words(world, shard + 1)

    def pairs(self, numbers: range, near_duplicates: float) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """An article and its document for each of ``numbers``; so large a share is an earlier one, edited."""
        drafts: list[Draft] = []
        for number in numbers:
            copied = self.dice.pick(drafts) if drafts and self.dice.random() < near_duplicates else None
            while True:
                draft = self._draft() if copied is None else self._edited(copied)
                text = self._text(draft)
                try:
                    claims = [claim(self.dice, f"c{i + 1}", each, text) for i, each in enumerate(draft.said)]
                except Ambiguous:
                    continue  # some words stand twice; write another article
                break
            drafts.append(draft)
            yield self._pair(number, draft, text, claims)

    def _pair(self, number: int, draft: Draft, text: str, claims: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
        dice = self.dice
        name = f"{'-'.join(draft.headline.lower().split()[:4])}-{number:07d}"
        article = {
            "id": name,
            "headline": draft.headline,
            "publisher": None,
            "date": f"{dice.between(2015, 2025)}-{dice.between(1, 12):02d}-{dice.between(1, 28):02d}",
            "language": "id",
            "event": draft.event,
            "text_origin": "original",
            "license": "CC-BY-4.0",
            "text": text,
        }
        stances = [self._stance(i + 1, draft.said) for i in range(STANCES)]
        return article, {"article": name, "annotator": "gold", "claims": claims, "stances": stances}

    def _stance(self, number: int, said: Sequence[Said]) -> dict[str, Any]:
        dice = self.dice
        claim_number = int(dice.random() * len(said))
        return {
            "id": f"s{number}",
            "speaker": said[claim_number].speaker,
            "target": dice.pick(self.world.target_keys),
            "label": dice.pick(LABELS),
            "basis": dice.pick(BASES),
            "evidence": [f"c{claim_number + 1}"],
        }

    def _draft(self) -> Draft:
        dice = self.dice
        headline = self._headline()
        length = max(2300.0, dice.lognormvariate(math.log(MEAN_CHARS) - 0.06, 0.35))
        said = tuple(self._said() for _ in range(CLAIMS))
        sentences: list[str] = [each.text for each in said]
        size = len(headline) + sum(map(len, sentences))
        while size < length:
            plain = self._sentence()
            sentences.insert(dice.between(0, len(sentences)), plain)
            size += len(plain) + 1
        return Draft(headline, dice.pick(self.world.events), tuple(sentences), said)

    def _edited(self, draft: Draft) -> Draft:
        """The same report as another desk would print it: another headline, some sentences put for others."""
        kept = {each.text for each in draft.said}
        sentences = tuple(each if each in kept or self.dice.random() >= EDITED else self._sentence() for each in draft.sentences)
        return replace(draft, headline=self._headline(), sentences=sentences)

    def _text(self, draft: Draft) -> str:
        paragraphs = [draft.headline]
        at = 0
        while at < len(draft.sentences):
            count = self.dice.between(1, 4)
            paragraphs.append(" ".join(draft.sentences[at : at + count]))
            at += count
        return "\n\n".join(paragraphs) + "\n"

    def _headline(self) -> str:
        return " ".join(self.words.some(self.dice.between(6, 11))).capitalize()

    def _sentence(self) -> str:
        return " ".join(self.words.some(self.dice.between(6, 24))).capitalize() + "."

    def _said(self) -> Said:
        dice = self.dice
        speaker = dice.pick(self.world.speaker_keys)
        source = self.world.speakers[speaker]
        form = dice.pick(FORMS)
        cue, act = dice.pick(CUES[form])
        content = self.words.some(dice.between(5, 22))
        if form == "direct":
            content[0] = content[0].capitalize()
            words = " ".join(content)
            return Said(f"“{words},” {cue} {source}.", form, source, cue, act, (words,), speaker)
        if form == "according":
            words = " ".join(content)
            return Said(f"{cue} {source}, {words}.", form, source, cue, act, (words,), speaker)
        if dice.random() < 0.25:
            cut = dice.between(2, len(content) - 2)
            parts = (" ".join(content[:cut]).capitalize(), " ".join(content[cut:]))
            return Said(f"{parts[0]}, {source} {cue}, {parts[1]}.", form, source, cue, act, parts, speaker)
        words = " ".join(content)
        return Said(f"{source} {cue} {words}.", form, source, cue, act, (words,), speaker)


# ---- anchors ----


class Ambiguous(Exception):
    """Words that stand more than once."""


def claim(dice: Dice, key: str, said: Said, text: str) -> dict[str, Any]:
    """A claim as an annotator would write it."""
    if not once(said.text, text):
        raise Ambiguous
    return {
        "id": key,
        "extent": ends(said.text, text) if dice.random() < 0.75 else said.text,
        "source": quote(said.source, said.text, text, wordy=dice.random() < 0.05),
        "cue": quote(said.cue, said.text, text, wordy=dice.random() < 0.05),
        "content": [
            ends(part, said.text) if len(part) > 60 and dice.random() < 0.6 else quote(part, said.text, text, last=i > 0)
            for i, part in enumerate(said.content)
        ],
        "speakers": [said.speaker],
        "attribution": "direct" if said.form == "direct" else "indirect",
        "act": said.act,
        "type": dice.pick(TYPES),
        "polarity": "denied" if said.form == "denied" else "affirmed",
        "certainty": dice.pick(CERTAINTIES),
    }


def once(words: str, around: str) -> bool:
    """Whether ``words`` stand in ``around`` at one place only; places may overlap."""
    return around.find(words) == around.rfind(words) >= 0


def ends(words: str, around: str) -> Anchor:
    """The first and the last words of ``words``, as few as stand once in ``around``; at least two each."""
    each = words.split(" ")
    for count in range(2, len(each) // 2):
        first, last = " ".join(each[:count]), " ".join(each[-count:])
        if once(first, around) and once(last, around):
            return {"first": first, "last": last}
    if not once(words, around):
        raise Ambiguous
    return words


def quote(words: str, home: str, text: str, *, wordy: bool = False, last: bool = False) -> Anchor:
    """``words`` of ``home``: alone where that suffices, else with the words before them; so too where ``wordy``."""
    alone = once(words, home)
    if alone and not wordy:
        return words
    at = home.rindex(words) if last else home.index(words)
    before = text[: text.index(home) + at]
    prefix = before[before.rstrip().rfind(" ") + 1 :]
    if not prefix.strip() or "\n" in prefix:
        if alone:
            return words
        raise Ambiguous
    if not once(prefix + words, text):
        raise Ambiguous
    return {"exact": words, "prefix": prefix}


def plain(document: dict[str, Any]) -> dict[str, Any]:
    """A document whose anchors are all strings: what a reader without a schema can make columns of."""
    claims = [
        {**each, **{name: _as_text(each[name]) for name in ("extent", "source", "cue")}, "content": list(map(_as_text, each["content"]))}
        for each in document["claims"]
    ]
    return {**document, "claims": claims}


def _as_text(anchor: Anchor) -> str:
    return anchor if isinstance(anchor, str) else json.dumps(anchor, ensure_ascii=False, separators=(",", ":"))
