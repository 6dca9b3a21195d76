"""The overview in a real browser: where its numbers lead, that its drawings can be seen, and that everybody can read it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from browsing import address, browser, chromium, page_of, violations
from corpusbuild import Corpus
from corpusbuild.site.charts import COLOURS
from written import copy_of

EVIDENCE = "evidence/stances.html"
DIFFERENCES = "agreement/annotator-a~annotator-b.html"
PAGES = ["index.html", EVIDENCE, DIFFERENCES]
OPEN_ALL = "document.querySelectorAll('details').forEach(each => each.open = true)"


@pytest.fixture(scope="module")
def opened():
    chromium()
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def site(tmp_path_factory, opened) -> Path:
    return Corpus.open(copy_of("kabar-klaim", tmp_path_factory.mktemp("site") / "corpus")).report().path


@pytest.fixture(scope="module", params=["legal", "emotions"])
def other_site(request, tmp_path_factory, opened) -> Path:
    return Corpus.open(copy_of(request.param, tmp_path_factory.mktemp(request.param) / "corpus")).report().path


def test_a_cell_leads_to_the_stances_and_these_to_the_claims_that_are_their_evidence(opened, site):
    with page_of(opened) as (page, _):
        page.goto(address(site))
        row = page.locator(".matrix tr", has=page.locator("th >> text='Hyun Seung-soo'"))
        cell = row.locator("td a").first
        said = cell.get_attribute("title")
        cell.focus()
        page.keyboard.press("Enter")
        shown = page.locator(".evidence:target")
        assert "Hyun Seung-soo" in shown.locator("h2").inner_text()
        assert said in shown.locator("h2").inner_text()
        cited = shown.locator(".line", has=page.locator(".said")).last
        words = cited.locator(".said").inner_text()
        cited.locator("a").click()
        assert re.search(r"articles/[\w-]+\.html#claims:c\d+$", page.url)
        assert words.split(" … ")[0][:30] in page.locator(".card:target").inner_text()


def test_what_two_annotators_say_differently_stands_side_by_side(opened, site):
    with page_of(opened) as (page, _):
        page.goto(address(site))
        page.click("#agreement ~ p >> text=items differ")
        assert page.url.endswith(DIFFERENCES)
        row = page.locator(".sides tr", has=page.locator("th >> text='certainty'")).first
        one, other = row.locator("td").all()
        assert one.locator("p").first.inner_text() != other.locator("p").first.inner_text()
        assert one.bounding_box()["y"] == other.bounding_box()["y"]
        row.locator("th a").click()
        page.locator(".card:target").wait_for(state="visible")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_of_a_series_can_be_told_from_the_page(opened, site, scheme):
    with page_of(opened, color_scheme=scheme) as (page, _):
        page.goto(address(site))
        ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        for number in range(COLOURS):
            colour = page.evaluate(
                """number => { const each = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
                each.setAttribute('class', `color-${number}`); document.querySelector('.chart').append(each);
                return getComputedStyle(each).fill; }""",
                number,
            )
            assert _contrast(colour, ground) >= 3, (number, colour)


def _contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2)."""
    low, high = sorted(map(_luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(each) / 255 for each in re.findall(r"\d+", colour)[:3]]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("media", ["screen", "print"])
def test_bars_are_drawn_on_the_screen_and_on_paper_in_the_colours_of_the_key(opened, site, media):
    with page_of(opened) as (page, _):
        page.emulate_media(media=media)
        page.goto(address(site))
        bars = page.locator(".chart rect")
        assert bars.count() > 50
        boxes = [each.bounding_box() for each in bars.all()]
        assert all(box is not None and box["width"] > 0 and box["height"] > 0 for box in boxes)
        fills = set(page.evaluate("[...document.querySelectorAll('.chart rect')].map(each => getComputedStyle(each).fill)"))
        key = set(page.evaluate("[...document.querySelectorAll('#labels ~ .keys rect')].map(each => getComputedStyle(each).fill)"))
        assert fills == key
        assert len(key) == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_with_every_table_open(opened, site, path, scheme):
    with page_of(opened, color_scheme=scheme) as (page, _):
        page.goto(address(site, path))
        page.evaluate(OPEN_ALL)
        assert violations(page) == []


@pytest.mark.parametrize("width", [320, 400, 1000, 1600])
def test_no_page_is_wider_than_its_window(opened, site, width):
    with page_of(opened, viewport={"width": width, "height": 800}) as (page, _):
        for path in PAGES:
            page.goto(address(site, path))
            page.evaluate(OPEN_ALL)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_another_schema_has_an_overview_as_good(opened, other_site):
    with page_of(opened) as (page, _):
        page.goto(address(other_site))
        page.evaluate(OPEN_ALL)
        assert violations(page) == []
        for name in ("labels", "time", "who1", "splits", "agreement", "findings"):
            assert page.locator(f"#{name}").is_visible()
        assert page.locator(".figure .chart").count() == page.locator(".figure table").count() > 5


def test_each_drawing_has_its_table_which_says_the_same(opened, site):
    with page_of(opened) as (page, _):
        page.goto(address(site))
        figure = page.locator(".figure", has=page.locator("text='claims.polarity'"))
        figure.locator("summary").click()
        rows = [row.locator("td").all_inner_texts() for row in figure.locator("tbody tr").all()]
        beside = figure.locator("svg text").all_text_contents()
        for row in rows:
            assert {row[1], row[3]} <= set(beside)
        told = figure.locator("svg title").all_text_contents()
        assert f"affirmed, train: {rows[0][0]} of 74 ({rows[0][1]})" in told
