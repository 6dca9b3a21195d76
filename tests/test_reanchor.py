"""Anchors of a corrected article move to the one place where their words are, or stay; never to a lookalike."""

from __future__ import annotations

import json
import random
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from bundled import ROOT, inside
from corpusbuild import Corpus
from corpusbuild.errors import CannotGoOn, CannotWrite, UnknownName
from corpusbuild.text.anchors import Anchor, Ends, Position, Quote, parse
from corpusbuild.text.check import check_value
from corpusbuild.text.reanchoring import CERTAIN, MARGIN, THRESHOLD, Correction, Why, alone, proved
from corpusbuild.text.rewording import as_value, moved
from corpusbuild.text.span import Span
from corpusbuild.text.words import cuts_word
from corpusbuild.workflow.reanchoring import place
from detaching import PASAR, corpus_of_two, sources

# ---- laws: texts of few words, so that all is repeated and looks alike ----

WORDS = ("kata", "kita", "Kim", "dan", "datang")
sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(lambda row: " ".join(row) + ".")
texts = st.lists(sentences, min_size=1, max_size=6).map(" ".join)


@st.composite
def spans_of_words(draw: st.DrawFn, text: str) -> Span:
    edges = [at for at in range(len(text) + 1) if not cuts_word(text, at, at)]
    start = draw(st.sampled_from([at for at in edges if at < len(text) and not text[at].isspace()]))
    return Span(start, draw(st.sampled_from([at for at in edges if at > start and not text[at - 1].isspace()])))


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, Span, str, Span]:
    """A text and a span, and the text after one edit that touches neither the span nor a word beside it, with the span there."""
    old = draw(texts)
    span = draw(spans_of_words(old))
    edges = [at for at in range(len(old) + 1) if not cuts_word(old, at, at) and not span.start < at < span.end]
    at = draw(st.sampled_from(edges))
    if draw(st.booleans()):
        words = draw(texts)
        put = f"{words} " if at == 0 or old[at - 1].isspace() else f" {words}"
        new = old[:at] + put + old[at:]
        by = len(put) if at <= span.start else 0
    else:
        end = draw(st.sampled_from([each for each in edges if each >= at]))
        assume(not (at < span.end and end > span.start))
        new = old[:at] + old[end:]
        by = at - end if at < span.start else 0
    there = Span(span.start + by, span.end + by)
    assume(there.of(new) == span.of(old) and not cuts_word(new, there.start, there.end))
    return old, span, new, there


