"""The site in a real browser, opened from the disk as a reader opens it."""

from __future__ import annotations

from pathlib import Path

import pytest

from browsing import address, browser, chromium, page_of, violations
from bundled import ROOT
from corpusbuild import Corpus
from hostile import ATTACK, LABELS, hostile
from written import copy_of

chromium()

ARTICLE = "articles/pakta-pertahanan-di-pyongyang.html"
DETACHED = "articles/asli-kim-bertemu-putin-di-rusia.html"
KINDS = [
    "index.html",
    "search.html",
    "articles/index.html",
    ARTICLE,
    ARTICLE + "#claims:c8",
    DETACHED,
    "speakers/index.html",
    "speakers/vladimir-putin.html",
]


@pytest.fixture(scope="module")
def opened():
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def site(tmp_path_factory, opened) -> Path:
    return Corpus.open(copy_of("kabar-klaim", tmp_path_factory.mktemp("site") / "corpus")).report().path


@pytest.fixture(scope="module", params=["legal", "emotions"])
def other_site(request, tmp_path_factory, opened) -> Path:
    return Corpus.open(copy_of(request.param, tmp_path_factory.mktemp(request.param) / "corpus")).report().path


def _chosen(page) -> list[str]:
    return page.locator(".card.chosen .card-name .key").all_inner_texts()


def test_it_opens_by_double_click_and_leads_everywhere(opened, site):
    with page_of(opened) as (page, _):
        page.goto(address(site))
        assert page.title() == "Overview · KabarKlaim"
        page.click("nav >> text=articles")
        page.click("text=Putin Sebut Pakta")
        assert "Putin Sebut Pakta" in page.inner_text("h1")
        page.click("[rel=prev]")
        assert page.url.startswith(site.as_uri())


def test_a_click_on_marked_words_shows_the_card_of_their_row(opened, site):
    with page_of(opened) as (page, _):
        page.goto(address(site, ARTICLE))
        page.click("a.m:has-text('kekhawatiran')")
        assert _chosen(page) == ["c3"]
        assert page.url.endswith("#claims:c3")
        card = page.locator(".card.chosen")
        assert card.is_visible()
        assert "meningkatnya kerja sama militer" in card.inner_text()
        assert "certainty" in card.inner_text()
        assert page.locator(".card:visible").count() == 1
        assert page.locator("a.m.on").count() == 2  # the cue, and the content
        page.click("text=Show all")
        assert page.locator(".card:visible").count() > 20
        assert page.locator(".on").count() == 0


def test_words_of_two_rows_show_both_cards_and_are_told_apart_by_more_than_colour(opened, site):
    with page_of(opened) as (page, _):
        page.goto(address(site, ARTICLE))
        both = page.locator("a.m[data-r~='6'][data-r~='7']").first
        both.click()
        assert _chosen(page) == ["c7", "c8"]
        drawn = both.evaluate(
            "it => [...it.querySelectorAll('.u')].map(each => { const s = getComputedStyle(each);"
            "return [s.textDecorationStyle, s.textDecorationThickness, s.textUnderlineOffset]; })"
        )
        assert both.get_attribute("title") == "content c7, source c8"
        assert len(drawn) == 2
        assert len({offset for _, _, offset in drawn}) == 2
        legend = page.locator(".legend .u").evaluate_all(
            "all => all.map(it => { const s = getComputedStyle(it); return s.textDecorationStyle + s.textDecorationThickness; })"
        )
        assert len(set(legend)) == len(legend) >= 4


def test_a_row_in_pieces_is_strengthened_as_a_whole(opened, site):
    with page_of(opened) as (page, _):
        page.goto(address(site, ARTICLE + "#claims:c4"))
        words = " ".join(page.locator("a.m.on").all_inner_texts())
        assert "Perjanjian kemitraan" in words
        assert "antara lain memuat" in words
        page.hover("a.m:has-text('kekhawatiran')")
        assert page.locator(".hot").count() == 2


