"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from corpusbuild.corpus.storage import Root, place
from corpusbuild.workflow.corpus import Corpus

Command = TypeVar("Command", bound=Callable[..., Any])


class Place(click.ParamType[Root]):
    """A folder, or a URL of a folder in a storage."""

    name = "place"

    def convert(self, value: str | Root, param: click.Parameter | None, ctx: click.Context | None) -> Root:  # noqa: ARG002  click's names
        """What is meant by the word."""
        return place(value)


PLACE = Place()

FORMATS = ("human", "concise", "json", "sarif", "github")


def corpus_option(command: Command) -> Command:
    """``--corpus DIR|URL``."""
    return click.option(
        "--corpus",
        "folder",
        type=PLACE,
        metavar="DIR|URL",
        help="The corpus: its folder, or its URL; found upward from the working folder unless given.",
    )(command)


class Named(click.ParamType[str]):
    """A word that names something: not an empty one, which a script's unset variable gives and which is the working folder as a path."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word as it is."""
        if not value.strip():
            self.fail("this is empty, and should name something", param, ctx)
        return value


NAMED = Named()


def engine_options(command: Command) -> Command:
    """``--jobs N`` and ``--scheduler ADDRESS``."""
    command = click.option(
        "--scheduler",
        type=NAMED,
        metavar="ADDRESS",
        help="Use the Dask cluster there (tcp://host:port), or one of N processes here (local:N), to try it.",
    )(command)
    return click.option(
        "--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Processes to use; chosen by the size of the corpus unless given."
    )(command)


def policy_options(command: Command) -> Command:
    """``--strict`` and ``--trust``."""
    command = click.option("--trust", is_flag=True, help="Let the corpus's own checks run, now and until they change.")(command)
    return click.option("--strict", is_flag=True, help="Warnings count as errors.")(command)


def colour_option(command: Command) -> Command:
    """``--color WHEN``."""
    return click.option(
        "--color", "colour", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True, help="When to use colour."
    )(command)


def format_option(command: Command) -> Command:
    """``--format``, ``--max`` and ``--color``, for findings."""
    for option in (
        colour_option,
        click.option(
            "--max",
            "most",
            type=click.IntRange(min=0),
            default=100,
            show_default=True,
            metavar="N",
            help="Show at most N findings in the human format; 0 shows all. Other formats show all.",
        ),
        click.option(
            "--format", "format_name", type=click.Choice(FORMATS), default="human", show_default=True, help="How findings are shown."
        ),
    ):
        command = option(command)
    return command


def open_corpus(folder: Root | None) -> Corpus:
    """The corpus that a command works on."""
    return Corpus.open(folder, search=False) if folder is not None else Corpus.open()