def distance(one: str, other: str) -> int:
    """The characters to put in or take out, by the textbook."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            before, row[j] = row[j], before if a == b else 1 + min(row[j], row[j - 1])
    return row[-1]


def cost(old: str, span: Span, new: str, there: Span) -> int:
    parts = ((old[: span.start], new[: there.start]), (span.of(old), there.of(new)), (old[span.end :], new[there.end :]))
    return sum(distance(one, other) for one, other in parts)


@settings(max_examples=300)
@given(edited())
def test_what_was_not_touched_moves_to_its_image_or_not_at_all(case: tuple[str, Span, str, Span]) -> None:
    old, span, new, there = case
    home = Correction(old, new).home(span).home
    assert home is None or (home.span, home.score) == (there, 1.0)


@settings(max_examples=100)
@given(st.lists(st.integers(100, 999), min_size=3, max_size=12, unique=True), st.data())
def test_where_no_word_is_repeated_every_image_is_found(numbers: list[int], data: st.DataObject) -> None:
    words = [f"kata{number}" for number in numbers]
    old = " ".join(words)
    i = data.draw(st.integers(0, len(words) - 1))
    span = Span(old.index(words[i]), old.index(words[i]) + len(words[i]))
    j = data.draw(st.integers(0, len(words)))
    new = " ".join([*words[:j], *data.draw(st.lists(st.sampled_from(["Sebuah", "sisipan"]), max_size=4)), *words[j:]])
    home = Correction(old, new).home(span).home
    assert home is not None
    assert home.span.start == new.index(words[i])


@settings(max_examples=300)
@given(texts, texts, st.data())
def test_whatever_was_edited_a_home_is_like_the_words_and_no_other_reading_comes_near(old: str, new: str, data: st.DataObject) -> None:
    span = data.draw(spans_of_words(old))
    home = Correction(old, new).home(span).home
    if home is None:
        return
    words = span.of(old)
    assert Levenshtein.normalized_similarity(words, home.span.of(new)) == home.score >= THRESHOLD
    best, least = cost(old, span, new, home.span), max(2, MARGIN * len(words))
    assert distance(old[: span.start] + old[span.end :], new) + len(words) >= best + least
    for start in range(len(new) - len(words) + 1):
        there = Span(start, start + len(words))
        if there != home.span and there.of(new) == words and not cuts_word(new, there.start, there.end):
            apart = there.end <= home.span.start or home.span.end <= there.start
            assert not apart or cost(old, span, new, there) >= best + least


@settings(max_examples=200)
@given(texts, texts, st.data())
def test_two_spans_never_change_places(old: str, new: str, data: st.DataObject) -> None:
    one, other = sorted((data.draw(spans_of_words(old)), data.draw(spans_of_words(old))))
    assume(one.end <= other.start)
    correction = Correction(old, new)
    first, second = correction.home(one).home, correction.home(other).home
    assert first is None or second is None or first.span.end <= second.span.start


@settings(max_examples=200)
@given(texts, st.data())
def test_an_anchor_keeps_its_form_and_fits_its_new_place_alone(text: str, data: st.DataObject) -> None:
    home = data.draw(spans_of_words(text))
    start = data.draw(st.none() | st.integers(0, 9))
    quotes = st.builds(Quote, st.sampled_from(WORDS), st.sampled_from(["", "dan "]), st.sampled_from(["", " dan"]), st.just(start))
    ends = st.builds(Ends, st.sampled_from(WORDS), st.sampled_from(WORDS), start=st.just(start))
    anchor: Anchor = data.draw(quotes | ends | st.just(Position(0, 1, "0" * 16)))
    there = moved(anchor, text, home)
    if there is None:
        assert isinstance(anchor, Ends)  # several ends may lie between; a quotation always has a form
        return
    assert type(there) is type(anchor)
    if isinstance(there, Quote):
        assert isinstance(anchor, Quote)
        assert anchor.start is None or there.start == home.start
    assert place(there, text, None) == home
    assert parse(as_value(there, "words" if isinstance(anchor, Quote) else {})) == there


# ---- cases that a guess gets wrong ----


def home_of(old: str, new: str) -> str | Why | None:
    """``new`` with the home of the words in brackets in ``old`` in brackets, or why there is none."""
    start, end = old.index("["), old.index("]") - 1
    found = Correction(old.replace("[", "").replace("]", ""), new).home(Span(start, end))
    if found.home is None:
        return found.why
    at = found.home.span
    return f"{new[: at.start]}[{at.of(new)}]{new[at.end :]}"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("Kim [mengtakan] itu.", "Kim mengatakan itu.", "Kim [mengatakan] itu.", id="a typing mistake"),
        pytest.param("Dia [kta] itu.", "Dia kata itu.", "Dia [kata] itu.", id="one letter of four"),
        pytest.param("Kim [tiba Rabu]. Ya.", "Ya. Kim tiba Kamis.", Why.CHANGED, id="gone, and something like it comes"),
        pytest.param("Kim tiba Rabu. [Kim tiba Kamis]. Ya.", "Kim tiba Rabu. Ya.", Why.TAKEN_OUT, id="gone, and a lookalike stays"),
        pytest.param("Ya. [Kim tiba.] Tidak.", "Ya. Kim tiba. Kim tiba. Tidak.", Why.SEVERAL, id="said twice"),
        pytest.param("Kim tiba. [Kim tiba.] Ya.", "Kim tiba. Ya.", Why.TAKEN_OUT, id="one of two that are the same is gone"),
        pytest.param(
            "Kim tiba. Ya. [Kim tiba.]", "Kim tiba. Ya. Baru. Kim tiba.", "Kim tiba. Ya. Baru. [Kim tiba.]", id="the second of two"
        ),
        pytest.param("Kata [Putin] itu.", "Kata Kim itu.", Why.TAKEN_OUT, id="another name in its place"),
        pytest.param("Lalu [Putin] tiba.", "Lalu Presiden Putin tiba.", "Lalu Presiden [Putin] tiba.", id="a word before it"),
        pytest.param("[ha ha] ya", "ha ha ha ya", Why.SEVERAL, id="overlapping places"),
        pytest.param(
            "Kata [Sahabat Pustaka Penwik] ya.", "Kata Sahabat dari Pustaka Penwik ya.", Why.ENDS_CHANGED, id="a word near an end"
        ),
        pytest.param("A b c. A [b c]. A b c. E", "E", Why.TAKEN_OUT, id="all is gone"),
    ],
)
def test_words_go_where_they_are_and_nowhere_else(old: str, new: str, expected: str | Why) -> None:
    assert home_of(old, new) == expected


def test_words_that_are_long_enough_and_stand_once_need_no_earlier_text() -> None:
    words = "Menurut pedagang Joko"
    assert len(words) >= CERTAIN
    found = alone(Quote(words, start=3), PASAR)
    assert found.home is not None
    assert found.home.span.of(PASAR) == words
    assert alone(Quote("Joko", start=3), PASAR).why is Why.NO_EARLIER
    assert alone(Quote("pasar", start=3), PASAR).why is Why.SEVERAL
    # A corrected word and a lookalike differ alike.
    near = alone(Quote("Menurut pedagang Joki"), PASAR)
    assert (near.home, near.why, near.candidates[0].span.of(PASAR)) == (None, Why.NO_EARLIER, words)


def test_a_check_value_proves_words_in_a_paragraph_that_has_moved() -> None:
    span = Span(PASAR.index("Joko"), PASAR.index("Joko") + 4)
    new = PASAR.replace("Wali kota", "Seorang wali kota")
    found = proved(Position(span.start, span.end, check_value(PASAR, span)), new)
    assert found.home is not None
    assert found.home.span == Span(new.index("Joko"), new.index("Joko") + 4)
    assert proved(Position(span.start, span.end, check_value(PASAR, span)), PASAR.replace("atap", "lantai")).why is Why.NO_EARLIER


# ---- a bench of edits: newspaper sentences from few words, so that each has lookalikes ----

NAMES = ("Putin", "Kim", "Lavrov", "Peskov", "Choe", "Presiden Putin", "Menteri Choe")
CUES = ("mengatakan", "menyatakan", "berkata", "menegaskan", "kata", "ujar")
SAID = (
    "kunjungan itu penting",
    "kunjungan itu sangat penting",
    "kerja sama akan berlanjut",
    "pihaknya tidak akan hadir",
    "pihaknya akan hadir",
)
DAYS = ("Senin", "Selasa", "Rabu", "Kamis")


def sentence(chance: random.Random) -> str:
    return " ".join([chance.choice(NAMES), chance.choice(CUES), chance.choice(SAID), "pada hari", chance.choice(DAYS)]) + "."


@dataclass
class Story:
    """Sentences, one of which holds the span; its own is None once it is gone."""

    chance: random.Random
    rows: list[list[str]] = field(default_factory=list)
    own: list[str] | None = None
    span: tuple[int, int] = (0, 0)

    @classmethod
    def of(cls, seed: int) -> Story:
        chance = random.Random(seed)  # noqa: S311  no secret
        story = cls(chance, [[sentence(chance), chance.choice([" ", " ", "\n\n"])] for _ in range(chance.randint(3, 12))])
        story.own = chance.choice(story.rows)
        starts = [0, *(at + 1 for at, c in enumerate(story.own[0]) if c == " ")]
        start = chance.choice(starts)
        ends = [at for at, c in enumerate(story.own[0]) if c in " ." and at > start]
        story.span = (0, len(story.own[0])) if chance.random() < 0.25 else (start, chance.choice(ends))
        return story

    @property
    def text(self) -> str:
        return "".join("".join(row) for row in self.rows)

    @property
    def place(self) -> Span | None:
        at = 0
        for row in self.rows:
            if row is self.own:
                return Span(at + self.span[0], at + self.span[1])
            at += len("".join(row))
        return None

    def edit(self, kind: str) -> None:
        chance, own = self.chance, self.own
        other = chance.choice([row for row in self.rows if row is not own] or [["", ""]])
        match kind:
            case "typing mistake inside":
                at = chance.randint(self.span[0] + 1, self.span[1] - 1)
                assert own is not None
                own[0] = own[0][:at] + "x" + own[0][at:]
                self.span = (self.span[0], self.span[1] + 1)
            case "typing mistake elsewhere":
                at = chance.randint(0, len(other[0]))
                other[0] = other[0][:at] + "x" + other[0][at:]
            case "paragraph inserted":
                rows = [[sentence(chance), " "] for _ in range(chance.randint(1, 3))]
                at = chance.randint(0, len(self.rows))
                self.rows[at:at] = rows
            case "sentence doubled":
                self.rows.insert(chance.randint(0, len(self.rows)), list(chance.choice(self.rows)))
            case "sentence moved":
                row = self.rows.pop(chance.randrange(len(self.rows)))
                self.rows.insert(chance.randint(0, len(self.rows)), row)
            case "sentence taken out":
                self.rows = [row for row in self.rows if row is not other]
            case "its sentence taken out":
                self.rows = [row for row in self.rows if row is not own]


KINDS = {
    "typing mistake inside": 0.6,
    "typing mistake elsewhere": 0.9,
    "paragraph inserted": 0.8,
    "sentence doubled": 0.75,
    "sentence moved": 0.6,
    "sentence taken out": 0.85,
    "its sentence taken out": 0.0,
}
"""Kind of edit → the share of anchors that must be settled."""


@pytest.mark.parametrize(("kind", "share"), KINDS.items())
def test_no_anchor_is_moved_wrongly_and_most_are_moved(kind: str, share: float) -> None:
    counts: Counter[str] = Counter()
    for seed in range(150):
        story = Story.of(seed)
        old, span = story.text, story.place
        assert span is not None
        story.edit(kind)
        home = Correction(old, story.text).home(span).home
        counts["refused" if home is None else "settled" if home.span == story.place else "wrong"] += 1
    assert counts["wrong"] == 0
    assert counts["settled"] >= share * counts.total(), counts
    assert share or not counts["settled"]


# ---- a corpus ----


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = corpus_of_two(tmp_path / "corpus")
    git(folder, "init", "-q")
    commit(folder)
    return folder


def git(root: Path, *words: str) -> None:
    subprocess.run(["git", "-C", root, "-c", "user.name=a", "-c", "user.email=a@example.org", *words], check=True, capture_output=True)


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "as it is")


def correct(root: Path, *changes: tuple[str, str]) -> str:
    path = root / "raw" / "pasar.txt"
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8", newline="\n")
    return text


def claims(root: Path, path: str = "annotations/pasar.json") -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in json.loads((root / path).read_text("utf-8"))["claims"]}


CHANGES = (
    ("Wali kota Rina", "Wali Kota Rina"),
    ("hari Senin.", "hari Selasa."),
    ("kios sudah", "kios telah"),
    ("Pasar Lama", "Kabar: Pasar Lama"),
)


def test_anchors_move_with_their_words_and_keep_their_forms(root: Path) -> None:
    text = correct(root, *CHANGES)
    ran = inside(root, "check", "--format", "json")
    assert {each["name"] for each in ran.findings} == {"quote-not-found"}
    found = Corpus.open(root).reanchor(write=True)
    assert (found.written, found.unsettled) == (True, ())
    after = claims(root)
    assert after["c2"]["extent"] == {"first": "Wali Kota", "last": "hari Selasa."}
    assert after["c2"]["content"] == ["pasar lama dibuka lagi", {"exact": "pada hari Selasa", "suffix": "."}]
    assert after["c3"]["extent"] == {"exact": "Pasar", "start": text.index("Pasar")}
    assert claims(root, "annotations/budi/pasar.json")["c1"]["extent"] == '"Semua kios telah terisi," kata Rina.'
    assert inside(root, "check").out == "no findings\n"


def test_again_there_is_nothing_to_do(root: Path) -> None:
    correct(root, *CHANGES)
    Corpus.open(root).reanchor(write=True)
    before = sources(root)
    again = Corpus.open(root).reanchor(write=True)
    assert (again.moved, again.unsettled, again.after, again.written) == ((), (), {}, False)
    assert sources(root) == before


def test_nothing_is_written_unless_asked_for_and_the_diff_says_what_would_be(root: Path) -> None:
    correct(root, *CHANGES)
    before = sources(root)
    ran = inside(root, "reanchor", "pasar")
    assert (ran.status, sources(root)) == (0, before)
    assert '-    {"id": "c3", "extent": {"exact": "Pasar", "start": 0}, "cue": null, "difficult": true}\n' in ran.out
    assert '+    {"id": "c3", "extent": {"exact": "Pasar", "start": 7}, "cue": null, "difficult": true}\n' in ran.out
    assert ran.err == "would move 4 anchors in 2 files, 0 left without a clear home\nnothing was written: --write writes what is shown\n"
    ran = inside(root, "reanchor", "--write")
    assert (ran.status, ran.out, ran.err) == (0, "moved 4 anchors in 2 files, 0 left without a clear home\n", "")
    assert inside(root, "reanchor").out == ""


def test_a_correction_that_was_committed_is_found_in_the_history(root: Path) -> None:
    correct(root, *CHANGES)
    commit(root)
    assert len(Corpus.open(root).reanchor().moved) == 4


def test_without_git_the_data_set_has_the_text_as_it_was(tmp_path: Path) -> None:
    root = corpus_of_two(tmp_path / "corpus")
    assert Corpus.open(root).make().ok
    correct(root, *CHANGES)
    assert len(Corpus.open(root).reanchor().moved) == 4
    assert len(Corpus.open(root).reanchor(source=root / "dist" / "kabar-kota").moved) == 4


def test_a_file_can_have_it(tmp_path: Path) -> None:
    root = corpus_of_two(tmp_path / "corpus")
    correct(root, *CHANGES)
    found = Corpus.open(root).reanchor()
    assert (len(found.moved), {each.why for each in found.unsettled}) == (0, {Why.NO_EARLIER})
    (tmp_path / "old.txt").write_text(PASAR, "utf-8")
    assert len(Corpus.open(root).reanchor(["pasar"], source=tmp_path / "old.txt").moved) == 4


def test_the_output_for_programs_is_as_its_schema_says(root: Path) -> None:
    schema = json.loads((ROOT / "docs" / "reanchor.schema.json").read_bytes())
    jsonschema_rs.meta.validate(schema)
    assert schema["$defs"]["unsettled"]["properties"]["why"]["enum"] == [str(why) for why in Why]
    judge = jsonschema_rs.Draft202012Validator(closed(schema), offline=True)
    values = [json.loads(inside(root, "reanchor", "--format", "json").out)]
    correct(root, *CHANGES)
    values.append(json.loads(inside(root, "reanchor", "--format", "json").out))
    correct(root, ("Menurut pedagang Joko Lestari, atap pasar masih bocor.", "Selesai."))
    values.append(json.loads(inside(root, "reanchor", "--write", "--format", "json").out))
    for value in values:
        judge.validate(value)
        assert value["format"] == schema["properties"]["format"]["const"]
    assert [bool(value["moved"]) for value in values][:2] == [False, True]
    assert any(value["unsettled"] for value in values)


def closed(schema: Any) -> Any:
    """The schema, with every property that it does not name refused: what is printed is documented."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: closed(each) for name, each in schema.items()}
    return {**made, "additionalProperties": False} if made.get("type") == "object" else made


