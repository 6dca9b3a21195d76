"""``corpusbuild check``."""

from __future__ import annotations

from pathlib import Path

import click

from corpusbuild.cli.exits import FINDINGS, FINE
from corpusbuild.cli.options import corpus_option, format_option, jobs_option, open_corpus
from corpusbuild.cli.showing import progress, show_report


@click.command("check")
@corpus_option
@jobs_option
@format_option
def check_command(folder: Path | None, jobs: int | None, format_name: str, most: int, colour: str) -> int:
    """Check everything, and show every finding. Nothing is written."""
    corpus = open_corpus(folder)
    with progress() as tell:
        report = corpus.check(jobs=jobs, progress=tell)
    show_report(report, corpus.root, format_name, most, colour)
    return FINE if report.ok else FINDINGS
