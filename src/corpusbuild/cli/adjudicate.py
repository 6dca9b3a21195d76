"""``corpusbuild adjudicate``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from corpusbuild.agreement.decisions import Adjudication
from corpusbuild.cli.options import corpus_option, open_corpus
from corpusbuild.corpus.storage import Root
from corpusbuild.emit.decisions import decisions_json
from corpusbuild.render.agreement import difference
from corpusbuild.render.width import printable


@click.command("adjudicate")
@corpus_option
@click.argument("a")
@click.argument("b")
@click.option("--article", "articles", multiple=True, metavar="ID", help="This article only; may be given more than once.")
@click.option("--list", "list_to", type=click.Path(path_type=Path), metavar="FILE", help="Where the list goes: .md or .json.")
@click.option("--force", is_flag=True, help="Replace the gold that an article has.")
@click.option("--dry-run", is_flag=True, help="Show what there is to decide, and write no draft.")
@click.option("--max", "most", type=click.IntRange(min=0), default=20, show_default=True, metavar="N", help="Show at most N; 0 shows all.")
@click.option("--format", "format_name", type=click.Choice(["human", "json"]), default="human", show_default=True, help="How it is shown.")
def adjudicate_command(
    folder: Root | None,
    a: str,
    b: str,
    articles: tuple[str, ...],
    list_to: Path | None,
    force: bool,
    dry_run: bool,
    most: int,
    format_name: str,
) -> None:
    """Draft the gold from two annotators, and list what is to be decided.

    Rows that are the same (as `agree` matches them) and say the same are taken as they are; where they differ, the
    draft has the word of A until somebody decides; rows that only one has are in it, too. Each row says in `from`
    (`drawn_from` where `from` means something else) whose rows it was drawn from, and has an empty `section` for
    the section of the guidelines that decides. A row that a check would refuse is left out, and the list says why.

    Without --list, the list goes to .corpusbuild/adjudication/, as Markdown and as JSON.
    """
    found = open_corpus(folder).adjudicate(a, b, articles=articles, force=force, dry_run=dry_run, list_to=list_to)
    if format_name == "json":
        click.echo(decisions_json(found).decode(), nl=False)
        return
    for line in _lines(found, most, dry_run=dry_run):
        click.echo(printable(line).encode("utf-8", "replace").decode())


def _lines(found: Adjudication, most: int, *, dry_run: bool) -> Iterator[str]:
    shown = found.decisions[: most or None]
    article = None
    for each in shown:
        if each.article != article:
            article = each.article
            yield article
        yield from difference(each.table, each.field, each.a, each.b, each.key)
        if each.refused is not None:
            yield f"    left out of the draft: {each.refused}"
    if len(shown) < len(found.decisions):
        yield f"… and {len(found.decisions) - len(shown):,} more (--max 0 shows all)"
    if shown:
        yield ""
    for draft in found.drafts:
        yield f"{'would write' if dry_run else 'wrote'} {draft.path}: {draft.rows:,} rows, {draft.agreed:,} of them as both have them"
    for annotator, others in ((found.a, found.only_a), (found.b, found.only_b)):
        if others:
            yield f"only {annotator} has annotated {', '.join(others)}"
    if found.provenance:
        yield f"no property to say where a row comes from: {', '.join(found.provenance)}"
    yield f"{len(found.decisions):,} to decide" + ("" if dry_run or not found.lists else f": {', '.join(found.lists)}")
