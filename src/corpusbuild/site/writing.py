"""Write the pages of a site into a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2

from corpusbuild.emit.libraries import made_by
from corpusbuild.site.agreed import address, differences
from corpusbuild.site.article import article_page
from corpusbuild.site.contents import ARTICLES, Contents
from corpusbuild.site.entry import article_list, entry_list, entry_page
from corpusbuild.site.layers import layers
from corpusbuild.site.linking import Links
from corpusbuild.site.matrix import evidence
from corpusbuild.site.naming import slug
from corpusbuild.site.overview import overview
from corpusbuild.site.searching import search_page

STATIC = ("site.css", "overview.css", "site.js")

Told = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Written:
    """How many pages a site has, and how many bytes all its files have."""

    pages: int
    size: int


@dataclass
class _Site:
    folder: Path
    environment: jinja2.Environment
    common: dict[str, Any]
    told: Told
    total: int
    pages: int = 0
    size: int = 0

    def page(self, path: str, template: str, /, **values: Any) -> None:
        """Write one page; ``root`` leads from it to the site's root."""
        root = "../" * path.count("/")
        page = self.environment.get_template(template).render(self.common, root=root, **values)
        # The one character of Unicode that no page can hold, not even escaped.
        self._write(path, page.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace"))
        self.pages += 1
        self.told("writing", self.pages, self.total)

    def copy(self, name: str) -> None:
        """Write a file that is the same in every site."""
        self._write(name, files("corpusbuild.site").joinpath("static", name).read_bytes())

    def _write(self, path: str, data: bytes) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        self.size += len(data)


def write_site(contents: Contents, folder: Path, most_rows: int, told: Told) -> Written:
    """Write the site of ``contents`` into ``folder``, which is there and empty; the search has ``most_rows`` of each table at most."""
    links = Links.of(contents, layers(contents.shape, contents.config))
    site = _Site(folder, _environment(), _common(contents, links), told, _pages(contents))
    for name in STATIC:
        site.copy(name)
    _overview(site, links)
    site.page("search.html", "search.html", page=search_page(links, most_rows), here="search")
    site.page(f"{ARTICLES}/index.html", "list.html", page=article_list(links), here=ARTICLES)
    around = [None, *contents.articles, None]
    for number, row in enumerate(contents.articles):
        before, after = (
            None if each is None else (links.title(each), links.page(each.at)) for each in (around[number], around[number + 2])
        )
        site.page(links.page(row.at), "article.html", page=article_page(row, links), here=ARTICLES, before=before, after=after)
    for table, rows in contents.entries.items():
        site.page(f"{slug(table)}/index.html", "list.html", page=entry_list(table, links), here=table)
        for row in rows:
            site.page(links.page(row.at), "entry.html", page=entry_page(row, links), here=table)
    return Written(site.pages, site.size)


def _overview(site: _Site, links: Links) -> None:
    """The first page, and those that its numbers lead to."""
    first = overview(links)
    differing = [each for each in links.contents.agreements if each.differences]
    site.total += len(first.matrices) + len(differing)
    site.page("index.html", "overview.html", page=first, here="overview")
    for matrix in first.matrices:
        site.page(matrix.address, "evidence.html", matrix=matrix, page=tuple(evidence(matrix, links)), here="overview")
    for agreement in differing:
        site.page(address(agreement), "differences.html", page=differences(agreement, links), here="overview")


def _pages(contents: Contents) -> int:
    """How many pages there will be, but for those that the overview leads to: overview, search and lists, articles, entries."""
    return 3 + len(contents.articles) + sum(len(rows) + 1 for rows in contents.entries.values())


def _environment() -> jinja2.Environment:
    """Everything that comes from the corpus is escaped, and a name that nothing has is a bug."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("corpusbuild.site"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _common(contents: Contents, links: Links) -> dict[str, Any]:
    """What every page has."""
    return {
        "config": contents.config,
        "navigation": list(_navigation(contents, links)),
        "sample": contents.sample,
        # Of a corpus in several languages, nobody says which text is in which.
        "language": contents.config.language[0] if len(contents.config.language) == 1 else None,
        "gold": contents.summary.gold,
        "made_by": made_by(),
    }


def _navigation(contents: Contents, links: Links) -> Iterator[tuple[str, str, str]]:
    """Name, title and address of what every page leads to."""
    yield "overview", "overview", "index.html"
    yield ARTICLES, ARTICLES, f"{ARTICLES}/index.html"
    for table in contents.entries:
        yield table, links.layers[table].title, f"{slug(table)}/index.html"
    yield "search", "search", "search.html"
