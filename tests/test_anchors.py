"""Anchors: every place where a quotation fits, and no other. Judged by a search that is too simple to be wrong."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from corpusbuild import placing
from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.where import InJson, Origin
from corpusbuild.placing import Placements, place_document
from corpusbuild.plan import AnchorSite, Level
from corpusbuild.rules import span_edge_whitespace
from corpusbuild.text import anchors
from corpusbuild.text.anchors import MANY, Anchor, Ends, Position, Quote, fits_alone, parse, places
from corpusbuild.text.canonical import canonical, is_canonical, paragraphs
from corpusbuild.text.check import check_value
from corpusbuild.text.context import settle, settle_anchor
from corpusbuild.text.graphemes import joiners
from corpusbuild.text.nearest import nearest_words, unseen_difference
from corpusbuild.text.pieces import paragraphs_of, put_together
from corpusbuild.text.span import Span
from corpusbuild.text.words import cuts_word, widen

# Few characters, so that words stand in many places: letters, a digit, an underscore, spaces, line feeds, a
# hyphen, a combining mark that goes with no letter here, an emoji of two code points, one beyond the BMP.
ALPHABET = "aab_1  \n-.\u0301\U0001f600\u2764\ufe0f"
texts = st.text(ALPHABET, min_size=1, max_size=40)
words = st.text(ALPHABET, min_size=1, max_size=4)
sides = st.text(ALPHABET, max_size=3)

# ---- the search that is too simple to be wrong ----


def is_word(character: str) -> bool:
    return character == "_" or unicodedata.category(character)[0] in "LNM"


def joined(text: str, at: int) -> bool:
    """Whether a cut here goes through a word."""
    return 0 < at < len(text) and is_word(text[at - 1]) and is_word(text[at])


def whole_first(text: str, found: list[Span]) -> list[Span]:
    return [span for span in found if not joined(text, span.start) and not joined(text, span.end)] or found


def inside(span: Span, within: list[Span] | None) -> bool:
    return within is None or any(home.start <= span.start and span.end <= home.end for home in within)


def brute(anchor: Quote | Ends, text: str, within: list[Span] | None = None) -> list[Span]:
    spans = [Span(start, end) for start in range(len(text)) for end in range(start + 1, len(text) + 1)]
    if isinstance(anchor, Ends):
        heads = brute(Quote(anchor.first, anchor.prefix, "", anchor.start), text, within)
        tails = brute(Quote(anchor.last, "", anchor.suffix), text, within)
        pairs = [(head, tail) for head, tail in product(heads, tails) if head.start <= tail.start and head.end <= tail.end]
        found = [Span(head.start, tail.end) for head, tail in pairs if inside(Span(head.start, tail.end), within)]
    else:
        found = [
            span
            for span in spans
            if text[span.start : span.end] == anchor.exact
            and text[: span.start].endswith(anchor.prefix)
            and text[span.end :].startswith(anchor.suffix)
            and anchor.start in {None, span.start}
            and inside(span, within)
        ]
    return found if anchor.start is not None else whole_first(text, found)


@st.composite
def quoted(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and words that stand in it more often than not."""
    text = draw(texts)
    start = draw(st.integers(0, len(text) - 1))
    return text, draw(words) if draw(st.integers(0, 4)) == 0 else text[start : start + draw(st.integers(1, 5))]


@st.composite
def spans_of(draw: st.DrawFn, text: str) -> Span:
    start = draw(st.integers(0, len(text)))
    return Span(start, draw(st.integers(start, len(text))))


@st.composite
def anchored(draw: st.DrawFn) -> tuple[str, Quote | Ends]:
    text, exact = draw(quoted())
    start = draw(st.none() | st.integers(0, len(text)))
    prefix, suffix = draw(sides), draw(sides)
    if draw(st.booleans()) and exact in text:
        at = text.index(exact)
        prefix, suffix = text[max(at - len(prefix), 0) : at], text[at + len(exact) :][: len(suffix)]
    if draw(st.booleans()):
        return text, Quote(exact, prefix, suffix, start)
    last = draw(st.integers(0, len(text) - 1))
    return text, Ends(exact, text[last : last + draw(st.integers(1, 3))], prefix if start is None else "", "", start)


# ---- law 1, and completeness ----


@settings(max_examples=200)
@given(anchored(), st.data())
def test_finds_exactly_the_places_that_there_are(case: tuple[str, Quote | Ends], data: st.DataObject) -> None:
    text, anchor = case
    within = data.draw(st.none() | st.lists(spans_of(text), max_size=3))
    found = places(anchor, text, within)
    assert found == brute(anchor, text, within)
    for span in found:
        if isinstance(anchor, Quote):
            assert text[span.start : span.end] == anchor.exact
        else:
            assert text[span.start : span.end].startswith(anchor.first)
            assert text[span.start : span.end].endswith(anchor.last)


@given(quoted())
def test_words_of_the_text_are_found_in_it(case: tuple[str, str]) -> None:
    text, exact = case
    assert bool(places(Quote(exact), text)) == (exact in text)


@given(texts, st.data())
def test_a_start_is_looked_at_alone(text: str, data: st.DataObject) -> None:
    span = data.draw(spans_of(text))
    assume(span.start < span.end)
    exact = text[span.start : span.end]
    assert places(Quote(exact, start=span.start), text) == [span]


@pytest.mark.parametrize(
    ("anchor", "text", "starts"),
    [
        (Quote("ana"), "banana ana", [7]),
        (Quote("ana"), "banana", [1, 3]),
        (Quote("kata"), "katanya kata itu", [8]),
        (Quote("kata"), "katanya begitu", [0]),
        (Quote("aa"), "aaaa", [0, 1, 2]),
        (Quote(" "), "a b c", [1, 3]),
        (Quote("nya"), "katanya, nya", [9]),
        (Quote("a"), "a\u0301 a", [3]),  # a letter and its mark are one word
        (Quote("\u2764"), "\u2764\ufe0f", [0]),
        (Quote("\U0001f600"), "a\U0001f600\U0001f600", [1, 2]),
        (Quote("Kim", prefix="kata "), "Kim kata Kim", [9]),
        (Quote("Kim", suffix=" kata"), "Kim kata Kim", [0]),
        (Quote("Kim", prefix="x"), "Kim kata Kim", []),
        (Quote("Kim", start=9), "Kim kata Kim", [9]),
        (Quote("Kim", start=1), "Kim kata Kim", []),
        (Quote("im", start=1), "Kim kata Kim", [1]),
        (Ends("a", "c"), "a b c", [0]),
        (Ends("a b", "b c"), "a b c", [0]),
        (Ends("b c", "a b"), "a b c", []),
        (Ends("a", "a"), "a b", [0]),
        (Ends("a", "c", start=4), "a b a c", [4]),
        (Ends("a", "c", prefix="b "), "a b a c", [4]),
        (Ends("a", "b", suffix=" c"), "a b b c", [0]),
        (Ends("kata", "ini kata"), "ini kata", []),  # the last words begin before the first
        (Ends("ini kata", "kata"), "ini kata", [0]),
    ],
)
def test_places_by_example(anchor: Quote | Ends, text: str, starts: list[int]) -> None:
    assert [span.start for span in places(anchor, text)] == starts


def test_whole_words_are_chosen_among_the_places_inside() -> None:
    text = "kata pertama, katanya kedua."
    home = [Span(14, len(text))]
    assert places(Quote("kata"), text, home) == [Span(14, 18)]
    assert places(Ends("kata", "kedua"), text, home) == [Span(14, 27)]


