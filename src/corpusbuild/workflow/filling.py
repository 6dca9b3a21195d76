"""Fill in the metadata of an article from what its page says, as far as the corpus's own schema has a place for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from corpusbuild.errors import CannotGoOn, UnknownName
from corpusbuild.pages.page import Found, Page
from corpusbuild.plan import Plan
from corpusbuild.schema.shape import Column, Label, Listing, Scalar
from corpusbuild.text.nearest import nearest_name

ORIGINAL = "original"
GIVEN = "as given"

_NOT_METADATA = frozenset({"id", "text"})


class Taken(NamedTuple):
    """A property of the metadata, its value, and where that was found."""

    name: str
    value: Any
    where: str


@dataclass(frozen=True, slots=True)
class Filled:
    """The metadata of an article. ``unknown`` are null because nothing was found; ``wanted`` are too, and may not stay so."""

    metadata: dict[str, Any]
    taken: tuple[Taken, ...]
    unknown: tuple[str, ...]
    wanted: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def fill(page: Page, plan: Plan, given: Mapping[str, Any]) -> Filled:
    """What the page says, and what is ``given`` by name, in the order in which the schema has its properties.

    Raises :class:`~corpusbuild.errors.UnknownName` where the schema has no property that is given, and
    :class:`~corpusbuild.errors.CannotGoOn` where it refuses what is given.
    """
    columns = {column.name: column for column in plan.shape.article.columns if column.name not in _NOT_METADATA}
    for name in given.keys() - columns.keys():
        near = nearest_name(name, columns)
        help_text = f'did you mean "{near}"?' if near else f"metadata are {', '.join(columns)}"
        raise UnknownName(f'the schema of metadata has no property "{name}"', "schema/article.json", help_text)
    found = {column.name: _found(page, column, plan.config.language) for column in columns.values()}
    found |= {name: Taken(name, _given(columns[name], value), GIVEN) for name, value in given.items()}
    metadata = {name: None if taken is None else taken.value for name, taken in found.items()}
    required = {fault.missing for fault in plan.article_judge.explain({}) if fault.missing}
    remarks: list[str] = []
    wanted: list[str] = []
    for name in _refused(metadata, plan):
        taken = found.get(name)
        if taken is not None and taken.where == GIVEN:
            reason = next(fault.message for fault in plan.article_judge.explain(metadata) if fault.pointer[:1] == (name,))
            raise CannotGoOn(f'the schema refuses what is given for "{name}": {reason}', "schema/article.json")
        if taken is not None:
            remarks.append(f'the schema refuses "{taken.value}" for {name}')
            found[name], metadata[name] = None, None
    for name in _refused(metadata, plan):
        if name in required:
            wanted.append(name)
        else:
            del metadata[name]
    kept = tuple(each for each in found.values() if each is not None)
    unknown = tuple(name for name, value in metadata.items() if value is None and name not in wanted)
    return Filled(metadata, kept, unknown, tuple(wanted), tuple(remarks))


def _given(column: Column, value: Any) -> Any:
    """A value as the type of its property has it: what is no string there is written as JSON."""
    if not isinstance(value, str) or isinstance(column.type, Label) or column.type in (Scalar.STRING, Scalar.DATE, Scalar.INSTANT):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _refused(metadata: Mapping[str, Any], plan: Plan) -> list[str]:
    """The properties whose value the schema refuses, in order."""
    if plan.article_judge.accepts(metadata):
        return []
    refused = {fault.pointer[0] for fault in plan.article_judge.explain(metadata) if fault.pointer}
    return [name for name in metadata if name in refused]


# ---- what a property means, by its name, and how its type has it ----


def _found(page: Page, column: Column, languages: Sequence[str]) -> Taken | None:
    meaning = _MEANINGS.get(column.name.casefold().replace("-", "_"))
    for value, where in () if meaning is None else meaning(page, column, languages):
        return Taken(column.name, value, where)
    return None


_Values = Iterator[tuple[Any, str]]
_Meaning = Callable[[Page, Column, Sequence[str]], _Values]


def _string(get: Callable[[Page], Found | None]) -> _Meaning:
    def meaning(page: Page, column: Column, _: Sequence[str]) -> _Values:
        found = get(page)
        if found is not None and (column.type is Scalar.STRING or (isinstance(column.type, Label) and found.value in column.type.names)):
            yield found.value, found.where

    return meaning


def _authors(page: Page, column: Column, _: Sequence[str]) -> _Values:
    if not page.authors:
        return
    names, where = [each.value for each in page.authors], page.authors[0].where
    if column.type is Scalar.STRING:
        yield ", ".join(names), where
    elif isinstance(column.type, Listing) and column.type.item.type is Scalar.STRING:
        yield names, where


def _published(page: Page, column: Column, _: Sequence[str]) -> _Values:
    if page.published is None:
        return
    moment, where = page.published
    if column.type is Scalar.DATE:
        yield moment.day.isoformat(), where
    elif column.type is Scalar.INSTANT and moment.instant is not None:
        yield moment.instant.isoformat(), where
    elif column.type is Scalar.STRING:
        yield str(moment), where


def _language(page: Page, column: Column, languages: Sequence[str]) -> _Values:
    """The page's own; where that says no more than the only language of the corpus, or nothing, it is the corpus's."""
    only = languages[0] if len(languages) == 1 else None
    said = page.language
    if said is None:
        found = None if only is None else Found(only, "the corpus has one language")
    else:
        found = Found(only, said.where) if only is not None and said.value.partition("-")[0] == only else said
    yield from _string(lambda _: found)(page, column, languages)


def _origin(page: Page, column: Column, _: Sequence[str]) -> _Values:
    if page.original and isinstance(column.type, Label) and ORIGINAL in column.type.names:
        yield ORIGINAL, "a saved page"


_SAID: dict[_Meaning, tuple[str, ...]] = {
    _string(lambda page: page.headline): ("headline", "title", "judul"),
    _string(lambda page: page.publisher): ("publisher", "source", "site", "outlet", "media", "penerbit"),
    _string(lambda page: page.agency): ("agency",),
    _string(lambda page: page.date_printed): ("date_printed", "printed_date"),
    _string(lambda page: page.license): ("license", "licence"),
    _string(lambda page: page.url): ("url", "link", "source_url"),
    _authors: ("byline", "author", "authors", "penulis"),
    _published: ("date", "published", "published_at", "publication_date", "date_published", "datetime", "timestamp", "tanggal"),
    _language: ("language", "lang", "bahasa"),
    _origin: ("text_origin",),
}
_MEANINGS = {name: meaning for meaning, names in _SAID.items() for name in names}
