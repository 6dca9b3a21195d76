"""The command line: one command, one file. A command parses, calls, renders, exits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from corpusbuild.cli.exits import PipeClosed, run
from corpusbuild.startup import spare_collecting, spare_memory, spare_pandas

# Name → what it does. The modules are imported only when their command is run: --help answers at once.
COMMANDS = {
    "init": "Make a new corpus that passes `make` and its own tests at once.",
    "check": "Check everything, and show every finding.",
    "make": "Check, then compile into dist/<name>/.",
    "lock": "Sign off the counts, fields and splits as they are now.",
    "stats": "Count tables, splits, labels and references to registries.",
    "diff": "Show which records were added, removed or changed, field by field.",
    "release": "Give the corpus the version that its changes demand, and pack it.",
    "verify": "Prove a data set whole: a folder, an archive or a URL.",
    "publish": "Put a data set on the Hugging Face Hub, once it is proved whole.",
    "agree": "Measure how far two annotators agree, table by table.",
    "quote": "Show the shortest anchor for some words of an article.",
    "add": "Add articles from saved web pages (.html) or texts (.txt).",
    "new": "Write the skeleton of an annotation document.",
    "adjudicate": "Draft the gold from two annotators, and list what is to be decided.",
    "rename": "Give a key, a label or an article another name, everywhere it stands.",
    "detach": "Take texts that may not be redistributed out of the corpus.",
    "hydrate": "Find the texts of detached articles in your own folders.",
    "reanchor": "Move the anchors of a corrected article to where their words are now.",
    "import": "Make a corpus of what another annotation tool wrote.",
    "export": "Write the annotations in the format of another tool.",
    "report": "Make a site to read the corpus in, in dist/report/.",
    "explain": "Say what a finding means, why it matters, how to mend it.",
}

# No module can be imported by a statement that is called like a keyword; its counterpart is called alike.
_MODULES = {"import": "importing", "export": "exporting"}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def make_context(self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any) -> click.Context:
        """The context of the group, in which its help may be printed."""
        with _pipe_closed():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        with _pipe_closed():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's name
        """The commands, in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's name
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"corpusbuild.cli.{_MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's name
        """The commands with what they do, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@contextmanager
def _pipe_closed() -> Iterator[None]:
    """Name it when nobody reads our output: of a BrokenPipeError, click makes an exit with 1."""
    try:
        yield
    except BrokenPipeError as error:
        raise PipeClosed from error


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="corpusbuild", message="%(prog)s %(version)s")
def cli() -> None:
    """A compiler for annotated corpora.

    Checks text and hand-made annotations against JSON Schema and against each other, and compiles them
    into Parquet and Hugging Face data set splits.

    Exit status: 0 fine, 1 the corpus has findings that count as errors, 2 the run could not go on,
    130 interrupted, 143 ended by SIGTERM.
    """


def main() -> None:
    """Run the command line, and exit."""
    spare_pandas()
    spare_memory()
    spare_collecting()
    run(cli)
