"""``corpusbuild hydrate``."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import click

from corpusbuild.cli.exits import FINDINGS, FINE
from corpusbuild.cli.options import corpus_option, open_corpus
from corpusbuild.corpus.storage import Root
from corpusbuild.render.width import printable
from corpusbuild.text.telling_apart import Difference
from corpusbuild.workflow.comparing import Refused
from corpusbuild.workflow.hydrating import Hydrated, HydratedArticle


@click.command("hydrate")
@corpus_option
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=click.Path(path_type=Path))
def hydrate_command(folder: Root | None, folders: tuple[Path, ...]) -> int:
    """Find the texts of detached articles in your own folders.

    Texts are known by their hashes, whatever their files are called: as a whole, or paragraph by paragraph where the
    page around them is another. What is found is kept in .corpusbuild/text/, which git does not see, and every span in
    it is checked; it is in no data set unless `make --include-detached-text` puts it there. A file that is nearly one
    of the texts is refused, and the first difference is shown.

    Exit status 0 where every detached text is at hand whole and all its spans are right; 1 where one is missing or
    there only in part, or a file was refused. What was found is kept all the same.
    """
    hydrated = open_corpus(folder).hydrate(folders)
    for line in _lines(hydrated):
        click.echo(printable(line))
    return FINE if hydrated.ok else FINDINGS


def _lines(hydrated: Hydrated) -> Iterator[str]:
    for each in hydrated.articles:
        what = ", ".join(_what(each))
        yield f"{_state(each):<8} {each.id}" + (f": {what}" if what else "")
    for refused in hydrated.refused:
        yield from _refused(refused)
    if hydrated.unread:
        yield f"{hydrated.unread:,} files are no text, or too large, and were left out"
    if not hydrated.articles:
        yield "no article is detached"
        return
    whole = sum(each.whole for each in hydrated.articles)
    spans, unproven = (sum(getattr(each, name) for each in hydrated.articles) for name in ("spans", "unproven"))
    checked = f"{spans - unproven:,} of {spans:,} spans were checked against words"
    yield f"{whole:,} of {len(hydrated.articles):,} detached texts are at hand whole; {checked}"


def _state(each: HydratedArticle) -> str:
    return "whole" if each.whole else "in part" if each.at_hand else "missing"


def _what(each: HydratedArticle) -> Iterator[str]:
    if each.at_hand and not each.whole:
        yield f"{each.at_hand:,} of {each.paragraphs:,} paragraphs"
    if each.sources:
        yield f"from {', '.join(each.sources)}"
    elif each.at_hand or each.whole:
        yield "at hand before"
    if each.unproven:
        yield f"{each.unproven:,} of {each.spans:,} spans not checked"
    elif each.whole or each.at_hand:
        yield f"{each.spans:,} spans checked"
    if each.wrong:
        yield f"{each.wrong:,} of other words (see `corpusbuild check`)"


def _refused(each: Refused) -> Iterator[str]:
    place = f"{each.path}:{each.line}:{each.column}" if each.line else each.path
    yield f"refused  {place}: this is not the text of {each.article}"
    which = f"paragraph {each.paragraph:,} of {each.paragraphs:,}"
    if each.difference is not None:
        yield f"         first difference, in {which}: {_told(each.difference)}"
    elif each.line:
        yield f"         {which} is the first that differs: it has {each.chars[0]:,} characters here, and should have {each.chars[1]:,}"
    else:
        yield f"         {which} is the first that is not there"


def _told(difference: Difference) -> str:
    if not difference.stands:
        return f"{_named(difference.meant)} is left out"
    if not difference.meant:
        return f"{_named(difference.stands)} has been put in"
    return f"{_named(difference.stands)} stands where {_named(difference.meant)} should"


def _named(character: str) -> str:
    """A character as it is shown, with its code point and its name: many look like another."""
    name = unicodedata.name(character, "")
    shown = f'"{character}" ' if character.isprintable() and not character.isspace() else ""
    return f"{shown}(U+{ord(character):04X}{' ' + name if name else ''})"
