"""An article comes from a saved page with what the page says of it, and nothing else; all pages here are invented."""

from __future__ import annotations

import json
import re
import time as clock
from contextlib import suppress
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import fromstring

from bundled import inside, tree
from corpusbuild import Corpus
from corpusbuild.errors import CannotGoOn, UnknownName
from corpusbuild.pages import main_text
from corpusbuild.pages.dates import MONTHS, WEEKDAYS, ZONES, Moment, printed_dates, stated
from corpusbuild.pages.declared import language_tag, spdx
from corpusbuild.pages.decoding import decode
from corpusbuild.pages.page import NoArticle, Page
from corpusbuild.pages.reading import read_page, read_text
from corpusbuild.pages.tree import blocks
from corpusbuild.text.canonical import CONTROL, is_canonical
from corpusbuild.workflow.adding import slug
from corpusbuild.workflow.initialising import init

HEADLINE = "Perahu Penyeberangan Rawa Bening Beroperasi Lagi"
PARAGRAPHS = (
    "Perahu penyeberangan di Rawa Bening beroperasi lagi sejak Rabu (13/9) setelah dua bulan berhenti karena air surut.",
    '"Kami menunggu hujan, dan hujan akhirnya datang," kata juru mudi Tarno Wibisono kepada para penumpang di dermaga timur.',
    "Menurut dinas perhubungan, tiga perahu akan berlayar setiap hari dari pukul enam pagi sampai matahari terbenam.",
    "Penumpang membayar empat ribu rupiah sekali jalan; anak sekolah tidak membayar apa-apa selama bulan pertama.",
)
TEXT = "\n\n".join((HEADLINE, *PARAGRAPHS)) + "\n"
BODY = "".join(f"<p>{each}</p>\n" for each in PARAGRAPHS)


def page(head: str = "", body: str = BODY, *, above: str = "", below: str = "", h1: str = HEADLINE) -> str:
    """A page of an invented site, with the furniture that such sites have."""
    return f"""<!DOCTYPE html><html lang="id-ID"><head><meta charset="utf-8"><title>{h1} - Warta Rawa</title>{head}</head><body>
<header><a href="/">Warta Rawa</a><span class="hari">Selasa, 24 November 2026</span>
<nav><ul><li><a href="/a">Beranda</a></li><li><a href="/b">Olahraga</a></li></ul></nav></header>
<main><article><h1>{h1}</h1>{above}<div class="isi">{body}</div>{below}</article>
<aside><h3>Terpopuler</h3><ul><li><a href="/c">Harga terong naik menjelang panen raya di kecamatan sebelah</a></li></ul></aside></main>
<footer><p>Hak cipta 2023 Warta Rawa</p></footer></body></html>"""


def read(text: str) -> Page:
    return read_page(text.encode())


def why(found: Page, words: str) -> str:
    """Why some words were left out."""
    (reason,) = {each.why for each in found.left_out if words in each.words}
    return reason


def json_ld(**properties: object) -> str:
    said = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": HEADLINE, **properties}
    return f'<script type="application/ld+json">{json.dumps(said)}</script>'


# ---- the text ----


def test_the_text_is_the_headline_and_the_paragraphs_and_nothing_else():
    found = read(page())
    assert found.text == TEXT
    assert found.paragraphs == 4
    assert why(found, "Beranda") == "navigation"
    assert why(found, "Terpopuler") == "beside the article"
    assert why(found, "Hak cipta") == "the foot of the page"


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ('<p><strong>Baca juga: <a href="/x">Dermaga Timur Dicat Ulang</a></strong></p>', "a link to another article"),
        ('<p>BACA JUGA <a href="/x">Dermaga Timur Dicat Ulang</a></p>', "a link to another article"),
        ('<p>Simak juga video berikut: <a href="/x">Dermaga Timur Dicat Ulang</a></p>', "a link to another article"),
        ('<p><a href="/x">Dermaga Timur Dicat Ulang Menjelang Libur Sekolah</a></p>', "nothing but links"),
        ('<div>Halaman: <a href="?p=1">1</a> <a href="?p=2">2</a> <a href="?p=2">Selanjutnya</a></div>', "pages of the article"),
        ('<p><a href="?p=2">Halaman Selanjutnya</a></p>', "pages of the article"),
        ("<figure><img src='x.jpg'><figcaption>Perahu di dermaga. (Foto: Warta Rawa)</figcaption></figure>", "a caption"),
        ('<p class="foto-caption">Perahu di dermaga timur pada pagi hari.</p>', "a caption"),
        ("<div>ADVERTISEMENT</div>", "an advertisement"),
        ("<p>SCROLL TO CONTINUE WITH CONTENT</p>", "an advertisement"),
        ("<p>Tag: perahu, rawa, dermaga</p>", "tags"),
        ("<p>Editor: Murni Astuti</p>", "who made it"),
        ('<div><a href="#">Facebook</a> <a href="#">WhatsApp</a> <a href="#">Salin tautan</a></div>', "share buttons"),
        ('<div style="display: none">Terjadi galat saat memuat iklan.</div>', "hidden"),
    ],
)
def test_furniture_between_paragraphs_is_left_out_and_shown(block, reason):
    found = read(page(body=BODY.replace("</p>\n", f"</p>\n{block}\n", 2)))
    assert found.text == TEXT
    assert reason in {each.why for each in found.left_out}


