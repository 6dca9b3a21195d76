"""``corpusbuild add``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from corpusbuild.cli.exits import FINDINGS, FINE
from corpusbuild.cli.options import NAMED, colour_option, corpus_option, open_corpus
from corpusbuild.cli.showing import terminal_size, wants_colour
from corpusbuild.render.colours import BOLD, BOLD_ORANGE, BOLD_RED, RESET, TEAL
from corpusbuild.render.counting import counted
from corpusbuild.render.terminal import first
from corpusbuild.render.width import cells, graphemes, inert, printable
from corpusbuild.workflow.adding import Added, AddedArticle, NotAdded

_FORMAT = 1
_FEW = 12


@click.command("add")
@corpus_option
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--id", "name", type=NAMED, metavar="ID", help="The id of the article; made from its headline unless given. For one FILE.")
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar="FIELD=VALUE",
    help="A metadata field of all articles; may be given more than once.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be added, and write nothing.")
@click.option("--all", "everything", is_flag=True, help="Show all that was left out, not the first words of it.")
@click.option("--format", "format_name", type=click.Choice(["human", "json"]), default="human", show_default=True, help="How it is shown.")
@colour_option
def add_command(
    folder: Path | None,
    files: tuple[Path, ...],
    name: str | None,
    given: tuple[str, ...],
    dry_run: bool,
    everything: bool,
    format_name: str,
    colour: str,
) -> int:
    """Add articles from saved web pages (.html) or texts (.txt).

    Each FILE gives raw/<id>.txt, the headline in its first line, and raw/<id>.json, the metadata that the page states
    and that schema/article.json has a place for: headline, authors, publisher, date with its zone, language, licence,
    address. What is not found stays null. Menus, links to other articles, captions and the like are left out, and
    shown. Of a text, the first line is the headline. Nothing is fetched, and nothing is overwritten.

    Exit status 1 where a FILE gave no article; the others are added all the same.
    """
    added = open_corpus(folder).add(files, name=name, given=dict(map(_pair, given)), dry_run=dry_run)
    if format_name == "json":
        click.echo(inert(json.dumps(_as_json(added), ensure_ascii=False, indent=2).encode("utf-8", "replace").decode()))
    else:
        paint = _Paint(wants_colour(colour), terminal_size().columns, everything)
        for line in _lines(added, paint):
            click.echo(line.encode("utf-8", "replace").decode(), color=True)
    return FINE if added.ok else FINDINGS


def _pair(given: str) -> tuple[str, str]:
    """A field and its value."""
    name, equals, value = given.partition("=")
    if not equals or not name:
        raise click.BadParameter(f'"{given}" is not FIELD=VALUE', param_hint="--set")
    return name, value


# ---- for people ----


class _Paint:
    """Colour and width of a terminal."""

    def __init__(self, colour: bool, width: int, everything: bool) -> None:
        self.colour, self.width, self.everything = colour, max(width, 40), everything

    def __call__(self, text: str, colour: str) -> str:
        return f"{colour}{text}{RESET}" if self.colour else text

    def cut(self, text: str, room: int) -> str:
        """``text`` in so many cells, or all of it where that is asked for."""
        text = printable(text)
        if self.everything or cells(text) <= room:
            return text
        return first(graphemes(text), room - 1) + "…"


def _lines(added: Added, paint: _Paint) -> Iterator[str]:
    for article in added.articles:
        yield from _article(article, paint, added.written)
        yield ""
    for failed in added.failed:
        yield from _failed(failed, paint)
        yield ""
    new = [each for each in added.articles if each.there is None]
    yield f"{'added' if added.written or not new else 'would add'} {counted(len(new), 'article')}" + (
        f"; {counted(len(added.failed), 'file')} gave none" if added.failed else ""
    )
    if any(each.wanted for each in new):
        yield "  fill in what is missing by hand, or give it with --set FIELD=VALUE; `corpusbuild check` points at it"
    if any(not each.licensed for each in new):
        yield "  no licence is known: if a text may not be redistributed, `corpusbuild detach ID` before you commit it"


def _article(article: AddedArticle, paint: _Paint, written: bool) -> Iterator[str]:
    source = printable(article.source)
    if article.there is not None:
        yield f"{paint(source, BOLD)}: this text is there already: {printable(article.there)}"
        return
    yield f"{paint(article.files[0], BOLD)}  {'from' if written else 'would come from'} {source}"
    indent = max(12, *(len(printable(each.name)) for each in article.taken)) + 4
    room = paint.width - indent
    for taken in article.taken:
        shown = taken.value if isinstance(taken.value, str) else json.dumps(taken.value, ensure_ascii=False)
        where = paint.cut(taken.where, max(room // 2, 20))
        value = paint.cut(shown, max(room - cells(where) - 2, 16))
        yield f"  {printable(taken.name):<{indent - 2}}{value}  {paint(where, TEAL)}"
    for name, line in article.wanted:
        yield f"  {printable(name):<{indent - 2}}{paint('to be filled in', BOLD_ORANGE)}: {article.files[1]}:{line}"
    if article.unknown:
        yield f"  {'not found':<{indent - 2}}{printable(', '.join(article.unknown))}"
    yield f"  {'text':<{indent - 2}}{counted(article.paragraphs, 'paragraph')}, {counted(len(article.text), 'character')}"
    yield from _left_out(article, paint, indent)
    for near in article.near:
        yield f"  {paint('warning', BOLD_ORANGE)}: nearly the same as {printable(near.id)} (similarity {near.similarity:.2f})"
    for remark in article.remarks:
        yield f"  note: {printable(remark)}"


def _left_out(article: AddedArticle, paint: _Paint, indent: int) -> Iterator[str]:
    shown = article.left_out if paint.everything else article.left_out[:_FEW]
    title = "left out"
    for each in shown:
        yield f"  {title:<{indent - 2}}{paint(each.why, TEAL)}: {paint.cut(each.words, max(paint.width - indent - len(each.why) - 2, 16))}"
        title = ""
    if len(shown) < len(article.left_out):
        yield f"  {'':<{indent - 2}}… and {len(article.left_out) - len(shown):,} more (--all shows them)"


def _failed(failed: NotAdded, paint: _Paint) -> Iterator[str]:
    yield f"{paint('error', BOLD_RED)}: {printable(failed.message)}"
    yield f"  --> {printable(failed.source)}"
    yield f"   = help: {printable(failed.help)}"


# ---- for programs ----


def _as_json(added: Added) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "written": added.written,
        "articles": [_article_json(each) for each in added.articles],
        "failed": [{"source": each.source, "message": each.message, "help": each.help} for each in added.failed],
    }


def _article_json(article: AddedArticle) -> dict[str, Any]:
    return {
        "source": article.source,
        "id": article.id,
        "there": article.there,
        "files": [] if article.there is not None else list(article.files),
        "chars": len(article.text),
        "paragraphs": article.paragraphs,
        "metadata": article.metadata,
        "taken": [each._asdict() for each in article.taken],
        "unknown": list(article.unknown),
        "wanted": [{"name": name, "line": line} for name, line in article.wanted],
        "left_out": [each._asdict() for each in article.left_out],
        "near": [{"id": each.id, "similarity": each.similarity} for each in article.near],
        "remarks": list(article.remarks),
    }