def test_within_several_segments_the_words_lie_in_one() -> None:
    text = "satu dua tiga satu dua tiga"
    segments = [Span(0, 8), Span(14, 22)]
    assert places(Quote("satu"), text, segments) == [Span(0, 4), Span(14, 18)]
    assert places(Quote("tiga"), text, segments) == []
    assert places(Ends("satu", "dua"), text, segments) == [Span(0, 8), Span(14, 22)]
    assert places(Ends("dua", "satu"), text, segments) == []
    assert places(Quote("satu"), text, []) == []


def test_ends_are_looked_for_inside_words_where_their_home_has_no_whole_ones() -> None:
    text = "dua. duanya kata satunya. satu"
    home = [Span(5, 24)]
    assert places(Ends("dua", "kata"), text, home) == [Span(5, 16)]
    assert places(Ends("kata", "satu"), text, home) == [Span(12, 21)]
    assert places(Ends("dua", "satu"), text, home) == [Span(5, 21)]
    assert places(Ends("dua", "satu"), text) == [Span(0, 30)]
    assert places(Ends("kata", "satu", start=12), text, home) == [Span(12, 21)]
    # Of those inside words, one whose edges cut none counts for more.
    text = "dua. duanya xdua kata"
    assert places(Ends("dua", "kata"), text, [Span(5, 21)]) == [Span(5, 21)]


def test_words_that_stand_thousands_of_times() -> None:
    text = "a " * 5000 + "b. " + "c. " * 5000
    assert len(places(Quote("a"), text)) == MANY
    assert places(Quote("b"), text) == [Span(10000, 10001)]
    # Full stops stand before the head without number, and one behind it.
    late = ". " * 5000 + "Sebagai imbalan, begitu."
    assert places(Ends("Sebagai", "."), late) == [Span(10000, len(late))]
    assert len(places(Ends("a", "c."), text)) == MANY
    assert len(places(Ends("Sebagai", "a"), "Sebagai" + " a" * 200)) == MANY
    assert len(places(Ends("Sebagai", "a", start=0), "Sebagai" + " a" * 200)) == MANY
    assert len(places(Quote("a"), "ba" * 200)) == MANY
    # The first words may hold more of the last than are ever listed.
    first = "b " + "a " * 120 + "c"
    assert places(Ends(first, "a"), f"{first} a") == [Span(0, len(first) + 2)]


@pytest.mark.parametrize(
    ("quote", "part"),
    [
        (Quote("Kim", prefix="x "), "ax Kim. "),
        (Quote("Kim", suffix=" x"), "Kim xa. "),
        (Quote(", a"), "b, a. "),
        (Quote("a, "), "a, b. "),
        (Quote("Kim"), "Kim Kimia "),
        (Quote("Kim", prefix="x", suffix=","), "xKim, axKim, Kim, "),
        (Quote("a"), "a ba ab a\u0301 "),
        (Quote("(a+"), "(a+b aa+ "),
    ],
)
def test_words_that_stand_often_are_found_as_those_that_do_not(quote: Quote, part: str) -> None:
    several = [span.start + at for at in range(0, 40 * len(part), len(part)) for span in brute(quote, part)]
    assert [span.start for span in places(quote, part * 40)] == several


