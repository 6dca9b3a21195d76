"""The unit of offsets is proved by words, and nothing is moved by guess."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpusbuild.interchange.model import At, Segment, Unit, Words
from corpusbuild.interchange.offsets import Counted, Counting, Pointed, Settled, settle
from corpusbuild.text.canonical import canonical
from corpusbuild.text.span import Span

AT = At("a.ann", 3)
PIECES = [
    "a",
    "b",
    " ",
    "é",
    "e\u0301",
    "\u0301",
    "😀",
    "👩‍👩‍👧",
    "ש",
    "שלום",
    "کتاب",
    "\r\n",
    "\n",
    "\r",
    "日本",
    "\U0001f1ee\U0001f1e9",
    "ﬁ",
    "가",
    "\u1100\u1161",
]
COUNTINGS = [Counting(unit, crlf, mark) for unit in Unit for crlf in (True, False) for mark in (True, False)]


def texts(*, normal: bool = False) -> st.SearchStrategy[str]:
    built = st.builds(
        lambda mark, pieces: mark + "".join(pieces), st.sampled_from(["", "\ufeff"]), st.lists(st.sampled_from(PIECES), max_size=14)
    )
    return built.map(lambda text: unicodedata.normalize("NFC", text)) if normal else built


def measured(text: str, counting: Counting) -> int:
    """How long ``text``, the beginning of a file, is: written anew, the plain way."""
    if not counting.mark:
        text = text.removeprefix("\ufeff")
    if not counting.crlf:
        text = text.replace("\r\n", "\n")
    match counting.unit:
        case Unit.CODE_POINTS:
            return len(text)
        case Unit.UTF16:
            return len(text.encode("utf-16-le")) // 2
        case Unit.UTF8:
            return len(text.encode())


def edges_of(text: str) -> list[int]:
    """Where a tool can point at: not inside of a line end, nor before a mark that is there."""
    return [i for i in range(len(text) + 1) if text[i - 1 : i + 1] != "\r\n" and (i or not text.startswith("\ufeff"))]


@st.composite
def written(draw: st.DrawFn, *, normal: bool = False) -> tuple[str, list[tuple[int, int]]]:
    """A text and spans in code points of it."""
    text = draw(texts(normal=normal))
    edge = st.sampled_from(edges_of(text))
    spans = draw(st.lists(st.tuples(edge, edge).map(sorted), max_size=5))
    return text, [(start, end) for start, end in spans if start < end]


def pointed(text: str, spans: list[tuple[int, int]], counting: Counting) -> list[Pointed]:
    return [
        Pointed(Words((Segment(measured(text[:start], counting), measured(text[:end], counting), text[start:end]),)), AT)
        for start, end in spans
    ]


def places_of(text: str, spans: list[tuple[int, int]]) -> list[tuple[Span, ...]]:
    """Where spans of a text in normal form are in its canonical form."""
    return [(Span(len(canonical(text[:start])), len(canonical(text[:end]))),) for start, end in spans]


@given(written(normal=True), st.sampled_from(COUNTINGS))
@example(("😀a a", [(1, 2)]), COUNTINGS[4])
def test_what_is_settled_is_right_and_what_is_written_in_a_unit_fits_it(case, counting):
    text, spans = case
    settled = settle(text, pointed(text, spans, counting))
    assert settled.text == canonical(text)
    for place, right in zip(settled.places, places_of(text, spans), strict=True):
        assert place in (None, right)
    assert len(settled.findings) == settled.places.count(None)


@given(written(normal=True), st.sampled_from(COUNTINGS))
def test_once_the_unit_is_known_every_span_is_settled(case, counting):
    text, spans = case
    # Words that stand in the text once prove the unit.
    text, spans = text + "§x§", [*spans, (len(text), len(text) + 3)]
    settled = settle(text, pointed(text, spans, counting))
    assert_settled(settled, places_of(text, spans))


@given(written(), st.sampled_from(COUNTINGS))
def test_an_edge_is_kept_where_nothing_composes_across_it_and_refused_elsewhere(case, counting):
    text, spans = case
    text, spans = text + "§x§", [*spans, (len(text), len(text) + 3)]
    settled = settle(text, pointed(text, spans, counting))
    for place, (start, end) in zip(settled.places, spans, strict=True):
        kept = all(canonical(text[:edge]) + unicodedata.normalize("NFC", plain(text[edge:])) == canonical(text) for edge in (start, end))
        assert (place is not None) == kept
        if place is not None:
            assert [place[0].start, place[0].end] == [len(canonical(text[:start])), len(canonical(text[:end]))]


def plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(written(normal=True))
@example(("\ufeff\r b\r\n", [(1, 2)]))  # a line end, and a space where the mark does not count and CRLF is two
def test_all_units_lead_to_the_same_places(case):
    text, spans = case
    text, spans = text + "§x§", [*spans, (len(text), len(text) + 3)]
    for counting in COUNTINGS:
        assert_settled(settle(text, pointed(text, spans, counting)), places_of(text, spans))


def assert_settled(settled: Settled, right: list[tuple[Span, ...]]) -> None:
    """Every place is right; where two ways to count have the words at one place by chance, what they place otherwise is refused."""
    for place, there in zip(settled.places, right, strict=True):
        assert place == there or (place is None and settled.undecided)
    assert len(settled.findings) == settled.places.count(None)
    assert settled.undecided <= (len(settled.countings) > 1)


def one(text: str, *segments: tuple[int, int] | tuple[int, int, str], joined: str | None = None, known: Counted | None = None) -> Settled:
    return settle(text, [Pointed(Words(tuple(Segment(*each) for each in segments), joined), AT)], known or Counted())


def test_two_units_that_both_fit_and_differ_are_refused():
    assert one("a😀aa", (2, 3, "a")).places == ((Span(2, 3),),)  # in UTF-16, inside of the emoji
    settled = one("😀aaa", (2, 3, "a"))
    assert settled.places == (None,)
    assert settled.findings[0].message == '"a", from 2 to 3, has a place of its own in each unit that fits: code points or UTF-16 units'
    assert settled.findings[0].code == "CB705"
    assert one("😀aaa", (2, 3, "a"), known=Counted(given=Unit.UTF16)).places == ((Span(1, 2),),)


def test_a_span_without_words_is_counted_as_the_format_says():
    assert one("😀ab", (2, 3)).places == (None,)
    settled = one("😀ab", (2, 3), known=Counted(documented=Unit.UTF16))
    assert settled.places == ((Span(1, 2),),)
    assert settled.assumed
    assert not one("ab", (1, 2)).assumed


def test_words_of_others_prove_the_unit_of_a_span_without_words():
    text = "😀 Siti"
    spans = [Pointed(Words((Segment(3, 7, "Siti"),)), AT), Pointed(Words((Segment(3, 5),)), AT)]
    settled = settle(text, spans, Counted(documented=Unit.CODE_POINTS))
    assert settled.places == ((Span(2, 6),), (Span(2, 4),))
    assert not settled.assumed


def test_a_span_that_fits_no_unit_is_shown_and_not_moved():
    settled = one("Kapal itu berangkat.", (6, 11, "Kapal"))
    assert settled.places == (None,)
    assert settled.findings[0].message == '"Kapal", from 6 to 11, fits no unit: "itu b" stands there in code points'
    assert settled.findings[0].help == "these words stand once, from 0 to 5 in code points"


def test_an_offset_past_the_end_says_how_long_the_text_is():
    assert one("Kapal", (3, 9, "al")).findings[0].message == '"al", from 3 to 9, ends behind the text, which has 5 code points'


def test_segments_may_be_stored_joined_by_a_space_and_line_ends_as_spaces():
    assert one("dari\r\nsana ke situ", (0, 10), (14, 18), joined="dari  sana situ").places == (None,)
    assert one("dari\r\nsana ke situ", (0, 9), (13, 17), joined="dari sana situ").places == ((Span(0, 9), Span(13, 17)),)


@pytest.mark.parametrize("known", [Counted(), Counted(given=Unit.UTF8)])
def test_a_span_inside_of_what_becomes_one_character_is_refused(known):
    settled = one("cafe\u0301", (0, 4, "cafe"), known=known)
    assert settled.places == (None,)
    assert "normal form NFC" in settled.findings[0].message


def test_one_wrong_span_does_not_cast_doubt_on_the_rest():
    text = "😀 Siti dan Budi"
    spans = [Pointed(Words((Segment(*each),)), AT) for each in ((3, 7, "Siti"), (12, 16, "Budi"), (11, 15, "Budi"))]
    settled = settle(text, spans)
    assert settled.places == ((Span(2, 6),), (Span(11, 15),), None)
    assert [each.unit for each in settled.countings] == [Unit.UTF16]


def test_a_span_that_another_unit_fits_is_told_which():
    text = "😀 Siti dan Budi"
    spans = [Pointed(Words((Segment(*each),)), AT) for each in ((3, 7, "Siti"), (12, 16, "Budi"), (2, 6, "Siti"))]
    [finding] = settle(text, spans).findings
    assert finding.message == '"Siti", from 2 to 6, fits code points, and more spans fit UTF-16 units'
    assert finding.help == "these words stand once, from 3 to 7 in UTF-16 units"


def test_units_that_disagree_are_not_said_to_give_the_same_places():
    assert one("😀aaa", (2, 3, "a")).undecided
    assert not one("😀aba", (2, 3, "b")).undecided
    assert not one("cafe\u0301", (0, 4, "cafe")).undecided
    text = "😀 Siti dan Budi"
    spans = [Pointed(Words((Segment(*each),)), AT) for each in ((3, 7, "Siti"), (11, 15, "Budi"))]
    assert settle(text, spans).undecided