def test_a_click_in_the_list_leads_to_the_words(opened, site):
    with page_of(opened, viewport={"width": 1200, "height": 500}) as (page, _):
        page.goto(address(site, ARTICLE))
        card = page.locator(".card[data-n]").last
        card.locator(".card-name a").click()
        words = page.locator("a.m.on").first
        box = words.bounding_box()
        assert 0 <= box["y"] < 500
        assert card.evaluate("it => it.classList.contains('chosen')")


def test_a_relation_leads_to_the_claim_in_the_other_article(opened, site):
    with page_of(opened) as (page, _):
        page.goto(address(site, ARTICLE))
        link = page.locator(".joined > li:has(a[href*='html#']) > a[href*='.html#']:not([href*='pakta-pertahanan'])").first
        key = link.inner_text()
        before = page.url
        link.click()
        page.locator(".card.chosen").wait_for()
        assert page.url.split("#")[0] != before.split("#")[0]
        assert _chosen(page) == [key]
        assert page.locator("a.m.on").first.is_visible()
        page.go_back()
        assert page.url.split("#")[0] == before.split("#")[0]


def test_a_search_is_filtered_at_once_and_its_address_shows_the_same_again(opened, site):
    with page_of(opened) as (page, _):
        page.goto(address(site, "search.html"))
        assert page.inner_text("#found").startswith("168 of 168 claims")
        page.select_option("[name='by.certainty']", label="possible")
        page.select_option("[name='split']", label="test")
        page.fill("[name=q]", "NUKLIR")
        said = page.inner_text("#found")
        rows = page.locator("#results .said").all_inner_texts()
        assert 0 < len(rows) < 40
        assert page.locator("#results mark").count()
        page.reload()
        assert page.inner_text("#found") == said
        assert page.locator("#results .said").all_inner_texts() == rows
        assert page.input_value("[name=q]") == "NUKLIR"
        with page_of(opened) as (other, _):
            other.goto(page.url)
            assert other.locator("#results .said").all_inner_texts() == rows
        page.fill("[name=q]", "")
        page.select_option("[name=table]", label="stances")
        page.select_option("[name='by.speaker']", label="Kim Jong-un")
        assert "stances" in page.inner_text("#found")
        assert "table=stances" in page.url
        page.locator("#results a").first.click()
        page.wait_for_url("**/articles/*.html#stances:*")


def test_it_is_read_and_searched_with_the_keyboard_alone(opened, site):
    with page_of(opened) as (page, _):
        page.goto(address(site, ARTICLE))
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        for _ in range(9):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('a.m')"):
                break
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        assert _chosen(page) == ["c1"]
        assert page.evaluate("document.activeElement.id") == "claims:c1"
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Vladimir Putin"
        page.keyboard.press("Escape")
        assert _chosen(page) == []
        assert page.evaluate("document.activeElement.matches('a.m')")


def test_every_row_of_the_text_can_be_reached_with_the_keyboard(opened, site):
    with page_of(opened) as (page, _):
        page.goto(address(site, ARTICLE))
        reached = page.evaluate(
            "[...document.querySelectorAll('a.m:not([tabindex])')].flatMap(it => it.dataset.r.split(' '))"
            ".filter((row, i, all) => all.indexOf(row) === i).length"
        )
        assert reached == page.locator(".card[data-n]").count()


def test_dark_mode_follows_the_system(opened, site):
    def ground(scheme: str) -> str:
        with page_of(opened, color_scheme=scheme) as (page, _):
            page.goto(address(site, ARTICLE))
            return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))

    assert ground("light") == "rgb(252, 251, 248)"
    assert ground("dark") == "rgb(23, 22, 20)"


