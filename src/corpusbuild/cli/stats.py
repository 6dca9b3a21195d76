"""``corpusbuild stats``."""

from __future__ import annotations

from collections.abc import Iterator

import click

from corpusbuild.cli.exits import FINDINGS, FINE
from corpusbuild.cli.options import corpus_option, open_corpus
from corpusbuild.cli.showing import Showing
from corpusbuild.corpus.storage import Root
from corpusbuild.emit.summary import Summary
from corpusbuild.emit.tally import path_text
from corpusbuild.render.width import cells, printable

_BAR = 24


@click.command("stats")
@corpus_option
def stats_command(folder: Root | None) -> int:
    """Count tables, splits and labels."""
    corpus = open_corpus(folder)
    statistics = corpus.stats()
    if statistics.summary is None:
        Showing(corpus).show(statistics.report)
        return FINDINGS
    for line in _lines(statistics.summary):
        click.echo(line)
    click.echo(f"\n{statistics.characters:,} characters of text")
    return FINE


def _lines(summary: Summary) -> Iterator[str]:
    shown = {name: table for name, table in summary.tables.items() if table.splits and not name.endswith("_by_annotator")}
    splits = list(dict.fromkeys(split for table in shown.values() for split in table.splits))
    first = max(len(name) for name in shown)
    yield f"{'':{first}}" + "".join(f"{split:>12}" for split in splits) + f"{'all':>12}"
    for name, table in shown.items():
        counts = "".join(f"{table.splits[split].rows:>12,}" if split in table.splits else f"{'':>12}" for split in splits)
        yield f"{name:{first}}{counts}{table.rows:>12,}"
    for (table_name, path), labels in summary.labels.items():
        yield f"\n{table_name}.{path_text(path)}"
        most = max(labels.values(), default=0) or 1
        wide = max(cells(printable(name)) for name in labels)
        for name, count in labels.items():
            bar = "█" * round(_BAR * count / most) or ("▏" if count else "")
            yield f"  {printable(name)}{' ' * (wide - cells(printable(name)))} {count:>9,}  {bar}"
