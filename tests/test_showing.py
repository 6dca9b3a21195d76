"""What findings show: values, and the words that were probably meant."""

from __future__ import annotations

import pytest

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.where import InJson, Origin
from corpusbuild.rules import limit_met, quote_not_found, version_too_small
from corpusbuild.rules.showing import excerpt
from corpusbuild.rules.signing import listed
from corpusbuild.schema.judging import STEPS, ShapeFault
from corpusbuild.text.anchors import Quote


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "null"),
        ("Café", '"Café"'),
        ("a" * 58, f'"{"a" * 58}"'),
        ("a" * 59, f'"{"a" * 58}…'),
        ("a" * 1_000, f'"{"a" * 58}…'),
        (list(range(100)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, …"),
    ],
    ids=["null", "no escapes", "just as long", "one more", "much more", "a list"],
)
def test_a_value_is_shown_as_json_and_cut_where_it_is_long(value: object, shown: str) -> None:
    assert excerpt(value) == shown


@pytest.mark.parametrize(
    ("words", "text", "help_text", "differ"),
    [
        ("d di pasar", "kata) di pasar", 'write "di" for "d di", if that is meant', 2),
        ("dd di pasar", "kata), di pasar", 'write "di" for "dd di", if that is meant', 3),
        ("di pasar d", "di pasar (kata", 'write "pasar" for "pasar d", if that is meant', 2),
        ("di pasar dd", "di pasar, (kata", 'write "pasar" for "pasar dd", if that is meant', 3),
        ("(-", "kata --", 'write "-", if that is meant', 1),
        ("-)", "-- kata", 'write "-", if that is meant', 1),
        ("a,x", "ok a, ok", 'write "a", if that is meant', 2),
        ("x,a", "ok ,a ok", 'write "a", if that is meant', 2),
        ("ab,x", "ok ab, ok", 'write "ab", if that is meant', 2),
        ("x,ab", "ok ,ab ok", 'write "ab", if that is meant', 2),
        # What was quoted with the words stays.
        ('"kio di pasar', 'kata "kios di pasar', r'write "\"kios" for "\"kio", if that is meant', 1),
        ('di pasar kioz"', 'di pasar kios" kata', r'write "kios\"" for "kioz\"", if that is meant', 1),
        ("xata di pasar", "ada kata di pasar", 'write "kata" for "xata", if that is meant', 1),
        ("di pasar katx", "di pasar kata ini", 'write "kata" for "katx", if that is meant', 1),
    ],
)
def test_the_nearest_words_have_no_punctuation_at_an_edge_but_what_was_quoted(words: str, text: str, help_text: str, differ: int) -> None:
    article = Article("a", text, "", len(text), {}, Origin("raw/a.json"), Origin("raw/a.txt"))
    (finding,) = quote_not_found.check(article, InJson(Origin("annotations/a.json"), ("claims", 0, "extent")), Quote(words), None)
    assert finding.help == help_text
    assert [each.label for each in finding.also] == [f"nearest, {differ} character{'s differ' if differ > 1 else ' differs'}"]


@pytest.mark.parametrize(
    ("names", "shown"),
    [("", ""), ("a", '"a"'), ("abcde", '"a", "b", "c", "d", "e"'), ("abcdef", '"a", "b", "c", "d", "e" and 1 more')],
)
def test_of_many_names_five_are_shown(names: str, shown: str) -> None:
    assert listed([*names]) == shown
    assert listed([*"abcde", *map(str, range(2_000))]) == '"a", "b", "c", "d", "e" and 2,000 more'


@pytest.mark.parametrize(
    ("reasons", "shown"),
    [("a", "a"), ("abc", "a; b; c"), ("abcd", "a; b; c; and 1 more"), ("abcdefgh", "a; b; c; and 5 more")],
)
def test_of_many_reasons_three_are_shown(reasons: str, shown: str) -> None:
    (finding,) = version_too_small.check("1.2.0", "1.1.0", "2.0.0", [*reasons], InJson(Origin("a.json")))
    assert (finding.message, finding.help) == (f"1.2.0 is too small after 1.1.0: {shown}", "release 2.0.0, or a greater version")


@pytest.mark.parametrize(("pattern", "named"), [("(a|a)*$", "the pattern (a|a)*$"), (None, "a pattern")])
def test_a_pattern_that_takes_too_many_steps_is_named_where_it_is_known(pattern: str | None, named: str) -> None:
    (finding,) = limit_met.check(InJson(Origin("a.json")), ShapeFault((), STEPS, (pattern, 2_000), "aab", ""))
    assert finding.message == f'{named} takes more than 2,000 steps back on "aab"'
