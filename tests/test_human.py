"""Findings as people see them: the carets stand under the words that are meant, whatever these are made of."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from corpusbuild.diagnostics.finding import Also, Finding, Severity
from corpusbuild.diagnostics.report import Located, Report
from corpusbuild.diagnostics.source import SourceFile
from corpusbuild.diagnostics.where import InText, Origin
from corpusbuild.render import colours
from corpusbuild.render.fitting import fitted
from corpusbuild.render.human import Human
from corpusbuild.render.width import cells, graphemes, printable, rows

ORIGIN = Origin("raw/a.txt")
FAMILY = "👩\u200d👩\u200d👧"


def located(
    text: str, start: int, end: int, *, label: str = "here", message: str = "something", also: tuple[int, int] | None = None
) -> Located:
    source = SourceFile("raw/a.txt", text.encode("utf-8", "surrogateescape"))
    others = () if also is None else (Also(InText(ORIGIN, *also), "there"),)
    finding = Finding("CB999", "some-rule", Severity.ERROR, message, InText(ORIGIN, start, end), label, others, "do something")
    return Located(finding, source.place(start, end), () if also is None else (source.place(*also),))


def shown(text: str, words: str, *, width: int = 80, label: str = "here", **more) -> list[str]:
    """The lines of a finding about the first place of ``words`` in a text."""
    source = SourceFile("raw/a.txt", text.encode("utf-8", "surrogateescape"))
    start = text.index(words)
    return list(Human(lambda _: source, width=width).finding(located(text, start, start + len(words), label=label, **more)))


def excerpt(text: str, words: str, **more) -> tuple[str, str]:
    """The line that is shown, and the one with the carets, both without the line number."""
    line, carets = shown(text, words, **more)[3:5]
    return line.removeprefix("1 | "), carets.removeprefix("  | ")


# ---- exact output ----


def test_a_finding_has_a_headline_a_place_an_excerpt_and_help():
    assert shown("satu dua tiga\n", "dua") == [
        "error[CB999] some-rule: something",
        " --> raw/a.txt:1:6",
        "  |",
        "1 | satu dua tiga",
        "  |      ^^^ here",
        "  = help: do something",
    ]


def test_another_place_has_its_own_excerpt_and_all_line_numbers_stand_below_one_another():
    text = "".join(f"baris {i}\n" for i in range(1, 121))
    assert shown(text, "baris 7", also=(text.index("baris 120"), text.index("baris 120") + 5)) == [
        "error[CB999] some-rule: something",
        "   --> raw/a.txt:7:1",
        "    |",
        "  7 | baris 7",
        "    | ^^^^^^^ here",
        "   ::: raw/a.txt:120:1",
        "    |",
        "120 | baris 120",
        "    | ----- there",
        "    = help: do something",
    ]


@pytest.mark.parametrize(
    ("text", "words", "line", "carets"),
    [
        ("漢字とかな", "とか", "漢字とかな", "    ^^^^ here"),
        ("cafe\u0301 noir", "noir", "cafe\u0301 noir", "     ^^^^ here"),
        ("cafe\u0301 noir", "cafe\u0301", "cafe\u0301 noir", "^^^^ here"),
        ("a\tb\tkata", "kata", "a    b    kata", "          ^^^^ here"),
        ("a\tkata", "\t", "a    kata", " ^^^^ here"),
        (f"{FAMILY} kata", "kata", f"{FAMILY} kata", "   ^^^^ here"),
        (f"ya {FAMILY} kata", FAMILY, f"ya {FAMILY} kata", "   ^^ here"),
        ("🇮🇩 kata", "kata", "🇮🇩 kata", "   ^^^^ here"),
        ("👍🏽 kata", "kata", "👍🏽 kata", "   ^^^^ here"),
        ("नमस्ते kata", "kata", "नमस्ते kata", " " * (wcswidth("नमस्ते") + 1) + "^^^^ here"),
        ("\uff21\uff11 kata", "kata", "\uff21\uff11 kata", "     ^^^^ here"),
        ("ka\u200bta tiga", "tiga", "ka\u200bta tiga", "     ^^^^ here"),
        ("ka\u200bta", "\u200b", "ka\u200bta", "  ^ here"),
        ("satu\x1b[31m dua", "dua", "satu␛[31m dua", "          ^^^ here"),
        ("satu \u202edua", "dua", "satu \ufffddua", "      ^^^ here"),
        ("satu\u2028dua", "dua", "satu\ufffddua", "     ^^^ here"),
        ("satu \x7f dua", "dua", "satu ␡ dua", "       ^^^ here"),
    ],
)
def test_carets_stand_under_the_cells_of_the_words(text, words, line, carets):
    assert excerpt(text, words) == (line, carets)


def test_what_people_take_for_one_character_is_marked_as_a_whole():
    """Only the second person of a family, only the accent of a letter: a terminal has no cell of their own for them."""
    assert excerpt(f"ya {FAMILY} ya", "\u200d👧")[1] == "   ^^ here"
    assert excerpt("cafe\u0301s", "\u0301")[1] == "   ^ here"


def test_bytes_that_are_no_text_take_a_cell_each():
    assert excerpt("a\udcff\udcfe kata", "kata") == ("a\ufffd\ufffd kata", "    ^^^^ here")


@pytest.mark.parametrize("width", [80, 140])
@pytest.mark.parametrize("filler", ["kata ", "漢字", "e\u0301", FAMILY, "\t"])
def test_a_long_line_is_cut_around_the_words(width, filler):
    text = filler * 400 + "DISINI" + filler * 400
    line, carets = excerpt(text, "DISINI", width=width)
    assert line.startswith("… ")
    assert line.endswith(" …")
    assert wcswidth(line) <= width - 4
    assert wcswidth(line) > width - 16
    before = line[: line.index("DISINI")]
    assert carets == " " * wcswidth(before) + "^^^^^^ here"
    # Nothing was cut through: all that is shown is whole.
    assert not before.removeprefix("… ").replace(printable(filler), "").strip(filler)


def test_words_longer_than_the_line_are_cut_in_their_middle():
    line, carets = excerpt("awal " + "kata " * 200 + "akhir", "kata " * 200, width=80, label="")
    assert " … " in line.strip("… ")
    assert wcswidth(line) <= 76
    marked = carets.strip()
    assert set(marked) == {"^"}
    assert line[carets.index("^") : carets.rindex("^") + 1].startswith("kata kata")


def test_a_label_that_would_run_over_the_edge_stands_below():
    lines = shown("x" * 60 + "kata", "kata", width=80, label="a label of some length")
    assert lines[3:6] == [f"1 | {'x' * 60}kata", "  | " + " " * 60 + "^^^^", "  | " + " " * 54 + "a label of some length"]
    assert max(map(wcswidth, lines)) == 80


def test_words_over_several_lines_are_marked_to_the_end_of_the_first():
    assert excerpt("satu dua\ntiga empat\n", "dua\ntiga")[1] == "     ^^^ … here"


def test_an_end_of_line_is_a_place_too():
    text = "satu\n"
    source = SourceFile("raw/a.txt", text.encode())
    lines = list(Human(lambda _: source).finding(located(text, 4, 4)))
    assert lines[3:5] == ["1 | satu", "  |     ^ here"]


def test_nothing_a_stranger_wrote_reaches_the_terminal_as_a_command():
    lines = shown("satu\x1b]0;title\x07 dua", "dua", message="bad \x1b[2J\r\n::error::x", label="\x9b31m")
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for line in lines for c in line)


# ---- laws ----

pieces = st.sampled_from(
    ["a", "kata ", "漢", "e\u0301", "\u0301", FAMILY, "🇮🇩", "⚠\ufe0f", "\t", "\x1b", "\u200b", "क्षि", "한", "\u1112\u1161", '"', "\ufeff"]
)


@given(st.lists(pieces, max_size=60).map("".join), st.data(), st.sampled_from([40, 80, 140]))
def test_no_line_is_wider_than_asked_and_the_carets_are_as_wide_as_what_they_mark(text, data, width):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    source = SourceFile("raw/a.txt", text.encode())
    lines = list(Human(lambda _: source, width=width).finding(located(text, start, end, label="")))
    if len(lines) < 6:
        return  # a place at the very start, of no length: the file as a whole
    line, carets = lines[3].removeprefix("1 | "), lines[4].removeprefix("  |").removeprefix(" ")
    assert cells(line) <= width - 4
    before, marked = len(carets) - len(carets.lstrip()), len(carets.strip())
    edges = [0]
    for character in graphemes(line):
        edges.append(edges[-1] + cells(character))
    assert before in edges, "the carets begin within a character"
    assert before + marked in edges or marked == 1, "the carets end within a character"
    whole = graphemes(text)
    if cells(printable(text)) <= width - 4 and end > start:
        at, expected = 0, 0
        for character in whole:
            expected += cells(printable(character)) if at < end and at + len(character) > start else 0
            at += len(character)
        assert marked == max(expected, 1)


def test_a_line_of_a_million_characters_is_shown_at_once():
    text = '"' + "panjang 漢字 " * 100_000 + '"kata"' + " panjang" * 1000
    started = time.process_time()
    line, carets = excerpt(text, '"kata"')
    assert time.process_time() - started < 1
    assert carets.index("^") == wcswidth(line[: line.index('"kata"')])


# ---- the report ----


def report(count: int) -> Report:
    text = "kata\n" * count
    return Report(tuple(located(text, 5 * i, 5 * i + 4) for i in range(count)))


def test_what_is_not_shown_is_counted():
    source = SourceFile("raw/a.txt", b"kata\n" * 7)
    lines = list(Human(lambda _: source).report(report(7), 3))
    assert sum(line.startswith("error[") for line in lines) == 3
    assert "… and 4 more findings (--max 0 shows all)" in lines
    assert lines[-2:] == ["     7  CB999  some-rule", "7 errors"]


def test_of_many_rules_the_commonest_are_named_and_the_others_counted():
    codes = ["CB901", "CB902", "CB902", "CB903", "CB904"]
    found = Report(tuple(replace(each, finding=replace(each.finding, code=code)) for each, code in zip(report(5), codes, strict=True)))
    human = Human(lambda _: SourceFile("raw/a.txt", b"kata\n" * 5))
    assert list(human.summary(found, 3)) == [
        "     2  CB902  some-rule",
        "     1  CB901  some-rule",
        "     1  CB903  some-rule",
        "     …  and 1 more rule",
        "5 errors",
    ]


def test_another_place_that_is_the_same_is_not_shown_again():
    assert not [line for line in shown("satu dua\n", "dua", also=(5, 8)) if ":::" in line]
    assert [line for line in shown("satu dua\n", "dua", also=(0, 4)) if ":::" in line]


def test_colour_adds_nothing_but_colour():
    import re

    source = SourceFile("raw/a.txt", b"satu dua\n")
    finding = located("satu dua\n", 5, 8)
    plain = list(Human(lambda _: source).finding(finding))
    coloured = list(Human(lambda _: source, colour=True).finding(finding))
    assert coloured != plain
    assert [re.sub("\x1b\\[[0-9;]*m", "", line) for line in coloured] == plain
    assert all(line.count("\x1b[0m") * 2 == line.count("\x1b[") for line in coloured)


def test_one_more_finding_is_not_several():
    source = SourceFile("raw/a.txt", b"satu dua tiga")
    report = Report(tuple(located("satu dua tiga", i, i + 1) for i in range(3)))
    said = ["\n".join(Human(lambda _: source).report(report, most)) for most in (1, 2)]
    assert "… and 2 more findings (" in said[0]
    assert "… and 1 more finding (" in said[1]


def test_every_colour_reads_on_white_and_on_black():
    said = {name: code for name, code in vars(colours).items() if name.isupper() and "38;5;" in code}
    assert len(said) >= 9
    for name, code in said.items():
        number = int(code.removesuffix("m").rpartition(";")[2]) - 16
        steps = (number // 36, number // 6 % 6, number % 6)  # of the cube of xterm's colours
        channels = [(55 + 40 * step) / 255 if step else 0.0 for step in steps]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        assert min(1.05 / (luminance + 0.05), (luminance + 0.05) / 0.05) > 3.99, name


# ---- fitted to a screen ----


@given(count=st.integers(0, 12), height=st.integers(1, 40), columns=st.integers(20, 120), most=st.none() | st.integers(1, 5))
def test_what_is_fitted_is_never_higher_than_the_screen_and_ends_with_the_summary(count, height, columns, most):
    text = "satu dua 漢字 tiga " * 9
    source = SourceFile("raw/a.txt", text.encode())
    report = Report(tuple(located(text, i, i + 4, message="something that takes a while to say, and more " * 2) for i in range(count)))
    human = Human(lambda _: source, colour=True, width=max(columns, 40))
    lines = [re.sub("\x1b\\[[0-9;]*m", "", line) for line in fitted(human, report, height, columns, most)]
    assert sum(rows(line, columns) for line in lines) <= max(height, 1)
    assert lines[-1] == (f"{count} error{'s' if count > 1 else ''}" if count else "no findings")
    shown = sum(line.startswith("error[") for line in lines)
    assert shown <= (most or count)
    said = [int(found[1]) for line in lines if (found := re.match(r"… and (\d+) more finding", line))]
    assert said in ([], [count - shown])
    if shown and height > 4:
        assert sum(said) + shown == count


@given(st.text(st.sampled_from("ab漢🇮é"), max_size=40), st.integers(2, 12))
def test_rows_are_what_a_terminal_takes(text, columns):
    wide = cells(text)
    least = -(-wide // columns)
    assert max(least, 1) <= rows(text, columns) <= max(-(-wide // (columns - 1)), 1)