def test_what_has_no_clear_home_is_listed_and_stays(root: Path) -> None:
    correct(root, ("Menurut pedagang Joko Lestari, atap pasar masih bocor.", "Selesai."), ("kios sudah", "kios telah"))
    ran = inside(root, "reanchor", "--write", "--format", "json")
    assert ran.status == 1
    (item,) = json.loads(ran.out)["unsettled"]
    assert (item["why"], item["place"]["pointer"], item["candidates"]) == ("taken out", "/claims/0/extent", [])
    assert claims(root)["c1"]["extent"] == "Menurut pedagang Joko Lestari, atap pasar masih bocor."
    ran = inside(root, "reanchor")
    assert "error[reanchor] taken-out: these words were taken out of the text\n" in ran.out
    assert ran.err == "moved 0 anchors, 1 left without a clear home\n"


def test_of_two_sentences_that_are_the_same_none_is_chosen(root: Path) -> None:
    words = '"Semua kios sudah terisi," kata Rina.'
    correct(root, (words, f"{words}\n{words}"))
    found = Corpus.open(root).reanchor()
    assert [(each.why, len(each.candidates)) for each in found.unsettled] == [(Why.SEVERAL, 2)]
    assert found.moved == ()
    assert ":::" in inside(root, "reanchor").out


