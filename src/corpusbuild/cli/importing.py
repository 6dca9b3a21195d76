"""``corpusbuild import``."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import click

from corpusbuild.cli.exits import FINDINGS, FINE
from corpusbuild.cli.options import format_option
from corpusbuild.cli.progress import progress
from corpusbuild.cli.showing import say, wants_colour
from corpusbuild.interchange.formats import READERS
from corpusbuild.interchange.model import Unit
from corpusbuild.interchange.recording import RECORDS, REJECTS
from corpusbuild.render.counting import counted
from corpusbuild.render.width import printable
from corpusbuild.workflow.importing import Imported, import_corpus

_NEXT = (
    ("cd {folder}", ""),
    ("edit pyproject.toml", "the licence and the language, which no source says"),
    ("corpusbuild make", "check it, and compile it into dist/"),
    ("corpusbuild lock", "sign off what is there: from then on, make says what differs"),
)
"""The commands that come next, and what each does."""


@click.command("import")
@click.argument("tool", metavar="FORMAT", type=click.Choice(list(READERS)))
@click.argument("source", metavar="SRC", type=click.Path(path_type=Path))
@click.option("--to", required=True, type=click.Path(path_type=Path), metavar="DIR", help="The corpus to make: a new or empty folder.")
@click.option("--map", "mapping", type=click.Path(path_type=Path), metavar="FILE", help="Turn the tool's tables into others: TOML or JSON.")
@click.option(
    "--annotator",
    metavar="NAME|PATTERN",
    help="Who annotated; or where paths say so, such as {doc}_{annotator}.ann or {annotator}/{doc}.ann.",
)
@click.option("--unit", type=click.Choice([str(unit) for unit in Unit]), help="What offsets count, where words do not prove it.")
@click.option("--crlf", type=click.Choice(["one", "two"]), help="How many a line end CRLF counts, where words do not prove it.")
@click.option("--gold", metavar="NAME", help="The annotator whose labels are the reference; whoever annotated most unless given.")
@click.option(
    "--option", "-o", "options", multiple=True, metavar="NAME=VALUE", help="An option of the format; may be given more than once."
)
@click.option("--keep-going", is_flag=True, help="Leave out what cannot be read, and list it in DIR/rejects.jsonl.")
@format_option
def import_command(
    tool: str,
    source: Path,
    to: Path,
    mapping: Path | None,
    annotator: str | None,
    unit: str | None,
    crlf: str | None,
    gold: str | None,
    options: tuple[str, ...],
    keep_going: bool,
    format_name: str,
    most: int,
    colour: str,
) -> int:
    """Make a corpus of what another annotation tool wrote: text, annotations, schemas, config.

    Every record is kept, changed in a way that is told, or refused with a finding at its line; DIR/import.jsonl lists them all.
    Nothing is written where a record is refused, unless --keep-going is given.
    """
    with progress() as tell:
        done = import_corpus(
            tool,
            source,
            to,
            options={**_whose(annotator), **_parsed(options)},
            mapping=mapping,
            unit=unit,
            crlf=None if crlf is None else crlf == "two",
            gold=gold,
            keep_going=keep_going,
            progress=tell,
        )
    status = FINE if done.folder is not None else FINDINGS
    say(_lines(done, format_name, most, colour, keep_going=keep_going), status)
    return status


def _whose(annotator: str | None) -> dict[str, str]:
    """The option of the format that says who annotated."""
    if annotator is None:
        return {}
    if "{" in annotator:
        return {"pattern": annotator.replace("{doc}", "{document}")}
    return {"annotator": annotator}


def _parsed(options: tuple[str, ...]) -> dict[str, str]:
    pairs = [each.partition("=") for each in options]
    for name, mark, _ in pairs:
        if not (name and mark):
            raise click.UsageError(f"--option {name}: write it as NAME=VALUE")
    return {name: value for name, _, value in pairs}


def _lines(done: Imported, format_name: str, most: int, colour: str, *, keep_going: bool) -> Iterator[str]:
    match format_name:
        case "json":
            from corpusbuild.render.as_json import as_json  # noqa: PLC0415  start-up time

            yield from as_json(done.report)
        case "concise":
            from corpusbuild.render.concise import concise  # noqa: PLC0415  start-up time

            yield from concise(done.report)
        case "github":
            from corpusbuild.render.github import github  # noqa: PLC0415  start-up time

            yield from github(done.report)
        case "sarif":
            from corpusbuild.corpus.locate import Locator  # noqa: PLC0415  start-up time
            from corpusbuild.render.sarif import sarif  # noqa: PLC0415  start-up time
            from corpusbuild.workflow.explaining import explanations  # noqa: PLC0415  start-up time

            rules = ((each.rule.code, each.rule.name, each.rule.severity, each.text) for each in explanations())
            yield from sarif(done.report, rules, Locator(done.source).words)
        case _:
            if len(done.report):
                yield from _human(done, most, colour)
                yield ""
            yield from map(printable, _told(done, keep_going=keep_going))


def _human(done: Imported, most: int, colour: str) -> Iterator[str]:
    """What was found."""
    from corpusbuild.corpus.locate import Locator  # noqa: PLC0415  start-up time
    from corpusbuild.render.human import Human  # noqa: PLC0415  start-up time

    width = max(shutil.get_terminal_size((100, 24)).columns, 40)
    yield from Human(Locator(done.source).source, colour=wants_colour(colour), width=width).report(done.report, most or None)


def _told(done: Imported, *, keep_going: bool) -> Iterator[str]:
    """What was made of the source."""
    if done.folder is None:
        # Where nothing is left that could be written, leaving out helps nobody.
        hopeless = keep_going or done.ok
        yield f"nothing was written{': no text can be read' if hopeless else ' (--keep-going leaves out what cannot be read)'}"
        return
    yield f"made {done.folder}: {counted(done.articles, 'article')}, {counted(done.annotations, 'annotation document')}"
    for table, rows in sorted(done.rows.items()):
        yield f"{rows:>9,}  {table}"
    for unit, documents in sorted(done.units.items(), key=lambda item: (-item[1], item[0])):
        yield f"offsets count {unit}: {counted(documents, 'document')}"
    counts = ", ".join(f"{done.records.get(status, 0):,} {status}" for status in ("kept", "changed", "refused"))
    yield f"records: {counts} ({RECORDS} lists them{f', {REJECTS} those refused' if done.records.get('refused') else ''})"
    if len(done.annotators) > 1:
        yield f"gold is {done.gold}, of {', '.join(done.annotators)}: pyproject.toml says so"
    yield ""
    yield "next"
    for command, what in _NEXT:
        yield f"  {command.format(folder=shlex.quote(str(done.folder))):<22}{what}".rstrip()
