"""What stands on a page for readers beside its text: the headline, who wrote it, when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from corpusbuild.pages.dates import Printed, printed_dates
from corpusbuild.pages.furniture import ENDS_A_SENTENCE
from corpusbuild.pages.page import Found
from corpusbuild.pages.tree import Block, named
from corpusbuild.pages.words import essence

_LONGEST_LINE = 200
_ALIKE = 0.6
_LEAST = 10
_BEFORE = 4
_DATED = re.compile(r"date|time|tanggal|tgl|waktu|publish|terbit|rilis")
_WROTE = re.compile(r"(?:^|[\s_-])(?:author|byline|penulis|reporter|jurnalis|pewarta|wartawan)s?(?:$|[\s_-])|name-?author")
_ROLE = re.compile(
    r"\W*(?:penulis|reporter|pewarta|wartawan|jurnalis|kontributor|laporan|(?:ditulis )?oleh|author|written by|by)\b\s*[:\uff1a]?\s*",
    re.IGNORECASE,
)
_JOINTS = " -\u2013—|:•·»"
_EDITOR = re.compile(r"\W*(?:editor|redaktur|penyunting|uploader|pengunggah|fotografer|penerjemah|sumber)\b", re.IGNORECASE)
_NAME = re.compile(r"[A-Z][\w.'\u2019`-]*[,&/]?|bin|binti|van|de|al|dan|&|/")
# Further names of roles, and what sites put behind a name on the same line.
_BEHIND = re.compile(
    r"\s*(?:[|•·;(]|\s[-\u2013—]\s|[,/-]?\s*\d|\b(?:editor|redaktur|diterbitkan|dipublikasikan)\b|,?\s*(?:senin|selasa|rabu|kamis|jumat|sabtu|minggu)\b).*",
    re.IGNORECASE | re.DOTALL,
)


class Headline(NamedTuple):
    """The headline, the block that it is (-1 where it is none), and other headlines that the page gives."""

    found: Found
    block: int
    others: tuple[Found, ...] = ()


def headline(page: Sequence[Block], declared: Sequence[Found], publisher: str | None) -> Headline | None:
    """The headline as readers see it; what is declared says which of several is meant, or stands in for it."""
    said = [Found(without_site(each.value, publisher), each.where) for each in declared]
    tops = [number for number, block in enumerate(page) if any(element.tag == "h1" for element in block.around)]
    # A site's own name is a heading on some pages.
    tops = [number for number in tops if publisher is None or essence(page[number].text) != essence(publisher)]
    meant = next((number for each in said for number in tops if _same(page[number].text, each.value)), None)
    if meant is None and len(tops) == 1 and all(each.where == "title" for each in said):
        meant = tops[0]
    if meant is None:
        if not said:
            return None
        found = next((n for n, block in enumerate(page) if essence(block.text) == essence(said[0].value)), -1)
        return Headline(said[0], found, _differing(said[0].value, said[1:]))
    return Headline(Found(page[meant].text, "h1"), meant, _differing(page[meant].text, said))


def _same(one: str, other: str) -> bool:
    """Whether two headlines are of one article: one may be cut short, or reworded a little for search engines."""
    a, b = essence(one), essence(other)
    if a == b or (min(len(a), len(b)) >= _LEAST and (a.startswith(b) or b.startswith(a))):
        return True
    words = SequenceMatcher(None, one.casefold().split()[:50], other.casefold().split()[:50], autojunk=False)
    return words.ratio() >= _ALIKE


def _differing(chosen: str, said: Sequence[Found]) -> tuple[Found, ...]:
    """Those that say something else; the title of a window has the site's name in it, which is no news."""
    others = {each.value: each for each in reversed(said) if each.where != "title" and essence(each.value) != essence(chosen)}
    return tuple(reversed(others.values()))


def without_site(title: str, publisher: str | None) -> str:
    """A title without the name of the site behind it, where that is known."""
    if publisher is None:
        return title
    parts = re.split(r"\s+[-\u2013—|:•·»]\s+|\s*\|\s*", title)
    while len(parts) > 1 and essence(parts[-1]) in {essence(publisher), essence(publisher.partition(".")[0])}:
        title = title[: title.rstrip().rfind(parts[-1])].rstrip(_JOINTS)
        parts = parts[:-1]
    return title


def byline(page: Sequence[Block], span: range, kept: Sequence[bool], publisher: str | None) -> tuple[Found, ...]:
    """Who wrote the article, as printed in ``span`` of the page: in an element that is named for it, or behind a role ("Penulis: …")."""
    for number in span:
        block = page[number]
        if len(block.text) > _LONGEST_LINE or _EDITOR.match(block.text):
            continue
        role = _ROLE.match(block.text)
        by_class = not kept[number] and _WROTE.search(named(block.around[-2:])) is not None
        # "Name - Site", as some sites sign.
        by_site = publisher is not None and without_site(block.text, publisher) != block.text
        if role is None and not by_class and not by_site:
            continue
        words = _BEHIND.sub("", block.text[role.end() if role else 0 :], count=1).strip(" .,;:-")
        if len(words) > 1 and all(map(_NAME.fullmatch, words.split())) and essence(words) != essence(publisher or ""):
            return (Found(words, f'"{block.text}", by the name of its element' if by_class and role is None else f'"{block.text}"'),)
    return ()


class Dated(NamedTuple):
    """A date as printed, and the block that has it."""

    printed: Printed
    block: int


def dateline(page: Sequence[Block], headline_at: int, first: int, kept: Sequence[bool]) -> Dated | None:
    """The date of publication as printed: between the headline and the text, or near it in an element that is named for a date.

    Elsewhere stand today's date, and those of other articles.
    """
    below = range(headline_at + 1, max(first, headline_at + 1)) if headline_at >= 0 else range(0)
    near = range(max(headline_at - _BEFORE, 0), min(first + _BEFORE, len(page))) if headline_at >= 0 else range(len(page))
    for span, must_be_named in ((below, False), (near, True)):
        for number in span:
            block = page[number]
            if (
                len(block.text) > _LONGEST_LINE
                or (kept[number] and ENDS_A_SENTENCE.search(block.text))
                or (must_be_named and (kept[number] or not _is_named_for_a_date(block)))
            ):
                continue
            for printed in printed_dates(block.text):
                return Dated(printed, number)
    return None


def _is_named_for_a_date(block: Block) -> bool:
    if any(element.tag in {"aside", "nav", "footer"} for element in block.around):
        return False
    return any(element.tag == "time" for element in block.around) or _DATED.search(named(block.around[-2:])) is not None