def test_a_link_to_another_article_inside_a_paragraph_is_left_out():
    link = '<strong>Baca juga: <a href="/x">Dermaga Timur Dicat Ulang</a></strong>'
    found = read(page(body=BODY.replace("air surut.", f"air surut. {link}")))
    assert found.text == TEXT
    assert why(found, "Dicat Ulang") == "a link to another article"


def test_a_sentence_with_a_date_below_the_headline_is_text():
    assert "\n\nDibuka Rabu, 13 September 2023.\n\n" in read(page(above="<p>Dibuka Rabu, 13 September 2023.</p>")).text


def test_a_page_of_several_says_so():
    found = read(page(below='<div class="paging"><a href="?p=1">1</a> <a href="?p=2">2</a> <a href="?p=2">Selanjutnya</a></div>'))
    assert any("several pages" in each for each in found.remarks)


@pytest.mark.parametrize(
    "opening",
    ["Oleh karena itu warga bersyukur.", "Lihat saja dermaga itu, katanya.", "Sumber air tidak jauh.", "Halaman sekolah 1 penuh."],
)
def test_a_sentence_that_begins_like_furniture_is_text(opening):
    assert f"\n\n{opening}\n\n" in read(page(body=BODY.replace("</p>\n", f"</p>\n<p>{opening}</p>\n", 1))).text


def test_what_browsers_show_is_what_is_taken():
    body = BODY + (
        "<h2>Tarif &amp; jadwal</h2><p>Dua&nbsp;perahu\n berlayar <b>pagi</b> 🚣🏽 <i>hari</i>."
        "<script>var x = '<p>bukan teks</p>';</script></p>"
        "<p>\u0627\u0644\u0633\u0644\u0627\u0645 \u200fdan salam &#8220;hangat&#8221; e\u0301<br>Baris kedua.<br/><br/>Baris ketiga.</p>"
    )
    expected = (
        "Tarif & jadwal",
        "Dua\u00a0perahu berlayar pagi 🚣🏽 hari.",
        "\u0627\u0644\u0633\u0644\u0627\u0645 \u200fdan salam “hangat” é",
        "Baris kedua.",
        "Baris ketiga.",
    )
    assert read(page(body=body)).text == TEXT + "\n" + "\n\n".join(expected) + "\n"


def test_classes_of_the_whole_article_do_not_make_furniture_of_it():
    text = (
        page()
        .replace("<article>", '<article class="post tag-rawa share related iklan">')
        .replace("<body>", '<body style="display:none"><form>')
    )
    assert read(text).text == TEXT


