"""What a page says of its article for programs: JSON-LD, meta elements, microdata."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from corpusbuild.pages.page import Found
from corpusbuild.pages.words import from_attribute

HEADLINE, AUTHOR, PUBLISHER, PUBLISHED, LANGUAGE, URL, LICENSE, AGENCY = (
    "headline",
    "author",
    "publisher",
    "published",
    "language",
    "url",
    "license",
    "agency",
)

_ARTICLES = re.compile(r"(?:Article|BlogPosting|Report|NewsStory)$")
_MOST_JSON, _DEEPEST = 1_000_000, 40

# Names of meta elements, in the order in which they are believed.
_META = {
    HEADLINE: ("og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title"),
    AUTHOR: ("article:author", "author", "dc.creator", "dcterms.creator", "parsely-author", "content_author", "byl"),
    PUBLISHER: ("og:site_name", "publisher", "dc.publisher", "dcterms.publisher", "article:publisher", "application-name"),
    PUBLISHED: (
        "article:published_time",
        "og:article:published_time",
        "datepublished",
        "content_publisheddate",
        "publishdate",
        "pubdate",
        "parsely-pub-date",
        "dc.date.issued",
        "dcterms.date",
        "dc.date",
        "date",
    ),
    LANGUAGE: ("og:locale", "content-language", "dc.language"),
    URL: ("og:url",),
    LICENSE: ("dcterms.license", "dc.rights.license"),
}
_MICRODATA = {
    "headline": HEADLINE,
    "author": AUTHOR,
    "publisher": PUBLISHER,
    "datePublished": PUBLISHED,
    "inLanguage": LANGUAGE,
    "license": LICENSE,
}


class Declared(NamedTuple):
    """What a page says, by field, the most trustworthy first."""

    fields: Mapping[str, tuple[Found, ...]]

    def all(self, field: str) -> tuple[Found, ...]:
        """All that it says of a field."""
        return self.fields.get(field, ())

    def first(self, field: str) -> Found | None:
        """The best that it says of a field."""
        return next(iter(self.all(field)), None)


def declared(tree: Any) -> Declared:
    """All that a page says of its article for programs. A link is no name, so authors that are addresses are passed over."""
    found: dict[str, dict[Found, None]] = {}
    for field, said in (*_json_ld(tree), *_meta(tree), *_microdata(tree), *_elements(tree)):
        value = from_attribute(said.value)
        if value and not (field in {AUTHOR, PUBLISHER, AGENCY} and is_address(value)):
            found.setdefault(field, {})[Found(value, said.where)] = None
    return Declared({field: tuple(values) for field, values in found.items()})


def is_address(value: str) -> bool:
    """Whether a value is an address on the web."""
    return re.match(r"(?:https?:)?//", value) is not None or value.startswith("www.")


# ---- JSON-LD ----


def _json_ld(tree: Any) -> Iterator[tuple[str, Found]]:
    articles = [each for script in tree.iter("script") for each in _articles(script)]
    best = next((each for each in articles if each.get("headline")), None)
    if best is None:
        return
    names = {HEADLINE: "headline", PUBLISHED: "datePublished", LANGUAGE: "inLanguage", URL: "url", LICENSE: "license"}
    for field, name in names.items():
        for value in _texts(best.get(name), name="@id" if field in {URL, LICENSE} else "name"):
            yield field, Found(value, f"JSON-LD {name}")
    for value in _texts(best.get("mainEntityOfPage"), name="@id"):
        if is_address(value):
            yield URL, Found(value, "JSON-LD mainEntityOfPage")
    for field, name in {AUTHOR: "author", PUBLISHER: "publisher", AGENCY: "sourceOrganization"}.items():
        for value in _texts(best.get(name), name="name"):
            yield field, Found(value, f"JSON-LD {name}")


def _articles(script: Any) -> Iterator[dict[str, Any]]:
    """The articles that a script of JSON-LD describes."""
    text = script.text or ""
    if "ld+json" not in (script.get("type") or "").lower() or len(text) > _MOST_JSON:
        return
    text = re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*<!\[CDATA\[\*/)|(?:-->|//\s*\]\]>|/\*\]\]>\*/)?[\s;]*$", "", text)
    try:
        value = json.loads(text, strict=False)  # line ends inside of strings are frequent
    except (ValueError, RecursionError):
        return
    yield from _typed(value, 0)


def _typed(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _typed(each, depth + 1)
    elif isinstance(value, dict):
        types = value.get("@type")
        if any(isinstance(each, str) and _ARTICLES.search(each) for each in (types if isinstance(types, list) else [types])):
            yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _typed(value.get(name), depth + 1)


def _texts(value: Any, *, name: str) -> Iterator[str]:
    """The strings that a value is or has under ``name``: one, or several in a list."""
    for each in value if isinstance(value, list) else [value]:
        inner = each.get(name) or each.get("url" if name == "@id" else "name") if isinstance(each, dict) else each
        for text in inner if isinstance(inner, list) else [inner]:
            if isinstance(text, str):
                yield text


# ---- elements ----


def _meta(tree: Any) -> Iterator[tuple[str, Found]]:
    said: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        for attribute in ("property", "name", "http-equiv"):
            name = (element.get(attribute) or "").strip().lower()
            if name and element.get("content"):
                said.setdefault(name, []).append(element.get("content"))
                break
    for field, names in _META.items():
        for name in names:
            for value in said.get(name, ()):
                yield field, Found(value, f"meta {name}")


def _microdata(tree: Any) -> Iterator[tuple[str, Found]]:
    scopes = [each for each in tree.iter() if isinstance(each.tag, str) and _ARTICLES.search((each.get("itemtype") or "").rstrip("/"))]
    for element in scopes[0].iter() if scopes else ():
        for name in (element.get("itemprop") or "").split():
            field = _MICRODATA.get(name)
            if field is not None:
                yield field, Found(_item(element), f"microdata {name}")


def _item(element: Any) -> str:
    """The value of an item: what is written for programs, or the name of the thing, or its words."""
    for name in ("content", "datetime"):
        if element.get(name):
            return str(element.get(name))
    if element.get("itemscope") is not None:
        named = next((each for each in element.iter() if each is not element and each.get("itemprop") == "name"), None)
        return "" if named is None else named.get("content") or str(named.text_content())
    return str(element.text_content())


def _elements(tree: Any) -> Iterator[tuple[str, Found]]:
    for element in tree.iter("link", "a"):
        rel = (element.get("rel") or "").lower().split()
        if "canonical" in rel and element.tag == "link":
            yield URL, Found(element.get("href") or "", "link canonical")
        if "license" in rel:
            yield LICENSE, Found(element.get("href") or "", f"{element.tag} license")
    if tree.get("lang"):
        yield LANGUAGE, Found(tree.get("lang"), "html lang")
    for element in tree.iter("title"):
        yield HEADLINE, Found(str(element.text_content()), "title")
        break


# ---- what values mean ----

_CREATIVE = re.compile(
    r"(?:https?:)?//(?:www\.)?creativecommons\.org/"
    r"(?:licenses/(?P<kind>by(?:-nc)?(?:-nd|-sa)?)/(?P<version>\d\.\d)|publicdomain/zero/1\.0)(?:/(?:deed|legalcode)?[\w.]*)?$"
)


def spdx(address: str) -> str | None:
    """The SPDX identifier of a Creative Commons licence, by its address."""
    match = _CREATIVE.match(address.strip())
    if match is None:
        return None
    return "CC0-1.0" if match["kind"] is None else f"CC-{match['kind'].upper()}-{match['version']}"


def language_tag(value: str) -> str | None:
    """A BCP 47 tag; ``in``, which Indonesian was before 1989, is ``id``."""
    parts = value.strip().replace("_", "-").split("-")
    if not re.fullmatch(r"[A-Za-z]{2,3}", parts[0]) or not all(re.fullmatch(r"[A-Za-z0-9]{2,8}", each) for each in parts[1:]):
        return None
    first = {"in": "id"}.get(parts[0].lower(), parts[0].lower())
    return "-".join([first, *(each.upper() if len(each) == 2 else each for each in parts[1:])])
