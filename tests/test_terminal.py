"""What a terminal is shown: names that are cut, bars, tables, and the counts of a corpus, in any width and encoding."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundled import copy_corpus, inside, outside
from corpusbuild import Corpus
from corpusbuild.render.colours import BOLD, RESET, TEAL
from corpusbuild.render.statistics import Counted, Field, statistics
from corpusbuild.render.terminal import Terminal, padded, right, table
from corpusbuild.render.width import cells, graphemes
from terminals import on_terminal

FAMILY = "👩\u200d👩\u200d👧"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")

parts = st.sampled_from(["a", "b", "-", "é", "e\u0301", "平", "壤", FAMILY, "👍🏽", "\x1b", "\u202e", "ß"])
words = st.lists(parts, max_size=30).map("".join).map(Terminal(80).legible)
encodings = st.sampled_from(["utf-8", "ascii", "latin-1"])


# ---- laws ----


@given(words, st.integers(1, 60), encodings)
def test_what_is_cut_fits_and_keeps_both_ends(text, width, encoding):
    terminal = Terminal(80, encoding=encoding)
    legible = terminal.legible(text)
    cut = terminal.cut(legible, width)
    assert cells(cut) <= width
    cut.encode(encoding)
    if cells(legible) <= width:
        assert cut == legible
    elif terminal.ellipsis in cut:
        head, _, tail = cut.partition(terminal.ellipsis)
        assert legible.startswith(head)
        assert legible.endswith(tail)
        # No room is wasted but half of a character that is two cells wide, on either side.
        assert cells(cut) >= width - 2


@given(words, st.integers(4, 60))
def test_no_character_is_cut_in_two(text, width):
    head, mark, tail = Terminal(80).cut(text, width).partition("…")
    if mark and cells(text) > width:
        assert graphemes(head) + graphemes(tail) == graphemes(text)[: len(graphemes(head))] + (
            graphemes(text)[-len(graphemes(tail)) :] if tail else []
        )


@given(st.floats(-1, 2), st.integers(0, 40), encodings)
def test_a_bar_has_its_length_and_whatever_is_there_shows(share, width, encoding):
    bar = Terminal(80, encoding=encoding).bar(share, width)
    bar.encode(encoding)
    assert cells(bar) <= width
    assert bool(bar) is (share > 0 and width > 0)
    if share >= 1:
        assert cells(bar) == width


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 40))
def test_a_longer_bar_is_of_a_greater_share(one, other, width):
    def eighths(bar: str) -> int:
        return sum(" ▏▎▍▌▋▊▉█".index(each) for each in bar)

    low, high = sorted((one, other))
    assert eighths(Terminal(80).bar(low, width)) <= eighths(Terminal(80).bar(high, width))
    assert abs(eighths(Terminal(80).bar(high, width)) - max(high * width * 8, bool(high))) <= 1


@given(words, st.integers(0, 50))
def test_what_is_padded_is_as_wide_as_was_wanted(text, width):
    assert cells(padded(text, width)) == cells(right(text, width)) == max(width, cells(text))
    assert padded(text, width).startswith(text)
    assert right(text, width).endswith(text)


counts = st.integers(0, 10**8)
rows = st.lists(words, min_size=1, max_size=6)


@given(rows, st.lists(st.tuples(words, counts), max_size=6), st.integers(20, 140), st.integers(0, 2), encodings)
def test_a_table_fits_and_every_figure_is_in_it(names, columns, width, indent, encoding):
    terminal = Terminal(width, encoding=encoding)
    figures = [(heading, [f"{count + number:,}" for number, _ in enumerate(names)]) for heading, count in columns]
    lines = [*table(terminal, names, figures, indent=indent)]
    assert max(map(cells, lines), default=0) <= width
    shown = " ".join(lines)
    assert all(value in shown for _, values in figures for value in values)


@given(rows, st.integers(20, 140), st.integers(1, 10**9), encodings, st.booleans())
def test_counts_of_a_corpus_fit_any_terminal(names, width, most, encoding, colour):
    labels = {name: most // (number + 1) for number, name in enumerate(dict.fromkeys(names))}
    lines = [*statistics(counted(labels), Terminal(width, colour, encoding))]
    for line in lines:
        line.encode(encoding)
        assert cells(COLOUR.sub("", line)) <= width, line


def counted(labels: dict[str, int]) -> Counted:
    """Articles in three splits with one labelled field, which refer to as many entries of a registry."""
    rows = {"articles": {"train": 12_345, "validation": 678, "test": 9}, "people": {"registry": len(labels) + 2}}
    figure = {"name": "articles.kind alpha", "value": 0.9, "low": 0.85, "high": None, "used": 1234, "dropped": 0, "unit": "rows"}
    agreement = {"a": "ana", "b": "budi", "articles": ["x", "y"], "figures": [figure, figure | {"value": None}]}
    kind = Field("articles", "kind", labels, nulls=3)
    by = Field("articles", "by[]", labels, registry="people", entries=len(labels) + 2)
    return Counted(rows, [kind], [by], 1_234_567, agreements=[agreement])


# ---- exact pages ----

LABELS = {"berita": 9_000, "平壤": 4_500, "wawancara-dengan-seorang-saksi-mata": 1, "opini": 0}

WIDE = """\
           train  validation  test  registry     all