def test_a_page_on_which_the_extraction_fails_is_refused_with_a_remedy(monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise AttributeError("no such thing")

    monkeypatch.setattr("trafilatura.bare_extraction", fail)
    with pytest.raises(NoArticle) as raised:
        read(page())
    assert raised.value.message == "the extraction library fails on this page: no such thing"
    assert raised.value.help == "save its text as .txt"


def test_blocks_that_are_not_looked_for_any_more_are_shown_as_left_out(monkeypatch):
    # The extraction joins what the button parts.
    body = BODY.replace("empat ribu rupiah sekali", "empat ribu rupiah <button>dan</button> sekali")
    assert "Penumpang membayar empat ribu rupiah" in read(page(body=body)).text
    monkeypatch.setattr(main_text, "_BUDGET", 0)
    found = read(page(body=body))
    assert PARAGRAPHS[0] in found.text
    assert "Penumpang membayar" not in found.text
    assert why(found, "Penumpang membayar") == "outside the main text"


def test_words_of_an_element_that_is_no_block_are_one_where_nothing_is_around_it():
    inline = fromstring("<span>Satu <b>dua</b></span>")
    assert [each.text for each in blocks(inline)] == ["Satu dua"]


# ---- metadata ----


def test_json_ld_is_believed_first():
    head = json_ld(
        datePublished="2023-09-13T10:45:00+07:00",
        author=[{"@type": "Person", "name": "Laras Pangestu"}, {"@type": "Person", "name": "Deni Kurnia"}],
        publisher={"@type": "Organization", "name": "Warta Rawa"},
        license="https://creativecommons.org/licenses/by-sa/4.0/",
        mainEntityOfPage={"@id": "https://warta.invalid/perahu"},
    )
    head += '<meta name="author" content="Admin"><meta property="og:site_name" content="WR">'
    found = read(page(head))
    assert [each.value for each in found.authors] == ["Laras Pangestu", "Deni Kurnia"]
    assert found.publisher == ("Warta Rawa", "JSON-LD publisher")
    assert found.published is not None
    assert str(found.published.moment) == "2023-09-13T10:45:00+07:00"
    assert found.license == ("CC-BY-SA-4.0", "JSON-LD license")
    assert found.url == ("https://warta.invalid/perahu", "JSON-LD mainEntityOfPage")
    assert found.language == ("id-ID", "html lang")
    assert found.remarks == ()


@pytest.mark.parametrize("wrap", [lambda said: [said], lambda said: {"@graph": [{"@type": "WebSite", "name": "X"}, said]}])
def test_json_ld_in_a_list_or_a_graph_is_found(wrap):
    said = {"@type": ["NewsArticle"], "headline": HEADLINE, "author": "Laras Pangestu", "publisher": "Warta Rawa"}
    found = read(page(f'<script type="application/ld+json">\n{json.dumps(wrap(said))};\n</script>'))
    assert [each.value for each in found.authors] == ["Laras Pangestu"]


DEEP = json.dumps({"@type": "NewsArticle", "headline": "Judul Lain"})


@pytest.mark.parametrize(
    "broken",
    ["{", '{"@type": "NewsArticle", "headline": 3}', "[" * 5000, f"{'[' * 50}{DEEP}{']' * 50}", '{"@type": {"x": 1}}', "null", '"x"'],
)
def test_json_ld_that_is_none_is_passed_over(broken):
    assert read(page(f'<script type="application/ld+json">{broken}</script>')).text == TEXT


def test_a_main_entity_that_is_no_address_is_none():
    assert read(page(json_ld(mainEntityOfPage=["berita-1", {"@id": "#isi"}]))).url is None


def test_a_licence_that_is_linked_is_the_articles():
    found = read(page(below='<p><a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC BY</a></p>'))
    assert found.license == ("CC-BY-4.0", "a license")


def test_meta_elements_alone_will_do():
    head = (
        f'<meta property="og:title" content="{HEADLINE} | Warta Rawa"><meta property="og:site_name" content="Warta Rawa">'
        '<meta property="article:published_time" content="2023-09-13T03:45:00Z"><meta name="author" content="Laras Pangestu">'
        '<meta property="article:author" content="https://facebook.invalid/warta"><link rel="canonical" href="https://warta.invalid/p">'
    )
    found = read(page(head))
    assert found.headline == (HEADLINE, "h1")
    assert found.authors == (("Laras Pangestu", "meta author"),)
    assert found.published is not None
    assert str(found.published.moment) == "2023-09-13T03:45:00+00:00"
    assert found.url == ("https://warta.invalid/p", "link canonical")
    assert found.remarks == ()


def test_microdata_alone_will_do():
    text = f"""<html><head><title>x</title></head><body><div itemscope itemtype="https://schema.org/NewsArticle">
<h1 itemprop="headline">{HEADLINE}</h1><span itemprop="author" itemscope><span itemprop="name">Laras Pangestu</span></span>
<time itemprop="datePublished" datetime="2023-09-13T10:45+07:00">13 September</time>
<div itemprop="articleBody">{BODY}</div></div></body></html>"""
    found = read(text)
    assert found.text == TEXT
    assert found.authors == (("Laras Pangestu", "microdata author"),)
    assert found.published is not None
    assert found.published.moment == Moment(date(2023, 9, 13), time(10, 45), timedelta(hours=7))


def test_a_page_with_nothing_but_a_heading_and_paragraphs_says_no_more():
    found = read(f"<html><body><h1>{HEADLINE}</h1>{BODY}</body></html>")
    assert found.text == TEXT
    assert (found.authors, found.publisher, found.published, found.date_printed) == ((), None, None, None)
    assert (found.agency, found.language, found.license, found.url) == (None, None, None, None)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("<div>Oleh: <a href='/l'>Laras Pangestu</a></div>", "Laras Pangestu"),
        ("<div class='author'>Laras Pangestu</div>", "Laras Pangestu"),
        ("<div>Penulis: Laras Pangestu | Editor: Murni Astuti</div>", "Laras Pangestu"),
        ("<div>Laras Pangestu - Warta Rawa</div>", "Laras Pangestu"),
        ("<div>Editor: Murni Astuti</div>", None),
        ("<div>Reporter: R. A. Laras bin Umar, Rabu 13 September 2023</div>", "R. A. Laras bin Umar"),
        ("<div>Oleh: A" + "-" * 150 + "!</div>", None),
    ],
)
def test_a_printed_byline_is_found_by_its_role_or_its_element(line, name):
    found = read(page('<meta property="og:site_name" content="Warta Rawa">', above=line))
    assert [each.value for each in found.authors] == ([] if name is None else [name])
    assert line.split(">")[1].split("<")[0] not in found.text


def test_a_publisher_is_not_its_own_author():
    head = '<meta property="og:site_name" content="Warta Rawa"><meta name="author" content="WARTA RAWA">'
    assert read(page(head)).authors == ()


def test_the_printed_headline_is_taken_and_others_are_named():
    head = f'<meta property="og:title" content="{HEADLINE}, Warga Senang">'
    found = read(page(head))
    assert found.headline == (HEADLINE, "h1")
    assert found.remarks == (f'meta og:title has another headline: "{HEADLINE}, Warga Senang"',)


def test_the_name_of_the_site_in_a_heading_is_no_headline():
    head = f'<meta property="og:site_name" content="Warta Rawa"><meta property="og:title" content="{HEADLINE}">'
    found = read(page(head, h1="Warta Rawa"))
    assert found.headline.value == HEADLINE
    assert found.text == TEXT


# ---- dates ----

_names = st.sampled_from([(number, name) for number, names in enumerate(MONTHS, 1) for name in names])
_cases = st.sampled_from([str.lower, str.upper, str.title])
_days = st.dates(date(1990, 1, 1), date(2040, 12, 31))


