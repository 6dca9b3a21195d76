"""Write an invented corpus of any size: the same arguments give the same bytes.

Articles are sentences of a made-up, Indonesian-looking vocabulary whose words are as frequent as Zipf has it.
Each has twelve claims and four stances, and every quotation stands in the text exactly once.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import shutil
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).resolve().parent.parent / "schema"
CLAIMS, STANCES = 12, 4
SHARD = 2000  # articles
MEAN_CHARS = 3750  # with metadata about 3.9 KB an article, the mean of the news sites that were looked at
EVENT = 12  # articles about one event, on average

Anchor = str | dict[str, str]

_ONSETS = [*"bcdghjklmnprstwybdklmnprst", "ng", "ny"]
_VOWELS = [*"aaaaeeiiouu"]
_CODAS = ["", "", "", "", "n", "ng", "r", "s", "t", "k", "h", "m", "l"]
_PREFIXES = ["", "", "", "", "me", "ber", "di", "ter", "pe", "se", "ke"]
_SUFFIXES = ["", "", "", "", "", "kan", "an", "i", "nya"]

CUES = {
    "indirect": [("mengatakan", "say"), ("menyatakan", "say"), ("percaya", "believe"), ("khawatir", "fear"), ("berharap", "want")],
    "direct": [("kata", "say"), ("ujar", "say"), ("tegas", "say"), ("tanya", "ask")],
    "according": [("Menurut", "say"), ("Bagi", "believe")],
    "denied": [("membantah", "say")],
}


class Words:
    """A vocabulary with the frequencies of Zipf's law."""

    def __init__(self, rng: random.Random, size: int = 20000) -> None:
        self._rng = rng
        known: dict[str, None] = {}
        while len(known) < size:
            length = 1 if len(known) < 60 else rng.choice((2, 2, 2, 3))
            stem = "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(length))
            known[stem if length == 1 else rng.choice(_PREFIXES) + stem + rng.choice(_SUFFIXES)] = None
        self._words = list(known)
        self._weights = list(accumulate(1 / (rank + 2.7) for rank in range(size)))

    def some(self, count: int) -> list[str]:
        """So many words."""
        draw, weights, total = self._rng.random, self._weights, self._weights[-1]
        return [self._words[bisect(weights, draw() * total)] for _ in range(count)]

    def name(self, parts: int) -> str:
        """A name of rare words."""
        return " ".join(self._rng.choice(self._words[500:]).capitalize() for _ in range(parts))


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


