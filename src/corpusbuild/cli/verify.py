"""``corpusbuild verify``."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import click

from corpusbuild.cli.exits import FINDINGS, FINE
from corpusbuild.cli.options import NAMED, format_option
from corpusbuild.cli.progress import progress
from corpusbuild.cli.showing import say, wants_colour
from corpusbuild.render.width import printable
from corpusbuild.workflow.verifying import Verified, verify


@click.command("verify")
@click.argument("place", type=NAMED, metavar="PATH|URL")
@click.option("--no-load", is_flag=True, help="Leave out loading it with datasets, which takes some seconds.")
@format_option
def verify_command(place: str, no_load: bool, format_name: str, most: int, colour: str) -> int:
    """Prove a data set whole: a folder, an archive or a URL.

    Compares every file with the manifest, every row with the schemas, every span with its article, every reference with
    the keys, the card with the data, and has `datasets` load every config. Needs no corpus folder. Says what it proved.
    """
    with progress() as tell:
        verified = verify(place, load=not no_load, progress=tell)
    status = FINE if verified.ok else FINDINGS
    say(_lines(verified, format_name, most, colour), status)
    return status


def _lines(verified: Verified, format_name: str, most: int, colour: str) -> Iterator[str]:
    match format_name:
        case "json":
            from corpusbuild.render.as_json import as_json  # noqa: PLC0415  start-up time

            yield from as_json(verified.report, proved=verified.proved)
        case "concise":
            from corpusbuild.render.concise import concise  # noqa: PLC0415  start-up time

            yield from concise(verified.report)
        case "github":
            from corpusbuild.render.github import github  # noqa: PLC0415  start-up time

            yield from github(verified.report)
        case "sarif":
            from corpusbuild.render.sarif import sarif  # noqa: PLC0415  start-up time
            from corpusbuild.workflow.explaining import explanations  # noqa: PLC0415  start-up time

            rules = ((each.rule.code, each.rule.name, each.rule.severity, each.text) for each in explanations())
            yield from sarif(verified.report, rules, verified.words)
        case _:
            yield from _human(verified, most, colour)


def _human(verified: Verified, most: int, colour: str) -> Iterator[str]:
    """What was found, if anything; then what was proved."""
    if len(verified.report):
        from corpusbuild.render.human import Human  # noqa: PLC0415  start-up time

        width = max(shutil.get_terminal_size((100, 24)).columns, 40)
        yield from Human(verified.source, colour=wants_colour(colour), width=width).report(verified.report, most or None)
        yield ""
    proved = "proved, as far as it goes" if len(verified.report) else "proved"
    if verified.proved:
        yield f"{proved}:"
        yield from (printable(f"  {line}") for line in verified.proved)
    yield printable(f"{verified.place} is {'whole' if verified.ok else 'not whole'}")
