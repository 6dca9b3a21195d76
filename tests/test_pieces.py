"""A text known in pieces proves what the whole text proves; what nearly is a paragraph is told apart from it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusbuild.corpus.at_hand import FOLDER, paragraphs_at_hand, pieces_at_hand, text_at_hand
from corpusbuild.text.canonical import canonical
from corpusbuild.text.check import check_value, key_span
from corpusbuild.text.pieces import Paragraph, out_of_order, paragraphs_of, parse_blocks, put_together, sha256_of
from corpusbuild.text.span import Span
from corpusbuild.text.telling_apart import Difference, explain, first_difference

TEXTS = st.lists(st.sampled_from(["a", "b", "Tono", " ", "“kata”", "é", "\n", "\n\n", "👩🏽"]), max_size=30).map("".join).map(canonical)
SENTENCE = "Wali kota Rina Sutanto mengatakan “pasar lama” dibuka lagi pada hari Senin, bukan Selasa."


@given(TEXTS)
def test_all_paragraphs_make_the_text(text):
    blocks = paragraphs_of(text)
    assert out_of_order(blocks, len(text)) is None
    words = [text[each.start : each.end] for each in blocks]
    assert put_together(blocks, len(text), reversed(words)).text == text


@given(TEXTS, st.data())
def test_a_span_is_proven_by_pieces_just_where_its_paragraphs_are_at_hand(text, data):
    blocks = paragraphs_of(text)
    some = data.draw(st.lists(st.sampled_from(blocks), unique=True) if blocks else st.just([]))
    pieces = put_together(blocks, len(text), [text[each.start : each.end] for each in some])
    assert len(pieces.text) == len(text)
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start, len(text))))
    key = key_span(text, span)
    have = {block.sha256 for block in some}
    touched = [block for block in blocks if block.start < key.end and key.start < block.end]
    assert pieces.proves(span) == (bool(touched) and all(block.sha256 in have for block in touched))
    if pieces.proves(span):
        assert check_value(pieces.text, span) == check_value(text, span)


@given(TEXTS)
def test_blocks_come_back_from_json(text):
    blocks = paragraphs_of(text)
    written = [{"start": each.start, "end": each.end, "sha256": each.sha256} for each in blocks]
    assert parse_blocks(json.loads(json.dumps(written))) == blocks


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        3,
        [3],
        [{"start": 0, "end": 1}],
        [{"start": "0", "end": 1, "sha256": "0" * 64}],
        [{"start": True, "end": 1, "sha256": "0" * 64}],
        [{"start": 0.5, "end": 1, "sha256": "0" * 64}],
        [{"start": 0, "end": 1, "sha256": "0" * 63}],
    ],
)
def test_what_a_corpus_means_by_other_blocks_is_its_own_matter(value):
    assert parse_blocks(value) is None


def test_blocks_that_cannot_be_paragraphs():
    one, two = Paragraph(0, 3, "0" * 64), Paragraph(4, 6, "0" * 64)
    assert out_of_order([one, two], 6) is None
    assert out_of_order([one, two], 5) == 1
    assert out_of_order([two, one], 6) == 1
    assert out_of_order([one, Paragraph(3, 6, "0" * 64)], 6) == 1  # no line feed between them
    assert out_of_order([Paragraph(2, 2, "0" * 64)], 6) == 0
    assert out_of_order([Paragraph(-1, 2, "0" * 64)], 6) == 0


@pytest.mark.parametrize("folded", [False, True])
def test_what_is_kept_counts_only_if_it_has_the_hash(tmp_path: Path, folded):
    text = "Satu baris.\nDua baris."
    blocks, sha256 = paragraphs_of(text), sha256_of(text)
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    (folder / f"{sha256}.txt").write_text(text.upper() if folded else text)
    assert text_at_hand(tmp_path, sha256) == (None if folded else text)
    (folder / f"{sha256}.json").write_text(json.dumps(["Dua baris." if not folded else "Dua garis.", 3, None]))
    pieces = pieces_at_hand(tmp_path, sha256, blocks, len(text))
    assert (pieces is None) == folded
    if pieces is not None:
        assert pieces.text == "           \nDua baris."
        assert (pieces.at_hand, pieces.missing) == ((Span(12, 22),), (Span(0, 11),))
    # A length that no text has is no reason to take that much memory.
    assert pieces_at_hand(tmp_path, sha256, blocks, 10**15) is None


@pytest.mark.parametrize("content", [b"", b"[", b"3", b"\xff", b"{}"])
def test_what_is_kept_may_be_broken(tmp_path: Path, content):
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / f"{'0' * 64}.json").write_bytes(content)
    assert paragraphs_at_hand(tmp_path, "0" * 64) == []


def test_a_text_that_is_no_utf8_is_none(tmp_path: Path):
    import hashlib
    import os

    sha256 = hashlib.sha256(b"\xff").hexdigest()
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / f"{sha256}.txt").write_bytes(b"\xff")
    assert text_at_hand(tmp_path, sha256) is None
    os.mkfifo(tmp_path / FOLDER / f"{'0' * 64}.txt")  # would keep a reader waiting
    assert text_at_hand(tmp_path, "0" * 64) is None


# ---- nearly the same ----


@given(st.integers(0, len(SENTENCE) - 1), st.sampled_from("x0\u2013é漢\u00a0"), st.sampled_from(["replaced", "put in", "left out"]))
def test_one_character_is_found_by_the_hash_alone(at, other, how):
    copy = SENTENCE[:at] + ("" if how == "left out" else other) + SENTENCE[at + (how != "put in") :]
    (block,) = paragraphs_of(SENTENCE)
    found = explain(copy, block)
    if copy == SENTENCE:
        return
    assert found is not None
    # Wherever it is said to be, putting it right gives the sentence.
    assert copy[found.at : found.at + len(found.stands)] == found.stands
    assert copy[: found.at] + found.meant + copy[found.at + len(found.stands) :] == SENTENCE
    assert found == first_difference(copy, SENTENCE) or how != "replaced"


@pytest.mark.parametrize(
    ("changed", "difference"),
    [
        (lambda text: text.replace("“", '"').replace("”", '"'), Difference(34, '"', "“")),
        (lambda text: text.replace(" ", "\u00a0"), Difference(4, "\u00a0", " ")),
        (lambda text: text.replace("pasar", "pa\u00adsar"), Difference(37, "\u00ad", "")),
        (lambda text: text.replace(" ", "  "), Difference(5, " ", "k")),
    ],
)
def test_what_copying_does_to_a_whole_paragraph_is_named(changed, difference):
    (block,) = paragraphs_of(SENTENCE)
    assert explain(changed(SENTENCE), block) == difference


def test_what_is_not_explained_is_not_guessed():
    (block,) = paragraphs_of(SENTENCE)
    assert explain(SENTENCE.replace("lama", "baru"), block) is None
    assert explain("", block) is None
    assert explain(SENTENCE[:40], block) is None


def test_equal_texts_do_not_differ():
    assert first_difference(SENTENCE, SENTENCE) is None
    assert first_difference("", "") is None