class Generator:
    """Articles and their annotations, one after the other."""

    def __init__(self, seed: int, articles: int) -> None:
        self.rng = random.Random(seed)
        self.words = Words(self.rng)
        self.speakers = self._registry(max(50, min(articles // 10, 5000)), 2)
        self.targets = self._registry(max(10, min(articles // 100, 500)), 3)
        self.events = [f"{self._slug(3)}-{i}" for i in range(max(3, articles // EVENT))]

    def _registry(self, size: int, parts: int) -> dict[str, str]:
        names: dict[str, str] = {}
        while len(names) < size:
            name = self.words.name(parts)
            names[name.lower().replace(" ", "-")] = name
        return names

    def _slug(self, parts: int) -> str:
        return "-".join(self.words.some(parts))

    def pair(self, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """An article as a line of a shard, and its annotation document."""
        rng = self.rng
        while True:
            headline, text, said = self._text()
            try:
                claims = [claim(rng, f"c{i + 1}", each, text) for i, each in enumerate(said)]
            except Ambiguous:
                continue  # some words stand twice; write another article
            break
        name = f"{'-'.join(headline.lower().split()[:4])}-{number:07d}"
        article = {
            "id": name,
            "headline": headline,
            "publisher": None,
            "date": f"{rng.randint(2015, 2025)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
            "language": "id",
            "event": rng.choice(self.events),
            "text_origin": "original",
            "license": "CC-BY-4.0",
            "text": text,
        }
        stances = [self._stance(i + 1, said) for i in range(STANCES)]
        return article, {"article": name, "annotator": "gold", "claims": claims, "stances": stances}

    def _stance(self, number: int, said: Sequence[Said]) -> dict[str, Any]:
        rng = self.rng
        claim_number = rng.randrange(len(said))
        return {
            "id": f"s{number}",
            "speaker": said[claim_number].speaker,
            "target": rng.choice(list(self.targets)),
            "label": rng.choices(["favor", "against", "neutral"], [5, 4, 1])[0],
            "basis": rng.choice(["explicit", "inferred"]),
            "evidence": [f"c{claim_number + 1}"],
        }

    def _text(self) -> tuple[str, str, list[Said]]:
        rng = self.rng
        headline = " ".join(self.words.some(rng.randint(6, 11))).capitalize()
        length = max(2300.0, rng.lognormvariate(math.log(MEAN_CHARS) - 0.06, 0.35))
        said = [self._said() for _ in range(CLAIMS)]
        sentences: list[str] = [each.text for each in said]
        size = len(headline) + sum(map(len, sentences))
        while size < length:
            plain = " ".join(self.words.some(rng.randint(6, 24))).capitalize() + "."
            sentences.insert(rng.randint(0, len(sentences)), plain)
            size += len(plain) + 1
        paragraphs = [headline]
        while sentences:
            count = rng.randint(1, 4)
            paragraphs.append(" ".join(sentences[:count]))
            sentences = sentences[count:]
        return headline, "\n\n".join(paragraphs) + "\n", said

    def _said(self) -> Said:
        rng = self.rng
        speaker = rng.choice(list(self.speakers))
        source = self.speakers[speaker]
        form = rng.choices(["indirect", "direct", "according", "denied"], [50, 25, 20, 5])[0]
        cue, act = rng.choice(CUES[form])
        content = self.words.some(rng.randint(5, 22))
        if form == "direct":
            content[0] = content[0].capitalize()
            words = " ".join(content)
            return Said(f"“{words},” {cue} {source}.", form, source, cue, act, (words,), speaker)
        if form == "according":
            words = " ".join(content)
            return Said(f"{cue} {source}, {words}.", form, source, cue, act, (words,), speaker)
        if rng.random() < 0.25:
            cut = rng.randint(2, len(content) - 2)
            parts = (" ".join(content[:cut]).capitalize(), " ".join(content[cut:]))
            return Said(f"{parts[0]}, {source} {cue}, {parts[1]}.", form, source, cue, act, parts, speaker)
        words = " ".join(content)
        return Said(f"{source} {cue} {words}.", form, source, cue, act, (words,), speaker)


# ---- anchors ----


class Ambiguous(Exception):
    """Words that stand more than once."""


def claim(rng: random.Random, key: str, said: Said, text: str) -> dict[str, Any]:
    """A claim as an annotator would write it."""
    if not once(said.text, text):
        raise Ambiguous
    return {
        "id": key,
        "extent": ends(said.text, text) if rng.random() < 0.75 else said.text,
        "source": quote(said.source, said.text, text, wordy=rng.random() < 0.05),
        "cue": quote(said.cue, said.text, text, wordy=rng.random() < 0.05),
        "content": [
            ends(part, said.text) if len(part) > 60 and rng.random() < 0.6 else quote(part, said.text, text, last=i > 0)
            for i, part in enumerate(said.content)
        ],
        "speakers": [said.speaker],
        "attribution": "direct" if said.form == "direct" else "indirect",
        "act": said.act,
        "type": rng.choice(["fact", "prediction", "evaluation", "norm"]),
        "polarity": "denied" if said.form == "denied" else "affirmed",
        "certainty": rng.choices(["certain", "probable", "possible", "unlikely"], [75, 10, 12, 3])[0],
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
    at = home.rindex(words) if last else home.index(words)
    if alone and not wordy:
        return words
    before = text[: text.index(home) + at]
    prefix = before[before.rstrip().rfind(" ") + 1 :]
    if not prefix.strip() or "\n" in prefix:
        if alone:
            return words
        raise Ambiguous
    if not once(prefix + words, text):
        raise Ambiguous
    return {"exact": words, "prefix": prefix}


# ---- files ----


def plain(document: dict[str, Any]) -> dict[str, Any]:
    """A document whose anchors are all strings: what a reader without a schema can make columns of."""
    as_text = lambda anchor: anchor if isinstance(anchor, str) else dumps(anchor)  # noqa: E731  one expression
    claims = [
        {**each, **{name: as_text(each[name]) for name in ("extent", "source", "cue")}, "content": list(map(as_text, each["content"]))}
        for each in document["claims"]
    ]
    return {**document, "claims": claims}


def dumps(value: Any) -> str:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write(folder: Path, articles: int, seed: int) -> None:
    """Write the corpus to ``folder``, and beside it, in ``<folder>-plain``, its annotations with anchors as strings."""
    plain_folder = folder.with_name(folder.name + "-plain")
    for each in (folder, plain_folder):
        shutil.rmtree(each, ignore_errors=True)
        (each / "annotations").mkdir(parents=True)
    (folder / "raw").mkdir()
    (folder / "schema").mkdir()
    for path in SCHEMA.glob("*.json"):
        shutil.copyfile(path, folder / "schema" / path.name)
    generator = Generator(seed, articles)
    (folder / "pyproject.toml").write_text(
        '[tool.corpusbuild]\nname = "bench"\nversion = "0.1.0"\nlicense = "CC-BY-4.0"\nlanguage = ["id"]\ngold = "gold"\n\n'
        '[tool.corpusbuild.splits]\ngroup = "event"\nratios = { train = 0.8, validation = 0.1, test = 0.1 }\n',
        "utf-8",
    )
    speakers = [{"id": key, "name": name, "named": True, "kind": "person"} for key, name in generator.speakers.items()]
    targets = [{"id": key, "label": name, "description": None} for key, name in generator.targets.items()]
    registries = {"speakers": speakers, "targets": targets, "annotators": [{"id": "gold", "kind": "model"}]}
    for name, rows in registries.items():
        (folder / "annotations" / f"{name}.json").write_text(dumps(rows), "utf-8")
    for start in range(0, articles, SHARD):
        name = f"{start // SHARD:05d}.jsonl"
        some = [generator.pair(number) for number in range(start, min(start + SHARD, articles))]
        for path, rows in (
            (folder / "raw" / f"articles-{name}", [article for article, _ in some]),
            (folder / "annotations" / f"gold-{name}", [document for _, document in some]),
            (plain_folder / "annotations" / f"gold-{name}", [plain(document) for _, document in some]),
        ):
            path.write_text("".join(dumps(row) + "\n" for row in rows), "utf-8", newline="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    write(given.folder, given.articles, given.seed)
