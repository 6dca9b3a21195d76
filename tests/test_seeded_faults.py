"""Fifty faults, each put into a copy of the bundled corpus: it is found at its place, and nothing else is said.

A fault is written as it stands in the file, with `<CODE>` before each place that is to be reported. The marks are
taken out before the corpus is checked; where they stood is the line and the column expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bundled import ROOT, copy_corpus, inside

PUTIN, MENANTI, VOSTOCHNY = (
    f"annotations/{name}.json" for name in ("putin-akan-ke-pyongyang", "menanti-penerus-perjanjian-1961", "pertemuan-di-vostochny")
)
TEXT, METADATA = "raw/putin-akan-ke-pyongyang.txt", "raw/putin-akan-ke-pyongyang.json"
SPEAKERS, TARGETS, ANNOTATORS = "annotations/speakers.json", "annotations/targets.json", "annotations/annotators.json"
SCHEMA, ARTICLE_SCHEMA, CONFIG = "schema/annotation.json", "schema/article.json", "pyproject.toml"
BOTH = ("annotator-a", "annotator-b")
UNREAD = (
    '{"headline": "Zaman Baru", "date": null, "language": "id", "event": "summit-2023", "text_origin": "original", "license": "CC0-1.0"}'
)
EXTENT = '"extent": {"first": "Rencana itu", "last": "militer keduanya."}'
MARK = re.compile("<(CB[0-9]+)>")

Said = tuple[str, str, int, int]
"""Path, code, line, column."""


@dataclass
class Folder:
    """A copy of the corpus; ``expected`` grows with the marks in what is put there."""

    root: Path
    expected: list[Said] = field(default_factory=list)

    def read(self, path: str) -> str:
        return (self.root / path).read_bytes().decode()

    def put(self, path: str, text: str) -> None:
        """Give a file this text, but for its marks."""
        while mark := MARK.search(text):
            before = text[: mark.start()]
            self.expected.append((path, mark[1], before.count("\n") + 1, len(before) - before.rfind("\n")))
            text = before + text[mark.end() :]
        (self.root / path).write_bytes(text.encode())

    def swap(self, path: str, *swaps: tuple[str, str]) -> None:
        """For the first of each of these words, others."""
        text = self.read(path)
        for old, new in swaps:
            assert old in text, f"the bundled corpus has changed: no {old!r} in {path}"
            text = text.replace(old, new, 1)
        self.put(path, text)


Spoil = Callable[[Folder], None]


def swap(path: str, *swaps: tuple[str, str]) -> Spoil:
    return lambda folder: folder.swap(path, *swaps)


def put(path: str, text: str) -> Spoil:
    return lambda folder: folder.put(path, text)


def drop(path: str) -> Spoil:
    return lambda folder: (folder.root / path).unlink()


def mark(path: str, words: str, code: str) -> Spoil:
    """Nothing but a place that is to be reported."""
    return lambda folder: folder.swap(path, (words, f"<{code}>{words}"))


FAULTS: dict[str, tuple[Spoil, ...]] = {
    # bytes and JSON
    "a trailing comma": (swap(PUTIN, ('"guidelines": "1.0",', '"guidelines": "1.0",<CB007>,')),),
    "a document that is not JSON among good ones": (put(PUTIN, "<CB007>claims: none\n"),),
    "a document that is a list": (put(PUTIN, "<CB007>[]\n"),),
    "a registry that is not JSON, to which many refer": (swap(SPEAKERS, ('"id": "kim-jong-un",', '"id": <CB007>kim-jong-un,')),),
    "metadata that are not JSON": (swap(METADATA, ('"publisher": null', '"publisher": <CB007>None')),),
    "a member twice": (swap(PUTIN, ('"cue": "Dibantah",', '"cue": "Dibantah", <CB008>"cue": "membantah",')),),
    "a byte order mark": (swap(MENANTI, ("{\n", "<CB002>\ufeff{\n")),),
    "a carriage return": (swap(TEXT, ("Moskow dan Pyongyang\n", "Moskow dan Pyongyang<CB003>\r\n")),),
    "an entry whose key is none, to which many refer": (swap(SPEAKERS, ('"id": "kim-jong-un"', '"id": <CB108>"Kim Jong Un"')),),
    "two faults in one text, neither of its annotations": (
        swap(TEXT, ("Moskow dan Pyongyang\n", "Moskow dan Pyongyang<CB003>\r\n"), ("Seoul", "Se<CB004>o\u0301ul")),
    ),
    # articles and documents
    "an article without metadata": (drop(METADATA), swap(TEXT, ("Putin", "<CB010>Putin"))),
    "metadata without a text": (drop(TEXT), swap(METADATA, ("{", "<CB014>{"))),
    "an annotation without its article": (
        swap(MENANTI, ('"menanti-penerus-perjanjian-1961"', '<CB011>"menanti-penerus-perjanjian-1691"')),
    ),
    "an annotator who is not known": (swap(PUTIN, ('"annotator": "gold"', '"annotator": <CB302>"golt"')),),
    "a second document of one annotator": (
        put("annotations/ulang.json", '{"article": <CB401>"pertemuan-di-vostochny", "annotator": "gold"}'),
    ),
    "an article that nobody has annotated": (
        put("raw/zaman-baru.txt", "<CB404>Zaman Baru\n\nSebuah teks yang belum dibaca siapa pun.\n"),
        put("raw/zaman-baru.json", UNREAD),
    ),
    "an id that differs from its file": (swap(METADATA, ("{\n", '{\n  "id": <CB018>"putin",\n')),),
    "an event that no split has, of an article and of what is based on it": (
        swap(METADATA, ('"summit-2024"', '"summit-2042"')),
        swap("raw/asli-genpi-pertemuan-menimbulkan-kekhawatiran.json", ('"summit-2024"', '<CB509>"summit-2042"')),
    ),
    # shape
    "a label off by one letter": (swap(PUTIN, ('"act": "say"', '"act": <CB104>"sai"')),),
    "a label off by one letter, and wrong words in the same claim": (
        swap(PUTIN, ('"cue": "Dibantah"', '"cue": <CB201>"Dibentah"'), ('"act": "say"', '"act": <CB104>"sai"')),
    ),
    "a label off by one letter, and wrong words in the next claim": (
        swap(PUTIN, ('"act": "say"', '"act": <CB104>"sai"'), ('"cue": "mengumumkan"', '"cue": <CB201>"mengumumkam"')),
    ),
    "a claim without its type, and an unknown speaker in the next": (
        swap(
            PUTIN,
            ('    {\n      "id": "c1"', '    <CB105>{\n      "id": "c1"'),
            ('      "type": "fact",\n', ""),
            ('"mulai Selasa"}],\n      "speakers": ["pemerintah-rusia"', '"mulai Selasa"}],\n      "speakers": [<CB302>"pemerintah-rusla"'),
        ),
    ),
    "a claim whose key is misspelt, to which relations refer": (swap(PUTIN, ('"id": "c12"', '<CB106>"idd": "c12"')),),
    "a claim whose key is no key, to which relations refer": (swap(PUTIN, ('"id": "c12"', '"id": <CB107>12')),),
    "a table misspelt, to which another refers": (swap(PUTIN, ('"claims"', '<CB106>"claim"')),),
    "a property misspelt, and wrong words in the same claim": (
        swap(PUTIN, ('"speakers"', '<CB106>"spekers"'), ('"Dibantah"', '"Dibentah"')),
    ),
    "a required property misspelt": (swap(PUTIN, ('"attribution"', '<CB106>"atribution"')),),
    "a number for a string": (swap(PUTIN, ('"guidelines": "1.0"', '"guidelines": <CB107>1.0')),),
    "a key that is none": (swap(PUTIN, ('"id": "s1"', '"id": <CB108>"1s"')),),
    "a date that is none": (swap(METADATA, ('"2024-06-18"', '<CB109>"2024-06-31"')),),
    "a speaker twice in a list": (swap(PUTIN, ('["pemerintah-rusia", "pe', '["pemerintah-rusia", <CB110>"pemerintah-rusia", "pe')),),
    "metadata misspelt, and wrong words in the annotation": (
        swap(METADATA, ('"byline"', '<CB106>"bylin"')),
        swap(PUTIN, ('"cue": "Dibantah"', '"cue": <CB201>"Dibentah"')),
    ),
    # words
    "words that are not there": (swap(PUTIN, ('"cue": "Dibantah"', '"cue": <CB201>"gempa bumi"')),),
    "the words of an extent, in which all others are": (swap(PUTIN, (EXTENT, EXTENT.replace('"Rencana', '"<CB201>Rancangan'))),),
    "words that stand twice": (swap(PUTIN, ('"source": "Rusia dan Korea Utara"', '"source": <CB202>"Korea Utara"')),),
    "words outside the extent": (swap(PUTIN, ('"cue": "Dibantah"', '"cue": <CB201>"mengumumkan"')),),
    "a position behind the end": (swap(PUTIN, ('"Dibantah"', '<CB203>{"start": 9990, "end": 9999, "check": "0123456789abcdef"}')),),
    "segments out of order": (
        swap(PUTIN, ('["Permintaan akan amunisi", "sangat besar"]', '["sangat besar", <CB205>"Permintaan akan amunisi"]')),
    ),
    "white space at an edge": (swap(PUTIN, ('"cue": "mengumumkan"', '"cue": <CB209>"mengumumkan "')),),
    "a text that was changed after it was annotated": (
        swap(TEXT, ("kekhawatiran", "kecemasan")),
        *(mark(path, '"kekhawatiran"', "CB201") for path in (PUTIN, *(f"annotations/{who}/{Path(PUTIN).name}" for who in BOTH))),
    ),
    # keys and references
    "an unknown speaker": (swap(PUTIN, ('["andrei-lankov"]', '[<CB302>"andrei-lankof"]')),),
    "an unknown speaker in a claim whose words are wrong": (
        swap(PUTIN, ('"cue": "mencatat"', '"cue": <CB201>"mencattat"'), ('["andrei-lankov"]', '[<CB302>"andrei-lankof"]')),
    ),
    "an unknown target and an unknown claim in one stance": (
        swap(PUTIN, ('"target": "transfer-senjata-terjadi"', '"target": <CB302>"transfer-senjata"'), ('["c10"]', '[<CB302>"c100"]')),
    ),
    "a reference into another document": (
        swap(VOSTOCHNY, ('"rencana-kim-ke-vladivostok#c1"', '<CB302>"rencana-kim-ke-vladivostok#c100"')),
    ),
    "a claim twice, one of which was to be another, to which relations refer": (swap(PUTIN, ('"id": "c12"', '"id": <CB301>"c11"')),),
    "an entry twice in a registry to which many refer": (swap(SPEAKERS, ('"id": "kim-jong-un"', '"id": <CB301>"vladimir-putin"')),),
    "an entry whose label is wrong, to which many refer": (swap(SPEAKERS, ('"kind": "person"', '"kind": <CB104>"persona"')),),
    "an entry without its key, to which many refer": (
        swap(TARGETS, ('"id": "transfer-senjata-terjadi"', '<CB106>"idd": "transfer-senjata-terjadi"')),
    ),
    # schemas and config
    "a broken schema, whatever else is wrong": (
        swap(SCHEMA, ('"type": "object"', '"type": <CB101>"objekt"')),
        swap(PUTIN, ('"cue": "Dibantah"', '"cue": "Dibentah"')),
    ),
    "a schema without columns": (
        swap(ARTICLE_SCHEMA, ('"note": {"type": ["string", "null"]', '"note": <CB102>{"type": ["string", "integer"]')),
    ),
}


def test_there_are_fifty() -> None:
    assert len(FAULTS) == 50


@pytest.mark.parametrize("spoils", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_found_at_its_place_and_nothing_else_is_said(tmp_path: Path, spoils: tuple[Spoil, ...]) -> None:
    folder = Folder(copy_corpus(tmp_path / "corpus", ROOT))
    for spoil in spoils:
        spoil(folder)
    assert folder.expected
    found = inside(folder.root, "check", "--format", "json").findings
    said = [(each["place"]["path"], each["code"], each["place"]["line"], each["place"]["column"]) for each in found]
    assert sorted(said) == sorted(folder.expected)