articles  12,345         678     9            13,032
people                                     6       6

1,234,567 characters of text

articles.kind
  berita                            9,000   66.7 %  ████████████████████████
  平壤                              4,500   33.3 %  ████████████
  wawancara-dengan…rang-saksi-mata      1    0.0 %  ▏
  opini                                 0    0.0 %
  3 without

articles.by[] → people
  berita  9,000   66.7 %  ████████████████████████
  平壤    4,500   33.3 %  ████████████
  … 2 more, 1 time
  2 of 6 never

ana and budi, 2 articles
                       value  interval        used
  articles.kind alpha  0.900            1,234 rows
"""


def page(width: int, top: int = 2, **more) -> str:
    return "\n".join(statistics(counted(LABELS), Terminal(width, **more), top)) + "\n"


def test_a_page_of_counts():
    assert page(80) == WIDE


NARROW = {
    24: """\
           train
articles  12,345
people

          validation
articles         678
people

          test  registry
articles     9
people                 6

             all
articles  13,032
people         6

1,234,567 ch…ers of text

articles.kind
  berita           9,000
  平壤             4,500
  wawanca…si-mata      1
  opini                0
  3 without

articles.by[] → people
  berita  9,000   66.7 %
  平壤    4,500   33.3 %
  … 2 more, 1 time
  2 of 6 never

ana and budi, 2 articles
                   value
  article…d alpha  0.900

                interval
  articl…alpha

                    used
  artic…lpha  1,234 rows
""",
    40: """\
           train  validation  test
articles  12,345         678     9
people

          registry     all
articles            13,032
people           6       6

1,234,567 characters of text

articles.kind
  berita          9,000   66.7 %  ██████
  平壤            4,500   33.3 %  ███
  wawanca…i-mata      1    0.0 %  ▏
  opini               0    0.0 %
  3 without

articles.by[] → people
  berita  9,000   66.7 %  ██████████████
  平壤    4,500   33.3 %  ███████
  … 2 more, 1 time
  2 of 6 never

ana and budi, 2 articles
                       value  interval
  articles.kind alpha  0.900

                             used
  articles.kind alpha  1,234 rows
""",
    60: """\
           train  validation  test  registry     all
articles  12,345         678     9            13,032
people                                     6       6

1,234,567 characters of text

articles.kind
  berita                            9,000   66.7 %  ████████
  平壤                              4,500   33.3 %  ████
  wawancara-dengan…rang-saksi-mata      1    0.0 %  ▏
  opini                                 0    0.0 %
  3 without

articles.by[] → people
  berita  9,000   66.7 %  ████████████████████████
  平壤    4,500   33.3 %  ████████████
  … 2 more, 1 time
  2 of 6 never