def test_a_quotation_that_fits_other_words_than_before_is_listed(root: Path) -> None:
    """It stands once, so every check is green; but it is about a sentence that is gone."""
    path = root / "annotations" / "pasar.json"
    path.write_text('{"article": "pasar", "annotator": "ana", "claims": [{"id": "c1", "extent": "bocor"}]}', "utf-8")
    commit(root)
    correct(
        root, ("Pasar Lama dibuka lagi", "Pipa bocor di pasar lagi"), ("Menurut pedagang Joko Lestari, atap pasar masih bocor.", "Selesai.")
    )
    assert inside(root, "check").out == "no findings\n"
    found = Corpus.open(root).reanchor()
    assert [(each.value, each.why) for each in found.unsettled] == [("bocor", Why.ELSEWHERE)]


def test_positions_of_a_detached_article_get_new_check_values(root: Path) -> None:
    Corpus.open(root).detach(["pasar"])
    commit(root)
    text = PASAR.replace("Pasar Lama", "Kabar: Pasar Lama").replace("hari Senin.", "hari Selasa.")
    (root / "raw" / "pasar.txt").write_text(text, "utf-8", newline="\n")
    metadata = json.loads((root / "raw" / "pasar.json").read_text("utf-8"))
    del metadata["text"], metadata["blocks"]
    (root / "raw" / "pasar.json").write_text(json.dumps(metadata), "utf-8")
    found = Corpus.open(root).reanchor(write=True)
    assert (len(found.moved), found.unsettled) == (8, ())
    start = text.index("pada hari Selasa")
    span = Span(start, start + len("pada hari Selasa"))
    assert claims(root)["c2"]["content"][1] == {"start": span.start, "end": span.end, "check": check_value(text, span)}
    assert [each["name"] for each in inside(root, "check", "--format", "json").findings] == []