@pytest.mark.parametrize("width", [320, 400, 1000, 1600])
def test_no_page_is_wider_than_its_window(opened, site, other_site, width):
    with page_of(opened, viewport={"width": width, "height": 800}) as (page, _):
        others = [path.relative_to(other_site).as_posix() for path in other_site.rglob("*.html")]
        for base, paths in ((site, KINDS), (other_site, others)):
            for path in paths:
                page.goto(address(base, path))
                assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_on_a_narrow_screen_the_card_lies_over_the_text_and_leaves_the_words_to_be_seen(opened, site):
    with page_of(opened, viewport={"width": 400, "height": 800}, has_touch=True) as (page, _):
        page.goto(address(site, ARTICLE))
        words = page.locator("a.m:has-text('kepemilikan senjata')").first
        words.tap()
        sheet = page.locator(".cards").bounding_box()
        assert page.evaluate("getComputedStyle(document.querySelector('.cards')).position") == "fixed"
        assert sheet["y"] + sheet["height"] == pytest.approx(800, abs=1)
        box = words.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= sheet["y"]
        page.click("text=Show all")
        assert page.evaluate("getComputedStyle(document.querySelector('.cards')).position") == "static"


def test_printed_it_is_the_text_and_every_card_without_the_furniture_of_the_site(opened, site):
    with page_of(opened) as (page, _):
        page.goto(address(site, ARTICLE + "#claims:c8"))
        page.emulate_media(media="print")
        assert page.locator(".top nav").is_hidden()
        assert page.locator(".card:visible").count() == page.locator(".card").count()
        assert page.evaluate("getComputedStyle(document.querySelector('.cards')).overflow") == "visible"
        assert page.pdf().startswith(b"%PDF")


def test_without_scripts_marks_and_cards_still_lead_to_each_other(opened, site):
    with page_of(opened, java_script_enabled=False) as (page, _):
        page.goto(address(site, ARTICLE))
        page.click("a.m:has-text('kekhawatiran')")
        assert page.url.endswith("#claims:c3")
        assert page.locator(".card:target .key").first.inner_text() == "c3"
        page.click(".card:target .card-name a")
        assert page.url.endswith("#claims:c3:text")
        page.goto(address(site, "search.html"))
        assert "needs JavaScript" in page.inner_text("main")


def test_a_detached_article_shows_places_and_labels(opened, site):
    with page_of(opened) as (page, _):
        page.goto(address(site, DETACHED))
        assert "may not be redistributed" in page.inner_text("main")
        page.click("a.m >> nth=1")
        assert page.locator(".card.chosen .labels").inner_text()


@pytest.mark.parametrize("path", KINDS)
def test_axe_finds_nothing_in_any_kind_of_page(opened, site, path):
    with page_of(opened) as (page, _):
        page.goto(address(site, path))
        assert violations(page) == []


@pytest.mark.parametrize("path", ["search.html", ARTICLE + "#claims:c8", DETACHED, "speakers/vladimir-putin.html"])
def test_words_can_be_told_from_their_ground_in_dark_mode(opened, site, path):
    with page_of(opened, color_scheme="dark") as (page, _):
        page.goto(address(site, path))
        assert violations(page, "color-contrast") == []


def test_axe_finds_nothing_on_a_narrow_screen(opened, site):
    with page_of(opened, viewport={"width": 400, "height": 900}) as (page, _):
        page.goto(address(site, ARTICLE + "#claims:c8"))
        assert violations(page) == []


def test_axe_finds_nothing_in_the_site_of_another_schema(opened, other_site):
    with page_of(opened) as (page, _):
        for path in sorted(other_site.glob("articles/*.html")):
            page.goto(path.as_uri())
            assert violations(page) == [], path.name


def test_nothing_that_a_corpus_says_runs_or_breaks_out(opened, tmp_path):
    reported = Corpus.open(hostile(tmp_path / "corpus", ROOT / "schema" / "anchor.json")).report()
    with page_of(opened) as (page, _):
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        for path in sorted(reported.path.rglob("*.html")):
            page.goto(path.as_uri())
            assert "harmed" not in page.title().replace(ATTACK, "")
            assert page.locator("main h1").is_visible()
            assert page.locator("footer").is_visible()
        page.goto(address(reported.path, "search.html"))
        page.select_option("[name='by.label']", label=LABELS[0])
        assert page.locator("#results .row").count() == 2
        page.select_option("[name='by.label']", label="(empty)")
        assert page.locator("#results .row").count() == 1
        page.reload()
        assert page.locator("#results .row").count() == 1
        page.locator("#results a").first.click()
        page.locator(".card.chosen").wait_for()
        assert page.locator("h1").inner_text() == ATTACK