@given(_days, _names, _cases, st.sampled_from([" ", "-", ". "]), st.times().map(lambda t: t.replace(second=0, microsecond=0)), st.data())
def test_every_month_weekday_and_zone_is_read(day, month, case, joint, at, data):
    day = date(day.year, month[0], min(day.day, 28))
    weekday = data.draw(st.sampled_from(WEEKDAYS[day.weekday()]))
    zone = data.draw(st.sampled_from(sorted(ZONES)))
    between = data.draw(st.sampled_from([" | ", ", ", " - ", " pukul ", ", Pukul ", " ", " (", " • "]))
    mark = data.draw(st.sampled_from([":", "."]))
    words = f"{case(weekday)}, {day.day}{joint}{case(month[1])} {day.year}{between}{at:%H}{mark}{at:%M} {zone}"
    (found,) = printed_dates(f"Diterbitkan {words}" + (")" if "(" in between else ""))
    assert found.words == words + (")" if "(" in between else "")
    assert found.moment == Moment(day, at, timedelta(hours=ZONES[zone]))
    assert found.contradiction is None
    assert not found.either


@given(_days, st.sampled_from("/-."), st.booleans())
def test_numbers_are_read_with_the_day_first(day, mark, padded):
    width = 2 if padded else 1
    (found,) = printed_dates(f"{day.day:0{width}}{mark}{day.month:0{width}}{mark}{day.year}")
    assert found.moment == Moment(day)
    assert found.either == (day.day <= 12 and day.day != day.month)


@given(_days, st.none() | st.times(), st.none() | st.integers(-12 * 60, 14 * 60).map(lambda m: timedelta(minutes=m)))
def test_what_is_stated_for_programs_is_read_back(day, at, offset):
    moment = Moment(day, None if at is None else at.replace(microsecond=0), None if at is None else offset)
    assert stated(str(moment)) == moment


@given(st.text(max_size=80) | st.from_regex(r"[0-9]{1,4}[-/. ][0-9A-Za-z]{1,9}[-/. ][0-9]{1,5} [0-9:.]{0,9}", fullmatch=True))
def test_no_words_are_too_odd_for_the_reader_of_dates(words):
    for found in printed_dates(words):
        assert found.words in words
    stated(words)


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("Rabu, 13 September 2023 | 10:45 WIB", "2023-09-13T10:45:00+07:00"),
        ("13/09/2023 10.45 WIB", "2023-09-13T10:45:00+07:00"),
        ("13/09/2023, 10:45 WITA", "2023-09-13T10:45:00+08:00"),
        ("Rabu, 13 Sep 2023 10:45 WIT", "2023-09-13T10:45:00+09:00"),
        ("Jum'at (15/09/2023)", "2023-09-15"),
        ("September 13, 2023", "2023-09-13"),
        ("2023-09-13 10:45", "2023-09-13T10:45:00"),
        ("13 September 2023 10:45 +09:00", "2023-09-13T10:45:00+09:00"),
        ("13 September 2023 10:45 -0330", "2023-09-13T10:45:00-03:30"),
        ("13 September 2023 10:45 +25:00", "2023-09-13T10:45:00"),
        ("09/13/2023", "2023-09-13"),
        ("31/02/2023", None),
        ("Rabu (13/9)", ""),
        ("skor 13/9", None),
        ("versi 1.13.9.2023.4", None),
        ("pukul 10.45 WIB", None),
    ],
)
def test_dates_as_they_are_printed(words, moment):
    found = [str(each.moment or "") for each in printed_dates(words)]
    assert found == ([] if moment is None else [moment])


@pytest.mark.parametrize(
    ("machine", "printed", "expected", "remark"),
    [
        ("2023-09-13T10:45:00+07:00", "Rabu, 13 September 2023 10:45 WIB", "2023-09-13T10:45:00+07:00", None),
        ("2023-09-12T23:30:00Z", "Rabu, 13 September 2023 06:30 WIB", "2023-09-13T06:30:00+07:00", None),
        ("2023-09-12T23:30:00Z", "Rabu, 13 September 2023", "2023-09-13T06:30:00+07:00", None),
        ("2023-09-12T15:30:00Z", "13 September 2023", "2023-09-13T00:30:00+09:00", None),
        ("2023-09-13", "13/09/2023 10.45 WITA", "2023-09-13T10:45:00+08:00", None),
        ("2023-09-10T10:45:00+07:00", "Rabu, 13 September 2023", "2023-09-10T10:45:00+07:00", "the former was taken"),
        ("2023-09-13T10:45:00+07:00", "Selasa, 13 September 2023", "2023-09-13T10:45:00+07:00", "that was a Rabu"),
        ("2023-03-04", "03/04/2023 10:45 WIB", "2023-03-04T10:45:00+07:00", None),
        ("2023-04-03", "03/04/2023 10:45 WIB", "2023-04-03T10:45:00+07:00", None),
        (None, "03/04/2023 10:45 WIB", "2023-04-03T10:45:00+07:00", "with the day first"),
        (None, "Rabu (13/9)", None, "has no year"),
        ("2023-09-14", "Rabu (13/9)", "2023-09-14", "the former was taken"),
        ("2023-09-13", "Rabu (13/9)", "2023-09-13", None),
        ("2023-09-10T10:45:00Z", "Rabu, 13 September 2023", "2023-09-10T10:45:00+00:00", "the former was taken"),
        ("0001-01-01T00:30:00+07:00", "1 Januari 0001 00:45 WIB", "0001-01-01T00:30:00+07:00", None),
        ("kemarin", None, None, None),
    ],
)
def test_dates_that_are_stated_and_printed(machine, printed, expected, remark):
    head = "" if machine is None else f'<meta property="article:published_time" content="{machine}">'
    found = read(page(head, above="" if printed is None else f"<div class='tgl'>{printed}</div>"))
    assert (None if found.published is None else str(found.published.moment)) == expected
    assert (None if found.date_printed is None else found.date_printed.value) == printed
    assert [remark in each for each in found.remarks] == ([] if remark is None else [True])
    assert found.text == TEXT


