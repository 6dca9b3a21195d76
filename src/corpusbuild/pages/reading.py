"""Read a saved page, or a text: what its article says, what is said of it, and what was left out. Never guesses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from corpusbuild.pages import declared as fields
from corpusbuild.pages.dates import Moment, in_indonesia, same_instant, stated
from corpusbuild.pages.declared import Declared, declared, language_tag, spdx
from corpusbuild.pages.decoding import Decoded, decode
from corpusbuild.pages.furniture import PAGES, PEOPLE, furniture, set_apart
from corpusbuild.pages.main_text import main_blocks
from corpusbuild.pages.page import Found, LeftOut, NoArticle, Page, Published
from corpusbuild.pages.printed import Dated, Headline, byline, dateline, headline
from corpusbuild.pages.tree import Block, blocks, parse
from corpusbuild.pages.words import essence, tidy
from corpusbuild.text.canonical import BYTE_ORDER_MARK, CONTROL, canonical

# What a parser makes around words that have no markup.
_MADE_UP = frozenset({"html", "body", "p"})
OUTSIDE = "outside the main text"
_A_LINE = 200
_HALF = 0.5


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
    kept = main_blocks(tree, page)
    sorted_out = _Sorting(page, kept, top, publisher)
    dated = dateline(page, top.block, sorted_out.first, sorted_out.kept)
    authors = _authors(page, says, sorted_out, publisher)
    why = sorted_out.why(dated, authors)
    text = _text(top.found.value, [block.text for block, reason in zip(page, why, strict=True) if reason is None])
    published, remarks = _published(says, dated)
    return Page(
        text,
        top.found,
        authors,
        publisher,
        says.first(fields.AGENCY),
        published,
        None if dated is None else Found(dated.printed.words, f'"{page[dated.block].text}"'),
        _mapped(says.all(fields.LANGUAGE), language_tag),
        _mapped(says.all(fields.LICENSE), spdx),
        next((each for each in says.all(fields.URL) if fields.is_address(each.value)), None),
        True,
        tuple(_left_out(page, why)),
        (
            *_of_encoding(decoded),
            *(f'{each.where} has another headline: "{each.value}"' for each in top.others),
            *remarks,
            *_of_pages(why),
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


# ---- the text ----


class _Sorting:
    """Which blocks are the text, and why the others are not."""

    def __init__(self, page: Sequence[Block], kept: Sequence[bool], top: Headline, publisher: Found | None) -> None:
        self.page, self.kept, self.top = page, list(kept), top.block
        home = _home(page, kept)
        self.reasons = [furniture(block, home) for block in page]
        essences = [essence(block.text) for block in page]
        self.headlines = {number for number, each in enumerate(essences) if each == essence(top.found.value)} | ({top.block} - {-1})
        if publisher is not None:
            site = essence(publisher.value)
            self.reasons = [
                reason or ("the name of the site" if each == site else None) for reason, each in zip(self.reasons, essences, strict=True)
            ]
        for number in range(len(page)):
            if self.reasons[number] is not None or number in self.headlines:
                self.kept[number] = False
        # What stands above the headline is none of the text, unless that is a heading far down.
        above = sum(len(page[n].text) for n in range(max(top.block, 0)) if self.kept[n])
        whole = sum(len(block.text) for block, is_kept in zip(page, self.kept, strict=True) if is_kept)
        if above < _HALF * whole:
            for number in range(max(top.block, 0)):
                self.kept[number] = False
        numbers = [number for number, is_kept in enumerate(self.kept) if is_kept]
        if not numbers:
            raise NoArticle(
                "no text of an article was found on this page", help="save the page once all of it is shown, or its text as .txt"
            )
        self.first, self.last = self._first(numbers), numbers[-1]

    def _first(self, numbers: Sequence[int]) -> int:
        """The first block of the text: one that is more than a line of a date or a name."""
        return next((number for number in numbers if len(self.page[number].text) > _A_LINE // 3), numbers[0])

    def why(self, dated: Dated | None, authors: Sequence[Found]) -> list[str | None]:
        """For each block why it is left out, None where it is of the text."""
        found: list[str | None] = []
        names = [essence(each.value) for each in authors]
        for number, block in enumerate(self.page):
            if number in self.headlines:
                found.append("the headline")
            elif dated is not None and number == dated.block:
                found.append("the date")
            elif self.kept[number] and number < self.first and any(name in essence(block.text) for name in names):
                found.append(PEOPLE)
            elif self.kept[number]:
                found.append(None)
            else:
                found.append(self.reasons[number] or OUTSIDE)
        if None not in found:
            raise NoArticle(
                "no text of an article was found on this page", help="save the page once all of it is shown, or its text as .txt"
            )
        return found


def _home(page: Sequence[Block], kept: Sequence[bool]) -> frozenset[Any]:
    """The elements that hold the most of the main text."""
    held: Counter[Any] = Counter()
    for block, is_kept in zip(page, kept, strict=True):
        if is_kept:
            for element in block.around:
                held[element] += len(block.text)
    whole = max(held.values(), default=0)
    return frozenset(element for element, count in held.items() if count > _HALF * whole)


def _text(top: str, below: Sequence[str]) -> str:
    return canonical("\n\n".join([top, *below]) + "\n")


def _left_out(page: Sequence[Block], why: Sequence[str | None]) -> Iterator[LeftOut]:
    """What was left out, in the order of the page; neighbours with one reason are one piece."""
    words: list[str] = []
    reason: str | None = None
    for block, each in zip([*page, None], [*why, None], strict=True):
        if each != reason and words and reason is not None:
            yield LeftOut(" ".join(words), reason)
            words = []
        if block is not None and each is not None and each != "the headline":
            words.append(block.text)
        reason = each


# ---- what is said of it ----


def _authors(page: Sequence[Block], says: Declared, sorting: _Sorting, publisher: Found | None) -> tuple[Found, ...]:
    """The authors as declared, else as printed. A page that names its publisher as author names nobody."""
    site = "" if publisher is None else publisher.value
    named = [each for each in says.all(fields.AUTHOR) if essence(each.value) != essence(site)]
    if named:
        # One source names all of them.
        where = named[0].where
        return tuple({essence(each.value): each for each in named if each.where == where}.values())
    span = range(max(sorting.top, 0), min(sorting.last + 6, len(page)))
    return byline(page, span, sorting.kept, site or None)


def _mapped(said: Sequence[Found], meaning: Any) -> Found | None:
    """The first of what is said that means something."""
    return next((Found(value, each.where) for each in said if (value := meaning(each.value)) is not None), None)


_Dating = tuple[Published | None, list[str]]


def _published(says: Declared, dated: Dated | None) -> _Dating:
    """When the article was published. What the page states for programs counts; what it prints completes it."""
    machine = next((Published(each, f.where) for f in says.all(fields.PUBLISHED) if (each := stated(f.value)) is not None), None)
    remarks = [] if dated is None else list(_of_printed(dated))
    printed = None if dated is None else dated.printed.moment
    if dated is None or machine is None:
        found = machine if printed is None else Published(printed, "as printed")
        if dated is not None and printed is None:
            remarks.append(f'"{dated.printed.words}" has no year, and nothing else says when it was published')
        return found, remarks
    day = machine.moment.day
    if printed is None:
        if (dated.printed.day, dated.printed.month) != (day.day, day.month):
            remarks.append(f'{machine.where} says {machine.moment}, printed is "{dated.printed.words}": the former was taken')
        return machine, remarks
    return _reconciled(machine, printed, dated.printed.words, remarks)


def _reconciled(machine: Published, printed: Moment, words: str, remarks: list[str]) -> _Dating:
    """The published moment where both are there: the clock that readers saw, if it is the same instant."""
    if same_instant(machine.moment, printed):
        return Published(printed, f"{machine.where}, as printed"), remarks
    if printed.day == machine.moment.day:
        exact = printed if machine.moment.clock is None and printed.clock is not None else machine.moment
        return Published(exact, machine.where if exact is machine.moment else "as printed"), remarks
    local = in_indonesia(machine.moment, printed.day) if not machine.moment.offset else None
    if local is not None:
        return Published(local, f"{machine.where}, on the day that is printed"), remarks
    remarks.append(f'{machine.where} says {machine.moment}, printed is "{words}": the former was taken')
    return machine, remarks


def _of_printed(dated: Dated) -> Iterator[str]:
    printed = dated.printed
    if printed.either:
        yield f'"{printed.words}" was read with the day first, as Indonesian has it'
    if printed.contradiction is not None:
        yield f'"{printed.words}" names the wrong day: that was a {printed.contradiction.capitalize()}'


def _of_encoding(decoded: Decoded) -> Iterator[str]:
    if decoded.encoding != "utf-8":
        yield f"read as {decoded.encoding}, {decoded.how}"
    if decoded.lost:
        yield f"{decoded.lost:,} characters could not be read and are U+FFFD: look for them in the text"


def _of_pages(why: Sequence[str | None]) -> Iterator[str]:
    if PAGES in why:
        yield "the article has several pages, and this is one of them: save a view of all, or add what is missing to its text"
