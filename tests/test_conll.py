"""Columns of tokens and tags: schemes are told apart, what breaks one is refused at its line, and the text is put together."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusbuild import CannotGoOn
from corpusbuild.interchange.conll import Conll
from corpusbuild.interchange.model import Source
from corpusbuild.interchange.tagging import Breach, Chunk, Evidence, Scheme, chunks, read_tag
from importing import read, rows, source, told


def written(spans: list[Chunk], tokens: int, scheme: Scheme) -> list[str]:
    """The tags of spans, which do not overlap."""
    tags = ["O"] * tokens
    last, single = {Scheme.BILOU: ("L", "U"), Scheme.BIOES: ("E", "S")}.get(scheme, ("I", "B"))
    before: Chunk | None = None
    for span in spans:
        length = span.end - span.start
        letters = [single] if length == 1 else ["B", *"I" * (length - 2), last]
        if scheme is Scheme.BIO1 and not (before and before.end == span.start and before.type == span.type):
            letters[0] = "I"
        tags[span.start : span.end] = [f"{letter}-{span.type}" for letter in letters]
        before = span
    return tags


@st.composite
def sentences(draw: st.DrawFn) -> tuple[list[Chunk], int]:
    spans, at = [], 0
    for gap, length, kind in draw(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3), st.sampled_from(["A", "B-C"])), max_size=5)):
        spans.append(Chunk(at + gap, at + gap + length, kind))
        at += gap + length
    return spans, at + draw(st.integers(0, 2))


@given(sentences(), st.sampled_from(list(Scheme)))
def test_spans_come_back_from_their_tags(sentence: tuple[list[Chunk], int], scheme: Scheme) -> None:
    spans, tokens = sentence
    assert list(chunks([read_tag(tag, scheme) for tag in written(spans, tokens, scheme)], scheme)) == spans


@given(st.lists(sentences(), min_size=1), st.sampled_from(list(Scheme)))
def test_the_scheme_that_is_found_reads_the_same_spans(corpus: list[tuple[list[Chunk], int]], scheme: Scheme) -> None:
    evidence = Evidence()
    for spans, tokens in corpus:
        evidence.add(written(spans, tokens, scheme))
    for spans, tokens in corpus:
        tags = [read_tag(tag, evidence.scheme) for tag in written(spans, tokens, scheme)]
        assert list(chunks(tags, evidence.scheme)) == spans


@given(st.lists(st.sampled_from(["O", "B-A", "I-A", "L-A", "U-A", "B-B", "I-B", "L-B", "?"])), st.sampled_from(list(Scheme)))
def test_no_span_is_made_of_a_breach(tags: list[str], scheme: Scheme) -> None:
    read_tags = [read_tag(tag, scheme) for tag in tags]
    found = list(chunks(read_tags, scheme))
    spans = [each for each in found if isinstance(each, Chunk)]
    for span in spans:
        inside = read_tags[span.start : span.end]
        assert {tag.type for tag in inside if tag} == {span.type}
        assert None not in inside
    for earlier, later in pairwise(spans):
        assert earlier.end <= later.start
    assert all(0 <= each.token < len(tags) for each in found if isinstance(each, Breach))


CONLL = """-DOCSTART- -X- O

Ibu NN B-PER
Sari NN I-PER
pergi VB O

ke IN O
Lirih NN B-LOC

-DOCSTART- -X- O

