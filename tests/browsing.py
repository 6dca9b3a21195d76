"""A real browser, driven without a network: Debian's Chromium, or the one that CORPUSBUILD_CHROMIUM names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]


def chromium() -> str:
    """The path of a browser; the module that asks is skipped where there is none."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install -e '.[dev]'")
    named = os.environ.get("CORPUSBUILD_CHROMIUM")
    found = named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("there is no Chromium here: apt-get install chromium, or name one in CORPUSBUILD_CHROMIUM", allow_module_level=True)
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser without windows."""
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield opened
        finally:
            opened.close()


class Asked(list[str]):
    """What a page asked for that is not a file of the site, and what its console said."""


@contextmanager
def page_of(opened: Browser, **options: object) -> Iterator[tuple[Page, Asked]]:
    """A new page; the test fails where it says an error, or asks for anything but files."""
    context = opened.new_context(**{"viewport": {"width": 1200, "height": 900}, "reduced_motion": "reduce", **options})
    asked = Asked()
    page = context.new_page()
    page.on("request", lambda request: None if request.url.startswith("file://") else asked.append(request.url))
    page.on("console", lambda message: asked.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: asked.append(str(error)))
    try:
        yield page, asked
    finally:
        context.close()
    if asked:
        pytest.fail("\n".join(asked))


def address(site: Path, path: str = "index.html") -> str:
    """The address of a page, as a double click opens it."""
    name, hash_sign, place = path.partition("#")
    return (site / name).as_uri() + hash_sign + place


@cache
def axe_script() -> str:
    """The script of axe, which the Python package brings with it."""
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


def violations(page: Page, *rules: str) -> list[str]:
    """What axe finds in a page as it is, by all rules or some; it fetches no sheets again, which the page forbids."""
    options = {"resultTypes": ["violations"], "preload": False, **({"runOnly": list(rules)} if rules else {})}
    page.evaluate(axe_script() + "\n;undefined")
    found = page.evaluate(
        "options => axe.run(document, options).then(found => found.violations.map("
        "each => each.id + ': ' + each.nodes.map(node => node.target.join(' ') + ' ' + node.failureSummary).join(' | ')))",
        options,
    )
    return [str(each) for each in found]
