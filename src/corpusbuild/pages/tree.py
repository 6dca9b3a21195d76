"""A page as a tree, and its words as blocks: what a reader takes for one line or paragraph, and what stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from corpusbuild.pages.page import NoArticle
from corpusbuild.pages.words import tidy

# A page of one article has hundreds of elements, or a few thousand; the time of extraction grows with them.
MOST_ELEMENTS = 30_000
DEEPEST = 1_000
_LONGEST_ATTRIBUTE = 4_096

# Control characters but for white space: a parser stops at some of them.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_SECTIONS = (
    "html",
    "body",
    "main",
    "article",
    "section",
    "aside",
    "header",
    "footer",
    "nav",
    "address",
    "div",
    "center",
    "details",
    "dialog",
)
_LISTS = ("ul", "ol", "menu", "li", "dl", "dt", "dd")
_TABLES = ("table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th")
_PARAGRAPHS = ("p", "pre", "blockquote", "br", "hr", "figure", "figcaption", "summary")
_FORMS = ("form", "fieldset", "legend", "button")
_BLOCKS = frozenset((*_HEADINGS, *_SECTIONS, *_LISTS, *_TABLES, *_PARAGRAPHS, *_FORMS))

_FOR_PROGRAMS = ("head", "title", "script", "style", "noscript", "noframes", "template", "map")
_EMBEDDED = ("applet", "audio", "canvas", "embed", "iframe", "math", "object", "svg", "video", "select", "textarea")
_WORDLESS = frozenset((*_FOR_PROGRAMS, *_EMBEDDED))


@dataclass(slots=True)
class Block:
    """A run of words between two borders of blocks; ``around`` are the elements that it stands in, outermost first.

    ``linked`` counts those of its characters that are in links, before white space was tidied.
    """

    text: str
    around: tuple[Any, ...]
    linked: float = 0.0

    @property
    def is_links(self) -> bool:
        """Whether it is nothing but links."""
        return self.linked > 0.85


def named(elements: Iterable[Any]) -> str:
    """The classes, ids and properties of elements, in lower case."""
    return " ".join(element.get(name) or "" for element in elements for name in ("class", "id", "itemprop", "rel")).lower()


@dataclass
class _Writing:
    """The block that is being read."""

    pieces: list[str] = field(default_factory=list)
    linked: int = 0

    def add(self, text: str | None, *, linked: bool) -> None:
        if text:
            self.pieces.append(text)
            self.linked += len("".join(text.split())) if linked else 0

    def take(self, around: list[Any]) -> Block | None:
        raw, linked = "".join(self.pieces), self.linked
        self.pieces, self.linked = [], 0
        text = tidy(raw)
        return Block(text, tuple(around), linked / max(len("".join(raw.split())), 1)) if text else None


def parse(text: str) -> Any:
    """The tree of a page (``lxml.html``). Raises :class:`NoArticle` where there is none, or one that no page of an article has.

    Nothing is loaded and no entity is expanded but those of HTML.
    """
    from lxml import etree  # noqa: PLC0415  comes with the extra
    from lxml.html import HTMLParser, document_fromstring  # noqa: PLC0415  comes with the extra

    # Without `huge_tree`, the parser gives up, and says nothing, at a picture of 10 MB that stands in an attribute.
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    try:
        tree = document_fromstring(_CONTROLS.sub("", text).encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise NoArticle("there is nothing here that reads as a page", help="save the page as HTML, or its text as .txt") from error
    _bounded(tree)
    return tree


def _bounded(tree: Any) -> None:
    """Refuse what would take too long, and take out values that are only long."""
    count, depth, parents = 0, 0, {tree: 1}
    for element in tree.iter():
        above = element.getparent()
        here = parents[element] = 1 if above is None else parents[above] + 1
        count, depth = count + 1, max(depth, here)
        if count > MOST_ELEMENTS or depth > DEEPEST:
            what = f"more than {MOST_ELEMENTS:,} elements" if count > MOST_ELEMENTS else f"elements nested more than {DEEPEST:,} deep"
            raise NoArticle(
                f"this page has {what}, as no page of an article has", help="save its text as .txt: the headline in the first line"
            )
        if element.tag not in {"meta", "link", "html"}:
            for name, value in element.items():
                if len(value) > _LONGEST_ATTRIBUTE:
                    del element.attrib[name]


def blocks(root: Any, also: frozenset[str] = frozenset()) -> Iterator[Block]:
    """The blocks of a tree, in order; ``also`` are names of elements that are blocks in another vocabulary than HTML."""
    borders, wordless = _BLOCKS | also, _WORDLESS - also
    writing, links = _Writing(), 0
    around: list[Any] = []
    skipped: Any = None
    from lxml.etree import iterwalk  # noqa: PLC0415  comes with the extra

    for event, element in iterwalk(root, events=("start", "end")):
        if skipped is not None:
            if event == "end" and element is skipped:
                skipped = None
                writing.add(element.tail, linked=links > 0)
            continue
        if element.tag in borders:
            found = writing.take(around)
            if found is not None:
                yield found
        if event == "start":
            if element.tag in wordless:
                skipped = element
                continue
            around.append(element)
            links += element.tag == "a"
            writing.add(element.text, linked=links > 0)
        else:
            around.pop()
            links -= element.tag == "a"
            if element is not root:
                writing.add(element.tail, linked=links > 0)
    found = writing.take(around)
    if found is not None:
        yield found