@given(anchored(), st.data())
def test_words_count_as_standing_often_without_a_difference(case: tuple[str, Quote | Ends], data: st.DataObject) -> None:
    text, anchor = case
    within = data.draw(st.none() | st.lists(spans_of(text), max_size=3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(anchors, "_SOME", data.draw(st.integers(0, 2)))
        assert places(anchor, text, within) == brute(anchor, text, within)


# ---- what settles it ----


def word_edges(text: str) -> tuple[list[int], list[int]]:
    """Where a word or a mark begins, and where one ends."""
    starts = [at for at in range(len(text)) if not text[at].isspace() and not joined(text, at)]
    ends = [at for at in range(1, len(text) + 1) if not text[at - 1].isspace() and not joined(text, at)]
    return starts, ends


@settings(max_examples=200)
@given(quoted(), st.data())
def test_what_settles_a_place_fits_there_alone_and_is_shortest(case: tuple[str, str], data: st.DataObject) -> None:
    text, exact = case
    found = brute(Quote(exact), text)
    assume(found)
    span = data.draw(st.sampled_from(found))
    quote = settle(text, exact, span)
    assert brute(quote, text) == [span]
    assert quote.exact == exact
    if quote.start is not None:
        return
    length = len(quote.prefix) + len(quote.suffix)
    assert length == 0 or len(found) > 1
    starts, ends = word_edges(text)
    before = [text[at : span.start] for at in starts if at < span.start]
    after = [text[span.end : at] for at in ends if at > span.end]
    shorter = [Quote(exact, prefix=side) for side in before if len(side) < length]
    shorter += [Quote(exact, suffix=side) for side in after if len(side) < length]
    assert not [each for each in shorter if brute(each, text) == [span]]


@given(texts.filter(bool), st.data())
def test_what_settles_a_place_inside_a_span(text: str, data: st.DataObject) -> None:
    some = data.draw(spans_of(text))
    exact = text[some.start : max(some.end, some.start + 1)] or text[-1]
    # A home around one of its places at least, else there would be nothing to settle.
    there = data.draw(st.sampled_from(brute(Quote(exact), text)))
    home = Span(data.draw(st.integers(0, there.start)), data.draw(st.integers(there.end, len(text))))
    within = [home, *data.draw(st.lists(spans_of(text), max_size=1))]
    found = brute(Quote(exact), text, within)
    assert found
    for span in found:
        assert brute(settle(text, exact, span, within), text, within) == [span]


def test_settling_by_example() -> None:
    text = "Lankov berkata. Lalu Lankov pergi, dan Lankov diam."
    settled = [settle(text, "Lankov", span) for span in places(Quote("Lankov"), text)]
    assert settled == [Quote("Lankov", suffix=" berkata"), Quote("Lankov", prefix="Lalu "), Quote("Lankov", prefix="dan ")]
    assert settle("satu", "satu", Span(0, 4)) == Quote("satu")
    long = "a " * 100
    assert settle(long, "a", Span(100, 101)) == Quote("a", start=100)


@pytest.mark.parametrize(("same", "settled"), [(11, True), (12, False)])
def test_twelve_words_of_context_are_looked_at(same: int, *, settled: bool) -> None:
    words = [f"kata{number}" for number in range(same)]
    behind = [" ".join(("Kim", *words, end)) for end in ("siang", "malam")]
    before = [" ".join((start, *words, "Kim")) for start in ("siang", "malam")]
    # What stands on the other side is the same here and there, for longer than anybody looks.
    far = " ".join(["lagi"] * 13)
    text = f"{far} {behind[0]} {far} {behind[1]} {far}"
    span = places(Quote("Kim"), text)[1]
    assert settle(text, "Kim", span) == (Quote("Kim", suffix=behind[1][3:]) if settled else Quote("Kim", start=span.start))
    text = f"{far} {before[0]} {far} {before[1]} {far}"
    span = places(Quote("Kim"), text)[1]
    assert settle(text, "Kim", span) == (Quote("Kim", prefix=before[1][:-3]) if settled else Quote("Kim", start=span.start))


def test_context_is_what_stands_beside_the_words_however_many_they_are() -> None:
    long = "satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas selusin lagi dan lagi"
    text = f"Judul. {long} pagi. Judul. {long} malam."
    assert [settle(text, long, span) for span in places(Quote(long), text)] == [
        Quote(long, suffix=" pagi"),
        Quote(long, suffix=" malam"),
    ]
    text = f"Pagi {long}. Akhir. Malam {long}. Akhir."
    assert [settle(text, long, span) for span in places(Quote(long), text)] == [
        Quote(long, prefix="Pagi "),
        Quote(long, prefix="Malam "),
    ]
    # A word of one letter is a word.
    assert settle("Kim a. Kim b.", "Kim", Span(0, 3)) == Quote("Kim", suffix=" a")
    assert settle("a, Kim; b, Kim;", "Kim", Span(3, 6)) == Quote("Kim", prefix="a, ")
    assert settle("a. Kim b, Kim", "Kim", Span(10, 13)) == Quote("Kim", prefix=", ")


def test_context_cuts_no_word_whatever_marks_are_in_it_and_may_stand_directly_beside() -> None:
    assert settle("Kim be\u0301\u0302ta. Kim beta", "Kim", Span(0, 3)) == Quote("Kim", suffix=" be\u0301\u0302ta")
    assert settle("gula Kim, gu\u0301la Kim", "Kim", Span(16, 19)) == Quote("Kim", prefix="gu\u0301la ")
    assert settle("x.Kim,Kim", "Kim", Span(6, 9)) == Quote("Kim", prefix=",")
    assert settle("Kim.Kim, x", "Kim", Span(0, 3)) == Quote("Kim", suffix=".")


def test_it_may_take_a_prefix_and_a_suffix_together() -> None:
    far = "lagi " * 13
    text = f"{far}a Kim b {far}a Kim c {far}d Kim b {far}"
    settled = [settle(text, "Kim", span) for span in places(Quote("Kim"), text)]
    assert settled == [Quote("Kim", prefix="a ", suffix=" b"), Quote("Kim", suffix=" c"), Quote("Kim", prefix="d ")]
    # There may be less before the words than behind them.
    assert settle("a " * 100, "a", Span(2, 3)) == Quote("a", start=2)


def test_a_long_span_is_settled_by_what_stands_around_its_ends() -> None:
    text = "dari satu sampai dua sampai tiga"
    one, two = places(Ends("dari", "sampai"), text)
    assert settle_anchor(text, Ends("dari", "sampai"), one) == Ends("dari", "sampai", suffix=" dua")
    assert settle_anchor(text, Ends("dari", "sampai"), two) == Ends("dari", "sampai", suffix=" tiga")
    # A prefix says which head, a suffix which tail: here it takes both.
    text = "x dari satu sampai dua. y dari satu sampai dua sampai tiga"
    spans = [span for span in places(Ends("dari", "sampai"), text) if span.start == 26]
    assert [settle_anchor(text, Ends("dari", "sampai"), span) for span in spans] == [
        Ends("dari", "sampai", prefix="y ", suffix=" dua"),
        Ends("dari", "sampai", suffix=" tiga", prefix="y "),
    ]
    # Where the heads have the same around them for as far as anybody looks, it takes the start.
    far = "lagi " * 13
    text = f"{far}dari satu sampai dua sampai tiga {far}dari satu sampai dua sampai tiga {far}"
    start = text.rindex("dari")
    spans = [span for span in places(Ends("dari", "sampai"), text) if span.start == start]
    assert [settle_anchor(text, Ends("dari", "sampai"), span) for span in spans] == [
        Ends("dari", "sampai", start=start, suffix=" dua"),
        Ends("dari", "sampai", start=start, suffix=" tiga"),
    ]
    # Where nothing tells the tails from each other, where it starts is all that can be said.
    text = "a" + " b" * 40
    assert settle_anchor(text, Ends("a", "b"), Span(0, 41)) == Ends("a", "b", start=0)


def test_white_space_at_the_edge_of_a_text_is_no_context() -> None:
    assert settle("\nKim satu Kim dua", "Kim", Span(1, 4)) == Quote("Kim", suffix=" satu")
    assert settle(" \nKim satu Kim dua", "Kim", Span(2, 5)) == Quote("Kim", suffix=" satu")
    assert settle("Kim, Kim\n", "Kim", Span(5, 8)) == Quote("Kim", prefix=", ")
    assert settle("Kim, Kim\n ", "Kim", Span(5, 8)) == Quote("Kim", prefix=", ")


def test_where_a_home_settles_it_no_context_is_needed() -> None:
    text = "Lankov berkata. Lalu Lankov pergi, dan Lankov diam."
    first, second, third = places(Quote("Lankov"), text)
    assert settle(text, "Lankov", second, [Span(16, 34)]) == Quote("Lankov")
    # Of two in one home, what tells them from the third is of no use.
    assert settle(text, "Lankov", third, [Span(16, len(text))]) == Quote("Lankov", prefix="dan ")
    assert settle(text, "Lankov", first, [Span(0, 15)]) == Quote("Lankov")


# ---- spans ----


@pytest.mark.parametrize(("start", "end"), [(-1, 0), (3, 2), (-2, -1)])
def test_what_is_no_span_cannot_be_made(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=rf"not a span: {start}\.\.{end}"):
        Span(start, end)


# ---- words ----


@given(texts, st.data())
def test_a_widened_span_cuts_no_word_and_is_the_smallest(text: str, data: st.DataObject) -> None:
    span = data.draw(spans_of(text))
    wide = widen(text, span)
    assert wide.holds(span)
    assert not cuts_word(text, wide.start, wide.end)
    assert all(joined(text, at) for at in range(wide.start + 1, span.start + 1) if span.start > wide.start)
    assert all(joined(text, at) for at in range(span.end, wide.end))


# ---- what an author may write ----


@pytest.mark.parametrize(
    ("value", "anchor"),
    [
        ("kata", Quote("kata")),
        ({"exact": "kata"}, Quote("kata")),
        ({"exact": "kata", "prefix": "p", "suffix": "s", "start": 3}, Quote("kata", "p", "s", 3)),
        ({"exact": "kata", "start": 3.0}, Quote("kata", start=3)),  # in JSON Schema, 3.0 is an integer
        ({"first": "a", "last": "b"}, Ends("a", "b")),
        ({"start": 1, "end": 2, "check": "0123456789abcdef"}, Position(1, 2, "0123456789abcdef")),
        ("", None),
        ({}, None),
        ({"exact": ""}, None),
        ({"exact": 1}, None),
        ({"exact": "a", "prefix": None}, None),
        ({"exact": "a", "first": "a"}, None),
        ({"exact": "a", "start": -1}, None),
        ({"exact": "a", "start": True}, None),
        ({"exact": "a", "start": 1.5}, None),
        ({"first": "a"}, None),
        ({"first": "a", "last": ""}, None),
        ({"start": 1, "end": 2}, None),
        ({"start": None, "end": 2, "check": ""}, None),
        ({"start": 1, "end": None, "check": ""}, None),
        ({"start": 1, "end": "2", "check": ""}, None),
        ({"start": 1, "end": -2, "check": ""}, None),
        ({"start": "1", "end": 2, "check": ""}, None),
        ({"start": 1, "end": 2, "check": 3}, None),
        ({"exact": "a", "extra": 1}, None),
        (None, None),
        (3, None),
        (["a"], None),
    ],
)
def test_forms(value: object, anchor: Anchor | None) -> None:
    assert parse(value) == anchor


# ---- check values ----


@given(texts, st.data())
def test_a_check_value_is_that_of_the_design(text: str, data: st.DataObject) -> None:
    """The first 16 hex digits of HMAC-SHA256; the key is the paragraphs that the span touches, from first to last."""
    span = data.draw(spans_of(text))
    start = max((at + 1 for at in range(span.start) if text[at] == "\n"), default=0)
    end = min((at for at in range(span.end, len(text)) if text[at] == "\n"), default=len(text))
    key, message = text[start:end].encode(), text[span.start : span.end].encode()
    block = key if len(key) <= 64 else hashlib.sha256(key).digest()
    pads = [bytes(byte ^ pad for byte in block.ljust(64, b"\0")) for pad in (0x36, 0x5C)]
    inner = hashlib.sha256(pads[0] + message).digest()
    assert check_value(text, span) == hashlib.sha256(pads[1] + inner).hexdigest()[:16]
    assert check_value(text, span) == hmac.new(key, message, hashlib.sha256).hexdigest()[:16]


def test_a_check_value_needs_the_paragraph_and_nothing_else() -> None:
    text = "Satu paragraf.\nDua kata di sini.\nTiga."
    alone = "Dua kata di sini."
    span = Span(text.index("kata"), text.index("kata") + 4)
    assert check_value(text, span) == check_value(alone, Span(4, 8))
    assert check_value(text, span) != check_value("Dua kata di sana.", Span(4, 8))
    assert check_value("Nol.\n" + text + "\nEmpat.\n", Span(span.start + 5, span.end + 5)) == check_value(alone, Span(4, 8))


def test_a_text_that_cannot_be_written_has_check_values_all_the_same() -> None:
    """It is refused with a place and help, which a crash here would come before."""
    assert check_value("a \ud800 b", Span(2, 3)) != check_value("a \ud801 b", Span(2, 3))


@given(st.text(ALPHABET + "\r\ufeffe\u0301\u00e9", max_size=30))
def test_canonical_text(text: str) -> None:
    made = canonical(text)
    assert is_canonical(made) or made.startswith("\ufeff")  # one mark is taken off; a second is a character
    assert is_canonical(text) == (canonical(text) == text)
    assert "\n".join(span.of(made) for span in paragraphs(made)) == "\n".join(filter(None, made.split("\n")))


# ---- differences that nobody sees ----


@pytest.mark.parametrize(
    ("wrote", "stands", "named"),
    [
        ("19 Juni", "19\u00a0Juni", "U+00A0 NO-BREAK SPACE where the quotation has U+0020 SPACE"),
        ("19\u00a0Juni", "19 Juni", "U+0020 SPACE where the quotation has U+00A0 NO-BREAK SPACE"),
        ('"kuat"', "\u201ckuat\u201d", "U+201C LEFT DOUBLE QUOTATION MARK where the quotation has U+0022 QUOTATION MARK"),
        ("Jum'at", "Jum\u2019at", "U+2019 RIGHT SINGLE QUOTATION MARK where the quotation has U+0027 APOSTROPHE"),
        ("Pe\u0301ter", "P\u00e9ter", "not in normal form NFC"),
        ("perjanjian", "perjan\u00adjian", "U+00AD SOFT HYPHEN where the quotation has nothing"),
        ("perjan\u00adjian", "perjanjian", "nothing where the quotation has U+00AD SOFT HYPHEN"),
        ("dua  kata", "dua kata", "nothing where the quotation has U+0020 SPACE"),
        ("dua kata", "dua\nkata", "line feed where the quotation has U+0020 SPACE"),
        ("2023-2024", "2023\u20132024", "U+2013 EN DASH where the quotation has U+002D HYPHEN-MINUS"),
        ("perjanjian", "perjan\u0007jian", "U+0007 unnamed where the quotation has nothing"),
        ("a\u200bb", "ab", "nothing where the quotation has U+200B ZERO WIDTH SPACE"),
    ],
)
def test_a_difference_that_nobody_sees_is_named(wrote: str, stands: str, named: str) -> None:
    text = f"Sebelum itu {stands} sesudah itu."
    found = unseen_difference(wrote, text)
    assert found is not None
    span, difference = found
    assert span.of(text) == stands
    assert named in difference


@given(st.text("ab '\u2019\u00a0\u00ad\u0301e\n", max_size=20), st.text("ab '\u2019\u00a0\u00ad\u0301e\n", max_size=6))
def test_looking_for_unseen_differences_never_fails(text: str, wrote: str) -> None:
    found = unseen_difference(wrote, text)
    if found is not None:
        assert Span(0, len(text)).holds(found[0])
    near = nearest_words(wrote, text)
    assert near is None or Span(0, len(text)).holds(near.span)


@pytest.mark.parametrize(
    ("wrote", "text", "near"),
    [
        ("Kata Kunciii", "ab xxx cd Kata Kunci di sini.", "Kata Kunci"),
        ("Kata Kunciii", "Judul\n\nab xxx cd Kata Kunci di sini.\n", "Kata Kunci"),
        ("Kata Kunciii di", "ab xxx cd Kata Kunci di sini.", "Kata Kunci di"),
        ("xxKata Kunci", "ab Kata Kunci sini ada", "Kata Kunci"),
        ("Kata Kuci di sini", "ab cd Kata Kunci yang di sini ada", "Kata Kunci yang di sini"),
        ("mengtakan", "dia mengatakan itu", "mengatakan"),
    ],
)
def test_the_nearest_words_are_the_nearest(wrote: str, text: str, near: str) -> None:
    found = nearest_words(wrote, text)
    assert found is not None
    assert found.span.of(text) == near
    assert found.differ == Levenshtein.distance(wrote, near)


@given(st.lists(st.sampled_from(["a", "bb", "kata", "kunci", "di", "pasar,"]), min_size=3, max_size=12), st.data())
def test_no_word_more_or_less_is_nearer(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    start = data.draw(st.integers(0, len(words) - 1))
    wrote = " ".join(words[start : start + data.draw(st.integers(1, 4))]) + data.draw(st.text("iaux", max_size=3))
    near = nearest_words(wrote, text)
    if near is not None:
        edges = [i for i in range(len(text) + 1) if not joined(text, i)]
        others = [(edge, near.span.end) for edge in edges if edge < near.span.end]
        others += [(near.span.start, edge) for edge in edges if edge > near.span.start]
        words_alone = [text[first:last] for first, last in others if text[first:last] == text[first:last].strip()]
        assert near.differ == min(Levenshtein.distance(wrote, each) for each in words_alone)


# ---- the fast path is the slow path ----

LEVELS = (
    Level((), -1, (), ()),
    Level(
        ("spans", "[]"),
        0,
        ("spans", "[]"),
        (AnchorSite("home", segments=True), AnchorSite("one", segments=False), AnchorSite("part", segments=False, home=(1, "home"))),
    ),
)
ORIGIN = Origin("annotations/a.json")


def article(text: str, *, detached: bool = False, at_hand: bool = True) -> Article:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article("a", text if at_hand else None, digest, len(text), {}, Origin("raw/a.json"), Origin("raw/a.txt"), detached)


def placed(value: dict, of: Article) -> tuple[Placements, list[str]]:
    placements, findings = place_document({"spans": [value]}, of, ORIGIN, LEVELS)
    return placements, sorted(finding.code for finding in findings if finding.severity == "error")


def written(anchor: Quote | Ends) -> list[object]:
    """Every way in which an author may write ``anchor``."""
    given = {name: getattr(anchor, name) for name in anchor.__slots__}
    short = {name: value for name, value in given.items() if value not in ("", None)}
    forms: list[object] = [short, {name: value for name, value in given.items() if value is not None}]
    if list(short) == ["exact"]:
        forms.append(anchor.exact)
    return forms


@settings(max_examples=200)
@given(anchored())
def test_a_single_anchor_is_placed_where_it_fits_alone(case: tuple[str, Quote | Ends]) -> None:
    text, anchor = case
    expected = brute(anchor, text)
    for form in written(anchor):
        placements, errors = placed({"one": form}, article(text))
        (spans,) = placements.at(1, "one").spans
        if len(expected) == 1:
            (span,) = expected
            assert errors == []
            assert spans == (span,)
            assert placements.at(1, "one").words == [span.of(text)]
        else:
            assert errors == ["CB201" if not expected else "CB202"]


@given(texts, st.data())
def test_an_anchor_within_others_is_placed_where_it_fits_alone(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6).filter(lambda each: len(each) % 2 == 0)))
    segments = [Span(low, high) for low, high in zip(cuts[::2], cuts[1::2], strict=True) if low < high]
    start = data.draw(st.integers(0, len(text) - 1))
    exact = text[start : start + data.draw(st.integers(1, 4))]
    home = [{"exact": span.of(text), "start": span.start} for span in segments]
    expected = brute(Quote(exact), text, segments)
    placements, errors = placed({"home": home, "part": exact}, article(text))
    assert placements.at(1, "home").spans == [tuple(segments)]
    if len(expected) == 1:
        assert errors == []
        assert placements.at(1, "part").spans == [tuple(expected)]
    else:
        assert errors == ["CB201" if not expected else "CB202"]


@given(texts, st.lists(words, max_size=3))
def test_segments_are_placed_in_text_order_or_not_at_all(text: str, segments: list[str]) -> None:
    expected = [brute(Quote(words), text) for words in segments]
    placements, errors = placed({"home": list(segments)}, article(text))
    if all(len(each) == 1 for each in expected):
        spans = [each[0] for each in expected]
        ordered = all(one.end <= other.start for one, other in pairwise(spans))
        assert set(errors) == (set() if ordered else {"CB205"})
        if ordered:
            assert placements.at(1, "home").spans == [tuple(spans)]
    else:
        assert {"CB201" if not each else "CB202" for each in expected if len(each) != 1} <= set(errors)


def test_null_is_not_looked_for_and_its_home_is_the_article() -> None:
    text = "satu dua"
    placements, errors = placed({"home": None, "one": None, "part": "dua"}, article(text))
    assert errors == []
    assert placements.at(1, "home").spans == [None]
    assert placements.at(1, "part").spans == [(Span(5, 8),)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"exact": "kata", "prefix": "ini "}, "CB201"),
        ({"exact": "kata", "suffix": " ini"}, "CB201"),
        ({"exact": "kata", "prefix": "a "}, Span(2, 6)),
        ({"exact": "kata", "suffix": " itu"}, Span(2, 6)),
        ({"exact": "kata", "prefix": "a ", "suffix": " itu"}, Span(2, 6)),
        ({"exact": "kata", "prefix": "a ", "suffix": " ini"}, "CB201"),
        ({"exact": "b", "prefix": "b "}, Span(13, 14)),
        ({"exact": "b", "suffix": " b"}, Span(11, 12)),
        ({"exact": "b", "prefix": " "}, "CB202"),
        ({"exact": "kata", "start": 2}, Span(2, 6)),
        ({"exact": "kata", "start": 3}, "CB201"),
        ({"exact": "kata", "other": ""}, "CB107"),
        ({"exact": "kata", "prefix": 1}, "CB107"),
        ({"exact": ["kata"], "prefix": "a "}, "CB107"),
        ({"first": "a", "last": "itu"}, Span(0, 10)),
        ({"first": "kata", "last": "a"}, "CB201"),  # a whole word before the head counts for more than a part of one behind it
        ({"first": "itu", "last": "a"}, "CB201"),
        ({"first": "kata", "last": "b"}, "CB202"),
        ({"first": "b", "last": "b"}, "CB202"),
        ({"first": "kata itu", "last": "itu"}, Span(2, 10)),
        ({"first": "kata itu", "last": "kata"}, "CB201"),
        ({"first": "itu", "last": "kata"}, "CB201"),
        ({"first": "", "last": "kata"}, "CB107"),
        ({"first": "kata", "last": ""}, "CB107"),
        ({"first": "kata", "last": 1}, "CB107"),
        ({"first": "kata", "prefix": "a "}, "CB107"),
        ({"first": "kata", "last": "itu", "prefix": "ini "}, "CB201"),
    ],
)
def test_a_longer_form_is_placed_with_all_that_it_says(value: dict[str, Any], expected: Span | str) -> None:
    text = "a kata itu b b"
    placements, errors = placed({"one": value}, article(text))
    if isinstance(expected, str):
        assert errors == [expected]
        assert not placements.complete
    else:
        assert errors == []
        assert placements.at(1, "one").spans == [(expected,)]


