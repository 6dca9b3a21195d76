"""What a saved page comes to: an article with what the page says of it, and what was left out of its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from corpusbuild.errors import CannotGoOn
from corpusbuild.pages.dates import Moment
from corpusbuild.text.canonical import paragraphs


class NoArticle(CannotGoOn):
    """There is no article in these bytes, or none that can be told from the rest."""


class Found(NamedTuple):
    """What a page says of its article, and where it says so."""

    value: str
    where: str


class Published(NamedTuple):
    """When the article was published, as exactly as the page says, and where it says so."""

    moment: Moment
    where: str


class LeftOut(NamedTuple):
    """Words of the page that are not in the text, and why."""

    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Page:
    """An article as it was taken from a page. What the page does not say is None.

    ``text`` is canonical: the headline in the first line, a line feed at the end. ``authors`` are
    one or more names, where the page tells them apart; ``license`` is an SPDX identifier. ``original`` says whether the
    text is known to be as somebody published it. ``remarks`` are for whoever adds it: what disagrees, what was decided.
    """

    text: str
    headline: Found
    authors: tuple[Found, ...] = ()
    publisher: Found | None = None
    agency: Found | None = None
    published: Published | None = None
    date_printed: Found | None = None
    language: Found | None = None
    license: Found | None = None
    url: Found | None = None
    original: bool = False
    left_out: tuple[LeftOut, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def paragraphs(self) -> int:
        """How many paragraphs the text has below its headline."""
        return len(paragraphs(self.text)) - 1
