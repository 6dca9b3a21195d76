"""What is said of one record: each value before and after, and a span that moved told apart from changed words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusbuild.difference.fields import Field
from corpusbuild.difference.matching import match_by_content, match_by_key
from corpusbuild.difference.nouns import How
from corpusbuild.difference.values import canonical, record_changes
from data_sets import CLAIMS, ZONES, claim, span

LETTERS = (Field("letters", "list", item=Field("item", "string")),)
PAIRS = (Field("pairs", "list", item=Field("item", "struct", fields=(Field("one", "int64"), Field("two", "int64")))),)


def said(before, after, fields=CLAIMS):
    return [(each.where, each.how, each.before, each.after) for each in record_changes(before, after, fields)]


def letters(before, after):
    return said({"letters": list(before)}, {"letters": list(after)}, LETTERS)


def test_a_value_is_given_before_and_after():
    assert said(claim("a", "c1"), claim("a", "c1", certainty="possible")) == [("certainty", How.VALUE, "certain", "possible")]


@pytest.mark.parametrize(
    ("before", "after", "how"),
    [
        (span(3, "says"), span(7, "says"), How.MOVED),
        (span(3, "says"), span(3, "said"), How.REWORDED),
        (span(3, "says"), span(7, "said"), How.REPLACED),
        (span(3, "says"), span(3, "says so"), How.REPLACED),
        (span(3, None), span(7, None), How.MOVED),
        (span(3, None), span(3, None, 9), How.MOVED),
        (span(3, None), span(7, "said"), How.MOVED),
        (span(3, "says"), span(3, None), How.VALUE),
        (None, span(3, "says"), How.VALUE),
    ],
)
def test_a_span_that_moved_is_told_apart_from_changed_words(before, after, how):
    assert said(claim("a", "c1", cue=before), claim("a", "c1", cue=after)) == [("cue", how, before, after)]


def test_a_nested_value_is_named_by_its_path():
    before, after = (claim("a", "c1", via=[{"speaker": name, "words": span(at, "per Tass")}]) for name, at in (("tass", 1), ("kcna", 5)))
    assert said(before, after) == [
        ("via[0].speaker", How.VALUE, "tass", "kcna"),
        ("via[0].words", How.MOVED, span(1, "per Tass"), span(5, "per Tass")),
    ]


def test_a_name_that_looks_like_a_path_is_quoted():
    field = Field("a.b[0]", "string")
    assert said({"a.b[0]": "x"}, {"a.b[0]": "y"}, (field,))[0][0] == '"a.b[0]"'


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("a", "ab", [("letters[1]", How.CAME, None, "b")]),
        ("ab", "b", [("letters[0]", How.WENT, "a", None)]),
        ("ab", "ba", [("letters", How.REORDERED, ["a", "b"], ["b", "a"])]),
        ("abc", "axc", [("letters[1]", How.VALUE, "b", "x")]),
        ("abc", "bcd", [("letters[0]", How.WENT, "a", None), ("letters[2]", How.CAME, None, "d")]),
        ("aab", "ab", [("letters[1]", How.WENT, "a", None)]),
        ("", "a", [("letters[0]", How.CAME, None, "a")]),
    ],
)
def test_items_that_came_and_went_are_named(before, after, changes):
    assert letters(before, after) == changes


def test_an_item_that_changed_in_part_is_looked_into():
    before, after = ([{"one": 1, "two": 2}, {"one": 3, "two": 4}], [{"one": 1, "two": 2}, {"one": 3, "two": 5}])
    assert said({"pairs": before}, {"pairs": after}, PAIRS) == [("pairs[1].two", How.VALUE, 4, 5)]


MIRROR = {How.CAME: How.WENT, How.WENT: How.CAME}


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_two_lists_the_other_way_round_give_the_same_mirrored(before, after):
    forth = [(where, MIRROR.get(how, how), new, old) for where, how, old, new in letters(before, after)]
    assert sorted(forth, key=str) == sorted(letters(after, before), key=str)
    assert bool(forth) == (before != after)


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_what_came_and_went_is_what_makes_the_one_list_of_the_other(before, after):
    left = list(before)
    for _, how, old, new in letters(before, after):
        if how is not How.REORDERED:
            left = [*left, new] if new is not None else left
            if old is not None:
                left.remove(old)
    assert sorted(left) == sorted(after)


# ---- which record is which ----


def zone(start, words, kind="body"):
    return {"article_id": "a", "extent": span(start, words), "kind": kind}


def matched(old, new):
    found = match_by_content(old, new, ZONES)
    return found.pairs, found.removed, found.added


def test_one_that_came_first_does_not_make_those_after_it_seem_changed():
    old = [zone(10, "one"), zone(20, "two"), zone(30, "three")]
    assert matched(old, [zone(0, "Title", "headline"), *old]) == ([(0, 1), (1, 2), (2, 3)], [], [0])


def test_without_a_key_the_place_says_which_it_is_then_the_rest():
    assert matched([zone(0, "Title")], [zone(0, "Title", "headline")]) == ([(0, 0)], [], [])
    assert matched([zone(0, "one"), zone(9, "two")], [zone(4, "one"), zone(13, "two")]) == ([(0, 0), (1, 1)], [], [])
    assert matched([zone(0, "one two")], [zone(0, "one two three")]) == ([(0, 0)], [], [])


def test_where_several_could_be_meant_none_is_chosen():
    assert matched([zone(0, "one"), zone(9, "two")], [zone(20, "x"), zone(30, "y")]) == ([], [0, 1], [0, 1])


QUOTES = (
    Field("article_id", "string"),
    Field("words", "spans"),
    Field("via", "list", item=Field("item", "struct", fields=(Field("speaker", "string"), Field("cue", "span")))),
    Field("weight", "double"),
)


def quote(start, words="one", speaker="tass", weight=1.0):
    via = [{"speaker": speaker, "cue": span(start, "says")}]
    return {"article_id": "a", "words": [span(start, words), span(start + 9, "two")], "via": via, "weight": weight}


def test_spans_at_any_depth_say_which_record_it_is_and_the_rest_does_not():
    def found(old, new):
        return sorted(match_by_content(old, new, QUOTES).pairs)

    one, other = quote(0, "one", "tass"), quote(40, "three", "kcna")
    assert found([one, other], [quote(55, "three", "kcna"), quote(0, "one", "xinhua", 2.5)]) == [(0, 1), (1, 0)]
    assert found([one, {**other, "via": None}], [{**other, "via": None, "weight": None}, one]) == [(0, 1), (1, 0)]


def test_a_whole_number_is_the_same_as_a_float():
    assert said({"pairs": [{"one": 1, "two": 2.0}]}, {"pairs": [{"one": 1.0, "two": 2}]}, PAIRS) == []
    assert canonical([1.0, {"a": -0.0}, 1.5]) == canonical([1, {"a": 0}, 1.5])
    assert canonical(2.0**53) != canonical(2**53 + 1)


def test_records_with_keys_in_another_order_are_the_same():
    found = match_by_key([("a",), ("b",)], [("b",), ("a",)])
    assert (found.pairs, found.reordered) == ([(1, 0), (0, 1)], True)
    assert not match_by_key([("a",), ("b",), ("c",)], [("a",), ("c",)]).reordered