@pytest.mark.parametrize(
    ("home", "part", "expected"),
    [
        ("kata itu", {"exact": "itu", "prefix": "kata "}, Span(7, 10)),
        ("kata itu", {"exact": "kata", "prefix": "a "}, Span(2, 6)),  # what stands around may lie outside
        ("kata itu", {"exact": "itu", "suffix": " b"}, Span(7, 10)),
        ("kata itu", {"exact": "itu", "suffix": " b b"}, Span(7, 10)),
        ("kata itu", {"exact": "b", "prefix": "itu "}, "CB201"),
        ("kata itu", {"exact": "a", "suffix": " kata"}, "CB201"),
        ("kata itu", {"exact": "kata itu", "prefix": "a ", "suffix": " b"}, Span(2, 10)),
        ("kata itu", {"first": "kata", "last": "itu"}, Span(2, 10)),
        ("kata itu", {"first": "a", "last": "itu"}, "CB202"),  # two inside a word, and none whole
        ("itu b", {"first": "itu", "last": "b"}, Span(7, 12)),
        ("itu b", {"exact": "b"}, Span(11, 12)),
        ("itu b", ["itu", {"exact": "b"}], [Span(7, 10), Span(11, 12)]),
        ("itu b", ["itu", "b", "b"], "CB205"),
        ("itu b", ["b", "kata"], "CB201"),
        (None, "kata", Span(2, 6)),
    ],
)
def test_within_a_home_words_are_placed_where_they_stand_in_the_article(
    home: object, part: object, expected: Span | list[Span] | str
) -> None:
    placements, errors = placed({"home": home, "part": part}, article("a kata itu b b"))
    if isinstance(expected, str):
        assert errors == [expected]
    else:
        assert errors == []
        assert placements.at(1, "part").spans == [tuple(expected) if isinstance(expected, list) else (expected,)]