# O
😀 SYM B-LOC
"""


def test_documents_sentences_and_tokens(tmp_path: Path) -> None:
    documents = read(Conll(), source(tmp_path / "in", {"a.conll": CONLL.replace("# O", "# SYM O").replace("\n", "\r\n")}))
    assert [(each.name, each.annotator, each.text) for each in documents] == [
        ("a-1", "gold", "Ibu Sari pergi\nke Lirih"),
        ("a-10", "gold", "# 😀"),
    ]
    assert [(row["label"], row["span"]) for row in rows(documents[0], "spans")] == [("PER", (0, 8, None)), ("LOC", (18, 23, None))]
    assert [row.at.line for row in documents[0].rows if row.table == "spans"] == [3, 8]
    assert rows(documents[1], "tokens") == [
        {"id": "t1", "token": (0, 1, None), "column_2": "SYM"},
        {"id": "t2", "token": (2, 3, None), "column_2": "SYM"},
    ]


def test_what_breaks_the_scheme_is_refused_at_its_line(tmp_path: Path) -> None:
    text = "a B-A\nb I-B\nc I-B\nd B-A\n\ne I-A\nf X-A\ng B-B\nh B-B extra\ni I-B\n"
    [document] = read(Conll(), source(tmp_path / "in", {"a.conll": text}))
    assert told([document]) == [("CB701", "a.conll", line) for line in (2, 6, 7, 9, 10)]
    assert [(row["label"], row["span"]) for row in rows(document, "spans")] == [
        ("A", (0, 1, None)),
        ("A", (6, 7, None)),
        ("B", (12, 13, None)),
    ]
    assert document.text == "a b c d\ne f g i"
    [old] = read(Conll(), source(tmp_path / "in", {"a.conll": "a I-A\nb B-A\nc O\nd I-B\n"}))
    assert [row["span"][:2] for row in rows(old, "spans")] == [(0, 1), (2, 3), (6, 7)]
    [new] = read(Conll(), source(tmp_path / "in", {"a.conll": "a I-A\nb B-A\nc O\nd I-B\n"}, scheme="bio2"))
    assert [line for _, _, line in told([new])] == [1, 4]


CONLLU = """# newdoc id = pagi
# sent_id = 1
1-2\tJangan-lah\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No
1\tJangan\tjangan\tPART\t_\t_\t2\tneg\t_\t_
2\tlah\tlah\tPART\t_\t_\t0\troot\t_\t_
2.1\tada\tada\tVERB\t_\t_\t_\t_\t_\t_
3\t!\t!\tPUNCT\t_\t_\t2\tpunct\t_\t_