def test_an_order_of_day_and_month_that_nothing_decides_is_told_beside_the_contradiction():
    head = '<meta property="article:published_time" content="2023-03-10">'
    found = read(page(head, above="<div class='tgl'>03/04/2023</div>"))
    assert found.published is not None
    assert str(found.published.moment) == "2023-03-10"
    assert found.remarks == (
        '"03/04/2023" was read with the day first, as Indonesian has it',
        'meta article:published_time says 2023-03-10, printed is "03/04/2023": the former was taken',
    )


def test_todays_date_at_the_top_and_dates_of_other_articles_are_not_the_articles():
    below = "<section><p class='date'>12 Agustus 2022</p></section>"
    assert read(page().replace("</main>", f"{below}</main>")).published is None


# ---- bytes ----


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_encodings_are_known_without_a_declaration(encoding):
    text = page().replace('<meta charset="utf-8">', "").replace("rupiah", "rupiah “é”")
    assert "rupiah “é” sekali" in read_page(text.encode(encoding)).text


@pytest.mark.parametrize(("declared", "encoding"), [("windows-1252", "cp1252"), ("iso-8859-1", "cp1252"), ("KOI8-R", "koi8-r")])
def test_an_encoding_is_read_as_it_is_declared(declared, encoding):
    said = "Питер" if encoding == "koi8-r" else "“é”"
    text = page().replace("utf-8", declared).replace("rupiah", f"rupiah {said}")
    found = read_page(text.encode(encoding))
    assert f"rupiah {said} sekali" in found.text
    assert found.remarks == (f"read as {encoding}, as it declares",)


def test_a_page_without_a_declaration_says_that_its_encoding_was_detected():
    text = page().replace('<meta charset="utf-8">', "").replace("rupiah", "rupiah “é”")
    [remark] = read_page(text.encode("cp1252")).remarks
    assert remark.endswith(", as it was detected: it declares nothing")


@pytest.mark.parametrize("declared", ["klingon", "utf-16", "rot13"])
def test_a_declaration_that_cannot_be_true_counts_for_nothing(declared):
    text = page().replace("utf-8", declared).replace("rupiah", "rupiah “é”")
    assert "rupiah “é” sekali" in read_page(text.encode()).text
    [remark] = read_page(text.encode("cp1252")).remarks
    assert remark.endswith(f'as it was detected: it declares "{declared}", which it cannot be in')


def test_an_encoding_in_seven_bits_is_believed_though_its_bytes_are_ascii():
    text = page().replace("utf-8", "iso-2022-jp").replace("rupiah", "rupiah 日本")
    found = read_page(text.encode("iso2022_jp"))
    assert "rupiah 日本 sekali" in found.text
    assert found.remarks == ("read as iso2022_jp, as it declares",)


def test_a_page_that_declares_what_it_is_not_is_utf_8_where_it_is():
    text = page().replace("utf-8", "windows-1252").replace("rupiah", "rupiah “é”")
    assert "rupiah “é” sekali" in read_page(text.encode()).text


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused(data):
    with suppress(NoArticle):
        assert isinstance(decode(data).text, str)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"%PDF-1.7 x", "this is a PDF"),
        (b"PK\x03\x04 x", "this is a zip file"),
        (b"MIME-Version: 1.0", "this is a web archive"),
        (b"", "there is nothing here that reads as a page"),
        (b"Hanya kata-kata.", "it has no elements"),
        (b"<html><body><h1>Judul Saja</h1></body></html>", "no text of an article was found"),
        (b"<html><body><div><p>Kata tanpa judul di atasnya.</p></div></body></html>", "the page has no headline"),
        (b"\x00" * 1000, "no"),
        (("<div>" * 10_000 + BODY).encode(), "nested more than 1,000 deep"),
        (("<i>" * 40_000).encode(), "as no page of an article has"),
        (("<p>a</p>" * 40_000).encode(), "more than 30,000 elements"),
    ],
)
def test_what_is_no_page_of_an_article_is_refused_at_once(data, message):
    started = clock.process_time()
    with pytest.raises(NoArticle) as raised:
        read_page(data)
    assert message in raised.value.message
    assert raised.value.help
    assert clock.process_time() - started < 10


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("</main>", "<script>" + "x = 1;" * 900_000 + "</script></main>"),
        lambda text: text.replace("</main>", f'<img src="data:{"A" * 12_000_000}"></main>'),
        lambda text: text.replace("<main>", f'<main class="{"a " * 2_500_000}">'),
        lambda text: text.replace("<main>", "<main>" + "<b>" * 300),
        lambda text: text.replace("<p>Menurut", "\x00<p>\x01Menurut"),
        lambda text: text.replace("</p>", "").replace("</div>", "").replace("</article>", ""),
        lambda text: '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + text.replace("</main>", "<p hidden>&a;</p></main>"),
    ],
)
def test_hostile_pages_give_the_text_in_a_few_seconds(change):
    started = clock.process_time()
    found = read(change(page()))
    assert found.text.replace("\ufffd", "") == TEXT
    assert clock.process_time() - started < 10


# A character that a page can hold: a parser makes U+FFFD of what is none.
_characters = st.characters(exclude_categories=["Cs"])
_lines = st.text(_characters, max_size=60)