def test_where_the_home_failed_nothing_more_is_said() -> None:
    _, errors = placed({"home": ["tiga"], "part": "empat"}, article("satu dua"))
    assert errors == ["CB201"]


# Parts of words and whole ones, repeated, with a mark, an emoji of two code points, and white space at edges.
PROSE = st.lists(st.sampled_from(["kata", "katanya", " ", "  ", "a", "Kim", "\n", ".", "\u201c", "a\u0301", "\u2764\ufe0f"]), max_size=14)

VIA = Level(("spans", "[]", "via", "[]"), 1, ("via", "[]"), (AnchorSite("words", segments=False, home=(1, "one")),))


@st.composite
def forms(draw: st.DrawFn, text: str) -> object:
    """What an author may write for one place: words of ``text`` in any form, and now and then what is no anchor."""
    start = draw(st.integers(0, max(len(text) - 1, 0)))
    end = draw(st.integers(start, min(start + 12, len(text))))
    exact = text[start:end] if draw(st.integers(0, 9)) else "tiada"
    if draw(st.integers(0, 2)) == 0:
        return exact
    prefix, suffix = text[draw(st.integers(max(start - 3, 0), start)) : start], text[end : draw(st.integers(end, len(text)))]
    around = {"prefix": prefix, "suffix": suffix, "start": start, "other": 1}
    given = {name: value for name, value in around.items() if draw(st.integers(0, 12 if name == "other" else 3)) == 0}
    if draw(st.booleans()):
        return {"exact": exact, **given}
    last = draw(st.integers(min(start, len(text)), len(text)))
    return {"first": exact, "last": text[last : last + draw(st.integers(0, 4))], **given}


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    """A text, and rows with anchors in it: one that is a home of two others, of which one lies a level below."""
    text = "".join(draw(PROSE))
    one = st.none() | forms(text)
    several = one | st.lists(forms(text), max_size=3)
    via = st.lists(st.fixed_dictionaries({"words": one}), max_size=2)
    rows = st.lists(st.none() | st.fixed_dictionaries({"home": several, "one": one, "part": several}, optional={"via": via}), max_size=4)
    return text, draw(rows)


