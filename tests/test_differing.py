"""What is to be written for what: the words that differ, and no others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusbuild.text.differing import changes

WORDS = st.lists(st.sampled_from(["a", "b", "c", "satu", "dua,"]), max_size=8).map(" ".join)


@pytest.mark.parametrize(
    ("wrote", "stands", "said"),
    [
        ("satu dua tiga", "satu due tiga", [("dua", "due")]),
        ("satu dua tiga empat", "situ dua tiga ampat", [("satu", "situ"), ("empat", "ampat")]),
        ("satu dua tiga", "satu dui tigi", [("dua tiga", "dui tigi")]),
        ("satu tiga", "satu dua tiga", [("satu", "satu dua")]),
        ("dua tiga", "satu dua tiga", [("dua", "satu dua")]),
        ("satu dua tiga", "satu dua", [("dua tiga", "dua")]),
        ("satu  dua", "satu dua", [("satu  dua", "satu dua")]),
        ("satu", "dua", [("satu", "dua")]),
    ],
)
def test_the_words_that_differ_are_told_with_what_stands_there(wrote, stands, said):
    assert [(ours.of(wrote), theirs.of(stands)) for ours, theirs in changes(wrote, stands)] == said


@given(WORDS, WORDS)
def test_who_writes_what_is_told_has_the_words_that_stand_there(wrote, stands):
    made, at = "", 0
    for ours, theirs in changes(wrote, stands):
        made += wrote[at : ours.start] + theirs.of(stands)
        at = ours.end
    assert made + wrote[at:] == stands