@settings(max_examples=60)
@given(_lines, st.lists(_lines, max_size=4), st.booleans())
def test_what_is_taken_is_canonical(top, lines, raw):
    from html import escape

    quote = str if raw else escape
    body = BODY + "".join(f"<p>{quote(line)}</p>" for line in lines)
    try:
        found = read(page(body=body, h1=quote(top)))
    except NoArticle:
        return
    assert_canonical(found)


@given(st.text(_characters, max_size=200))
def test_what_is_taken_of_a_text_is_canonical(text):
    try:
        assert_canonical(read_text(text.encode()))
    except NoArticle:
        return


def assert_canonical(found: Page) -> None:
    assert is_canonical(found.text)
    assert CONTROL.search(found.text) is None
    assert found.text.split("\n")[0] == found.headline.value
    assert found.text.endswith("\n")
    assert found.text.strip()


# ---- names ----


@pytest.mark.parametrize(
    ("headline", "name"),
    [
        (HEADLINE, "perahu-penyeberangan-rawa-bening-beroperasi-lagi"),
        ("Ma'ruf: “Jum\u2019at” Café №5!", "maruf-jumat-cafe-no5"),
        ("satu dua tiga empat lima enam tujuh delapan sembilan", "satu-dua-tiga-empat-lima-enam-tujuh-delapan"),
        ("Con", "artikel-con"),
        ("Москва", "artikel"),
        ("a" * 300, "a" * 80),
    ],
)
def test_an_id_is_made_of_the_first_words_of_the_headline(headline, name):
    assert slug(headline) == name


@pytest.mark.parametrize(
    ("address", "licence"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("http://creativecommons.org/licenses/by-nc-nd/3.0/deed.id", "CC-BY-NC-ND-3.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://warta.invalid/licenses/by/4.0/", None),
        ("semua hak dilindungi", None),
    ],
)
def test_a_licence_is_known_by_its_address(address, licence):
    assert spdx(address) == licence


def test_languages_are_tags():
    assert [language_tag(each) for each in ("id_ID", "in", "EN-us", "Indonesia", "", "id-")] == ["id-ID", "id", "en-US", None, None, None]


# ---- in a corpus ----


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return init(tmp_path / "corpus")


def save(root: Path, name: str, text: str) -> Path:
    path = root.parent / name
    path.write_text(text, "utf-8")
    return path


def findings(root: Path) -> list[tuple[str, str]]:
    return [(each.finding.name, each.place.path) for each in Corpus.open(root).check()]


def test_an_added_page_is_two_files_that_check_finds_nothing_wrong_with(root):
    head = json_ld(datePublished="2023-09-13T10:45:00+07:00", author="Laras Pangestu", publisher={"name": "Warta Rawa"})
    added = Corpus.open(root).add([save(root, "p.html", page(head))], given={"event": "perahu-2023"})
    (article,) = added.articles
    assert (added.written, added.ok, article.wanted) == (True, True, ())
    assert article.files == (
        "raw/perahu-penyeberangan-rawa-bening-beroperasi-lagi.txt",
        "raw/perahu-penyeberangan-rawa-bening-beroperasi-lagi.json",
    )
    assert (root / article.files[0]).read_bytes() == TEXT.encode()
    metadata = json.loads((root / article.files[1]).read_bytes())
    assert metadata.pop("$schema").endswith("article.schema.json")
    assert metadata == {
        "headline": HEADLINE,
        "publisher": "Warta Rawa",
        "byline": "Laras Pangestu",
        "agency": None,
        "date": "2023-09-13",
        "date_printed": None,
        "language": "id",
        "event": "perahu-2023",
        "text_origin": "original",
        "license": None,
        "based_on": None,
        "note": None,
    }
    assert [each for each in findings(root) if each[1].startswith("raw/")] == [("article-without-annotation", article.files[0])]


def test_what_must_be_filled_in_is_named_with_its_line(root):
    (article,) = Corpus.open(root).add([save(root, "p.html", page())]).articles
    ((name, line),) = article.wanted
    assert name == "event"
    assert (root / article.files[1]).read_text("utf-8").splitlines()[line - 1] == '  "event": null,'
    (place,) = [each.place for each in Corpus.open(root).check() if each.finding.name == "wrong-type"]
    assert (place.path, place.line) == (article.files[1], line)


def test_a_text_has_its_headline_in_the_first_line_and_the_rest_is_as_it_is(root):
    rest = "Baris satu\u00a0di sini.\n  Baris dua.\n\n\n\tBaris tiga, Baca juga: x"
    (article,) = Corpus.open(root).add([save(root, "catatan.txt", f"\ufeff{HEADLINE}\r\n\r\n{rest}".replace("\n", "\r\n"))]).articles
    assert article.text.startswith(HEADLINE)
    assert rest in article.text
    assert {each.name: each.value for each in article.taken} == {"headline": HEADLINE, "language": "id"}
    assert [name for name, _ in article.wanted] == ["event", "text_origin"]