def explained(text: str, rows: Sequence[Mapping[str, Any] | None]) -> tuple[dict[str, list[tuple[Span, ...] | None]], list[Finding]]:
    """The places of all anchors by the closer look alone, those that fail as no spans at all; and what it says of them."""
    found: dict[str, list[Any]] = {name: [] for name in ("home", "one", "part", "words")}
    said: dict[str, list[Finding]] = {name: [] for name in found}

    def look(name: str, value: object, home: tuple[Span, ...] | None, *pointer: str | int, failed: bool) -> bool:
        if value is None or failed:
            found[name].append(None if value is None else ())
            return value is not None
        spans, findings = placing._explained(value, article(text), home, InJson(ORIGIN, (*pointer, name)), joiners(text))
        found[name].append(() if spans is None else tuple(spans))
        said[name] += findings
        return spans is None

    for i, row in enumerate(rows):
        value = row or {}
        failed = {name: look(name, value.get(name), None, "spans", i, failed=False) for name in ("home", "one")}
        look("part", value.get("part"), found["home"][-1], "spans", i, failed=failed["home"])
        for j, each in enumerate(value.get("via") or ()):
            look("words", each["words"], found["one"][i], "spans", i, "via", j, failed=failed["one"])
    return found, span_edge_whitespace.kept_wide([each for name in found for each in said[name]], said["home"] + said["one"])


def row(**given: object) -> dict[str, Any]:
    return {"home": None, "one": None, "part": None, **given}


@settings(max_examples=200)
@given(documents())
@example(("kata Kim katanya", [row(one={"first": "Kim", "last": "kata"})]))  # whole words stand before the head
@example(("Kim kata, kata", [row(one={"first": "Kim", "last": "kata"})]))
@example(("Kim kata", [row(one={"first": "Kim", "last": "tiada kata"})]))
@example(("Kim kata", [row(one={"first": "Kim", "last": "kata", "other": 1})]))
@example(("Kim kata", [row(home=["kata", "Kim"])]))
@example(("Kim kata ", [row(home=["Kim ", "kata "])]))
@example(("aaa", [row(one="aa")]))
@example(("Kim aaa", [row(one={"first": "Kim", "last": "aa"})]))
@example(("kata kata lagi", [row(home=["kata", "lagi"])]))
@example(("a a kata", [row(home=["a kata"], part={"exact": "a", "prefix": "a "})]))  # what stands around lies outside
def test_what_is_placed_at_a_glance_is_placed_so_by_the_closer_look(case: tuple[str, list[dict[str, Any]]]) -> None:
    text, rows = case
    placements, findings = place_document({"spans": rows}, article(text), ORIGIN, (*LEVELS, VIA))
    expected, said = explained(text, rows)
    assert {name: placements.at(2 if name == "words" else 1, name).spans for name in expected} == expected
    assert findings == said
    for site in placements.sites.values():
        assert site.words == [text[start:end] for start, end in zip(site.starts, site.ends, strict=True)]


# A place of each way in which an anchor can be well, with what makes that hard to see: words at the edges of the text
# or of their home, that stand elsewhere too, that overlap.
WELL = [
    ("kata Kim", None, "kata", [(0, 4)]),
    ("kata Kim lagi", None, {"exact": "kata", "suffix": " Kim"}, [(0, 4)]),
    ("a Kim a", None, {"exact": "a", "prefix": "Kim "}, [(6, 7)]),
    ("a kata itu b", "kata itu", {"exact": "kata", "prefix": "a "}, [(2, 6)]),
    ("itu b, kata itu b", "kata itu", {"exact": "itu", "suffix": " b"}, [(12, 15)]),
    ("kata itu b, itu b", "kata itu", {"exact": "itu", "suffix": " b"}, [(5, 8)]),
    ("a, kata itu, a", "kata itu", {"exact": "kata itu", "prefix": "a, ", "suffix": ", a"}, [(3, 11)]),
    ("kata itu", None, {"first": "kata", "last": "itu"}, [(0, 8)]),
    ("a kata itu b", None, {"first": "kata itu", "last": "itu"}, [(2, 10)]),
    ("kata itu, Kim", None, {"first": "kata", "last": "kata itu"}, [(0, 8)]),
    ("kata, Kim kata. Lagi dua", None, {"first": "Kim", "last": "kata"}, [(6, 14)]),  # whole words behind the head
    ("kata. Kim kata. Lagi dua", None, {"first": "Kim", "last": "kata."}, [(6, 15)]),
    ("lagi kata Kim kata", "kata Kim kata", {"first": "Kim", "last": "kata"}, [(10, 18)]),
    ("satu, dua tiga", None, ["satu", ", dua", {"exact": "tiga"}], [(0, 4), (4, 9), (10, 14)]),
    ("a satu, dua tiga a", "satu, dua tiga", ["satu", {"first": "dua", "last": "tiga"}], [(2, 6), (8, 16)]),
    ("kata \u2764\ufe0f lagi", None, "lagi", [(8, 12)]),  # a text with a character that joins another
]


@pytest.fixture
def at_a_glance(monkeypatch: pytest.MonkeyPatch) -> None:
    """No anchor is looked at closely, which would take many times as long."""

    def refuse(value: object, *_: object) -> None:
        raise AssertionError(f"a closer look at {value}")

    monkeypatch.setattr(placing, "_explained", refuse)


@pytest.mark.usefixtures("at_a_glance")
@pytest.mark.parametrize(("text", "home", "value", "expected"), WELL)
def test_what_is_plainly_well_is_placed_at_a_glance(text: str, home: str | None, value: object, expected: list[tuple[int, int]]) -> None:
    placements, findings = place_document({"spans": [row(home=home, part=value)]}, article(text), ORIGIN, LEVELS)
    assert placements.at(1, "part").spans == [tuple(Span(*each) for each in expected)]
    assert findings == []


@pytest.mark.usefixtures("at_a_glance")
def test_homes_of_one_place_and_none_are_looked_into_beside_one_of_several_parts() -> None:
    homes, parts = (["satu", "dua"], "tiga empat", None), (None, "empat", "lima")
    rows = [row(home=home, part=part) for home, part in zip(homes, parts, strict=True)]
    placements, findings = place_document({"spans": rows}, article("empat satu dua, tiga empat lima"), ORIGIN, LEVELS)
    assert placements.at(1, "part").spans == [None, (Span(21, 26),), (Span(27, 31),)]
    assert findings == []


