"""Read a saved page, or a text: what its article says, what is said of it, and what was left out. Never guesses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from corpusbuild.pages import declared as fields
from corpusbuild.pages.dating import published
from corpusbuild.pages.declared import Declared, declared, language_tag, spdx
from corpusbuild.pages.decoding import Decoded, decode
from corpusbuild.pages.furniture import PAGES, set_apart
from corpusbuild.pages.main_text import main_blocks
from corpusbuild.pages.page import Found, NoArticle, Page
from corpusbuild.pages.printed import byline, dateline, headline
from corpusbuild.pages.sorting import Sorted
from corpusbuild.pages.tree import blocks, parse
from corpusbuild.pages.words import essence, tidy
from corpusbuild.text.canonical import BYTE_ORDER_MARK, CONTROL, canonical

# What a parser makes around words that have no markup.
_MADE_UP = frozenset({"html", "body", "p"})
# Names may stand so many blocks below the text.
_BELOW = 6


def read_page(data: bytes) -> Page:
    """The article on a saved page. Raises :class:`NoArticle` where there is none."""
    decoded = decode(data)
    tree = parse(decoded.text)
    if not any(each.tag not in _MADE_UP for each in tree.iter()):
        raise NoArticle("this is no page: it has no elements", help="a plain text is a file that ends in .txt")
    set_apart(tree)
    page = list(blocks(tree))
    says = declared(tree)
    publisher = says.first(fields.PUBLISHER)
    top = headline(page, says.all(fields.HEADLINE), None if publisher is None else publisher.value)
    if top is None:
        raise NoArticle("the page has no headline: no <h1>, no <title>", help="save its text as .txt: the headline in the first line")
    body = Sorted.of(page, main_blocks(tree, page), top, publisher)
    dated = dateline(page, top.block, body.first, body.kept)
    authors = _authors(says, body, publisher)
    whole = body.without_lines(None if dated is None else dated.block, authors)
    moment, remarks = published(says.all(fields.PUBLISHED), None if dated is None else dated.printed)
    return Page(
        canonical("\n\n".join([top.found.value, *whole.paragraphs]) + "\n"),
        top.found,
        authors,
        publisher,
        says.first(fields.AGENCY),
        moment,
        None if dated is None else Found(dated.printed.words, f'"{page[dated.block].text}"'),
        _mapped(says.all(fields.LANGUAGE), language_tag),
        _mapped(says.all(fields.LICENSE), spdx),
        next((each for each in says.all(fields.URL) if fields.is_address(each.value)), None),
        True,
        tuple(whole.left_out()),
        (
            *_of_encoding(decoded),
            *(f'{each.where} has another headline: "{each.value}"' for each in top.others),
            *remarks,
            *_of_pages(whole),
        ),
    )


def read_text(data: bytes) -> Page:
    """A plain text: its first line is the headline, and the rest stays as it is but for what is not canonical."""
    decoded = decode(data)
    # A form feed stands between pages, and U+0085 between lines; other control characters stand for nothing.
    lines = canonical(decoded.text.replace(BYTE_ORDER_MARK, "").replace("\f", "\n").replace("\x85", "\n"))
    first, _, rest = canonical(CONTROL.sub("", lines)).strip().partition("\n")
    top = tidy(first)
    if not top or not rest.strip():
        raise NoArticle("there is no text below the first line", help="write the headline in the first line, the text below it")
    return Page(canonical(f"{top}\n{rest}\n"), Found(top, "the first line"), remarks=tuple(_of_encoding(decoded)))


# ---- what is said of it ----


def _authors(says: Declared, body: Sorted, publisher: Found | None) -> tuple[Found, ...]:
    """The authors as declared, else as printed. A page that names its publisher as author names nobody."""
    site = "" if publisher is None else publisher.value
    named = [each for each in says.all(fields.AUTHOR) if essence(each.value) != essence(site)]
    if named:
        # One source names all of them.
        where = named[0].where
        return tuple({essence(each.value): each for each in named if each.where == where}.values())
    page = body.page
    span = range(max(body.headline_at, 0), min(body.last + _BELOW, len(page)))
    return byline(page, span, body.kept, site or None)


def _mapped(said: Sequence[Found], meaning: Callable[[str], str | None]) -> Found | None:
    """The first of what is said that means something."""
    return next((Found(value, each.where) for each in said if (value := meaning(each.value)) is not None), None)


def _of_encoding(decoded: Decoded) -> Iterator[str]:
    if decoded.encoding != "utf-8":
        yield f"read as {decoded.encoding}, {decoded.how}"
    if decoded.lost:
        yield f"{decoded.lost:,} characters could not be read and are U+FFFD: look for them in the text"


def _of_pages(whole: Sorted) -> Iterator[str]:
    if PAGES in whole.reasons:
        yield "the article has several pages, and this is one of them: save a view of all, or add what is missing to its text"