def test_the_schema_of_the_corpus_decides_what_is_written(root):
    schema = {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "authors": {"type": "array", "items": {"type": "string"}},
            "published_at": {"type": ["string", "null"], "format": "date-time"},
            "source": {"type": "string", "maxLength": 3},
            "text_origin": {"enum": ["original", "derived"]},
            "event": {"type": ["string", "null"]},
        },
        "required": ["title"],
        "additionalProperties": False,
    }
    (root / "schema" / "article.json").write_text(json.dumps(schema), "utf-8")
    head = json_ld(datePublished="2023-09-13T10:45:00+07:00", author=["A. Satu", "B. Dua"], publisher="Warta Rawa")
    (article,) = Corpus.open(root).add([save(root, "p.html", page(head))], dry_run=True).articles
    assert article.metadata == {
        "title": HEADLINE,
        "authors": ["A. Satu", "B. Dua"],
        "published_at": "2023-09-13T10:45:00+07:00",
        "text_origin": "original",
        "event": None,
    }
    assert article.remarks == ('the schema refuses "Warta Rawa" for source',)


def test_a_date_time_without_a_zone_is_not_made_up(root):
    path = root / "schema" / "article.json"
    path.write_text(path.read_text("utf-8").replace('"format": "date"', '"format": "date-time"'), "utf-8")
    (article,) = Corpus.open(root).add([save(root, "p.html", page(above="<p>13 September 2023 10:45</p>"))], dry_run=True).articles
    assert article.metadata["date"] is None


def test_nothing_is_overwritten_and_the_same_text_is_there_already(root):
    source = save(root, "p.html", page())
    Corpus.open(root).add([source])
    before = tree(root)
    again = Corpus.open(root).add([source])
    assert (again.ok, again.written, again.articles[0].there) == (True, False, "perahu-penyeberangan-rawa-bening-beroperasi-lagi")
    other = save(root, "q.html", page(body="<p>Teks yang lain sama sekali tentang pasar ikan di tepi rawa.</p>" + BODY[::-1]))
    refused = Corpus.open(root).add([other], name="PERAHU-penyeberangan-rawa-bening-beroperasi-lagi")
    assert "already" in refused.failed[0].message
    assert {path: data for path, data in tree(root).items() if not path.startswith(".corpusbuild")} == {
        path: data for path, data in before.items() if not path.startswith(".corpusbuild")
    }


def test_another_text_with_the_same_headline_gets_another_id_and_a_near_copy_a_warning(root):
    one = save(root, "p.html", page())
    two = save(root, "q.html", page(body=BODY + "<p>Dermaga barat tetap ditutup untuk umum sampai akhir tahun.</p>"))
    first, second = Corpus.open(root).add([one, two]).articles
    assert second.id == f"{first.id}-2"
    assert [each.id for each in second.near] == [first.id]
    three = save(root, "r.html", page(body=BODY + "<p>Dermaga barat tetap ditutup untuk umum sampai lusa.</p>"))
    (third,) = Corpus.open(root).add([three], name="ketiga").articles
    assert {each.id for each in third.near} == {first.id, second.id}


def test_files_that_give_nothing_are_named_and_the_others_are_added(root):
    good = save(root, "p.html", page())
    bad = [save(root, "kosong.html", ""), root / "tidak-ada.html", save(root, "x.doc", "x"), save(root, "y.txt", "Judul saja"), root]
    added = Corpus.open(root).add([*bad, good])
    assert [each.source for each in added.failed] == [str(each) for each in bad]
    assert all(each.help for each in added.failed)
    assert (added.written, added.ok, len(added.after)) == (True, False, 2)


def test_options_that_do_not_fit_are_refused(root):
    path = save(root, "p.html", page())
    corpus = Corpus.open(root)
    with pytest.raises(CannotGoOn, match="several files"):
        corpus.add([path, path.with_name("q.html")], name="x")
    with pytest.raises(CannotGoOn, match="cannot be an id"):
        corpus.add([path], name="a/b")
    with pytest.raises(UnknownName, match='no property "evnt"'):
        corpus.add([path], given={"evnt": "x"})
    with pytest.raises(CannotGoOn, match="refuses what is given"):
        corpus.add([path], given={"event": "Bukan Slug"})


def test_values_that_are_given_have_the_type_of_their_property(root):
    schema = json.loads((root / "schema" / "article.json").read_bytes())
    schema["properties"] |= {"words": {"type": "integer"}, "topics": {"type": "array", "items": {"type": "string"}}}
    (root / "schema" / "article.json").write_text(json.dumps(schema), "utf-8")
    given = {"words": "12", "topics": '["rawa"]', "event": "2023"}
    (article,) = Corpus.open(root).add([save(root, "p.html", page())], given=given, dry_run=True).articles
    assert {name: article.metadata[name] for name in given} == {"words": 12, "topics": ["rawa"], "event": "2023"}


def test_a_file_that_is_no_article_is_not_overwritten_either(root):
    (root / "raw" / "perahu.json").symlink_to("/dev/null")
    (failed,) = Corpus.open(root).add([save(root, "p.html", page())], name="perahu").failed
    assert "already" in failed.message


def test_without_the_extra_a_page_says_what_to_install_and_a_text_needs_nothing(root, monkeypatch):
    monkeypatch.setattr("corpusbuild.workflow.adding.find_spec", lambda _: None)
    with pytest.raises(CannotGoOn, match="not installed") as raised:
        Corpus.open(root).add([save(root, "p.html", page())])
    assert raised.value.help == "pip install 'corpusbuild[import]'"
    assert Corpus.open(root).add([save(root, "p.txt", TEXT)]).ok


def test_a_file_over_the_limit_is_not_read(root):
    config = root / "pyproject.toml"
    config.write_text(config.read_text("utf-8") + "\n[tool.corpusbuild.limits]\nfile_bytes = 50000\n", "utf-8")
    added = Corpus.open(root).add([save(root, "p.html", page() + " " * 50000)])
    assert "more than the limit" in added.failed[0].message


