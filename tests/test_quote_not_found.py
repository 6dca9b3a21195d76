"""What is proposed for words that are not in the article."""

from __future__ import annotations

import pytest

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.where import InJson, Origin
from corpusbuild.rules.quote_not_found import check
from corpusbuild.text.anchors import Quote


@pytest.mark.parametrize(
    ("words", "text", "help_text", "differ"),
    [
        ("d di pasar", "kata) di pasar", 'write "di" for "d di", if that is meant', 2),
        ("dd di pasar", "kata), di pasar", 'write "di" for "dd di", if that is meant', 3),
        ("di pasar d", "di pasar (kata", 'write "pasar" for "pasar d", if that is meant', 2),
        ("di pasar dd", "di pasar, (kata", 'write "pasar" for "pasar dd", if that is meant', 3),
        ("(-", "kata --", 'write "-", if that is meant', 1),
        ("-)", "-- kata", 'write "-", if that is meant', 1),
        # What was quoted with the words stays.
        ('"kio di pasar', 'kata "kios di pasar', r'write "\"kios" for "\"kio", if that is meant', 1),
        ('di pasar kioz"', 'di pasar kios" kata', r'write "kios\"" for "kioz\"", if that is meant', 1),
        ("xata di pasar", "ada kata di pasar", 'write "kata" for "xata", if that is meant', 1),
        ("di pasar katx", "di pasar kata ini", 'write "kata" for "katx", if that is meant', 1),
    ],
)
def test_the_nearest_words_have_no_punctuation_at_their_edges_that_was_not_quoted(
    words: str, text: str, help_text: str, differ: int
) -> None:
    article = Article("a", text, "", len(text), {}, Origin("raw/a.json"), Origin("raw/a.txt"))
    (finding,) = check(article, InJson(Origin("annotations/a.json"), ("claims", 0, "extent")), Quote(words), None)
    assert finding.help == help_text
    assert [each.label for each in finding.also] == [f"nearest, {differ} character{'s differ' if differ > 1 else ' differs'}"]