def test_lines_of_a_shard_are_edited_in_place_and_a_compressed_one_is_not(root: Path) -> None:
    import gzip

    rows = [json.loads((root / "annotations" / path).read_text("utf-8")) for path in ("pasar.json", "budi/pasar.json")]
    for path in ("pasar.json", "budi/pasar.json"):
        (root / "annotations" / path).unlink()
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    shard = root / "annotations" / "all.jsonl"
    shard.write_bytes(lines)
    commit(root)
    correct(root, *CHANGES)
    assert len(Corpus.open(root).reanchor(write=True).moved) == 4
    assert inside(root, "check").out == "no findings\n"
    assert [line.count(b" ") for line in shard.read_bytes().splitlines()] == [line.count(b" ") for line in lines.splitlines()]
    shard.unlink()
    shard.with_suffix(".jsonl.gz").write_bytes(gzip.compress(lines))
    with pytest.raises(CannotWrite, match="compressed"):
        Corpus.open(root).reanchor()


def test_articles_in_a_shard_have_a_history_too(root: Path) -> None:
    for path in (root / "raw").glob("pasar.*"):
        path.unlink()
    shard = root / "raw" / "all.jsonl"
    shard.write_text(json.dumps({"id": "pasar", "headline": "Pasar", "text": PASAR}) + "\n", "utf-8")
    commit(root)
    shard.write_text(json.dumps({"id": "pasar", "headline": "Pasar", "text": PASAR.replace("kios sudah", "kios telah")}) + "\n", "utf-8")
    assert [each.after for each in Corpus.open(root).reanchor().moved] == ['"Semua kios telah terisi," kata Rina.']


