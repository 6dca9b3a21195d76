"""Whatever a text is, and whatever part of it is at hand: its spans are where they were, and proven where they can be."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import pyarrow.parquet as pq
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bundled import tree
from corpusbuild import Corpus
from corpusbuild.text.canonical import canonical, paragraphs
from corpusbuild.text.check import key_span
from corpusbuild.text.span import Span
from detaching import BASE, forget, with_blocks

WORDS = st.sampled_from(["kata", "Tono", "“kuat”", "é", "平壤", "👩🏽", "2024", "di", "itu,", "\u00a0"])
LINES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
TEXTS = st.lists(st.tuples(LINES, st.sampled_from(["\n", "\n\n", "\n\n\n"])), min_size=1, max_size=6).map(
    lambda rows: canonical("Judul\n\n" + "".join(line + end for line, end in rows))
)


@st.composite
def annotated(draw):
    """A text, some of its spans (over several paragraphs, too), and the numbers of the paragraphs that someone has."""
    text = draw(TEXTS)
    spans = []
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text) - 1))
        spans.append((start, draw(st.integers(start + 1, len(text)))))
    lines = [span.of(text) for span in paragraphs(text)]
    return text, spans, draw(st.sets(st.integers(0, len(lines) - 1)))


def build(root: Path, text: str, spans: list[tuple[int, int]]) -> Corpus:
    with_blocks(Path(shutil.copytree(BASE, root)))
    (root / "raw" / "pasar.txt").write_text(text, "utf-8", newline="")
    claims = [{"id": f"c{i}", "extent": {"exact": text[a:b], "start": a}} for i, (a, b) in enumerate(spans)]
    document = {"article": "pasar", "annotator": "ana", "claims": claims}
    (root / "annotations" / "pasar.json").write_text(json.dumps(document), "utf-8")
    return Corpus.open(root)


def places(root: Path) -> list[tuple[int, int]]:
    table = pq.read_table(root / "dist" / "kabar-kota" / "data" / "claims")
    return [(row["extent"]["start"], row["extent"]["end"]) for row in table.to_pylist() if row["article_id"] == "pasar"]


@given(annotated())
@example(("Judul\n\n\xa0\nkata\n", [(0, 1)], {0}))  # a blank paragraph that nobody has, before one that is missing
@settings(max_examples=25)
def test_spans_stand_where_they_stood_and_are_proven_by_what_is_at_hand(drawn) -> None:
    text, spans, numbers = drawn
    with tempfile.TemporaryDirectory() as name:
        root, mine = Path(name) / "corpus", Path(name) / "mine"
        corpus = build(root, text, spans)
        assert corpus.detach(["pasar"], allow_words=True).spans == len(spans)
        assert corpus.make(jobs=1).ok
        assert places(root) == spans
        first = tree(root / "dist")
        forget(root)
        mine.mkdir()
        lines = [span.of(text) for span in paragraphs(text)]
        (mine / "a").write_text("\n".join(lines[i] for i in sorted(numbers)), "utf-8")
        hydrated = corpus.hydrate([mine])
        (found,) = hydrated.articles
        # A paragraph may stand twice: who has one has both. White space around its words is not looked at, nor missed.
        have = {lines[i] for i in numbers} | {lines[i].strip() for i in numbers}
        known = [line in have for line in lines]
        whole = any(known) and all(there or not line.strip() for there, line in zip(known, lines, strict=True))
        assert (found.whole, found.wrong) == (whole, 0)
        assert found.at_hand == (len(lines) if whole else sum(known))
        unproven = 0
        for start, end in spans:
            key = key_span(text, Span(start, end))
            touched = [there for span, there in zip(paragraphs(text), known, strict=True) if span.start < key.end and key.start < span.end]
            unproven += not (whole or (touched and all(touched)))
        assert found.unproven == unproven
        made = corpus.make(jobs=1)
        assert made.ok
        assert tree(root / "dist") == first


@given(annotated(), st.data())
@settings(max_examples=25)
def test_a_changed_position_never_passes(drawn, data) -> None:
    """One end of one span moves by a character: with the text at hand, its check value is of other words."""
    text, spans, _ = drawn
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "corpus"
        corpus = build(root, text, spans)
        corpus.detach(["pasar"], allow_words=True)
        path = root / "annotations" / "pasar.json"
        document = json.loads(path.read_text("utf-8"))
        position = document["claims"][0]["extent"]
        old = text[position["start"] : position["end"]]
        position["end"] += data.draw(st.sampled_from([1, -1]))
        path.write_text(json.dumps(document), "utf-8")
        codes = {each.finding.code for each in corpus.check(jobs=1)}
        assert old != text[position["start"] : position["end"]] or position["end"] > len(text)
        assert codes == ({"CB203"} if position["end"] > len(text) else {"CB204"})