def test_the_command_shows_what_it_took_and_left_out(root):
    path = save(root, "p.html", page(json_ld(author="Laras \x1b[31mPangestu")))
    ran = inside(root, "add", str(path), "--dry-run")
    assert ran.status == 0
    for words in (
        "would come from",
        "Laras",
        "JSON-LD author",
        "to be filled in",
        "left out",
        "navigation",
        "would add 1 article",
        "detach",
    ):
        assert words in ran.out
    assert "\x1b" not in ran.out
    assert not (root / "raw" / "perahu-penyeberangan-rawa-bening-beroperasi-lagi.txt").exists()


def test_the_command_says_what_is_there_already_what_is_nearly_the_same_and_what_did_not_fit(root):
    schema = root / "schema" / "article.json"
    schema.write_text(schema.read_text("utf-8").replace('"publisher": {', '"publisher": {"maxLength": 3, ', 1), "utf-8")
    said = json_ld(publisher="Warta Rawa", license="https://creativecommons.org/licenses/by/4.0/")
    one = save(root, "p.html", page(said))
    two = save(root, "q.html", page(said, BODY + "<p>Dermaga barat tetap ditutup untuk umum sampai lusa.</p>"))
    assert inside(root, "add", str(one), "--set", "event=perahu-2023").status == 0
    ran = inside(root, "add", str(one), str(two), "--set", "event=perahu-2023")
    lines = ran.out.splitlines()
    assert ran.status == 0
    assert lines[:3] == [
        f"{one}: this text is there already: perahu-penyeberangan-rawa-bening-beroperasi-lagi",
        "",
        f"raw/perahu-penyeberangan-rawa-bening-beroperasi-lagi-2.txt  from {two}",
    ]
    (warning,) = [line for line in lines if "warning: " in line]
    assert re.fullmatch(r"  warning: nearly the same as perahu-penyeberangan-rawa-bening-beroperasi-lagi \(similarity 0\.\d\d\)", warning)
    assert '  note: the schema refuses "Warta Rawa" for publisher' in lines
    # Nothing is to be filled in, and the licence is known: neither is spoken of.
    assert lines[-1] == "added 1 article"


def test_the_command_says_why_a_file_gave_no_article_and_what_to_do(root):
    lines = inside(root, "add", "tidak-ada.txt", str(save(root, "p.txt", TEXT)), "--dry-run").out.splitlines()
    at = lines.index("error: this cannot be read: No such file or directory")
    assert lines[at : at + 3] == [lines[at], "  --> tidak-ada.txt", "   = help: name a saved page or a text"]
    assert "would add 1 article; 1 file gave none" in lines


def test_only_the_first_few_of_what_was_left_out_are_shown_unless_all_are_asked_for(root):
    links = "".join(f'<p><a href="/x{number}">Dermaga Nomor {number} Dicat Ulang</a></p>{PARAGRAPHS[number % 4]}' for number in range(20))
    path = save(root, "p.html", page(body=BODY + links))
    (article,) = Corpus.open(root).add([path], dry_run=True).articles
    lines = inside(root, "add", str(path), "--dry-run").out.splitlines()
    (more,) = [line.strip() for line in lines if "--all" in line]
    assert more == f"… and {len(article.left_out) - 12} more (--all shows them)"
    whole = inside(root, "add", str(path), "--dry-run", "--all").out
    assert "--all" not in whole
    assert all(f"Dermaga Nomor {number} Dicat Ulang" in whole for number in range(20))


def test_nothing_is_said_to_be_unknown_where_everything_is_known(root):
    schema = {"type": "object", "properties": {"headline": {"type": "string"}}, "required": ["headline"], "additionalProperties": False}
    (root / "schema" / "article.json").write_text(json.dumps(schema), "utf-8")
    out = inside(root, "add", str(save(root, "p.txt", TEXT)), "--dry-run").out
    assert HEADLINE in out
    assert "not found" not in out


@pytest.mark.parametrize("given", ["event", "=perahu", ""])
def test_a_field_is_given_with_its_value(root, given):
    ran = inside(root, "add", str(save(root, "p.txt", TEXT)), "--set", given)
    assert ran.status == 2
    assert f'"{given}" is not FIELD=VALUE' in ran.err
    assert not [path for path in (root / "raw").iterdir() if path.name.startswith("perahu")]


def test_the_command_speaks_json(root):
    path = save(root, "p.html", page())
    ran = inside(root, "add", str(path), str(root / "tidak-ada.html"), "--format", "json", "--set", "event=perahu-2023")
    said = json.loads(ran.out)
    assert ran.status == 1
    assert (said["format"], said["written"], said["articles"][0]["wanted"]) == (1, True, [])
    assert said["failed"][0]["source"].endswith("tidak-ada.html")
    assert said["articles"][0]["metadata"]["event"] == "perahu-2023"


def test_nothing_is_fetched(root, monkeypatch):
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    head = '<link rel="icon" href="http://warta.invalid/i.png"><link rel="canonical" href="http://warta.invalid/p"><base href="http://warta.invalid/">'
    before = set(root.parent.iterdir())
    assert read(page(head, below='<iframe src="http://warta.invalid/f"></iframe>')).text == TEXT
    assert set(root.parent.iterdir()) == before