# newdoc id = siang
1\tPanas\tpanas\tADJ\t_\t_\t0\troot\t_\t_
"""


def test_conllu_says_where_there_is_no_space(tmp_path: Path) -> None:
    documents = read(Conll(), source(tmp_path / "in", {"a.conllu": CONLLU}))
    assert [(each.name, each.text) for each in documents] == [("pagi", "Jangan-lah!"), ("siang", "Panas")]
    tokens = rows(documents[0], "tokens")
    assert [(row["token"][:2], row["lemma"]) for row in tokens] == [((0, 10), "jangan"), ((0, 10), "lah"), ((10, 11), "!")]
    assert rows(documents[0], "comments") == [{"id": "m1", "comment": "sent_id = 1"}]
    assert [(change.at.line, change.how[:18]) for change in documents[0].changes] == [(6, "the empty node 2.1")]
    assert rows(documents[0], "spans") == []
    tagged = CONLLU.replace("neg\t_\t_", "neg\tB-N\t_").replace("root\t_\t_", "root\tO\t_").replace("punct\t_\t_", "punct\tO\t_")
    [first, _] = read(Conll(), source(tmp_path / "tagged", {"a.conllu": tagged}, tag="9"))
    assert [row["span"][:2] for row in rows(first, "spans")] == [(0, 10)]


def test_columns_can_be_named(tmp_path: Path) -> None:
    files = {"a.tsv": "1\tB-A\tIbu Sari\n2\tO\tpergi\n"}
    [document] = read(Conll(), source(tmp_path / "in", files, token="3", tag="2", annotator="sari"))  # noqa: S106  a column
    assert (document.text, document.annotator) == ("Ibu Sari pergi", "sari")
    assert [row["span"][:2] for row in rows(document, "spans")] == [(0, 8)]
    for options in ({"tag": "4"}, {"tag": "x"}, {"scheme": "bmes"}, {"separator": ";"}):
        with pytest.raises(CannotGoOn):
            read(Conll(), source(tmp_path / "in", files, **options))


def test_bytes_that_are_no_text_cost_one_line(tmp_path: Path) -> None:
    [document] = read(Conll(), source(tmp_path / "in", {"a.bio": b"\xef\xbb\xbfIbu B-A\n\xff O\nSari B-A\n"}))
    assert document.text == "Ibu Sari"
    assert told([document]) == [("CB701", "a.bio", 2)]


def test_a_line_without_a_token_costs_one_line(tmp_path: Path) -> None:
    [document] = read(Conll(), source(tmp_path / "in", {"a.tsv": "Ibu\tB-A\n \tO\nSari\tB-A\n"}))
    assert (document.text, told([document])) == ("Ibu Sari", [("CB701", "a.tsv", 2)])
    assert [each.message for each in document.findings] == ["the line has no token"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.conllu", "# generator = x\n# newdoc id = b\n1\tYa\t_\n", [(1, "the comment stands in a document without tokens")]),
        ("a.conll", "# by hand\n-DOCSTART- O\n\nYa O\n", [(1, "the comment stands in a document without tokens")]),
        (
            "a.conllu",
            "1.1\tada\t_\n# newdoc id = b\n1\tYa\t_\n",
            [(1, "the empty node 1.1 is left out: it is no word of the text")],
        ),
    ],
)
def test_what_stands_in_a_document_without_tokens_is_told_at_its_line(
    tmp_path: Path, name: str, text: str, said: list[tuple[int, str]]
) -> None:
    documents = read(Conll(), source(tmp_path / "in", {name: text}))
    assert [each.text for each in documents if each.text is not None] == ["Ya"]
    assert [(each.where.line, each.message) for document in documents for each in document.findings] == said
    assert {code for code, _, _ in told(documents)} == {"CB707"}


def test_a_document_that_has_nothing_is_none(tmp_path: Path) -> None:
    documents = read(Conll(), source(tmp_path / "in", {"a.conll": "-DOCSTART- O\n\n-DOCSTART- O\n\nYa O\n"}))
    assert [(each.name, each.text, each.findings) for each in documents] == [("a-3", "Ya", [])]


def test_one_file_may_have_any_name_and_of_a_folder_others_are_told(tmp_path: Path) -> None:
    folder = source(tmp_path / "in", {"a.dat": "Ya\tB-A\n", "b.conll": "Ya\tB-A\n"})
    documents = read(Conll(), folder)
    assert [each.name for each in documents if each.text] == ["b"]
    assert told(documents) == [("CB707", "a.dat", 0)]
    [document] = read(Conll(), Source(folder.path / "a.dat"))
    assert (document.name, document.text) == ("a", "Ya")
    (tmp_path / "in/b.conll").write_text("\n \n")
    with pytest.raises(CannotGoOn, match="nothing here has columns of tokens"):
        Conll().tables(folder)


def test_a_link_out_of_the_source_is_told(tmp_path: Path) -> None:
    folder = source(tmp_path / "in", {"b.conll": "Ya\tB-A\n"})
    (tmp_path / "c.conll").write_text("Rahasia\tB-A\n")
    (tmp_path / "in/c.conll").symlink_to(tmp_path / "c.conll")
    documents = read(Conll(), folder)
    assert [each.text for each in documents if each.text] == ["Ya"]
    assert told(documents) == [("CB707", "c.conll", 0)]


def test_what_follows_a_word_of_conllu_stands_in_its_tenth_column(tmp_path: Path) -> None:
    lines = (
        "1\tYa\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No\tz\n2\t!\t_\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No\n3\tMari\t_\t_\t_\t_\t_\t_\t_\t_\tz\n"
    )
    [document] = read(Conll(), source(tmp_path / "in", {"a.conllu": lines}))
    assert document.text == "Ya! Mari"