def test_words_are_placed_within_an_anchor_two_levels_above() -> None:
    below = Level((*VIA.path, "by", "[]"), 2, ("by", "[]"), (AnchorSite("words", segments=False, home=(1, "one")),))
    some = [{"by": [{"words": "Kim"}, {"words": "a"}]}, {"by": []}, {"by": [{"words": "kata"}]}]
    rows = [row(one="Kim kata a", via=some), row(one="kata Kim", via=some[:1])]
    text = "Kim kata a. a kata Kim. a"
    placements, findings = place_document({"spans": rows}, article(text), ORIGIN, (*LEVELS, VIA, below))
    assert placements.at(3, "words").spans[:4] == [(Span(0, 3),), (Span(9, 10),), (Span(4, 8),), (Span(19, 22),)]
    assert [(found.code, found.where) for found in findings] == [
        ("CB202", InJson(ORIGIN, ("spans", 1, "via", 0, "by", 1, "words"))),  # twice inside a word of its home
    ]


def test_anchors_are_placed_behind_a_list_that_is_empty() -> None:
    notes = Level(("notes", "[]"), 0, ("notes", "[]"), (AnchorSite("words", segments=False),))
    document = {"spans": [], "notes": [{"words": "dua"}]}
    placements, findings = place_document(document, article("satu dua"), ORIGIN, (*LEVELS, VIA, notes))
    assert placements.at(3, "words").spans == [(Span(5, 8),)]
    assert findings == []


def test_what_is_no_anchor_is_told_with_what_is_wanted() -> None:
    _, (said,) = place_document({"spans": [{"one": {"exact": 3}}]}, article("satu"), ORIGIN, LEVELS)
    assert said.message == '{"exact": 3} has none of the forms that the schema allows here'
    assert said.help == "write one of the forms of an anchor"


def test_of_words_with_several_places_in_their_home_it_is_told_what_settles_them_there() -> None:
    value = row(home="Kim kata Kim", part="Kim")
    _, (said,) = place_document({"spans": [value]}, article("Kim kata. dan Kim kata Kim, dan Kim"), ORIGIN, LEVELS)
    assert [each.label for each in said.also] == ['"prefix": "dan "', '"suffix": ","']


def test_what_parts_words_is_of_none() -> None:
    assert not any(is_word(character) for character in placing._APART if character)


# ---- detached articles ----


@given(texts, st.data())
@settings(max_examples=60)
def test_positions_of_a_detached_article(text: str, data: st.DataObject) -> None:
    span = data.draw(spans_of(text))
    good = {"start": span.start, "end": span.end, "check": check_value(text, span)}
    bad = {**good, "check": f"{int(good['check'], 16) ^ 1:016x}"}
    beyond = {**good, "end": len(text) + 1}
    for at_hand in (True, False):
        of = article(text, detached=True, at_hand=at_hand)
        placements, errors = placed({"one": good}, of)
        assert errors == []
        assert placements.at(1, "one").spans == [(span,)]
        assert placements.at(1, "one").words == [None]  # no words, whoever has the text
        assert placed({"one": bad}, of)[1] == (["CB204"] if at_hand else [])
        assert placed({"one": beyond}, of)[1] == ["CB203"]
        assert placed({"one": "kata"}, of)[1] == ["CB212"]
        assert placed({"home": [good], "part": good}, of)[1] == []
    if span.start < span.end:
        inner = Span(span.start, span.end - 1)
        held = {"start": inner.start, "end": inner.end, "check": check_value(text, inner)}
        assert placed({"home": [held], "part": good}, article(text, detached=True, at_hand=False))[1] == ["CB206"]


DARI = "kata dari satu sampai dua sampai tiga. kata"
PROOF = {"start": 5, "end": 9, "check": check_value(DARI, Span(5, 9))}


@pytest.mark.parametrize("detached", [False, True])
@pytest.mark.parametrize(
    ("row", "code", "pointer"),
    [
        ({"one": "tiada"}, "CB201", ("one",)),
        ({"one": "kata"}, "CB202", ("one",)),
        ({"one": {"exact": "tiada"}}, "CB201", ("one", "exact")),
        ({"one": {"exact": "kata"}}, "CB202", ("one", "exact")),
        ({"one": {"first": "tiada", "last": "dua"}}, "CB201", ("one", "first")),
        ({"one": {"first": "dari", "last": "tiada"}}, "CB201", ("one", "last")),
        ({"one": {"first": "sampai", "last": "kata"}}, "CB202", ("one", "first")),
        ({"one": {"first": "dari", "last": "sampai"}}, "CB202", ("one", "last")),
        ({"home": ["dari", "tiada"]}, "CB201", ("home", 1)),
        ({"home": ["satu", "dari"]}, "CB205", ("home", 1)),
        ({"home": ["dari satu"], "part": "dua"}, "CB201", ("part",)),
        ({"one": "dari "}, "CB209", ("one",)),
        ({"one": {"exact": " dari"}}, "CB209", ("one", "exact")),
        ({"home": ["dari", "satu "]}, "CB209", ("home", 1)),
        ({"one": 3}, "CB107", ("one",)),
        ({"one": {}}, "CB107", ("one",)),
        ({"home": [PROOF, {}]}, "CB107", ("home", 1)),
        ({"one": {**PROOF, "check": "0" * 16}}, "CB204", ("one", "check")),
        ({"one": {**PROOF, "end": 100}}, "CB203", ("one", "end")),
        ({"one": {**PROOF, "end": 4}}, "CB203", ("one",)),
        ({"home": [PROOF, {**PROOF, "end": 200}]}, "CB203", ("home", 1, "end")),
        ({"home": [PROOF], "part": {**PROOF, "start": 4}}, "CB206", ("part",)),
    ],
)
def test_what_is_said_of_an_anchor_points_at_the_part_of_it_that_is_wrong(
    row: dict[str, Any], code: str, pointer: tuple[str | int, ...], *, detached: bool
) -> None:
    if detached and code not in {"CB107", "CB203", "CB204", "CB206"}:
        code = "CB212"
        pointer = ("home", 0) if "part" in row else pointer[: 2 if pointer[0] == "home" else 1]
    placements, findings = place_document({"spans": [{}, row]}, article(DARI, detached=detached), ORIGIN, LEVELS)
    assert (code, InJson(ORIGIN, ("spans", 1, *pointer))) in [(found.code, found.where) for found in findings]
    if not detached:
        assert len(findings) == 1
    # All that is well has its place, and a warning takes none away.
    assert placements.complete == (code in {"CB205", "CB209"})
    assert [placements.at(1, name).spans[0] for name in ("home", "one", "part")] == [None] * 3


def test_white_space_that_a_position_begins_with_is_told_where_the_words_may_be_read() -> None:
    wide = {"start": 4, "end": 9, "check": check_value(DARI, Span(4, 9))}
    _, said = place_document({"spans": [{"home": [PROOF], "one": wide}]}, article(DARI), ORIGIN, LEVELS)
    assert [(found.code, found.where, found.fix) for found in said] == [("CB209", InJson(ORIGIN, ("spans", 0, "one")), None)]
    assert place_document({"spans": [{"one": wide}]}, article(DARI, detached=True), ORIGIN, LEVELS)[1] == []


def test_white_space_goes_only_where_the_words_without_it_fit_inside_their_home() -> None:
    row = {"home": ["kata dari"], "part": " dari", "one": "dari "}
    placements, said = place_document({"spans": [row]}, article("kata dari satu, dari"), ORIGIN, LEVELS)
    assert placements.at(1, "part").spans == [(Span(4, 9),)]
    fixes = {found.where: found.fix for found in said}
    assert fixes.keys() == {InJson(ORIGIN, ("spans", 0, "part")), InJson(ORIGIN, ("spans", 0, "one"))}
    assert fixes[InJson(ORIGIN, ("spans", 0, "part"))] is not None  # there is one dari in its home
    assert fixes[InJson(ORIGIN, ("spans", 0, "one"))] is None  # and two in the article