ana and budi, 2 articles
                       value  interval        used
  articles.kind alpha  0.900            1,234 rows
""",
}


@pytest.mark.parametrize("width", [24, 40, 60])
def test_a_page_of_counts_where_there_is_less_room(width):
    assert page(width) == NARROW[width]


def test_a_page_of_counts_for_a_terminal_that_knows_ascii_only():
    said = page(80, encoding="ascii")
    assert said.isascii()
    assert "articles.by[] -> people" in said
    assert "  berita                            9,000   66.7 %  ########################\n" in said
    assert "  \\u5e73\\u58e4                      4,500   33.3 %  ############\n" in said
    assert "  wawancara-denga...ang-saksi-mata      1    0.0 %  #\n" in said


def test_figures_of_other_documents_are_not_shown():
    old = replace(counted(LABELS), agreements_stand=False)
    lines = [*statistics(old, Terminal(100))]
    assert lines[-1] == "agreement.json is of other documents: `corpusbuild agree --save` measures anew"
    assert not [line for line in lines if "ana and budi" in line]
    assert max(map(cells, statistics(old, Terminal(40)))) <= 40


def test_colour_marks_headings_and_bars_and_moves_nothing():
    said = page(80, colour=True)
    assert f"{BOLD}articles.kind{RESET}\n" in said
    assert f"{TEAL}████████████{RESET}\n" in said
    assert COLOUR.sub("", said) == WIDE


# ---- the command ----


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return copy_corpus(tmp_path / "corpus")


def test_json_has_every_count(corpus):
    said = json.loads(inside(corpus, "stats", "--format", "json", "--top", "1").out)
    summary = Corpus.open(corpus).stats().summary
    assert said["format"] == 1
    assert said["tables"] == {name: {"rows": sum(of.values()), "splits": of} for name, of in summary.rows.items()}
    assert [each["counts"] for each in said["labels"]] == [*summary.labels.values()]
    speakers = next(each for each in said["references"] if (each["table"], each["field"]) == ("claims", "speakers[]"))
    assert speakers["registry"] == "speakers"
    wanted: dict[str, int] = {}
    for path in corpus.glob("annotations/*.json"):
        document = json.loads(path.read_bytes())
        for claim in document.get("claims", []) if isinstance(document, dict) else []:
            for speaker in claim.get("speakers", []):
                wanted[speaker] = wanted.get(speaker, 0) + 1
    assert speakers["counts"] == wanted
    assert [*speakers["counts"]] == sorted(wanted, key=lambda key: (-wanted[key], key))


def test_counts_are_the_same_wherever_they_are_piped_to(corpus):
    said = outside(corpus, "stats")
    assert said == outside(corpus, "stats", env={"COLUMNS": "100", "LC_ALL": "C.UTF-8", "TERM": "dumb", "NO_COLOR": "1"})
    assert "\x1b" not in said.out


def test_an_encoding_without_blocks_gets_ascii(corpus):
    said = outside(corpus, "stats", env={"PYTHONIOENCODING": "ascii"})
    assert (said.status, said.err) == (0, "")
    assert said.out.isascii()
    assert "  ####" in said.out


@pytest.mark.parametrize("columns", [60, 140])
def test_nothing_is_wider_than_the_terminal(corpus, columns):
    with on_terminal(corpus, "stats", columns=columns, lines=400) as terminal:
        said = terminal.read_to_end()
    assert BOLD in said
    assert "\n\x1b[1mclaims.attribution\x1b[0m\r\n" in said
    assert max(cells(COLOUR.sub("", line)) for line in re.split("[\r\n]+", said)) <= columns


def test_a_corpus_that_cannot_be_counted_says_why(corpus):
    path = corpus / "annotations" / "speakers.json"
    path.write_bytes(path.read_bytes() + b"]")
    said = inside(corpus, "stats", "--format", "json")
    assert said.status == 1
    assert [each["name"] for each in said.findings] == ["invalid-json"]
