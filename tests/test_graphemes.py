"""Where a cut of a text goes through a character: as UAX #29 says, looking at no more of the text than is needed."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from corpusbuild.text.graphemes import cut_cluster, joiners
from corpusbuild.text.span import Span

# Of every class that joins, and some of none: a mark, ZWJ and ZWNJ, men and women, a skin tone, letters of flags, a variation
# selector, Hangul in parts and whole, Devanagari and Thai with their signs, an Arabic number sign, line ends.
PARTS = "a \n\r\u0301\u200d\u200c👨👩🏽🇮🇩🇲\ufe0f\u1100\u1161\u11a8가각क\u094dष\u093f\u0600ก\u0e31\u0e33é“❤"


@given(st.text(st.sampled_from(PARTS) | st.characters(exclude_categories=["Cs"]), max_size=12))
@example("👨\u200d👩\u200d👧 di 🇮🇩🇲🇾")
@example("\u0301" * 40)
def test_a_cut_is_told_from_its_neighbours_as_from_the_whole_text(text: str) -> None:
    inside: dict[int, Span] = {}
    start = 0
    for cluster in iter_graphemes(text):
        end = start + len(cluster)
        inside |= dict.fromkeys(range(start + 1, end), Span(start, end))
        start = end
    joins = joiners(text)
    assert {at: cut_cluster(text, at, joins) for at in range(-1, len(text) + 2)} == {at: inside.get(at) for at in range(-1, len(text) + 2)}


@pytest.mark.parametrize("text", ["", "Pasar Lama dibuka lagi\n", "“Sekoci sudah diperiksa” — kata Léa…", "Ĝuste, жук: 10 €"])
def test_prose_has_no_joiners(text: str) -> None:
    assert joiners(text) == frozenset()


def test_a_text_that_is_not_at_hand_has_none() -> None:
    assert joiners(None) == frozenset()


@pytest.mark.parametrize("before", ["", "a", "🇲🇾", "\u0301", "\t", "\n", "\ufeff", "\u200b"])
def test_a_flag_is_one_character_whatever_stands_before_it(before: str) -> None:
    text = f"{before}🇮🇩"
    at = len(text)
    assert cut_cluster(text, at - 1, joiners(text)) == Span(at - 2, at)


def test_no_character_that_joins_is_overlooked() -> None:
    every = [chr(code) for code in (*range(0x80, 0x3100), *range(0xA000, 0xAC00), *range(0xFE00, 0xFF00), *range(0x1F000, 0x1FB00))]
    joined = {each for each in every if sum(1 for _ in iter_graphemes(f"a{each}{each}a")) < 4}
    assert joiners("".join(every)) >= joined