def test_a_cut_through_a_character_is_told_of_words_and_positions_alike() -> None:
    text = "kata \u2764\ufe0f lagi \u2764\ufe0f"
    cut = {"start": 5, "end": 6, "check": check_value(text, Span(5, 6))}
    for value in (cut, "kata \u2764", {"exact": "\ufe0f lagi"}, {"first": "\ufe0f", "last": "lagi"}):
        placements, said = place_document({"spans": [{"one": value}]}, article(text), ORIGIN, LEVELS)
        assert [found.code for found in said] == ["CB213"]
        assert said[0].where.pointer[:3] == ("spans", 0, "one")
        assert placements.complete
    whole = {"start": 5, "end": 7, "check": check_value(text, Span(5, 7))}
    assert place_document({"spans": [{"one": whole}]}, article(text), ORIGIN, LEVELS)[1] == []


def test_every_anchor_that_is_wrong_is_told_in_the_order_of_the_document() -> None:
    rows = [{"one": "tiada"}, {"one": PROOF}, {"one": {**PROOF, "end": 100}}, {"one": ["tiada", {}]}]
    for detached in (False, True):
        said = place_document({"spans": rows}, article(DARI, detached=detached), ORIGIN, LEVELS)[1]
        code = "CB212" if detached else "CB201"
        assert [found.code for found in said] == [code, "CB203", code, "CB107"]
        assert [found.where.pointer[1] for found in said] == [0, 2, 3, 3]


def test_the_places_of_several_documents_come_one_after_the_other() -> None:
    rows = [[{"home": ["satu", "tiga"], "one": "dua"}], [{"one": "tiga"}, {"one": None}], [{"part": "satu"}]]
    of, together = article("satu dua tiga"), Placements()
    each = [place_document({"spans": some}, of, ORIGIN, LEVELS)[0] for some in rows]
    for placements in each:
        together.extend(placements)
    for name in ("home", "one", "part"):
        assert together.at(1, name).spans == [span for placements in each for span in placements.at(1, name).spans]
        assert together.at(1, name).words == [words for placements in each for words in placements.at(1, name).words]
    assert together.at(1, "home").spans == [(Span(0, 4), Span(9, 13)), None, None, None]
    assert together.at(1, "one").words == ["dua", "tiga"]
    assert together.spans == 5
    # What was put together is a thing of its own.
    assert each[0].at(1, "one").spans == [(Span(5, 8),)]
    assert together.at(1, "other").spans == []


def test_places_that_nothing_at_hand_proves_are_counted() -> None:
    text = "satu dua\n\ntiga empat"
    values = [{"start": at, "end": at + 4, "check": check_value(text, Span(at, at + 4))} for at in (0, 10, 15)]
    blocks = paragraphs_of(text)
    for words, unproven in ([], 3), (["satu dua"], 2), (["tiga empat"], 1), (["satu dua", "tiga empat"], 0):
        of = replace(article(text, detached=True, at_hand=False), pieces=put_together(blocks, len(text), words))
        placements, findings = place_document({"spans": [{"home": values, "one": values[0]}]}, of, ORIGIN, LEVELS)
        assert findings == []
        assert placements.unproven(of) == unproven + (words[:1] != ["satu dua"])
        wrong = {**values[0], "check": "0" * 16}
        said = place_document({"spans": [{"one": wrong}]}, of, ORIGIN, LEVELS)[1]
        assert [found.code for found in said] == (["CB204"] if "satu dua" in words else [])
    nothing = article(text, detached=True, at_hand=False)
    rows = [{"one": values[0]}, {"one": values[2], "home": values[:2]}, {"home": values[2:]}]
    placed_there = place_document({"spans": rows}, nothing, ORIGIN, LEVELS)[0]
    assert placed_there.at(1, "one").spans == [(Span(0, 4),), (Span(15, 19),), None]
    assert placed_there.at(1, "home").spans == [None, (Span(0, 4), Span(10, 14)), (Span(15, 19),)]
    assert placed_there.at(1, "home").words == [None] * 3
    assert place_document({"spans": [{"home": values}]}, nothing, ORIGIN, LEVELS)[0].unproven(nothing) == 3
    whole = article(text, detached=True)
    assert place_document({"spans": [{"home": values}]}, whole, ORIGIN, LEVELS)[0].unproven(whole) == 0


def test_the_levels_here_are_those_that_a_schema_makes() -> None:
    from corpusbuild.plan import _levels
    from corpusbuild.schema.shape import Column, Listing, Record, Words

    row = Record(
        (Column("home", Words(segments=True)), Column("one", Words()), Column("part", Words(within="home"))),
    )
    made = _levels(Record((Column("spans", Listing(Column("item", row))),)))
    assert [(level.path, level.parent, level.steps) for level in made] == [(level.path, level.parent, level.steps) for level in LEVELS]
    assert set(made[1].sites) == set(LEVELS[1].sites)


@given(st.data())
def test_fitting_one_place_alone_is_what_the_places_say(data: st.DataObject) -> None:
    text = data.draw(st.text("ab .", min_size=1, max_size=12))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    prefix, suffix = text[data.draw(st.integers(0, start)) : start], text[end : data.draw(st.integers(end, len(text)))]
    quote = Quote(text[start:end], prefix, suffix, data.draw(st.sampled_from((None, start))))
    within = data.draw(st.sampled_from((None, [Span(0, len(text))], [Span(start, end)], [Span(0, end)])))
    assert fits_alone(quote, text, Span(start, end), within) == (places(quote, text, within) == [Span(start, end)])


@given(st.text("ab .", min_size=1, max_size=6), st.text("ab .", max_size=8), st.text("ab .", max_size=8), st.data())
def test_context_that_stands_nowhere_fits_nowhere(text: str, prefix: str, suffix: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    quote = Quote(span.of(text), prefix, suffix)
    assert fits_alone(quote, text, span) == (places(quote, text) == [span])


@pytest.mark.parametrize(
    ("anchor", "text", "span", "within", "alone"),
    [
        (Quote("Kim", start=5), "Kim kata", Span(0, 3), None, False),
        (Quote("Kim", start=0), "Kim kata Kim", Span(0, 3), None, True),
        (Quote("Kim", start=0), "Kim kata Kim", Span(0, 3), [Span(1, 12)], False),
        (Quote("Kim"), "Kim kata", Span(0, 3), [Span(1, 8)], False),
        (Quote("Kim"), "Kim kata Kim", Span(0, 3), [Span(0, 8)], True),
        (Quote("Kim"), "Kim kata Kim", Span(0, 3), [Span(4, 8), Span(0, 12)], False),
        (Quote("Kim"), "Kimia Kim", Span(6, 9), None, True),
        (Quote("Kim"), "Kimia Kim", Span(0, 3), None, False),
        (Quote("Kim"), "Kimia", Span(0, 3), None, True),
        (Quote("Kim"), "Kimia Kimia", Span(0, 3), None, False),
        (Quote("Kim"), "Kimia, kata", Span(7, 11), None, False),
        (Quote("c", prefix="ab"), "xxxabc", Span(1, 2), None, False),
        (Quote("tiada"), "Kim", Span(0, 3), None, False),
        (Ends("dari", "ke"), "dari satu ke dua ke tiga", Span(0, 12), None, False),
        (Ends("dari", "ke"), "dari satu ke dua ke tiga", Span(0, 12), [Span(0, 16)], True),
    ],
)
def test_fitting_one_place_alone_by_example(anchor: Quote | Ends, text: str, span: Span, within: list[Span] | None, *, alone: bool) -> None:
    assert fits_alone(anchor, text, span, within) == alone
