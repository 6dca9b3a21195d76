"""``corpusbuild check``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import click

from corpusbuild.cli.exits import FINDINGS, FINE
from corpusbuild.cli.options import corpus_option, engine_options, format_option, open_corpus, policy_options
from corpusbuild.cli.progress import progress
from corpusbuild.cli.showing import Showing
from corpusbuild.corpus.storage import Root
from corpusbuild.diagnostics.report import Report
from corpusbuild.render.counting import counted
from corpusbuild.workflow.corpus import Corpus

_GRACE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class _Request:
    """What the command line asks for."""

    corpus: Corpus
    paths: tuple[Path, ...]
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    strict: bool
    trust: bool
    jobs: int | None
    scheduler: str | None

    def check_anew(self) -> Report:
        """The same with the config as it is now."""
        return replace(self, corpus=Corpus.open(self.corpus.root, search=False)).check()

    def check(self) -> Report:
        with progress() as tell:
            return self.corpus.check(
                self.paths,
                select=self.select,
                ignore=self.ignore,
                strict=self.strict,
                today=date.today(),  # noqa: DTZ011  the user's day: waivers end when it does
                trust=self.trust,
                jobs=self.jobs,
                scheduler=self.scheduler,
                progress=tell,
            )


@click.command("check")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@corpus_option
@click.option("--select", multiple=True, metavar="RULE", help="Only this rule (a name, a code, or its beginning: CB2); may be repeated.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Not this rule; may be repeated.")
@policy_options
@click.option("--fix", is_flag=True, help="Mend what certainly is what the author meant, then check again.")
@click.option("--unsafe", is_flag=True, help="With --fix or --diff: also what probably is.")
@click.option("--diff", is_flag=True, help="Show what --fix would change first, and change nothing.")
@click.option("--watch", is_flag=True, help="Check again whenever a file is saved.")
@click.option("--add-waivers", is_flag=True, help="Write waivers, for 90 days, for all that is wrong today.")
@engine_options
@format_option
def check_command(
    paths: tuple[Path, ...],
    folder: Root | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    strict: bool,
    trust: bool,
    fix: bool,
    unsafe: bool,
    diff: bool,
    watch: bool,
    add_waivers: bool,
    jobs: int | None,
    scheduler: str | None,
    format_name: str,
    most: int,
    colour: str,
) -> int:
    """Check everything, and show every finding. Nothing is written unless asked for.

    With PATHs, only the articles that these files belong to, and what these need: what takes the whole corpus to see
    (articles that are nearly the same, splits, entries that nothing refers to) is left to a check without PATHs.

    Only `make` sees what takes the compiled data: labels that are missing from a split, and drift from the lock.
    """
    _refuse_unmeant(fix=fix, unsafe=unsafe, diff=diff, watch=watch, add_waivers=add_waivers)
    corpus = open_corpus(folder)
    if trust:
        corpus.trust()
    request = _Request(corpus, paths, select, ignore, strict, trust, jobs, scheduler)
    showing = Showing(corpus, format_name, most, colour, trusted=trust)
    if watch:
        from corpusbuild.cli.watching import watch as keep_watching  # noqa: PLC0415  start-up time

        return keep_watching(corpus, request.check_anew, showing)
    report = _fix(request, unsafe=unsafe) if fix else request.check()
    if diff:
        return _show_diff(corpus, report, unsafe=unsafe)
    if add_waivers:
        count = corpus.add_waivers(report, date.today() + _GRACE, "wrong when checks began")  # noqa: DTZ011  the user's day
        click.echo(f"wrote {counted(count, 'waiver')} to pyproject.toml", err=True)
        request = _Request(open_corpus(folder), paths, select, ignore, strict, trust, jobs, scheduler)
        report = request.check()
    showing.show(report)
    return FINE if report.ok else FINDINGS


def _refuse_unmeant(*, fix: bool, unsafe: bool, diff: bool, watch: bool, add_waivers: bool) -> None:
    if unsafe and not (fix or diff):
        raise click.UsageError("--unsafe goes with --fix or --diff")
    if sum((fix, diff, watch, add_waivers)) > 1:
        raise click.UsageError("--fix, --diff, --watch and --add-waivers exclude one another")


def _fix(request: _Request, *, unsafe: bool) -> Report:
    """Mend and check again, until nothing more can be mended."""
    from corpusbuild.workflow.mending import mend_all  # noqa: PLC0415  start-up time

    mended = mend_all(request.corpus.folder, request.check, unsafe=unsafe)
    click.echo(f"mended {counted(mended.findings, 'finding')} in {counted(len(mended.files), 'file')}", err=True)
    return mended.report


def _show_diff(corpus: Corpus, report: Report, *, unsafe: bool) -> int:
    from corpusbuild.fixing import as_diff  # noqa: PLC0415  start-up time
    from corpusbuild.render.width import printable  # noqa: PLC0415  start-up time

    mended = corpus.mend(report, unsafe=unsafe)
    for line in as_diff(mended.before, mended.after):
        click.echo(printable(line))
    click.echo(f"would mend {counted(len(mended.findings), 'finding')} in {counted(len(mended.after), 'file')}", err=True)
    return FINE if report.ok else FINDINGS
