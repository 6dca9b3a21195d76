"""``corpusbuild rename``."""

from __future__ import annotations

import click

from corpusbuild.cli.options import corpus_option, open_corpus
from corpusbuild.corpus.storage import Root


@click.command("rename")
@corpus_option
@click.argument("field", metavar="TABLE.FIELD")
@click.argument("old")
@click.argument("new")
@click.option("--article", metavar="ID", help="The article in whose annotation the key stands: claims.id is unique only there.")
@click.option("--annotator", metavar="NAME", help="Whose annotation of that article, where several have such a key.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
def rename_command(folder: Root | None, field: str, old: str, new: str, article: str | None, annotator: str | None, dry_run: bool) -> None:
    """Give a key, a label or an article another name, everywhere it stands.

    TABLE.FIELD is a table's key (speakers.id; claims.id with --article), a column of labels (claims.attribution:
    in the schema, too), or articles.article_id (its files, too). References follow. Files stay as they are
    otherwise; all of them are written, or none.
    """
    from corpusbuild.fixing import as_diff  # noqa: PLC0415  start-up time
    from corpusbuild.render.width import printable  # noqa: PLC0415  start-up time

    renamed = open_corpus(folder).rename(field, old, new, article=article, annotator=annotator, dry_run=dry_run)
    if dry_run:
        for line in as_diff(renamed.before, renamed.after):
            click.echo(printable(line))
        for source, target in renamed.moved:
            click.echo(f"rename from {printable(source)}\nrename to {printable(target)}")
    did = "would rename" if dry_run else "renamed"
    click.echo(f"{did} {', '.join(renamed.columns)} in {renamed.places:,} places of {len(renamed.after):,} files", err=dry_run)
    if renamed.moved:
        click.echo(f"{'would move' if dry_run else 'moved'} {len(renamed.moved):,} files", err=dry_run)