def test_what_cannot_be_looked_into_is_said(root: Path, tmp_path: Path) -> None:
    corpus = Corpus.open(root)
    with pytest.raises(UnknownName, match='no article "pasr"'):
        corpus.reanchor(["pasr"])
    with pytest.raises(UnknownName, match="no such revision"):
        corpus.reanchor(source="nowhere")
    with pytest.raises(CannotGoOn, match='no other text of "pasar"'):
        corpus.reanchor(["pasar"], source="HEAD")
    with pytest.raises(CannotGoOn, match="one article"):
        corpus.reanchor(source=root / "raw" / "pasar.txt")
    with pytest.raises(CannotGoOn, match="no data set"):
        corpus.reanchor(source=tmp_path)
    with pytest.raises(CannotGoOn, match="from 0 to 2"):
        corpus.reanchor(margin=float("nan"))
    assert corpus.reanchor(["pasar"]).moved == ()
    correct(root, ("Rina Sutanto", "Rina Sutanto\u0301"))
    with pytest.raises(CannotGoOn, match="NFC"):
        corpus.reanchor(["pasar"])
    (root / "raw" / "pasar.txt").write_text(PASAR, "utf-8", newline="\n")
    corpus.detach(["pasar"])
    for path in (root / ".corpusbuild" / "text").glob("*.txt"):
        path.unlink()
    with pytest.raises(CannotGoOn, match="not at hand"):
        corpus.reanchor(["pasar"])
    assert corpus.reanchor().articles == 0
